import { countUpTo } from '../sorted'
import { zOf } from './distributions'
import { clampShare, type Interval } from './interval'
import { placesFor, type RiskTable, riskTable, type SurvivalData } from './survival-data'

/**
 * Share that goes on past t if only cause 1 could end it; other ends are censored. Kaplan & Meier
 * (1958) JASA 53:457; variance of Greenwood (1926). Handles delayed entry.
 */
export interface KaplanMeier extends RiskTable {
  survival: Float64Array
  /** Standard error of S; NaN once nobody is left. */
  se: Float64Array
}

export function kaplanMeier(data: SurvivalData): KaplanMeier {
  const table = riskTable(data, 1)
  const { times, atRisk, anyEvent } = table
  const survival = new Float64Array(times.length)
  const se = new Float64Array(times.length)
  let left = 1
  let greenwood = 0
  for (let k = 0; k < times.length; k++) {
    const n = atRisk[k] as number
    const d = anyEvent[k] as number
    left *= 1 - d / n
    greenwood += d / (n * (n - d))
    survival[k] = left
    se[k] = left > 0 ? left * Math.sqrt(greenwood) : Number.NaN
  }
  return { ...table, survival, se }
}

/** `log`: R's default. `log-log`: stays inside 0..1 and behaves better in small samples; ours for display. */
export type LimitScale = 'log' | 'log-log'

/** Limits of S from its standard error; undefined where S is 0 or the standard error is unknown, [1, 1] where S is 1. */
export function survivalLimits(s: number, se: number, scale: LimitScale, level = 0.95): Interval | undefined {
  if (!(s > 0) || Number.isNaN(se)) return undefined
  if (s >= 1) return { low: 1, high: 1 }
  const z = zOf(level)
  const relative = se / s
  if (scale === 'log') return { low: s * Math.exp(-z * relative), high: clampShare(s * Math.exp(z * relative)) }
  const theta = (z * relative) / Math.log(s)
  return { low: s ** Math.exp(-theta), high: s ** Math.exp(theta) }
}

export function survivalAt(curve: KaplanMeier, t: number): number {
  const k = countUpTo(curve.times, t) - 1
  return k < 0 ? 1 : (curve.survival[k] as number)
}

export interface TimeQuantile {
  /** Undefined: not reached within the time watched. */
  value: number | undefined
  low: number | undefined
  high: number | undefined
}

/**
 * The time by which a share p (0.5: the median) has met the event, and the times at which the limits
 * of S cross: Brookmeyer & Crowley (1982) Biometrics 38:29. "Not reached" is a legal answer.
 */
export function timeQuantile(curve: KaplanMeier, p = 0.5, scale: LimitScale = 'log-log', level = 0.95): TimeQuantile {
  const bar = 1 - p
  const answer: TimeQuantile = { value: undefined, low: undefined, high: undefined }
  for (let k = 0; k < curve.times.length; k++) {
    const t = curve.times[k] as number
    const s = curve.survival[k] as number
    // a product of fractions that should be one half may end a hair above it
    if (answer.value === undefined && s <= bar + 1e-12) answer.value = t
    const limits = survivalLimits(s, curve.se[k] as number, scale, level)
    if (!limits) continue
    if (answer.low === undefined && limits.low <= bar + 1e-12) answer.low = t
    if (answer.high === undefined && limits.high <= bar + 1e-12) answer.high = t
  }
  return answer
}

export interface RestrictedMean {
  /** Area under S up to tau: mean time, counting nobody beyond tau. In the clock's unit. */
  value: number
  /** Greenwood's, every unit for itself. */
  se: number
  /** From influences summed per cluster; undefined with fewer than two clusters. */
  clusteredSe: number | undefined
  tau: number
}

