import { INTERVENTION_KINDS } from '../interventions'
import type { EstimateOptions, Measured } from './estimate'
import { STARTED, TOKENS_KNOWN } from './packed-session'
import { HOW, REASONS } from './task-columns'
import type { CensorReason, Clock } from './task-record'
import { type TaskList, tasksIn } from './tasks'
import { COMPLETED, incidenceEstimate, unwatched, watch } from './watch'

/**
 * Autonomous completion: the assignee reached completion and nobody had cut it short before, F2 at
 * the end of all watching. On D1 by default: completing where nobody could interfere shows nothing.
 * On the token clock; on steps where some of the tasks have no token counts. Both begin with few
 * tasks under watch, and if the very first is cut short nothing can complete after it: over many
 * sessions ask for the opportunity clock, where every task of D1 is watched from 0.
 */
export function autonomousCompletion(
  list: TaskList,
  { population = 'D1', clock: asked, ...options }: EstimateOptions & { population?: 'D0' | 'D1'; clock?: Clock } = {},
): Measured {
  const tasks = tasksIn(list)
  const { flags } = tasks.table
  const counted = () => tasks.rows.every((row) => ((flags[row] as number) & (STARTED | TOKENS_KNOWN)) !== STARTED)
  const clock = asked ?? (counted() ? 'tokens' : 'step')
  const watched = watch(tasks, { clock, phases: 'before', population })
  const nothing = unwatched(watched)
  if (nothing) return nothing
  const estimate = incidenceEstimate(watched, COMPLETED, Number.POSITIVE_INFINITY, options)
  return { ...estimate, method: `${estimate.method}; ${CLOCKS[clock]} clock` }
}

const CLOCKS: Record<Clock, string> = { tokens: 'token', step: 'step', opportunity: 'opportunity' }

/** Completed and then left as it was until it was accepted: the same, completion not ending the watch. */
export function leftAlone(list: TaskList, options: EstimateOptions = {}): Measured {
  const watched = watch(list, { clock: 'opportunity', phases: 'any' })
  return unwatched(watched) ?? incidenceEstimate(watched, COMPLETED, Number.POSITIVE_INFINITY, options)
}

/** What became of every task that was begun. The parts are disjoint and sum to `n`. */
export interface Disposition {
  n: number
  cutShort: number
  completed: number
  failed: number
  /** Still going, or the session ended over it. */
  open: number
  /** Ended by a person, a limit of the harness, at the assignee's own request, or by nobody known. */
  stopped: number
  stoppedWhy: Partial<Record<CensorReason, number>>
  /** Delegated and never begun: beside the bar, not in it. */
  notStarted: number
  /** Of these, made by the master itself. */
  takenOverUnstarted: number
}

export function disposition(list: TaskList): Disposition {
  const tasks = tasksIn(list)
  const { how, why } = tasks.ends
  const bar: Disposition = { n: 0, cutShort: 0, completed: 0, failed: 0, open: 0, stopped: 0, stoppedWhy: {}, notStarted: 0, takenOverUnstarted: 0 }
  for (const row of tasks.rows) {
    if (((tasks.table.flags[row] as number) & STARTED) === 0) {
      bar.notStarted += 1
      if (how[row] === HOW.cut_short && INTERVENTION_KINDS[why[row] as number] === 'takeover') bar.takenOverUnstarted += 1
      continue
    }
    bar.n += 1
    if (how[row] === HOW.cut_short) bar.cutShort += 1
    else if (how[row] === HOW.completed) bar.completed += 1
    else if (how[row] === HOW.failed) bar.failed += 1
    else {
      const reason = REASONS[why[row] as number] ?? 'stopped'
      if (reason === 'running' || reason === 'session_ended') bar.open += 1
      else {
        bar.stopped += 1
        bar.stoppedWhy[reason] = (bar.stoppedWhy[reason] ?? 0) + 1
      }
    }
  }
  return bar
}
