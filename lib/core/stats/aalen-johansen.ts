import { countUpTo } from '../sorted'
import { type RiskTable, riskTable, type SurvivalData } from './survival-data'

/**
 * Competing risks: how many have met each cause by time t, when meeting one ends the wait for the
 * others. Aalen & Johansen (1978) Scand J Stat 5:141.
 *
 *   F_j(t) = sum over t_i <= t of S(t_i-) d_ij / n_i      S: all-cause Kaplan-Meier
 *   F_1 + F_2 + … + S = 1 at every t
 *
 * 1 - Kaplan-Meier of one cause, the others censored, overstates F_j whether or not the causes are
 * independent: Austin, Lee & Fine (2016) Circulation 133:601.
 */
export interface CompetingRisks extends RiskTable {
  /** Event-free just after each time. */
  survival: Float64Array
  /** `incidence[j - 1][k]`: F_j at `times[k]`. */
  incidence: Float64Array[]
}

/** Handles delayed entry; causes 1 .. `causes`. */
export function aalenJohansen(data: SurvivalData, causes: number): CompetingRisks {
  const table = riskTable(data, causes)
  const { times, atRisk, events, anyEvent } = table
  const survival = new Float64Array(times.length)
  const incidence = events.map(() => new Float64Array(times.length))
  let left = 1
  const reached = new Array<number>(causes).fill(0)
  for (let k = 0; k < times.length; k++) {
    const n = atRisk[k] as number
    for (let j = 0; j < causes; j++) {
      reached[j] = (reached[j] as number) + (left * ((events[j] as Float64Array)[k] as number)) / n
      ;(incidence[j] as Float64Array)[k] = reached[j] as number
    }
    left *= 1 - (anyEvent[k] as number) / n
    survival[k] = left
  }
  return { ...table, survival, incidence }
}

/** F_j(t), a step function; `cause` 0 is S(t). */
export function incidenceAt(curve: CompetingRisks, cause: number, t: number): number {
  const k = countUpTo(curve.times, t) - 1
  if (cause === 0) return k < 0 ? 1 : (curve.survival[k] as number)
  return k < 0 ? 0 : ((curve.incidence[cause - 1] as Float64Array)[k] as number)
}

export interface Spread {
  /** Variance with every unit for itself. */
  independent: number
  /** Variance with influences summed per cluster, times G/(G-1). Undefined with fewer than two clusters. */
  clustered: number | undefined
  clusters: number
}

/**
 * Variance of F_j(t) (`cause` 0: of S(t)) by the infinitesimal jackknife: what each unit's weight does
 * to the estimate, squared and summed. With clusters the influences of a cluster are summed first, so
 * that units that go together count once. Without censoring and ties it is F(1-F)/n.
 * Efron (1982) ch. 6; as in R's survfit, e.g. Therneau & Grambsch (2000) ch. 7. Takes O(n log m).
 */
export function incidenceSpread(curve: CompetingRisks, data: SurvivalData, cause: number, t: number): Spread {
  const { last, own, any, compensator } = influences(curve, cause, t)
  const causes = curve.events.length
  const { from, upTo } = curve
  let independent = 0
  const sums = new Float64Array(data.clusters)
  for (let i = 0; i < data.n; i++) {
    const first = Math.min(last, from[i] as number)
    const after = upTo[i] as number
    const end = Math.min(last, after)
    let value = end > first ? (compensator[first] as number) - (compensator[end] as number) : 0
    const by = data.cause[i] as number
    if (by >= 1 && by <= causes && after <= last && after > first) value += (any[after - 1] as number) + (by === cause ? (own[after - 1] as number) : 0)
    if (value === 0) continue
    independent += value * value
    const g = data.cluster[i] as number
    sums[g] = (sums[g] as number) + value
  }
  if (data.clusters < 2) return { independent, clustered: undefined, clusters: data.clusters }
  let squares = 0
  for (const value of sums) squares += value * value
  return { independent, clustered: (squares * data.clusters) / (data.clusters - 1), clusters: data.clusters }
}

