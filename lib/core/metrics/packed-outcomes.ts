import { OUTCOME_LEVELS, type OutcomeLevel, type TaskRecord } from './task-record'

const GOODNESS = [undefined, 'good', 'bad'] as const

/** Before, after and flaky at each level: five bits a level of `OUTCOME_LEVELS`. */
export function packedOutcomes(outcomes: TaskRecord['outcomes']): number {
  let packed = 0
  OUTCOME_LEVELS.forEach((level, i) => {
    const outcome = outcomes[level]
    if (!outcome) return
    packed |= (GOODNESS.indexOf(outcome.before) | (GOODNESS.indexOf(outcome.after) << 2) | (outcome.flaky ? 16 : 0)) << (5 * i)
  })
  return packed
}

/** Of `packed` outcomes: before, after and flaky at one level. */
export function outcomeBefore(packed: number, level: OutcomeLevel): 'good' | 'bad' | undefined {
  return GOODNESS[(packed >> (5 * OUTCOME_LEVELS.indexOf(level))) & 3]
}

export function outcomeAfter(packed: number, level: OutcomeLevel): 'good' | 'bad' | undefined {
  return GOODNESS[(packed >> (5 * OUTCOME_LEVELS.indexOf(level) + 2)) & 3]
}

export function outcomeFlaky(packed: number, level: OutcomeLevel): boolean {
  return ((packed >> (5 * OUTCOME_LEVELS.indexOf(level) + 4)) & 1) === 1
}
