import { DETECTOR_PARAMETERS } from '../interventions'
import type { Measured } from './estimate'
import { DEFAULT_K, overwriteRate, type OverwriteRateOptions } from './overwrite-rate'
import type { InterventionFact, TaskRecord } from './task-record'
import { type TaskList, tasksIn } from './tasks'

/** The thresholds that a reader may move; the detector's own is 0.70. */
export const THRESHOLDS: readonly number[] = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]
/** A finding that flips in here is a finding about the threshold. */
export const UNCERTAIN_THRESHOLDS = { low: 0.6, high: 0.8 } as const

/**
 * OR@k with "overwrite" meaning: less than theta of the sub-agent's tokens survived. Read from the
 * survival stored with each change; interrupts and takeovers have no threshold and count at each.
 */
export function overwriteRateByThreshold(
  list: TaskList,
  { k = DEFAULT_K, thresholds = THRESHOLDS, ...options }: OverwriteRateOptions & { thresholds?: readonly number[] } = {},
): { theta: number; measured: Measured }[] {
  const tasks = tasksIn(list)
  return thresholds.map((theta) => ({ theta, measured: overwriteRate(tasks.at(theta), { k, ...options }) }))
}

/** The record as it would be with another threshold for "overwrite"; with the detector's own, the record itself. */
export function atThreshold(record: TaskRecord, theta: number): TaskRecord {
  if (theta === DETECTOR_PARAMETERS.overwriteBelow || record.alternative) return record
  const { endWithoutCut } = record
  const cut = record.interventions.find((fact) => (fact.phase === 'pre_unit' || fact.phase === 'pre_completion') && isCutAt(fact, theta))
  if (!cut || (endWithoutCut.at !== undefined && cut.occurredAt > endWithoutCut.at)) {
    return record.end.how === 'cut_short' ? { ...record, end: endWithoutCut, opportunitiesBeforeEnd: endWithoutCut.clocks.opportunity } : record
  }
  const { firstOpportunity = cut.clocks } = record
  return {
    ...record,
    firstOpportunity: {
      tokens: Math.min(firstOpportunity.tokens, cut.clocks.tokens),
      step: Math.min(firstOpportunity.step, cut.clocks.step),
      opportunity: Math.min(firstOpportunity.opportunity, cut.clocks.opportunity),
    },
    opportunitiesBeforeEnd: Math.max(1, cut.clocks.opportunity),
    end: { how: 'cut_short', kind: cut.kind, phase: cut.phase, clocks: cut.clocks, at: cut.occurredAt },
  }
}

/** Rises with theta; at the detector's own threshold it says what the detector said. */
function isCutAt(fact: InterventionFact, theta: number): boolean {
  const { overwriteBelow, minDestroyed } = DETECTOR_PARAMETERS
  const { kind, flags, survival = 1, cumulativeSurvival = 1, destroyed } = fact
  if (flags.includes('requested') || flags.includes('race')) return false
  if (kind === 'interrupt' || kind === 'takeover') return true
  const below = survival < theta || (flags.includes('cumulative') && cumulativeSurvival < theta)
  if (kind === 'overwrite') return theta >= overwriteBelow || below
  if (kind !== 'revise' && kind !== 'touch') return false
  return theta > overwriteBelow && !flags.includes('comments_only') && destroyed >= minDestroyed && survival < theta
}
