import type { AgentId, TurnId } from '@/lib/core/ids'
import { DESTRUCTIVE_KINDS, type Intervention } from '@/lib/core/interventions'
import type { SessionState, ToolCall, Touched, Turn } from '@/lib/core/session'
import { turnEnd } from '@/lib/core/session'
import type { Strip } from '@/lib/live/protocol'

export const STRIP_MS = 120_000
const LANES = 8
const BARS = 80

interface Bar {
  agentId: AgentId
  start: number
  end: number
  kind: 0 | 1 | 2 | 3
}

/**
 * The last two minutes of a session's lanes, for the list. Keeps only what may still be in view, so
 * that drawing one does not depend on the session's length.
 */
export class RecentStrip {
  private readonly turns = new Set<Turn>()
  private readonly calls = new Set<ToolCall>()

  take(touched: Touched): void {
    for (const turn of touched.turns) this.turns.add(turn)
    for (const call of touched.calls) this.calls.add(call)
  }

  draw(state: SessionState, findings: Iterable<Intervention>, master: AgentId | undefined): Strip | undefined {
    const to = state.lastAt
    if (to === undefined) return undefined
    const from = to - STRIP_MS
    const marks: Intervention[] = []
    const destroyed = new Set<TurnId>()
    for (const finding of findings) {
      if (!DESTRUCTIVE_KINDS.has(finding.kind) || finding.occurredAt < from || finding.occurredAt > to) continue
      marks.push(finding)
      if (finding.target?.turnId !== undefined) destroyed.add(finding.target.turnId)
    }
    const bars: Bar[] = []
    for (const turn of this.turns) {
      const start = turn.startedAt ?? turn.endedAt
      const end = turn.endedAt === undefined && state.facts.endedAt === undefined ? to : turnEnd(turn)
      if (end !== undefined && end < from) this.turns.delete(turn)
      else if (start !== undefined && end !== undefined && turn.agentId !== undefined) {
        bars.push({ agentId: turn.agentId, start, end, kind: destroyed.has(turn.id) ? 3 : turn.agentId === master ? 0 : 1 })
      }
    }
    for (const call of this.calls) {
      const end = call.returnedAt ?? (state.facts.endedAt === undefined ? to : call.calledAt)
      if (end !== undefined && end < from) this.calls.delete(call)
      else if (call.calledAt !== undefined && end !== undefined && call.agentId !== undefined) {
        bars.push({ agentId: call.agentId, start: call.calledAt, end, kind: 2 })
      }
    }
    bars.sort((a, b) => a.start - b.start || a.end - b.end || a.kind - b.kind || (a.agentId < b.agentId ? -1 : 1))
    const { lanes, count } = lanesOf(bars, marks, master)
    const ms = (at: number) => Math.round(Math.min(Math.max(at - from, 0), STRIP_MS))
    const laneOf = (id: AgentId) => lanes.get(id)
    return {
      from,
      to,
      lanes: count,
      bars: joined(
        bars.flatMap((bar): Strip['bars'] => {
          const lane = laneOf(bar.agentId)
          return lane === undefined ? [] : [[lane, ms(bar.start), ms(bar.end), bar.kind]]
        }),
      ),
      marks: marks.flatMap((mark): Strip['marks'] => {
        const lane = laneOf(mark.assigneeId)
        return lane === undefined ? [] : [[ms(mark.occurredAt), lane]]
      }),
    }
  }
}

/** The master first, then agents as they come into view. More agents than lanes share lanes: what is busy looks busy. */
function lanesOf(bars: readonly Bar[], marks: readonly Intervention[], master: AgentId | undefined): { lanes: Map<AgentId, number>; count: number } {
  const lanes = new Map<AgentId, number>()
  const first = master !== undefined && bars.some((bar) => bar.agentId === master) ? 1 : 0
  if (first === 1 && master !== undefined) lanes.set(master, 0)
  const add = (id: AgentId) => {
    if (!lanes.has(id)) lanes.set(id, lanes.size < LANES ? lanes.size : first + ((lanes.size - first) % (LANES - first)))
  }
  for (const bar of bars) add(bar.agentId)
  for (const mark of marks) add(mark.assigneeId)
  return { lanes, count: Math.min(lanes.size, LANES) }
}

/** Of so many bars that nobody could tell them apart, neighbours of one kind become one: the finer the fewer there are, ms. */
const FINEST = 250

function joined(bars: Strip['bars']): Strip['bars'] {
  const different = [...new Map(bars.map((bar) => [bar.join(' '), bar])).values()]
  let fewer = different
  for (let gap = FINEST; fewer.length > BARS && gap < STRIP_MS; gap *= 2) fewer = joinedWithin(different, gap)
  return fewer
}

function joinedWithin(bars: Strip['bars'], gap: number): Strip['bars'] {
  const out: Strip['bars'] = []
  const open = new Map<string, Strip['bars'][number]>()
  for (const [lane, from, to, kind] of bars) {
    const key = `${lane} ${kind}`
    const last = open.get(key)
    if (last && from <= last[2] + gap) last[2] = Math.max(last[2], to)
    else {
      const begun: Strip['bars'][number] = [lane, from, to, kind]
      open.set(key, begun)
      out.push(begun)
    }
  }
  return out
}
