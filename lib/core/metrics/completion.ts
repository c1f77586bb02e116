import type { EstimateOptions, Measured } from './estimate'
import type { CensorReason, Clock, TaskRecord } from './task-record'
import { COMPLETED, incidenceEstimate, unwatched, watch } from './watch'

/**
 * Autonomous completion: the assignee reached completion and nobody had cut it short before, F2 at
 * the end of all watching. On D1 by default: completing where nobody could interfere shows nothing.
 * On the token clock; on steps where some of the tasks have no token counts. Both begin with few
 * tasks under watch, and if the very first is cut short nothing can complete after it: over many
 * sessions ask for the opportunity clock, where every task of D1 is watched from 0.
 */
export function autonomousCompletion(
  records: readonly TaskRecord[],
  { population = 'D1', clock: asked, ...options }: EstimateOptions & { population?: 'D0' | 'D1'; clock?: Clock } = {},
): Measured {
  const clock = asked ?? (records.every(({ started, tokensKnown }) => tokensKnown || !started) ? 'tokens' : 'step')
  const watched = watch(records, { clock, phases: 'before', population })
  const nothing = unwatched(watched)
  if (nothing) return nothing
  const estimate = incidenceEstimate(watched, COMPLETED, Number.POSITIVE_INFINITY, options)
  return { ...estimate, method: `${estimate.method}; ${CLOCKS[clock]} clock` }
}

const CLOCKS: Record<Clock, string> = { tokens: 'token', step: 'step', opportunity: 'opportunity' }

/** Completed and then left as it was until it was accepted: the same, completion not ending the watch. */
export function leftAlone(records: readonly TaskRecord[], options: EstimateOptions = {}): Measured {
  const watched = watch(records, { clock: 'opportunity', phases: 'any' })
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

export function disposition(records: readonly TaskRecord[]): Disposition {
  const bar: Disposition = { n: 0, cutShort: 0, completed: 0, failed: 0, open: 0, stopped: 0, stoppedWhy: {}, notStarted: 0, takenOverUnstarted: 0 }
  for (const { started, end } of records) {
    if (!started) {
      bar.notStarted += 1
      if (end.how === 'cut_short' && end.kind === 'takeover') bar.takenOverUnstarted += 1
      continue
    }
    bar.n += 1
    switch (end.how) {
      case 'cut_short':
        bar.cutShort += 1
        break
      case 'completed':
        bar.completed += 1
        break
      case 'failed':
        bar.failed += 1
        break
      case 'censored':
        if (end.why === 'running' || end.why === 'session_ended') bar.open += 1
        else {
          bar.stopped += 1
          bar.stoppedWhy[end.why] = (bar.stoppedWhy[end.why] ?? 0) + 1
        }
    }
  }
  return bar
}
