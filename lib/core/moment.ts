import type { Intervention } from './interventions'
import type { AgentId, SessionId } from './ids'
import { newSessionState, type SessionState, type Task, type ToolCall, type Totals, type Turn, type Verdict } from './session'
import { A_FEW, atOnce, type Slices } from './slices'
import { fieldsOf, look } from './table'
import { addUsage } from './usage-totals'

/**
 * What a session's state said at a moment: facts of later moments are left out, a turn that ended later
 * has not ended. Made from the state, not from the log: it costs nothing until somebody looks
 * at it, and then a look at the same entries of the whole.
 *
 *   whole     u1 |=====|    u2 |=========|      t1 ---------------> accepted
 *   at a moment          ^
 *   shown     u1 |=====|    (nothing)           t1 ------ open
 *
 * What has no time of its own stands as it is known in the end: names, models, titles, who is whose
 * master. What people judge afterwards is about the run and stands at every moment.
 */
export function stateAt(whole: SessionState, at: number): SessionState {
  const { endedAt, endStatus, endReason, ...facts } = whole.facts
  const turns = new Cut(whole.turns, (turn) => turnAt(turn, at))
  let totals: Totals | undefined
  return {
    id: whole.id,
    facts: endedAt !== undefined && endedAt > at ? facts : whole.facts,
    agents: new Cut(whole.agents, (agent) => ((firstSignsOf(whole).get(agent.id) ?? at) <= at ? agent : undefined)),
    tasks: new Cut(whole.tasks, (task) => taskAt(task, at)),
    turns,
    calls: new Cut(whole.calls, (call) => callAt(call, at)),
    writes: new Cut(whole.writes, (write) => (write.at <= at ? write : undefined)),
    messages: new Cut(whole.messages, (message) => (message.at <= at ? message : undefined)),
    verdicts: new Cut(whole.verdicts, (verdict) => (isOfTheRun(verdict) && verdict.at > at ? undefined : verdict)),
    aliases: whole.aliases,
    firstAt: whole.firstAt,
    lastAt: whole.lastAt === undefined ? undefined : Math.min(whole.lastAt, at),
    get totals() {
      totals ??= totalsOf(turns)
      return totals
    },
  }
}

/** Those whose deed was done by then. */
export function findingsAt(findings: Iterable<Intervention>, at: number): Map<string, Intervention> {
  const known = new Map<string, Intervention>()
  for (const finding of findings) if (finding.occurredAt <= at) known.set(finding.id, finding)
  return known
}

/** A map without what came later, for reading only: each entry is cut when somebody looks at it. */
class Cut<K extends string, V> extends Map<K, V> {
  private count: number | undefined

  constructor(
    private readonly whole: ReadonlyMap<K, V>,
    private readonly cut: (value: V) => V | undefined,
  ) {
    super()
  }

  override get size(): number {
    // the constructor of Map asks before there is anything
    if (this.whole === undefined) return 0
    if (this.count === undefined) {
      this.count = 0
      for (const _ of this.values()) this.count += 1
    }
    return this.count
  }

  override get(id: K): V | undefined {
    const value = look(this.whole, id)
    return value === undefined ? undefined : this.cut(value)
  }

  override has(id: K): boolean {
    return this.get(id) !== undefined
  }

  override *entries(): Generator<[K, V], undefined> {
    for (const [id, value] of this.whole) {
      const shown = this.cut(value)
      if (shown !== undefined) yield [id, shown]
    }
  }

  override *values(): Generator<V, undefined> {
    for (const value of this.whole.values()) {
      const shown = this.cut(value)
      if (shown !== undefined) yield shown
    }
  }

  override *keys(): Generator<K, undefined> {
    for (const [id] of this.entries()) yield id
  }

  override [Symbol.iterator](): Generator<[K, V], undefined> {
    return this.entries()
  }

  override forEach(each: (value: V, id: K, map: Map<K, V>) => void): void {
    for (const [id, value] of this.entries()) each(value, id, this)
  }

  /** Throws. */
  override set(): never {
    throw new Error('a moment of a session is for reading only')
  }
}

/** The first of these moments; what has none was there from the beginning as far as anybody knows. */
function bornAt(...moments: (number | undefined)[]): number {
  let first = Number.POSITIVE_INFINITY
  for (const moment of moments) if (moment !== undefined && moment < first) first = moment
  return first === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : first
}

/** From when on a replay knows of it; negative infinity for what has no time. */
export const turnBorn = ({ startedAt, streamedAt, endedAt }: Pick<Turn, 'startedAt' | 'streamedAt' | 'endedAt'>): number => bornAt(startedAt, streamedAt, endedAt)
export const callBorn = ({ calledAt, returnedAt }: Pick<ToolCall, 'calledAt' | 'returnedAt'>): number => bornAt(calledAt, returnedAt)
export const taskBorn = ({ delegatedAt, blockedAt, endedAt, acceptedAt }: Pick<Task, 'delegatedAt' | 'blockedAt' | 'endedAt' | 'acceptedAt'>): number =>
  bornAt(delegatedAt, blockedAt, endedAt, acceptedAt)