/**
 * `incidenceSpread` at many times, ascending, in one pass over the units instead of one a time. With
 * U and V running sums over event times, a unit's influence is  p + m u + F(t) (q + m v)  where p, q are
 * fixed once it has ended, m is 1 while it is at risk, and u = -U(t), v = V(t) are the same for all.
 * So the squares of the clusters' sums follow from six totals that change only where a unit comes or goes.
 */
export function incidenceSpreads(curve: CompetingRisks, data: SurvivalData, cause: number, times: readonly number[]): Spread[] {
  const { from, upTo, events, anyEvent, atRisk, survival, incidence } = curve
  const count = curve.times.length
  const causes = events.length
  const reached = incidence[cause - 1] as Float64Array
  const [own, still, pull] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)]
  const [u, v] = [new Float64Array(count + 1), new Float64Array(count + 1)]
  for (let k = 0; k < count; k++) {
    const n = atRisk[k] as number
    const hazard = (anyEvent[k] as number) / n
    own[k] = (k === 0 ? 1 : (survival[k - 1] as number)) / n
    pull[k] = hazard < 1 ? 1 / ((1 - hazard) * n) : 0
    still[k] = (pull[k] as number) * (reached[k] as number)
    u[k + 1] = (u[k] as number) + ((own[k] as number) * ((events[cause - 1] as Float64Array)[k] as number)) / n + (still[k] as number) * hazard
    v[k + 1] = (v[k] as number) + (pull[k] as number) * hazard
  }
  const comes = orderedBy(from, data.n, count)
  const goes = orderedBy(upTo, data.n, count)
  const units = new SquareSums(0)
  const clusters = new SquareSums(data.clusters)
  let [next, gone] = [0, 0]
  return times.map((t) => {
    const last = countUpTo(curve.times, t)
    for (; next < data.n; next++) {
      const i = comes[next] as number
      const first = from[i] as number
      if (first >= last) break
      if ((upTo[i] as number) <= first) continue
      const p = u[first] as number
      const q = -(v[first] as number)
      units.put(p, q, 1)
      clusters.add(data.cluster[i] as number, p, q, 1)
    }
    for (; gone < data.n; gone++) {
      const i = goes[gone] as number
      const after = upTo[i] as number
      if (after > last) break
      const first = from[i] as number
      if (after <= first) continue
      const p = u[first] as number
      const q = -(v[first] as number)
      let endP = p - (u[after] as number)
      let endQ = q + (v[after] as number)
      const by = data.cause[i] as number
      if (by >= 1 && by <= causes) {
        endP += (still[after - 1] as number) + (by === cause ? (own[after - 1] as number) : 0)
        endQ -= pull[after - 1] as number
      }
      units.take(p, q, 1)
      units.put(endP, endQ, 0)
      clusters.add(data.cluster[i] as number, endP - p, endQ - q, -1)
    }
    const f = incidenceAt(curve, cause, t)
    const shift = -(u[last] as number) + f * (v[last] as number)
    return {
      independent: units.at(f, shift),
      clustered: data.clusters < 2 ? undefined : (clusters.at(f, shift) * data.clusters) / (data.clusters - 1),
      clusters: data.clusters,
    }
  })
}

/** Units in the order of small whole numbers 0 .. most. */
function orderedBy(values: Int32Array, n: number, most: number): Int32Array {
  const starts = new Int32Array(most + 2)
  for (let i = 0; i < n; i++) starts[(values[i] as number) + 1] = (starts[(values[i] as number) + 1] as number) + 1
  for (let k = 1; k < starts.length; k++) starts[k] = (starts[k] as number) + (starts[k - 1] as number)
  const order = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const value = values[i] as number
    order[starts[value] as number] = i
    starts[value] = (starts[value] as number) + 1
  }
  return order
}

/** Sum of (p + F q + m s)^2 over members whose p, q and m change, for any F and s. */
class SquareSums {
  private pp = 0
  private qq = 0
  private pq = 0
  private pm = 0
  private qm = 0
  private mm = 0
  private readonly p: Float64Array
  private readonly q: Float64Array
  private readonly m: Float64Array

  constructor(members: number) {
    this.p = new Float64Array(members)
    this.q = new Float64Array(members)
    this.m = new Float64Array(members)
  }

