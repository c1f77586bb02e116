import { studentQuantile } from './distributions'
import { type Interval, sum } from './interval'
import { wilsonAt } from './proportion'

/**
 * Shares whose units come in clusters (tasks in sessions): tasks of one session resemble one another,
 * so n tasks tell less than n independent ones. Rao & Scott (1992) Biometrics 48:577.
 *
 *   cluster g:  y_g events among n_g units       p = sum y / sum n
 *   variance    G/(G-1) * sum (y_g - p n_g)^2 / (sum n)^2
 *   deff        variance / (p (1-p) / sum n)     how much the clustering costs
 */
export interface ClusteredShare {
  p: number
  /** Undefined with fewer than two clusters: nothing to see their spread by. */
  variance: number | undefined
  /** Undefined where p is 0 or 1, or with fewer than two clusters. */
  designEffect: number | undefined
  /** n over the design effect, unfloored. */
  effectiveN: number
  clusters: number
  n: number
  x: number
}

/** All that a clustered share needs of its clusters, taken one by one. Counts are whole numbers, so the sums are exact. */
export class ClusterCounts {
  x = 0
  n = 0
  /** With at least one unit. */
  clusters = 0
  xx = 0
  xn = 0
  nn = 0

  static of(y: readonly number[], n: readonly number[]): ClusterCounts {
    if (y.length !== n.length) throw new RangeError(`clusters do not match: ${y.length} counts, ${n.length} sizes`)
    const counts = new ClusterCounts()
    y.forEach((count, g) => {
      counts.add(count, n[g] ?? 0)
    })
    return counts
  }

  add(x: number, n: number): void {
    if (n <= 0) return
    this.x += x
    this.n += n
    this.clusters += 1
    this.xx += x * x
    this.xn += x * n
    this.nn += n * n
  }
}

export function clusteredShare(y: readonly number[], n: readonly number[]): ClusteredShare {
  return clusteredShareOf(ClusterCounts.of(y, n))
}

function clusteredShareOf({ x, n: total, clusters, xx, xn, nn }: ClusterCounts): ClusteredShare {
  if (!(total > 0)) throw new RangeError('a share of no units')
  const p = x / total
  if (clusters < 2) return { p, variance: undefined, designEffect: undefined, effectiveN: total, clusters, n: total, x }
  const squares = Math.max(0, xx - 2 * p * xn + p * p * nn)
  const variance = ((clusters / (clusters - 1)) * squares) / (total * total)
  const simple = (p * (1 - p)) / total
  const designEffect = simple > 0 ? variance / simple : undefined
  return { p, variance, designEffect, effectiveN: designEffect ? total / designEffect : total, clusters, n: total, x }
}

export interface ClusteredInterval extends Interval {
  p: number
  /** Before and after the floor at 1. */
  rawDesignEffect: number | undefined
  designEffect: number
  effectiveN: number
  /** The multiplier: Student's t with clusters - 1 degrees of freedom. */
  t: number
}

/**
 * Wilson's interval at the effective sample size with Student's t on clusters - 1. Keeps its level
 * from five clusters on, where a normal multiplier does not. A design effect below 1 is luck: floored.
 * With fewer than two clusters there is no interval: undefined.
 */
export function clusteredWilson(y: readonly number[], n: readonly number[], level = 0.95): ClusteredInterval | undefined {
  return clusteredWilsonOf(ClusterCounts.of(y, n), level)
}

export function clusteredWilsonOf(counts: ClusterCounts, level = 0.95): ClusteredInterval | undefined {
  const share = clusteredShareOf(counts)
  if (share.clusters < 2) return undefined
  const designEffect = Math.max(1, share.designEffect ?? 1)
  const effectiveN = share.n / designEffect
  const t = studentQuantile(1 - (1 - level) / 2, share.clusters - 1)
  const { low, high } = wilsonAt(share.p * effectiveN, effectiveN, t)
  return { p: share.p, rawDesignEffect: share.designEffect, designEffect, effectiveN, t, low, high }
}

/**
 * Intraclass correlation by analysis of variance: how much more alike two tasks of one session are
 * than two of different sessions. Can be negative. Undefined without spread or without pairs.
 * Donner (1986) Int Stat Rev 54:67.
 */
export function intraclassCorrelation(y: readonly number[], n: readonly number[]): number | undefined {
  const clusters = n.length
  const total = sum(n)
  if (clusters < 2 || total <= clusters) return undefined
  const p = sum(y) / total
  const between = sum(y.map((count, g) => (count - (n[g] ?? 0) * p) ** 2 / (n[g] ?? 1))) / (clusters - 1)
  const within = sum(y.map((count, g) => count - count ** 2 / (n[g] ?? 1))) / (total - clusters)
  const size = (total - sum(n.map((m) => m * m)) / total) / (clusters - 1)
  const spread = between + (size - 1) * within
  return spread > 0 ? (between - within) / spread : undefined
}
