import { type Detection, detection } from '../stats/detection'
import { studentQuantile } from '../stats/distributions'
import { displayOf, type Estimate, type EstimateOptions, type Measured, type NotMeasurable, shareOf } from './estimate'
import { outcomeBefore } from './packed-outcomes'
import { ALTERNATIVE, STEPPED_IN } from './packed-session'
import { tallies } from './tally'
import { OUTCOME_LEVELS, type OutcomeLevel } from './task-record'
import { type TaskList, type Tasks, tasksIn } from './tasks'

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

export function discrimination(
  list: TaskList,
  { level: confidence = 0.95, scope = 'sessions', outcome }: EstimateOptions & { outcome?: OutcomeLevel } = {},
): Discrimination | NotMeasurable {
  const tasks = tasksIn(list)
  const { flags, outcomes } = tasks.table
  const level = outcome ?? OUTCOME_LEVELS.find((candidate) => has(tasks, candidate, 'good') && has(tasks, candidate, 'bad'))
  const judged = tasks.filter(
    (row) => level !== undefined && outcomeBefore(outcomes[row] as number, level) !== undefined && ((flags[row] as number) & ALTERNATIVE) === 0,
  )
  const of = (what: 'good' | 'bad') => judged.filter((row) => level !== undefined && outcomeBefore(outcomes[row] as number, level) === what)
  const good = of('good')
  const bad = of('bad')
  if (level === undefined || good.length === 0 || bad.length === 0) {
    return {
      code: 'no_outcomes',
      reason: 'To tell a good intervention from a bad one it takes tasks of known outcome, some good and some bad, checked before a master touched them.',
    }
  }
  // unsolicited only: what the sub-agent asked for, or a collision, is no verdict on its work
  const steppedIn = (row: number) => ((flags[row] as number) & STEPPED_IN) !== 0
  const touched = (some: Tasks) => some.count(steppedIn)
  const whole = detection(touched(bad), bad.length, touched(good), good.length, confidence)
  const errors = scope === 'sessions' ? jackknife(bad, good, steppedIn) : undefined
  const n = judged.length
  const clusters = judged.sessions()
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
      tallies(good, (row) => !steppedIn(row)),
      nothing('good'),
      { level: confidence, scope },
    ),
    sensitivity: estimate(whole.sensitivity, errors?.sensitivity, whole.sensitivityInterval),
    bias: estimate(whole.bias, errors?.bias, { low: whole.bias - half, high: whole.bias + half }),
  }
}

function has({ table, rows }: Tasks, level: OutcomeLevel, what: 'good' | 'bad'): boolean {
  return rows.some((row) => outcomeBefore(table.outcomes[row] as number, level) === what)
}

/** Standard errors by leaving out one session at a time. Undefined with fewer than two sessions. */
function jackknife(bad: Tasks, good: Tasks, steppedIn: (row: number) => boolean): { sensitivity: number; bias: number } | undefined {
  const perSession = new Map<number, { hit: number; bad: number; falseAlarm: number; good: number }>()
  const total = { hit: 0, bad: 0, falseAlarm: 0, good: 0 }
  const count = ({ table, rows }: Tasks, touchedAs: 'hit' | 'falseAlarm', as: 'bad' | 'good') => {
    for (const row of rows) {
      const session = table.session[row] as number
      let own = perSession.get(session)
      if (!own) {
        own = { hit: 0, bad: 0, falseAlarm: 0, good: 0 }
        perSession.set(session, own)
      }
      const touched = steppedIn(row)
      for (const sums of [own, total]) {
        sums[as] += 1
        if (touched) sums[touchedAs] += 1
      }
    }
  }
  count(bad, 'hit', 'bad')
  count(good, 'falseAlarm', 'good')
  const g = perSession.size
  if (g < 2) return undefined
  // sessions with the same counts leave the same behind
  const alike = new Map<string, { left: Detection; times: number }>()
  for (const own of perSession.values()) {
    // a class that lives in one session alone cannot be left out
    if (total.bad === own.bad || total.good === own.good) return undefined
    const key = `${own.hit} ${own.bad} ${own.falseAlarm} ${own.good}`
    const known = alike.get(key)
    if (known) known.times += 1
    else alike.set(key, { left: detection(total.hit - own.hit, total.bad - own.bad, total.falseAlarm - own.falseAlarm, total.good - own.good), times: 1 })
  }
  const error = (value: (d: Detection) => number) => {
    let mean = 0
    for (const { left, times } of alike.values()) mean += (times * value(left)) / g
    let squares = 0
    for (const { left, times } of alike.values()) squares += times * (value(left) - mean) ** 2
    return Math.sqrt(((g - 1) / g) * squares)
  }
  return { sensitivity: error((d) => d.sensitivity), bias: error((d) => d.bias) }
}