  add(member: number, p: number, q: number, m: number): void {
    const oldP = this.p[member] as number
    const oldQ = this.q[member] as number
    const oldM = this.m[member] as number
    this.take(oldP, oldQ, oldM)
    this.p[member] = oldP + p
    this.q[member] = oldQ + q
    this.m[member] = oldM + m
    this.put(oldP + p, oldQ + q, oldM + m)
  }

  put(p: number, q: number, m: number): void {
    this.pp += p * p
    this.qq += q * q
    this.pq += p * q
    this.pm += p * m
    this.qm += q * m
    this.mm += m * m
  }

  take(p: number, q: number, m: number): void {
    this.pp -= p * p
    this.qq -= q * q
    this.pq -= p * q
    this.pm -= p * m
    this.qm -= q * m
    this.mm -= m * m
  }

  /** Differences of sums can end a hair below 0. */
  at(f: number, shift: number): number {
    return Math.max(0, this.pp + f * f * this.qq + shift * shift * this.mm + 2 * (f * this.pq + shift * this.pm + f * shift * this.qm))
  }
}

/**
 * Influence of each unit on F_j(t), the derivative of the estimate by the unit's weight (a weight's
 * own 1 included). At an event time u, with h = d/n:
 *
 *   dF_j(t) = sum over u <= t of  S(u-) dh_j(u) - (F_j(t) - F_j(u)) dh(u) / (1 - h(u))
 *   dh_j(u) = (1[ends at u by j] - 1[at risk at u] h_j(u)) / n(u)
 *
 * The part that depends only on being at risk is a running sum over times; each unit takes the
 * difference between its end and its entry.
 */
function influences(curve: CompetingRisks, cause: number, t: number): { last: number; own: Float64Array; any: Float64Array; compensator: Float64Array } {
  const { times, atRisk, events, anyEvent, survival } = curve
  const last = countUpTo(times, t)
  const target = incidenceAt(curve, cause, t)
  // per event time: what an event of the cause, an event of any cause, and being at risk contribute
  const own = new Float64Array(last)
  const any = new Float64Array(last)
  const compensator = new Float64Array(last + 1)
  for (let k = 0; k < last; k++) {
    const n = atRisk[k] as number
    const before = k === 0 ? 1 : (survival[k - 1] as number)
    const hazard = (anyEvent[k] as number) / n
    const hazardOwn = cause === 0 ? 0 : ((events[cause - 1] as Float64Array)[k] as number) / n
    own[k] = cause === 0 ? 0 : before / n
    // S itself: dS(t) = -S(t) sum dh/(1-h); once nobody is left nothing moves it any more
    const still = cause === 0 ? target : target - ((curve.incidence[cause - 1] as Float64Array)[k] as number)
    any[k] = hazard < 1 ? -still / ((1 - hazard) * n) : 0
    compensator[k + 1] = (compensator[k] as number) + (own[k] as number) * hazardOwn + (any[k] as number) * hazard
  }
  return { last, own, any, compensator }
}

/**
 * Number of independent units that would pin a share down as well: F(1-F)/variance, the variance
 * never taken below the unclustered one (a design effect under 1 is luck). Where F is 0 or 1 the
 * variance says nothing; then units count by what was seen of them up to t: in full if watched from
 * the start through to t or to their end, by the share of (0, t] watched if they came late, not at
 * all if they were lost before t. 0: nobody was at risk.
 */
export function effectiveSize(
  curve: CompetingRisks,
  data: SurvivalData,
  cause: number,
  t: number,
  spread = incidenceSpread(curve, data, cause, t),
): { effectiveN: number; designEffect: number; clusters: number } {
  const f = incidenceAt(curve, cause, t)
  const variance = Math.max(spread.independent, spread.clustered ?? 0)
  if (f > 1e-12 && f < 1 - 1e-12 && variance > 0)
    return { effectiveN: (f * (1 - f)) / variance, designEffect: variance / spread.independent, clusters: spread.clusters }
  let seen = 0
  for (let i = 0; i < data.n; i++) {
    const time = data.time[i] as number
    if (time < t && data.cause[i] === 0) continue
    const missed = Math.max(0, data.entry[i] as number)
    seen += missed === 0 || t === Number.POSITIVE_INFINITY ? 1 : Math.max(0, 1 - missed / t)
  }
  return { effectiveN: seen, designEffect: 1, clusters: spread.clusters }
}
