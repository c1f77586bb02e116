import { countBelow, countUpTo } from '../sorted'
import { studentQuantile } from './distributions'

/** Events that can come again, as columns: of very many units. */
export interface RecurrentData {
  n: number
  /** When watching each unit ended, and whether because nothing more could come (1) or because nobody looked on (0). */
  end: Float64Array
  over: Uint8Array
  /** Dense numbers 0 .. clusters - 1. */
  cluster: Int32Array
  clusters: number
  /** Of each event: its unit, and when; never after the unit's end. */
  unit: Int32Array
  at: Float64Array
}

export interface MeanCumulativePoint {
  t: number
  /** Units still watched and not over. */
  atRisk: number
  /** Events up to and with t. */
  events: number
  mean: number
  /**
   * On the logarithm, by the spread between clusters, Student's t; absent with fewer than two clusters. Before the first event only the
   * upper one says anything: a mean at which none in so many clusters happens once in forty, were all events of a cluster to come together.
   */
  low?: number
  high?: number
}

/**
 * Mean number of events a unit up to each of `times` (ascending), where some units are over before and have no more:
 *
 *   M(t) = sum over u <= t of S(u-) d(u) / n(u)      n: watched and not over, S: share not over (Kaplan-Meier)
 *
 * Ghosh & Lin (2000) Biometrics 56:554. Without ends by which a unit is over it is Nelson's mean cumulative function,
 * and without censoring the plain average. Errors: each unit's influence, that on S included, summed per cluster.
 */
export function meanCumulativeAt(data: RecurrentData, times: readonly number[], level = 0.95): MeanCumulativePoint[] {
  const { n, end, over, cluster, clusters, unit, at } = data
  const places = Float64Array.from(new Set([...at, ...end.subarray(0, n).filter((_, i) => over[i] === 1)])).sort()
  const count = places.length
  const [events, overs] = [new Float64Array(count), new Float64Array(count)]
  const placeOf = (t: number) => countUpTo(places, t) - 1
  for (const t of at) add(events, placeOf(t))
  // place of each unit's end: it is watched at all places up to and with it
  const last = new Int32Array(n)
  const gone = new Float64Array(count + 1)
  for (let i = 0; i < n; i++) {
    last[i] = placeOf(end[i] as number)
    add(gone, (last[i] as number) + 1)
    if (over[i] === 1) add(overs, last[i] as number)
  }
  const sums = {
    mean: new Float64Array(count + 1),
    own: new Float64Array(count),
    drawn: new Float64Array(count + 1),
    pull: new Float64Array(count),
    pulled: new Float64Array(count + 1),
    moment: new Float64Array(count + 1),
  }
  let [watched, left] = [n, 1]
  for (let k = 0; k < count; k++) {
    watched -= gone[k] as number
    const d = events[k] as number
    const h = (overs[k] as number) / watched
    sums.own[k] = left / watched
    sums.mean[k + 1] = (sums.mean[k] as number) + (left * d) / watched
    sums.drawn[k + 1] = (sums.drawn[k] as number) + (left * d) / (watched * watched)
    sums.pull[k] = h < 1 ? 1 / ((1 - h) * watched) : 0
    sums.pulled[k + 1] = (sums.pulled[k] as number) + h * (sums.pull[k] as number)
    sums.moment[k + 1] = (sums.moment[k] as number) + h * (sums.pull[k] as number) * (sums.mean[k + 1] as number)
    left *= 1 - h
  }
  const byTime = Int32Array.from(at, (_, i) => i).sort((a, b) => (at[a] as number) - (at[b] as number))
  const ends = end.slice(0, n).sort()
  const told = new Float64Array(clusters)
  const quantile = clusters > 1 ? studentQuantile(1 - (1 - level) / 2, clusters - 1) : 0
  let next = 0
  return times.map((t): MeanCumulativePoint => {
    for (; next < at.length; next++) {
      const event = byTime[next] as number
      const when = at[event] as number
      if (when > t) break
      add(told, cluster[unit[event] as number] as number, sums.own[placeOf(when)])
    }
    const here = placeOf(t) + 1
    const mean = sums.mean[here] as number
    const point = { t, atRisk: n - countBelow(ends, t), events: next, mean }
    if (clusters < 2) return point
    if (mean === 0) return { ...point, low: 0, high: Math.log(2 / (1 - level)) / clustersSeen(data, t) }
    const influence = told.slice()
    for (let i = 0; i < n; i++) {
      const place = last[i] as number
      const until = Math.min(here, place + 1)
      let own = mean * (sums.pulled[until] as number) - (sums.moment[until] as number) - (sums.drawn[until] as number)
      if (over[i] === 1 && place < here) own -= (mean - (sums.mean[place + 1] as number)) * (sums.pull[place] as number)
      add(influence, cluster[i] as number, own)
    }
    let squares = 0
    for (const own of influence) squares += own * own
    const factor = Math.exp((quantile * Math.sqrt((squares * clusters) / (clusters - 1))) / mean)
    return { ...point, low: mean / factor, high: mean * factor }
  })
}

/** Clusters of which a unit was watched to t, or was over before. */
function clustersSeen({ n, end, over, cluster, clusters }: RecurrentData, t: number): number {
  const seen = new Uint8Array(clusters)
  for (let i = 0; i < n; i++) if (over[i] === 1 || (end[i] as number) >= t) seen[cluster[i] as number] = 1
  return seen.reduce((sum, one) => sum + one, 0)
}

function add(column: Float64Array, at: number, by = 1): void {
  column[at] = (column[at] as number) + by
}
