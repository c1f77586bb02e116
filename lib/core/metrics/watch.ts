import { aalenJohansen, type CompetingRisks, effectiveSize, incidenceAt } from '../stats/aalen-johansen'
import { studentQuantile, zOf } from '../stats/distributions'
import { wilsonAt } from '../stats/proportion'
import { SurvivalCollector, type SurvivalData } from '../stats/survival-data'
import type { InterventionKind, Phase } from '../interventions'
import { displayOf, type Estimate, type EstimateOptions, type NotMeasurable, noneNote } from './estimate'
import type { Clock, TaskEnd, TaskFate, TaskRecord } from './task-record'

/**
 * Tasks under watch: who is at risk of being cut short, from when, until what.
 *
 *   D0' all delegated tasks
 *   D0  those whose assignee put something out
 *   D1  those of D0 that the master had at least one chance to step into; default, because where a
 *       call blocks the master nothing can happen, and 0 % would praise the harness
 *
 * On the opportunity clock a task of D1 is watched from 0; on the step and token clocks it comes
 * under watch at its first opportunity, else fast tasks would look immune.
 */
export interface WatchOptions {
  clock: Clock
  /** `before`: completion ends the watch. `any`: only acceptance, failure or the end of the session do. */
  phases: 'before' | 'any'
  population?: 'D0' | 'D1'
  /** Count only such events as the event; other ways of being cut short then compete (cause 4). */
  only?: (cut: Cut) => boolean
}

export interface Cut {
  kind: InterventionKind
  phase: Phase
}

/** Causes in the order of the disposition bar. 4 exists only with `only`. */
export const CUT_SHORT = 1
export const COMPLETED = 2
export const FAILED = 3
export const CUT_OTHERWISE = 4
export const CAUSES = 4

export interface Watch {
  data: SurvivalData
  curve: CompetingRisks
  /** The tasks behind the data, in its order. */
  tasks: TaskRecord[]
  clock: Clock
  left: {
    /** Never put anything out. */
    notStarted: number
    /** The master had no chance. */
    noOpportunity: number
    /** No token counts, on the token clock. */
    noTokens: number
  }
}

export function watch(records: readonly TaskRecord[], { clock, phases, population = 'D1', only }: WatchOptions): Watch {
  const left = { notStarted: 0, noOpportunity: 0, noTokens: 0 }
  const tasks: TaskRecord[] = []
  const collector = new SurvivalCollector(records.length)
  for (const record of records) {
    const until = phases === 'before' ? record.end : record.fate
    const opportunities = phases === 'before' ? record.opportunitiesBeforeEnd : until.how === 'cut_short' ? 1 : until.clocks.opportunity
    if (!record.started) left.notStarted += 1
    else if (population === 'D1' && opportunities < 1) left.noOpportunity += 1
    else if (clock === 'tokens' && !record.tokensKnown) left.noTokens += 1
    else {
      tasks.push(record)
      collector.add(timeOn(clock, until, population), causeOf(until, only), population === 'D1' ? entryOn(clock, record, until) : undefined, record.sessionId)
    }
  }
  const data = collector.data()
  return { data, curve: aalenJohansen(data, CAUSES), tasks, clock, left }
}

function timeOn(clock: Clock, until: TaskEnd | TaskFate, population: 'D0' | 'D1'): number {
  const time = until.clocks[clock]
  // stepping in is itself an opportunity, also where the log shows no turn for it
  return clock === 'opportunity' && population === 'D1' ? Math.max(1, time) : time
}

/** Half a unit before the first opportunity: an event at that very reading is one that could be seen. */
function entryOn(clock: Clock, { firstOpportunity }: TaskRecord, until: TaskEnd | TaskFate): number | undefined {
  if (clock === 'opportunity' || !firstOpportunity) return undefined
  return Math.min(firstOpportunity[clock], until.clocks[clock]) - 0.5
}

function causeOf(until: TaskEnd | TaskFate, only: WatchOptions['only']): number {
  switch (until.how) {
    case 'cut_short':
      return !only || only(until) ? CUT_SHORT : CUT_OTHERWISE
    case 'completed':
    case 'accepted':
      return COMPLETED
    case 'failed':
      return FAILED
    case 'censored':
      return 0
  }
}

/** Why a watch can say nothing; undefined where it can. */
export function unwatched({ data, left, clock }: Watch): NotMeasurable | undefined {
  if (data.n > 0) return undefined
  if (left.noTokens > 0) return { code: 'no_tokens', reason: 'Not measurable here: the source gives no token counts.' }
  if (left.noOpportunity > 0)
    return {
      code: 'no_opportunity',
      reason: `Not measurable here: in none of ${left.noOpportunity} tasks did the master have a turn in which it could have stepped in.`,
    }
  return { code: 'no_tasks', reason: clock === 'tokens' ? 'No task has put out a token yet.' : 'No task has been worked on yet.' }
}

/**
 * F_cause(t) with its interval: Wilson at the number of independent tasks that would say as much,
 * Student's t on the sessions.
 */
export function incidenceEstimate(
  { data, curve, tasks }: Watch,
  cause: number,
  t: number,
  { level = 0.95, scope = 'sessions' }: EstimateOptions = {},
): Estimate {
  const value = Math.min(1, Math.max(0, incidenceAt(curve, cause, t)))
  const { effectiveN, clusters } = effectiveSize(curve, data, cause, t)
  let events = 0
  for (let i = 0; i < data.n; i++) if (data.cause[i] === cause && (data.time[i] as number) <= t) events++
  const base = { value, level, n: tasks.length, clusters, effectiveN, events, display: displayOf(tasks.length, clusters, scope) }
  const method = 'Aalen-Johansen'
  if (effectiveN <= 0) return { ...base, method, note: 'no task was watched that far' }
  if (scope === 'sessions' && clusters < 2) return { ...base, method, note: 'one session: no telling what others do' }
  const clustered = scope === 'sessions' && data.clustered
  const multiplier = clustered ? studentQuantile(1 - (1 - level) / 2, clusters - 1) : zOf(level)
  const limits = wilsonAt(value * effectiveN, effectiveN, multiplier)
  return {
    ...base,
    low: limits.low,
    high: limits.high,
    method: `${method}; Wilson at the effective size${clustered ? ', clustered by session (t)' : ''}`,
    note: noneNote(events, tasks.length),
  }
}
