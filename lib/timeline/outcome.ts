import { type ToolCall, type Turn, turnOutputTokens } from '@/lib/core/session'
import { look } from '@/lib/core/table'
import { type Bars, CALL, CANCELLED, DELEGATE, DONE, FAILED, NOTE, OPEN, RUNNING, TEXT, TOOL, TURN, WRITE, WRITE_EVENT } from './bars'
import type { Lane } from './lane'
import type { Rows } from './rows'

/** What a bar's subject has come to so far. */
export interface Outcome {
  /** Epoch ms, at least the start; Infinity while it runs. */
  end: number
  state: number
  kind: number
  /** NaN where not known. */
  tokens: number
  /** More may still be told of its end. */
  mayEnd: boolean
}

// One object for all: what it says holds until the next call.
const out: Outcome = { end: 0, state: DONE, kind: TEXT, tokens: Number.NaN, mayEnd: false }

/**
 * A turn without an end runs while it is its agent's newest; a call while its agent has not gone on to
 * another turn, or while the work that it delegated is under way; nothing runs in a session that has
 * ended. Everything else without an end is `open`: shown to its last sign of life and no further.
 */
export function outcomeOf(rows: Rows, bar: number, lane: Lane): Outcome {
  const { bars } = rows
  const start = bars.start.at(bar)
  const subject = bars.subject(bar)
  out.tokens = Number.NaN
  let end = start
  let state = DONE
  let kind = TEXT
  let mayEnd = false
  switch (bars.subjectKind.at(bar)) {
    case TURN: {
      const turn = subject as Turn
      out.tokens = turnOutputTokens(turn) ?? Number.NaN
      kind = rows.turnWrites.has(turn.id) ? WRITE : TEXT
      if (turn.endedAt !== undefined) {
        end = turn.endedAt
        state = stateOfTurn(turn.finish)
        break
      }
      const sign = Math.max(start, turn.streamedAt ?? start)
      const task = turn.taskId && look(rows.state.tasks, turn.taskId)
      if (sign < lane.newestTurn) {
        end = sign
        state = OPEN
      } else if (task && task.endedAt !== undefined && task.endedAt >= start) {
        end = Math.max(sign, task.endedAt)
        state = task.endStatus === 'cancelled' || task.endStatus === 'rejected' ? CANCELLED : OPEN
        if (state === OPEN) end = sign
        mayEnd = true
      } else {
        mayEnd = true
        state = rows.state.facts.endedAt === undefined ? RUNNING : OPEN
        end = state === RUNNING ? Number.POSITIVE_INFINITY : sign
      }
      break
    }
    case CALL: {
      const call = subject as ToolCall
      const tasks = rows.callTasks.get(call.id)?.map((id) => look(rows.state.tasks, id))
      kind = tasks ? DELEGATE : rows.callWrites.has(call.id) ? WRITE : TOOL
      const waiting = tasks?.some((task) => task && task.endedAt === undefined) ?? false
      if (call.returnedAt !== undefined) {
        end = call.returnedAt
        state = stateOfCall(call.status, call.check?.ok)
      } else if (rows.state.facts.endedAt !== undefined || (lane.newestTurn > start && !waiting)) {
        state = OPEN
        mayEnd = waiting
      } else {
        state = RUNNING
        end = Number.POSITIVE_INFINITY
        mayEnd = true
      }
      break
    }
    case WRITE_EVENT:
      kind = WRITE
      break
    default:
      kind = NOTE
  }
  out.end = Math.max(start, end)
  out.state = state
  out.kind = kind
  out.mayEnd = mayEnd
  return out
}

/** Of a turn that has ended. */
export function stateOfTurn(finish: string | undefined): number {
  return finish === 'error' ? FAILED : finish === 'cancelled' ? CANCELLED : DONE
}

/** Of a call that has returned; `ok`: what its check says. */
export function stateOfCall(status: string | undefined, ok: boolean | undefined): number {
  return status === 'error' || ok === false ? FAILED : status === 'cancelled' ? CANCELLED : DONE
}

// Between the calls of a turn that is at work on them, ms.
const BREATH = 400
// Used again for each turn.
const siblings: number[] = []

/** Where a turn's own calls take over: the start of the first that overlaps it, if they cover what is left of it. */
export function untilOf(bars: Bars, turn: number, lane: Lane, end: number): number {
  const start = bars.start.at(turn)
  if (bars.call.at(turn) < 0) return end
  siblings.length = 0
  for (let call = bars.call.at(turn); call >= 0; call = bars.call.at(call)) siblings.push(call)
  if (siblings.length > 1) siblings.sort((a, b) => bars.compare(a, b))
  let first = Number.POSITIVE_INFINITY
  let covered = start
  for (const bar of siblings) {
    if (bars.lane.at(bar) !== lane.number) continue
    const from = bars.start.at(bar)
    if (from >= end) break
    if (from <= start) return end
    if (first === Number.POSITIVE_INFINITY) first = covered = from
    if (from > covered + BREATH) return end
    covered = Math.max(covered, bars.end.at(bar))
  }
  return first < end && covered + BREATH >= end ? first : end
}