const isLater = (moment: number | undefined, at: number) => moment !== undefined && moment > at

function taskAt(task: Task, at: number): Task | undefined {
  if (taskBorn(task) > at) return undefined
  if (!isLater(task.delegatedAt, at) && !isLater(task.blockedAt, at) && !isLater(task.endedAt, at) && !isLater(task.acceptedAt, at)) return task
  const cut = { ...task }
  // clocks of a source may tell an end before its beginning
  if (isLater(task.delegatedAt, at)) delete cut.delegatedAt
  if (isLater(task.blockedAt, at)) delete cut.blockedAt
  if (isLater(task.acceptedAt, at)) delete cut.acceptedAt
  if (isLater(task.endedAt, at)) {
    delete cut.endedAt
    delete cut.endedBy
    delete cut.endStatus
    delete cut.endReason
    delete cut.result
  }
  return cut
}

function turnAt(turn: Turn, at: number): Turn | undefined {
  if (turnBorn(turn) > at) return undefined
  if (!isLater(turn.startedAt, at) && !isLater(turn.endedAt, at) && !isLater(turn.streamedAt, at)) return turn
  const cut = { ...turn }
  if (isLater(turn.startedAt, at)) delete cut.startedAt
  if (isLater(turn.streamedAt, at)) {
    // how far it had come is in the log alone (lib/core/pace.ts)
    delete cut.streamedAt
    delete cut.streamedTokens
  }
  if (isLater(turn.endedAt, at)) {
    delete cut.endedAt
    delete cut.finish
    delete cut.usage
    delete cut.output
    delete cut.reasoning
  }
  return cut
}

function callAt(call: ToolCall, at: number): ToolCall | undefined {
  if (callBorn(call) > at) return undefined
  if (!isLater(call.calledAt, at) && !isLater(call.returnedAt, at)) return call
  const cut = { ...call }
  if (isLater(call.calledAt, at)) delete cut.calledAt
  if (isLater(call.returnedAt, at)) {
    delete cut.returnedAt
    delete cut.status
    delete cut.result
    delete cut.check
  }
  return cut
}

/** Given by an agent, while it ran. */
function isOfTheRun({ reviewer, verdict }: Verdict): boolean {
  return reviewer === undefined && verdict !== 'set_aside' && verdict !== 'restored'
}

function totalsOf(turns: ReadonlyMap<string, Turn>): Totals {
  const { totals } = newSessionState('' as SessionId)
  for (const { usage } of turns.values()) addUsage(totals, usage, 1)
  return totals
}

const signs = new WeakMap<SessionState, { of: string; first: ReadonlyMap<string, number> }>()

/** When each agent is first told of; walks over the state once for as long as nothing is added to it. */
function firstSignsOf(state: SessionState): ReadonlyMap<string, number> {
  const { agents, tasks, turns, calls, writes, messages } = state
  const of = [agents, tasks, turns, calls, writes, messages].map(({ size }) => size).join(' ')
  const known = signs.get(state)
  if (known?.of === of) return known.first
  const first = atOnce(findFirstSigns(state))
  signs.set(state, { of, first })
  return first
}

/** When each agent is first told of; who is never told of with a time is left out. */
export function* findFirstSigns({ agents, tasks, turns, calls, writes, messages }: SessionState): Slices<ReadonlyMap<string, number>> {
  const first = new Map<string, number>()
  const meet = (at: number, id: AgentId | undefined) => {
    if (id !== undefined && at < (first.get(id) ?? Number.POSITIVE_INFINITY)) first.set(id, at)
  }
  for (const { id, joinedAt } of agents.values()) if (joinedAt !== undefined) meet(joinedAt, id)
  let n = 0
  for (const { by, to, endedBy, delegatedAt, endedAt } of fieldsOf(tasks, ['by', 'to', 'endedBy', 'delegatedAt', 'endedAt'])) {
    if (delegatedAt !== undefined) {
      meet(delegatedAt, by)
      meet(delegatedAt, to)
    }
    if (endedAt !== undefined) meet(endedAt, endedBy)
    if (++n % A_FEW === 0) yield
  }
  for (const turn of fieldsOf(turns, ['agentId', 'startedAt', 'streamedAt', 'endedAt'])) {
    meet(turnBorn(turn), turn.agentId)
    if (++n % A_FEW === 0) yield
  }
  for (const call of fieldsOf(calls, ['agentId', 'calledAt', 'returnedAt'])) {
    meet(callBorn(call), call.agentId)
    if (++n % A_FEW === 0) yield
  }
  for (const { agentId, at } of fieldsOf(writes, ['agentId', 'at'])) {
    meet(at, agentId)
    if (++n % A_FEW === 0) yield
  }
  for (const { from, to, at } of messages.values()) {
    meet(at, from)
    meet(at, to)
  }
  return first
}
