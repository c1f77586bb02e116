import { chiSquaredAbove, fisherAbove } from './distributions'
import { quadraticForm } from './quadratic-form'
import { riskTable, type SurvivalData } from './survival-data'

/** Units of one group. `cluster`: numbers that mean the same cluster in every group; the data's own do not. */
export interface GrayGroup {
  data: SurvivalData
  cluster: ArrayLike<number>
}

export interface GrayTest {
  /** Of each group: events seen less those expected if all groups had one curve, counted where each could still be seen. */
  scores: number[]
  /** Groups that could be compared, less one. */
  df: number
  /** With every unit for itself: Gray (1988), as `cuminc` of R's cmprsk. */
  chi2: number
  p: number
  /** With the influences of a cluster's units summed; undefined with too few clusters. */
  clustered: { f: number; df2: number; clusters: number; p: number } | undefined
}

/**
 * Whether groups have the same cumulative incidence of cause 1, where causes 2 .. `causes` end the wait for it.
 * Gray (1988) Ann Stat 16:1141, weight 1. A log-rank test whose risk sets keep those that have met another cause:
 *
 *   R_j(t) = Y_j(t) (1 - F_j(t-)) / S_j(t-)        Y: at risk, F: incidence of cause 1, S: of no cause so far
 *   score_j = sum over t of d_j(t) - d(t) R_j(t) / R(t)
 *
 * Scores and variances are summed over `strata`, so that like is held against like. Delayed entry is in Y.
 * Clusters as Chen, Kramer, Greene & Rosenberg (2008) Biometrics 64:172: each unit's influence on the scores, the
 * curves' own error included, summed per cluster; Hotelling's F. Undefined where no two groups are ever compared.
 */
export function grayTest(strata: readonly (readonly GrayGroup[])[], causes: number): GrayTest | undefined {
  const groups = strata[0]?.length ?? 0
  const scores = new Float64Array(groups)
  const variance = Array.from({ length: groups }, () => new Float64Array(groups))
  const sums = new Map<number, Float64Array>()
  const clustersOf = Array.from({ length: groups }, () => new Set<number>())
  for (const stratum of strata) {
    const pooled = stepsOf(stratum, causes)
    if (!pooled) continue
    addScores(pooled, scores, variance)
    addInfluences(pooled, sums, clustersOf)
  }
  // one score follows from the others; a group that was never beside another has none
  const seen = Array.from({ length: groups }, (_, i) => i).filter((i) => (variance[i]?.[i] ?? 0) > 1e-12)
  const kept = seen.slice(0, -1)
  const df = kept.length
  if (df < 1) return undefined
  const score = kept.map((i) => scores[i] as number)
  const chi2 = quadraticForm(
    kept.map((i) => kept.map((j) => variance[i]?.[j] ?? 0)),
    score,
  )
  if (chi2 === undefined) return undefined
  return {
    scores: [...scores],
    df,
    chi2,
    p: chiSquaredAbove(chi2, df),
    clustered: clusteredTest(score, kept, sums, Math.min(...seen.map((i) => clustersOf[i]?.size ?? 0))),
  }
}

function clusteredTest(score: number[], kept: readonly number[], sums: ReadonlyMap<number, Float64Array>, fewest: number): GrayTest['clustered'] {
  const clusters = sums.size
  const df = kept.length
  // the group with the fewest clusters says how well the variance is known
  const df2 = fewest - df
  if (df2 < 1) return undefined
  const matrix = kept.map((i) =>
    kept.map((j) => {
      let sum = 0
      for (const own of sums.values()) sum += (own[i] as number) * (own[j] as number)
      return (sum * clusters) / (clusters - 1)
    }),
  )
  const squared = quadraticForm(matrix, score)
  if (squared === undefined) return undefined
  const f = (squared * (clusters - df)) / (df * (clusters - 1))
  return { f, df2, clusters, p: fisherAbove(f, df, df2) }
}

/** All groups of a stratum at the times at which anything happened in any of them. */
interface Steps {
  groups: number
  times: number
  /** Of each group, by time: at risk; events of cause 1, of other causes; S and F just before. */
  atRisk: Float64Array[]
  own: Float64Array[]
  others: Float64Array[]
  survival: Float64Array[]
  incidence: Float64Array[]
  /** Of each unit. */
  n: number
  group: Uint8Array
  cluster: Int32Array
  cause: Uint8Array
  from: Int32Array
  upTo: Int32Array
  causes: number
}

