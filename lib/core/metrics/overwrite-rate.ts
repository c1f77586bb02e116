import type { InterventionKind, Phase } from '../interventions'
import type { Estimate, EstimateOptions, Measured, NotMeasurable } from './estimate'
import type { Clock, TaskRecord } from './task-record'
import { type Cut, CUT_SHORT, incidenceEstimate, unwatched, type Watch, watch } from './watch'

/** Share of delegated tasks cut short within the first k steps. */
export interface OverwriteRateOptions extends EstimateOptions {
  k?: number
  clock?: Clock
}
export const DEFAULT_K = 5

/** OR@k: cut short before completion. The headline. Default clock: turns of the assignee and its master. */
export function overwriteRate(records: readonly TaskRecord[], { k = DEFAULT_K, clock = 'step', ...options }: OverwriteRateOptions = {}): Measured {
  return atK(watch(records, { clock, phases: 'before' }), k, options)
}

/** OR_unit@k: before the first logical unit was complete; the published variant. Later cuts compete. */
export function overwriteRateUnit(records: readonly TaskRecord[], { k = DEFAULT_K, clock = 'step', ...options }: OverwriteRateOptions = {}): Measured {
  return atK(watch(records, { clock, phases: 'before', only: ({ phase }) => phase === 'pre_unit' }), k, options)
}

/**
 * OR_any@k: the same events in any phase; completion does not end the watch, acceptance does. The
 * only one measurable where a sub-agent's call blocks its master. Default clock: opportunities, for
 * there the steps before the first opportunity are all the assignee's own.
 */
export function overwriteRateAny(
  records: readonly TaskRecord[],
  { k = DEFAULT_K, clock = 'opportunity', ...options }: OverwriteRateOptions = {},
): Measured & { afterCompletion?: number } {
  const watched = watch(records, { clock, phases: 'any' })
  const measured = atK(watched, k, options)
  if (!('value' in measured)) return measured
  const cut = watched.tasks.filter(({ fate }) => fate.how === 'cut_short' && fate.clocks[clock] <= k)
  const after = cut.filter(({ fate }) => fate.how === 'cut_short' && (fate.phase === 'post_completion' || fate.phase === 'post_acceptance'))
  return { ...measured, afterCompletion: cut.length > 0 ? after.length / cut.length : undefined }
}

function atK(watched: Watch, k: number, options: EstimateOptions): Measured {
  const nothing = unwatched(watched)
  if (nothing) return nothing
  const estimate = incidenceEstimate(watched, CUT_SHORT, k, options)
  if (!estimate.effectiveN)
    return {
      code: 'nobody_at_risk',
      reason: `Not measurable here: no task was watched through the first ${k} ${UNITS[watched.clock]}; the masters' first chances came later.`,
    }
  return { ...estimate, note: withExcluded(estimate.note, watched) }
}

const UNITS: Record<Clock, string> = { step: 'steps', tokens: 'tokens', opportunity: 'opportunities' }

function withExcluded(own: string | undefined, { left: { noOpportunity } }: Watch): string | undefined {
  const out = noOpportunity > 0 ? `${noOpportunity} ${noOpportunity === 1 ? 'task' : 'tasks'} could not be intervened in` : undefined
  return [own, out].filter(Boolean).join('; ') || undefined
}

interface ByKOptions extends EstimateOptions {
  upTo?: number
  clock?: Clock
  phases?: 'before' | 'any'
}

/** OR@k for k = 1 … upTo: the choice of k shown for what it is. */
export function overwriteRateByK(
  records: readonly TaskRecord[],
  { upTo = 20, clock = 'step', phases = 'before', ...options }: ByKOptions = {},
): { k: number; estimate: Estimate }[] | NotMeasurable {
  const watched = watch(records, { clock, phases })
  return unwatched(watched) ?? Array.from({ length: upTo }, (_, i) => ({ k: i + 1, estimate: incidenceEstimate(watched, CUT_SHORT, i + 1, options) }))
}

/** OR@k in parts that add up to it, by phase and kind of what cut the task short. */
export function overwriteRateParts(
  records: readonly TaskRecord[],
  { k = DEFAULT_K, clock = 'step', ...options }: OverwriteRateOptions = {},
): { cut: Cut; estimate: Estimate }[] | NotMeasurable {
  const watched = watch(records, { clock, phases: 'before' })
  const nothing = unwatched(watched)
  if (nothing) return nothing
  const seen = new Map<string, Cut>()
  for (const { end } of watched.tasks) if (end.how === 'cut_short') seen.set(`${end.phase} ${end.kind}`, { phase: end.phase, kind: end.kind })
  return [...seen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, cut]) => {
      const only = watch(records, {
        clock,
        phases: 'before',
        only: ({ phase, kind }: { phase: Phase; kind: InterventionKind }) => phase === cut.phase && kind === cut.kind,
      })
      return { cut, estimate: incidenceEstimate(only, CUT_SHORT, k, options) }
    })
}
