import type { AgentId, TaskId } from './ids'

/**
 * Clocks that disagree, told by causality: nobody begins a task before it was given away, and nobody has
 * a result before it was sent. Where the times say otherwise, the two agents were timed by different
 * clocks, and the least shift of the one who worked restores the order.
 *
 * Whose clock is wrong cannot be seen from within: the one who delegates is believed.
 */
export interface HandOver {
  taskId: TaskId
  by: AgentId
  to: AgentId
  /** By the clock of `by`, epoch ms. Undefined where it does not tell. */
  sentAt: number | undefined
  receivedAt: number | undefined
  /** By the clock of `to`, epoch ms: its first sign of work on the task, and when its result left it. */
  beganAt: number | undefined
  returnedAt: number | undefined
}

export interface ClockShift {
  agentId: AgentId
  /** What is added to the agent's times, ms: positive where its clock was behind. Never 0. */
  ms: number
  /** What the recorded times say that cannot be; `with_master`: nothing of its own, but it keeps its place beside a master whose times are shifted. */
  because: 'began_before_sent' | 'received_before_returned' | 'with_master'
  /** The hand-over that asked for most. */
  taskId: TaskId
}

/** Sources stamp two things of one moment a few ms apart in either order: that is no other clock. */
export const SAME_MOMENT_MS = 20

/**
 * The least shift of each agent's times, by agent, after which no hand-over contradicts itself; empty
 * where none does. An agent whose hand-overs cannot be put right by any one shift (it went on after its
 * result was taken) was not on another clock: it keeps its place beside its master.
 *
 * Masters come before those they delegate to; in a circle of delegations the earliest comes first, and
 * what leads back to it is not judged. O(hand-overs · log hand-overs).
 */
export function leastShifts(handOvers: readonly HandOver[]): Map<AgentId, ClockShift> {
  const shifts = new Map<AgentId, ClockShift>()
  const shiftOf = (agent: AgentId) => shifts.get(agent)?.ms ?? 0
  const placed = new Set<AgentId>()
  for (const [agent, incoming] of mastersFirst(handOvers)) {
    placed.add(agent)
    let least = Number.NEGATIVE_INFINITY
    let most = Number.POSITIVE_INFINITY
    let early: HandOver | undefined
    let late: HandOver | undefined
    let first: HandOver | undefined
    for (const one of incoming) {
      if (one.by === agent || !placed.has(one.by)) continue
      first ??= one
      const master = shiftOf(one.by)
      if (one.sentAt !== undefined && one.beganAt !== undefined && one.sentAt + master - one.beganAt > least) {
        least = one.sentAt + master - one.beganAt
        early = one
      }
      if (one.receivedAt !== undefined && one.returnedAt !== undefined && one.receivedAt + master - one.returnedAt < most) {
        most = one.receivedAt + master - one.returnedAt
        late = one
      }
    }
    if (!first) continue
    if (least > most + SAME_MOMENT_MS) {
      const ms = shiftOf(first.by)
      if (ms !== 0) shifts.set(agent, { agentId: agent, ms, because: 'with_master', taskId: first.taskId })
    } else if (early && least > SAME_MOMENT_MS) shifts.set(agent, { agentId: agent, ms: least, because: 'began_before_sent', taskId: early.taskId })
    else if (late && most < -SAME_MOMENT_MS) shifts.set(agent, { agentId: agent, ms: most, because: 'received_before_returned', taskId: late.taskId })
  }
  return shifts
}

/** Whether the times of a hand-over contradict it, the two agents' times shifted by so many ms. */
export function isViolated({ sentAt, receivedAt, beganAt, returnedAt }: HandOver, byMs = 0, toMs = 0): boolean {
  return (
    (sentAt !== undefined && beganAt !== undefined && sentAt + byMs - (beganAt + toMs) > SAME_MOMENT_MS) ||
    (receivedAt !== undefined && returnedAt !== undefined && returnedAt + toMs - (receivedAt + byMs) > SAME_MOMENT_MS)
  )
}

/** Each agent that was delegated to with what came to it, nobody before those who delegate to it. */
function* mastersFirst(handOvers: readonly HandOver[]): Generator<[AgentId, HandOver[]]> {
  const incoming = new Map<AgentId, HandOver[]>()
  const outgoing = new Map<AgentId, Set<AgentId>>()
  /** How many of those who delegate to it are not placed yet. */
  const waits = new Map<AgentId, number>()
  for (const one of handOvers) {
    const list = incoming.get(one.to)
    if (list) list.push(one)
    else incoming.set(one.to, [one])
    if (one.by === one.to) continue
    const to = outgoing.get(one.by) ?? new Set()
    outgoing.set(one.by, to)
    if (to.has(one.to)) continue
    to.add(one.to)
    waits.set(one.to, (waits.get(one.to) ?? 0) + 1)
    if (!waits.has(one.by)) waits.set(one.by, 0)
  }
  const firstSent = (agent: AgentId) => Math.min(...(incoming.get(agent) ?? []).map(({ sentAt = Number.POSITIVE_INFINITY }) => sentAt))
  const ready = [...waits.keys()].filter((agent) => waits.get(agent) === 0)
  const left = new Set(waits.keys())
  while (left.size > 0) {
    let agent = ready.pop()
    if (agent === undefined) {
      // a circle: whoever was first given something begins it
      const byTime = [...left].sort((a, b) => compare(firstSent(a), firstSent(b)) || (a < b ? -1 : 1))
      agent = byTime[0] as AgentId
    }
    if (!left.delete(agent)) continue
    yield [agent, incoming.get(agent) ?? []]
    for (const to of outgoing.get(agent) ?? []) {
      const rest = (waits.get(to) ?? 0) - 1
      waits.set(to, rest)
      if (rest === 0) ready.push(to)
    }
  }
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