/** Restricted mean survival time. Klein & Moeschberger (2003) 4.5; Royston & Parmar (2013) BMC Med Res Methodol 13:152. */
export function restrictedMean(data: SurvivalData, tau: number, curve = kaplanMeier(data)): RestrictedMean {
  const { times, atRisk, anyEvent, survival } = curve
  const last = countUpTo(times, tau)
  // area[k]: under S from times[k] to tau
  const area = new Float64Array(last)
  let right = tau
  let sum = 0
  for (let k = last - 1; k >= 0; k--) {
    sum += (right - (times[k] as number)) * (survival[k] as number)
    area[k] = sum
    right = times[k] as number
  }
  const value = sum + right
  let variance = 0
  const jump = new Float64Array(last)
  const compensator = new Float64Array(last + 1)
  for (let k = 0; k < last; k++) {
    const n = atRisk[k] as number
    const d = anyEvent[k] as number
    if (d < n) {
      variance += ((area[k] as number) ** 2 * d) / (n * (n - d))
      jump[k] = -(area[k] as number) / (n - d)
    }
    compensator[k + 1] = (compensator[k] as number) + ((jump[k] as number) * d) / n
  }
  const sums = new Float64Array(data.clusters)
  for (let i = 0; i < data.n; i++) {
    const first = Math.min(last, curve.from[i] as number)
    const upTo = curve.upTo[i] as number
    const end = Math.min(last, upTo)
    let influence = end > first ? (compensator[first] as number) - (compensator[end] as number) : 0
    if (data.cause[i] === 1 && upTo <= last && upTo > first) influence += jump[upTo - 1] as number
    const g = data.cluster[i] as number
    sums[g] = (sums[g] as number) + influence
  }
  const squares = sums.reduce((total, x) => total + x * x, 0)
  const clusteredSe = data.clusters < 2 ? undefined : Math.sqrt((squares * data.clusters) / (data.clusters - 1))
  return { value, se: Math.sqrt(variance), clusteredSe, tau }
}

/** The largest time with at least `atLeast` units at risk: how far a curve may honestly be drawn. */
export function followedUntil(data: SurvivalData, atLeast = 10): number | undefined {
  const latest = followedByLatest(data, atLeast)
  if (latest) return latest.until
  const counted = followedByCounting(data, atLeast)
  if (counted) return counted.until
  // ends descending against entries: at risk at t = ends >= t minus entries >= t
  const ends = Float64Array.from(data.time).sort()
  const entries = Float64Array.from(data.entry).sort()
  for (let k = ends.length - 1; k >= 0; k--) {
    const t = ends[k] as number
    if (k > 0 && ends[k - 1] === t) continue
    const atRisk = ends.length - k - (entries.length - countBelow(entries, t))
    if (atRisk >= atLeast) return t
  }
  return undefined
}

/** So many of the latest ends are looked at before all of them are. */
const LATEST = 6

/** The same from the latest ends alone, one pass over the rest; undefined where these do not settle it. */
function followedByLatest({ time, entry, n }: SurvivalData, atLeast: number): { until: number } | undefined {
  const ends = largest(time, n, LATEST * atLeast)
  const last = ends.at(-1)
  if (last === undefined) return undefined
  const late: number[] = []
  for (let i = 0; i < n; i++) if ((entry[i] as number) >= last) late.push(entry[i] as number)
  late.sort((a, b) => b - a)
  let notYet = 0
  for (let k = 0; k < ends.length; k++) {
    const t = ends[k] as number
    if (k === ends.length - 1 ? n > ends.length : ends[k + 1] === t) continue
    while (notYet < late.length && (late[notYet] as number) >= t) notYet++
    if (k + 1 - notYet >= atLeast) return { until: t }
  }
  return undefined
}

/** The largest of the first n values, descending. */
function largest(values: Float64Array, n: number, most: number): number[] {
  const kept: number[] = []
  for (let i = 0; i < n; i++) {
    const value = values[i] as number
    if (kept.length === most && value <= (kept[most - 1] as number)) continue
    let at = kept.length < most ? kept.length : most - 1
    for (; at > 0 && (kept[at - 1] as number) < value; at--) kept[at] = kept[at - 1] as number
    kept[at] = value
  }
  return kept
}

/** The same where all ends are at whole numbers that a table may have places for. */
function followedByCounting({ time, entry, n }: SurvivalData, atLeast: number): { until: number | undefined } | undefined {
  const places = placesFor(time, n)
  if (places === undefined) return undefined
  const [ends, came] = [new Int32Array(places), new Int32Array(places + 1)]
  for (let i = 0; i < n; i++) {
    const end = time[i] as number
    ends[end] = (ends[end] as number) + 1
    // the first whole number that lies behind the entry
    const from = Math.min(places, Math.max(0, Math.floor(entry[i] as number) + 1))
    came[from] = (came[from] as number) + 1
  }
  let entered = n - (came[places] as number)
  let over = n
  for (let t = places - 1; t >= 0; t--) {
    over -= ends[t] as number
    if ((ends[t] as number) > 0 && entered - over >= atLeast) return { until: t }
    entered -= came[t] as number
  }
  return { until: undefined }
}

function countBelow(values: Float64Array, x: number): number {
  let k = countUpTo(values, x)
  while (k > 0 && values[k - 1] === x) k--
  return k
}