function stepsOf(stratum: readonly GrayGroup[], causes: number): Steps | undefined {
  const n = stratum.reduce((sum, { data }) => sum + data.n, 0)
  const [time, entry, cause] = [new Float64Array(n), new Float64Array(n), new Uint8Array(n)]
  const [cluster, group] = [new Int32Array(n), new Uint8Array(n)]
  let at = 0
  stratum.forEach(({ data, cluster: own }, j) => {
    time.set(data.time, at)
    entry.set(data.entry, at)
    cause.set(data.cause, at)
    group.fill(j, at, at + data.n)
    for (let i = 0; i < data.n; i++) cluster[at + i] = own[i] as number
    at += data.n
  })
  const { times, from, upTo } = riskTable({ n, time, entry, cause, cluster, clusters: 0, clustered: true, neverAtRisk: 0 }, causes)
  const count = times.length
  if (count === 0) return undefined
  const each = () => stratum.map(() => new Float64Array(count))
  const [atRisk, own, others, survival, incidence] = [each(), each(), each(), each(), each()]
  for (let i = 0; i < n; i++) {
    const [first, after, j] = [from[i] as number, upTo[i] as number, group[i] as number]
    if (after <= first) continue
    add(atRisk[j] as Float64Array, first, 1)
    if (after < count) add(atRisk[j] as Float64Array, after, -1)
    const by = cause[i] as number
    if (by >= 1 && by <= causes) add((by === 1 ? own[j] : others[j]) as Float64Array, after - 1, 1)
  }
  for (let j = 0; j < stratum.length; j++) {
    const [y, d1, d2] = [atRisk[j], own[j], others[j]] as [Float64Array, Float64Array, Float64Array]
    let [running, left, reached] = [0, 1, 0]
    for (let u = 0; u < count; u++) {
      running += y[u] as number
      y[u] = running
      ;(survival[j] as Float64Array)[u] = left
      ;(incidence[j] as Float64Array)[u] = reached
      if (running === 0) continue
      reached += (left * (d1[u] as number)) / running
      left *= 1 - ((d1[u] as number) + (d2[u] as number)) / running
    }
  }
  return { groups: stratum.length, times: count, atRisk, own, others, survival, incidence, n, group, cluster, cause, from, upTo, causes }
}

function add(column: Float64Array, at: number, by: number): void {
  column[at] = (column[at] as number) + by
}

/** What of the groups counts at time u: `heft` is Y/S, `still` is R, both 0 where a group is out of sight. */
class Sight {
  readonly heft: Float64Array
  readonly still: Float64Array
  heftOfAll = 0
  stillOfAll = 0
  /** Events of cause 1 in the groups in sight. */
  events = 0

  constructor(private readonly steps: Steps) {
    this.heft = new Float64Array(steps.groups)
    this.still = new Float64Array(steps.groups)
  }

  look(u: number): void {
    const { groups, atRisk, own, survival, incidence } = this.steps
    this.heftOfAll = 0
    this.stillOfAll = 0
    this.events = 0
    for (let j = 0; j < groups; j++) {
      const y = (atRisk[j] as Float64Array)[u] as number
      const s = (survival[j] as Float64Array)[u] as number
      // with delayed entry a group can be all gone, and some come later: their place is not known any more
      const heft = y > 0 && s > 1e-12 ? y / s : 0
      const still = heft * (1 - ((incidence[j] as Float64Array)[u] as number))
      this.heft[j] = heft
      this.still[j] = still
      this.heftOfAll += heft
      this.stillOfAll += still
      if (heft > 0) this.events += (own[j] as Float64Array)[u] as number
    }
  }
}

/** Scores, and Gray's variance of them: the curves' own error is in it by way of c, which is what is yet to come at each time. */
function addScores(steps: Steps, scores: Float64Array, variance: Float64Array[]): void {
  const { groups, times } = steps
  const sight = new Sight(steps)
  const share = (i: number, k: number) => (i === k ? (sight.heft[i] as number) : 0) - ((sight.heft[i] as number) * (sight.heft[k] as number)) / sight.heftOfAll
  const toCome = Array.from({ length: groups }, () => new Float64Array(groups))
  const all = new Float64Array(times + 1)
  for (let u = 0; u < times; u++) {
    sight.look(u)
    const { events, heft, heftOfAll, still, stillOfAll } = sight
    const before = all[u] as number
    all[u + 1] = before + (heftOfAll > 0 ? events / heftOfAll : 0)
    if (events === 0) continue
    for (let i = 0; i < groups; i++) {
      if (heft[i] === 0) continue
      scores[i] = (scores[i] as number) + ((steps.own[i] as Float64Array)[u] as number) - (stillOfAll > 0 ? (events * (still[i] as number)) / stillOfAll : 0)
      for (let k = 0; k < groups; k++) add(toCome[i] as Float64Array, k, (share(i, k) * events) / (heftOfAll * (1 - before)))
    }
  }
  const weight = new Float64Array(groups)
  const addOuter = (by: number) => {
    for (let i = 0; i < groups; i++) for (let j = 0; j < groups; j++) add(variance[i] as Float64Array, j, (weight[i] as number) * (weight[j] as number) * by)
  }
  for (let u = 0; u < times; u++) {
    sight.look(u)
    const { events, heft, heftOfAll } = sight
    const before = all[u] as number
    if (events > 0)
      for (let i = 0; i < groups; i++) for (let k = 0; k < groups; k++) add(toCome[i] as Float64Array, k, (-share(i, k) * events) / (heftOfAll * (1 - before)))
    for (let k = 0; k < groups; k++) {
      if (heft[k] === 0) continue
      const y = (steps.atRisk[k] as Float64Array)[u] as number
      const s = (steps.survival[k] as Float64Array)[u] as number
      const d2 = (steps.others[k] as Float64Array)[u] as number
      const after = s * (1 - (((steps.own[k] as Float64Array)[u] as number) + d2) / y)
      const ratio = after > 1e-12 ? (1 - (all[u + 1] as number)) / after : 0
      if (events > 0) {
        const ties = events > 1 ? 1 - (events - 1) / (heftOfAll * s - 1) : 1
        for (let i = 0; i < groups; i++) weight[i] = share(i, k) + (1 - ratio) * (toCome[i]?.[k] ?? 0)
        addOuter((ties * s * events) / (heftOfAll * y))
      }
      if (d2 > 0 && after > 1e-12) {
        const ties = d2 > 1 ? 1 - (d2 - 1) / (y - 1) : 1
        for (let i = 0; i < groups; i++) weight[i] = ratio * (toCome[i]?.[k] ?? 0)
        addOuter((ties * s * s * d2) / (y * y))
      }
    }
  }
}

