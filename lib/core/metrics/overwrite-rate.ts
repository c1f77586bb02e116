import { INTERVENTION_KINDS, type InterventionKind, type Phase } from '../interventions'
import { incidenceSpreads } from '../stats/aalen-johansen'
import type { Estimate, EstimateOptions, Measured, NotMeasurable } from './estimate'
import { STARTED, TOKENS_KNOWN } from './packed-session'
import { HOW, PHASES } from './task-columns'
import type { Clock } from './task-record'
import { type TaskList, Tasks, tasksIn } from './tasks'
import { CUT_SHORT, type Cut, incidenceEstimate, unwatched, type Watch, watch } from './watch'

/** Share of delegated tasks cut short within the first k steps. */
export interface OverwriteRateOptions extends EstimateOptions {
  k?: number
  clock?: Clock
}
export const DEFAULT_K = 5

/** OR@k: cut short before completion. The headline. Default clock: turns of the assignee and its master. */
export function overwriteRate(list: TaskList, { k = DEFAULT_K, clock = 'step', ...options }: OverwriteRateOptions = {}): Measured {
  return atK(watch(list, { clock, phases: 'before' }), k, options)
}

/** OR_unit@k: before the first logical unit was complete; the published variant. Later cuts compete. */
export function overwriteRateUnit(list: TaskList, { k = DEFAULT_K, clock = 'step', ...options }: OverwriteRateOptions = {}): Measured {
  return atK(watch(list, { clock, phases: 'before', only: ({ phase }) => phase === 'pre_unit' }), k, options)
}

/**
 * OR_any@k: the same events in any phase; completion does not end the watch, acceptance does. The
 * only one measurable where a sub-agent's call blocks its master. Default clock: opportunities, for
 * there the steps before the first opportunity are all the assignee's own.
 */
export function overwriteRateAny(
  list: TaskList,
  { k = DEFAULT_K, clock = 'opportunity', ...options }: OverwriteRateOptions = {},
): Measured & { afterCompletion?: number } {
  const { table, rows } = tasksIn(list)
  const tasks = new Tasks(table, rows)
  const measured = atK(watch(tasks, { clock, phases: 'any' }), k, options)
  if (!('value' in measured)) return measured
  const { how, phase, [clock]: at } = table.fates
  let [cut, after] = [0, 0]
  for (const row of rows) {
    // whoever was cut short was watched, unless nothing of it is known on this clock
    if (how[row] !== HOW.cut_short || !((at[row] as number) <= k) || ((table.flags[row] as number) & STARTED) === 0) continue
    if (clock === 'tokens' && ((table.flags[row] as number) & TOKENS_KNOWN) === 0) continue
    cut += 1
    if ((phase[row] as number) >= AFTER_COMPLETION) after += 1
  }
  return { ...measured, afterCompletion: cut > 0 ? after / cut : undefined }
}

/** The first of `PHASES` that comes after completion. */
const AFTER_COMPLETION = PHASES.indexOf('post_completion')

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
  list: TaskList,
  { upTo = 20, clock = 'step', phases = 'before', ...options }: ByKOptions = {},
): { k: number; estimate: Estimate }[] | NotMeasurable {
  const watched = watch(list, { clock, phases })
  const nothing = unwatched(watched)
  if (nothing) return nothing
  const steps = Array.from({ length: upTo }, (_, i) => i + 1)
  const spreads = incidenceSpreads(watched.curve, watched.data, CUT_SHORT, steps)
  return steps.map((k, i) => ({ k, estimate: incidenceEstimate(watched, CUT_SHORT, k, options, spreads[i]) }))
}

/** OR@k in parts that add up to it, by phase and kind of what cut the task short. */
export function overwriteRateParts(
  list: TaskList,
  { k = DEFAULT_K, clock = 'step', ...options }: OverwriteRateOptions = {},
): { cut: Cut; estimate: Estimate }[] | NotMeasurable {
  const tasks = tasksIn(list)
  const watched = watch(tasks, { clock, phases: 'before' })
  const nothing = unwatched(watched)
  if (nothing) return nothing
  const seen = new Map<string, Cut>()
  const { how, why, phase: phases } = tasks.ends
  for (const row of tasks.rows) {
    const [phase, kind] = [PHASES[phases[row] as number], INTERVENTION_KINDS[why[row] as number]]
    if (how[row] === HOW.cut_short && ((tasks.table.flags[row] as number) & STARTED) !== 0 && phase && kind) seen.set(`${phase} ${kind}`, { phase, kind })
  }
  return [...seen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, cut]) => {
      const only = watch(tasks, {
        clock,
        phases: 'before',
        only: ({ phase, kind }: { phase: Phase; kind: InterventionKind }) => phase === cut.phase && kind === cut.kind,
      })
      return { cut, estimate: incidenceEstimate(only, CUT_SHORT, k, options) }
    })
}
