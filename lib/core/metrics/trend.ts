import { isDated } from '../dated'
import { drawnFunnelLimits } from '../stats/funnel'
import { type Estimate, isEstimate, type Measured, type NotMeasurable } from './estimate'
import { overwriteRate, overwriteRateAny } from './overwrite-rate'
import type { SessionRecord } from './task-record'
import type { Tasks } from './tasks'

/** The rate over time, against what chance alone allows around that of all periods together: a p-chart (Shewhart). Plain JSON. */
export interface Trend {
  unit: 'day' | 'week' | 'month'
  /** In any phase, where before completion nothing is measurable. */
  any: boolean
  pooled: Estimate
  periods: TrendPeriod[]
}

export interface TrendPeriod {
  /** Its first moment, UTC, ms. Sessions count where they began; recordings without times count in `pooled` alone. */
  from: number
  tasks: number
  sessions: number
  measured: Measured
  /** Where 99.8 of 100 such periods would lie if nothing had changed, at the independent tasks that its n amounts to. Absent where it is too small for a rate. */
  limits?: { low: number; high: number }
  beyond: boolean
}

const DAY = 86_400_000
const MOST_DAYS = 35
const MOST_WEEKS = 30
const MOST_MONTHS = 36
const LEVEL = 0.998

export function overwriteTrend(tasks: Tasks, sessions: readonly SessionRecord[], k: number): Trend | NotMeasurable {
  const early = overwriteRate(tasks, { k })
  const any = !isEstimate(early)
  const rate = any ? overwriteRateAny : overwriteRate
  const pooled = any ? overwriteRateAny(tasks, { k }) : early
  if (!isEstimate(pooled)) return pooled
  const startOf = new Map(sessions.flatMap(({ sessionId, startedAt }) => (startedAt === undefined || !isDated(startedAt) ? [] : [[sessionId, startedAt] as const])))
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const at of startOf.values()) {
    first = Math.min(first, at)
    last = Math.max(last, at)
  }
  const days = (last - first) / DAY
  const unit = days <= MOST_DAYS ? 'day' : days <= MOST_WEEKS * 7 ? 'week' : 'month'
  const rows = new Map<number, number[]>()
  const { session, sessionIds } = tasks.table
  let number = -1
  let own: number[] | undefined
  for (const row of tasks.rows) {
    if (session[row] !== number) {
      number = session[row] as number
      const at = startOf.get(sessionIds[number] ?? '')
      const period = at === undefined ? undefined : periodOf(at, unit)
      own = period === undefined ? undefined : (rows.get(period) ?? [])
      if (period !== undefined && own) rows.set(period, own)
    }
    own?.push(row)
  }
  const periods = [...rows]
    .sort(([a], [b]) => a - b)
    .slice(-MOST_MONTHS)
    .map(([from, list]): TrendPeriod => {
      const members = tasks.withRows(Int32Array.from(list))
      const measured = rate(members, { k })
      const base = { from, tasks: members.length, sessions: members.sessions(), measured }
      if (!isEstimate(measured) || measured.display === 'counts' || !measured.effectiveN) return { ...base, beyond: false }
      const limits = drawnFunnelLimits(pooled.value, Math.min(measured.n, measured.effectiveN), LEVEL)
      return { ...base, limits, beyond: measured.value < limits.low || measured.value > limits.high }
    })
  return { unit, any, pooled, periods }
}

/** The first moment of the day, the week from Monday, or the month that holds a moment. */
function periodOf(at: number, unit: Trend['unit']): number {
  if (unit === 'month') {
    const date = new Date(at)
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
  }
  const day = Math.floor(at / DAY)
  // 1970-01-01 was a Thursday
  return (unit === 'day' ? day : day - ((day + 3) % 7)) * DAY
}