/**
 * A unit's influence on every score, summed per cluster. With the weights held fixed, which is all that
 * matters while the curves are one, score_j is a sum over groups l of w_jl dF_l; so it is a weighted sum of
 * F_l at all times, and the influence on F_l is the one of aalen-johansen.ts.
 */
function addInfluences(steps: Steps, sums: Map<number, Float64Array>, clustersOf: readonly Set<number>[]): void {
  const { groups, times, n, group, cluster, cause, from, upTo } = steps
  const parts = Array.from({ length: groups }, (_, l) => Array.from({ length: groups }, (_, j) => partOf(steps, j, l)))
  for (let i = 0; i < n; i++) {
    const [first, after, by] = [from[i] as number, upTo[i] as number, cause[i] as number]
    if (after <= first) continue
    const l = group[i] as number
    const name = cluster[i] as number
    clustersOf[l]?.add(name)
    let sum = sums.get(name)
    if (!sum) {
      sum = new Float64Array(groups)
      sums.set(name, sum)
    }
    const ended = by >= 1 && by <= steps.causes && after <= times
    for (let j = 0; j < groups; j++) {
      const { own, any, compensator } = (parts[l] as Part[])[j] as Part
      let value = (compensator[first] as number) - (compensator[after] as number)
      if (ended) value += (any[after - 1] as number) + (by === 1 ? (own[after - 1] as number) : 0)
      add(sum, j, value)
    }
  }
}

/** By time: what an event of cause 1, and what one of any cause, does to a score; and a running sum of what being at risk does. */
interface Part {
  own: Float64Array
  any: Float64Array
  compensator: Float64Array
}

function partOf(steps: Steps, j: number, l: number): Part {
  const { times } = steps
  const [y, d1, d2, s, f] = [steps.atRisk[l], steps.own[l], steps.others[l], steps.survival[l], steps.incidence[l]] as Float64Array[] as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const sight = new Sight(steps)
  const weight = new Float64Array(times + 1)
  for (let u = 0; u < times; u++) {
    sight.look(u)
    const { heft, still, stillOfAll } = sight
    weight[u] = stillOfAll > 0 ? (heft[l] as number) * ((j === l ? 1 : 0) - (still[j] as number) / stillOfAll) : 0
  }
  const [own, any, compensator] = [new Float64Array(times), new Float64Array(times), new Float64Array(times + 1)]
  // sums over all later times of the coefficient of F, and of it times F; backwards
  let [coefficients, moments, next] = [0, 0, 0]
  for (let u = times - 1; u >= 0; u--) {
    const n = y[u] as number
    const before = s[u] as number
    const hazard = n > 0 ? ((d1[u] as number) + (d2[u] as number)) / n : 0
    const rise = n > 0 ? (before * (d1[u] as number)) / n : 0
    const after = (f[u] as number) + rise
    const coefficient = (weight[u] as number) - next
    coefficients += coefficient
    moments += coefficient * after
    own[u] = n > 0 ? (before * coefficients) / n : 0
    any[u] = n > 0 && hazard < 1 ? -(moments - after * coefficients) / ((1 - hazard) * n) : 0
    next = (weight[u] as number) * (1 - (f[u] as number) < 1e-12 ? 0 : 1 - rise / (1 - (f[u] as number)))
  }
  for (let u = 0; u < times; u++) {
    const n = y[u] as number
    const [h1, h] = n > 0 ? [(d1[u] as number) / n, ((d1[u] as number) + (d2[u] as number)) / n] : [0, 0]
    compensator[u + 1] = (compensator[u] as number) + (own[u] as number) * h1 + (any[u] as number) * h
  }
  return { own, any, compensator }
}
