import { type Detection, detection } from '../stats/detection'
import { studentQuantile } from '../stats/distributions'
import { displayOf, type Estimate, type EstimateOptions, type Measured, type NotMeasurable, shareOf, tallies } from './estimate'
import { OUTCOME_LEVELS, type OutcomeLevel, type TaskRecord } from './task-record'

/**
 * Does the master step in where the work is bad (discrimination, d'), and does it step in too readily
 * whatever the work (bias, c)? Two complaints, two numbers. Good and bad by checks of the work before
 * any change of a master's; stepping in is a cut, in any phase, or a rejection, unsolicited.
 */
export interface Discrimination {
  level: OutcomeLevel
  badTouched: number
  bad: number
  goodTouched: number
  good: number
  /** P(steps in | bad). */
  caught: Measured
  /** P(leaves alone | good). */
  respected: Measured
  sensitivity: Estimate
  bias: Estimate
}

const STEPPING_IN = new Set(['overwrite', 'interrupt', 'takeover', 'reject'])

export function discrimination(
  records: readonly TaskRecord[],
  { level: confidence = 0.95, scope = 'sessions', outcome }: EstimateOptions & { outcome?: OutcomeLevel } = {},
): Discrimination | NotMeasurable {
  const level = outcome ?? OUTCOME_LEVELS.find((candidate) => has(records, candidate, 'good') && has(records, candidate, 'bad'))
  const judged = level === undefined ? [] : records.filter((record) => record.outcomes[level]?.before !== undefined && !record.alternative)
  const of = (what: 'good' | 'bad') => judged.filter((record) => level !== undefined && record.outcomes[level]?.before === what)
  const good = of('good')
  const bad = of('bad')
  if (level === undefined || good.length === 0 || bad.length === 0) {
    return {
      code: 'no_outcomes',
      reason: 'To tell a good intervention from a bad one it takes tasks of known outcome, some good and some bad, checked before a master touched them.',
    }
  }
  const touched = (list: readonly TaskRecord[]) => list.filter(steppedIn).length
  const whole = detection(touched(bad), bad.length, touched(good), good.length, confidence)
  const errors = scope === 'sessions' ? jackknife(bad, good) : undefined
  const n = judged.length
  const clusters = new Set(judged.map(({ sessionId }) => sessionId)).size
  const clustered = clusters < n
  const base = { level: confidence, n, clusters, display: displayOf(n, clusters, scope) }
  const estimate = (value: number, error: number | undefined, plain: { low: number; high: number } | undefined): Estimate => {
    if (error !== undefined && clustered) {
      const spread = studentQuantile(1 - (1 - confidence) / 2, clusters - 1) * error
      return { ...base, value, low: value - spread, high: value + spread, method: 'signal detection, log-linear; session jackknife (t)' }
    }
    if (scope === 'sessions' && clusters < 2) return { ...base, value, method: 'signal detection, log-linear', note: 'one session: no telling what others do' }
    const few = good.length < 30 || bad.length < 30
    return {
      ...base,
      value,
      ...plain,
      method: 'signal detection, log-linear; large-sample variance',
      note: few ? 'fewer than 30 good or 30 bad: the interval is approximate' : undefined,
    }
  }
  // c is half the sum of what d' is the difference of: the same variance, a quarter of it
  const half = (whole.sensitivityInterval.high - whole.sensitivityInterval.low) / 4
  const nothing = (what: string): NotMeasurable => ({ code: 'no_outcomes', reason: `No ${what} work of known outcome.` })
  return {
    level,
    badTouched: touched(bad),
    bad: bad.length,
    goodTouched: touched(good),
    good: good.length,
    caught: shareOf(tallies(bad, steppedIn), nothing('bad'), { level: confidence, scope }),
    respected: shareOf(
      tallies(good, (record) => !steppedIn(record)),
      nothing('good'),
      { level: confidence, scope },
    ),
    sensitivity: estimate(whole.sensitivity, errors?.sensitivity, whole.sensitivityInterval),
    bias: estimate(whole.bias, errors?.bias, { low: whole.bias - half, high: whole.bias + half }),
  }
}

function has(records: readonly TaskRecord[], level: OutcomeLevel, what: 'good' | 'bad'): boolean {
  return records.some((record) => record.outcomes[level]?.before === what)
}

/** Unsolicited only: what the sub-agent asked for, or a collision, is no verdict on its work. */
function steppedIn({ interventions }: TaskRecord): boolean {
  return interventions.some(({ kind, flags }) => STEPPING_IN.has(kind) && !flags.includes('requested') && !flags.includes('race'))
}

/** Standard errors by leaving out one session at a time. Undefined with fewer than two sessions. */
function jackknife(bad: readonly TaskRecord[], good: readonly TaskRecord[]): { sensitivity: number; bias: number } | undefined {
  const perSession = new Map<string, { hit: number; bad: number; falseAlarm: number; good: number }>()
  const total = { hit: 0, bad: 0, falseAlarm: 0, good: 0 }
  const count = (list: readonly TaskRecord[], touchedAs: 'hit' | 'falseAlarm', as: 'bad' | 'good') => {
    for (const record of list) {
      let own = perSession.get(record.sessionId)
      if (!own) {
        own = { hit: 0, bad: 0, falseAlarm: 0, good: 0 }
        perSession.set(record.sessionId, own)
      }
      for (const sums of [own, total]) {
        sums[as] += 1
        if (steppedIn(record)) sums[touchedAs] += 1
      }
    }
  }
  count(bad, 'hit', 'bad')
  count(good, 'falseAlarm', 'good')
  const left: Detection[] = []
  for (const own of perSession.values()) {
    // a class that lives in one session alone cannot be left out
    if (total.bad === own.bad || total.good === own.good) return undefined
    left.push(detection(total.hit - own.hit, total.bad - own.bad, total.falseAlarm - own.falseAlarm, total.good - own.good))
  }
  const g = left.length
  if (g < 2) return undefined
  const error = (value: (d: Detection) => number) => {
    const mean = left.reduce((sum, d) => sum + value(d), 0) / g
    return Math.sqrt(((g - 1) / g) * left.reduce((sum, d) => sum + (value(d) - mean) ** 2, 0))
  }
  return { sensitivity: error((d) => d.sensitivity), bias: error((d) => d.bias) }
}
