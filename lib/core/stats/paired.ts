import { binomialBelow, binomialDensity, chiSquaredAbove, zOf } from './distributions'
import type { Difference } from './difference'
import { type Interval, sum } from './interval'
import { wilson } from './proportion'
import type { Random } from './random'

/**
 * The same unit before and after, or under both arms:
 *
 *              after good   after bad
 *   before good     a            b          b: harmed     c: repaired
 *   before bad      c            d          only b and c tell the two apart
 */
export interface PairedTable {
  a: number
  b: number
  c: number
  d: number
}

export interface McNemar {
  chi2: number
  p: number
  /** With continuity correction, R's default; ours is without. */
  chi2Corrected: number
  pCorrected: number
  exact: number
  midP: number
}

/** McNemar's test on the discordant counts. All p are 1 where there are none. Fagerland, Lydersen & Laake (2013) BMC Med Res Methodol 13:91. */
export function mcNemar(b: number, c: number): McNemar {
  const n = b + c
  if (n === 0) return { chi2: 0, p: 1, chi2Corrected: 0, pCorrected: 1, exact: 1, midP: 1 }
  const chi2 = (b - c) ** 2 / n
  const chi2Corrected = Math.max(0, Math.abs(b - c) - 1) ** 2 / n
  const least = Math.min(b, c)
  const exact = b === c ? 1 : Math.min(1, 2 * binomialBelow(least, n, 0.5))
  const point = binomialDensity(least, n, 0.5)
  const midP = b === c ? 1 - 0.5 * point : exact - point
  return { chi2, p: chiSquaredAbove(chi2, 1), chi2Corrected, pCorrected: chiSquaredAbove(chi2Corrected, 1), exact, midP }
}

/**
 * Difference of two paired shares, (b - c)/n, square-and-add with the correlation of the pairs.
 * Newcombe (1998) Stat Med 17:2635, method 10 (continuity-corrected phi).
 */
export function newcombePaired({ a, b, c, d }: PairedTable, level = 0.95): Difference {
  const n = a + b + c + d
  const first = wilson(a + b, n, level)
  const second = wilson(a + c, n, level)
  const p1 = (a + b) / n
  const p2 = (a + c) / n
  const margins = (a + b) * (c + d) * (a + c) * (b + d)
  const cross = a * d - b * c
  const corrected = cross > 0 ? Math.max(cross - n / 2, 0) : cross
  const phi = margins > 0 ? corrected / Math.sqrt(margins) : 0
  const below = [p1 - first.low, second.high - p2] as const
  const above = [first.high - p1, p2 - second.low] as const
  const difference = (b - c) / n
  return {
    difference,
    low: difference - Math.sqrt(Math.max(0, below[0] ** 2 - 2 * phi * below[0] * below[1] + below[1] ** 2)),
    high: difference + Math.sqrt(Math.max(0, above[1] ** 2 - 2 * phi * above[0] * above[1] + above[0] ** 2)),
  }
}

/** Difference of two paired shares, (b - c)/n: Wald's after adding one to each discordant count. Bonett & Price (2012) J Educ Behav Stat 37:479. */
export function bonettPrice(b: number, c: number, n: number, level = 0.95): Interval {
  const p12 = (b + 1) / (n + 2)
  const p21 = (c + 1) / (n + 2)
  const spread = zOf(level) * Math.sqrt((p12 + p21 - (p12 - p21) ** 2) / (n + 2))
  return { low: Math.max(-1, p12 - p21 - spread), high: Math.min(1, p12 - p21 + spread) }
}

/**
 * Paired difference with pairs in clusters. z of Obuchowski (1998) Stat Med 17:1495 for correlated
 * pairs: the discordance b_g - c_g of each cluster against the spread of these. Undefined with fewer
 * than two clusters that disagree. `b` and `c` are per cluster.
 */
export function obuchowski(b: readonly number[], c: readonly number[]): { z: number; p: number } | undefined {
  const clusters = b.length
  const net = b.map((count, g) => count - (c[g] ?? 0))
  const squares = sum(net.map((x) => x * x))
  if (clusters < 2 || squares === 0) return undefined
  // under the null each cluster's net discordance has mean zero
  const variance = (clusters / (clusters - 1)) * squares
  const z = sum(net) / Math.sqrt(variance)
  return { z, p: chiSquaredAbove(z * z, 1) }
}

/** Of clusters times the farthest sum; some milliseconds. */
const MOST_STEPS = 5_000_000

/** Of all ways to sign whole numbers, the share whose sum is at least so far from 0. */
function sharePast(values: readonly number[], reach: number, seen: number): number {
  let ways = new Float64Array(2 * reach + 1)
  ways[reach] = 1
  let far = 0
  for (const value of values) {
    const step = Math.abs(value)
    const next = new Float64Array(ways.length)
    for (let at = reach - far; at <= reach + far; at++) {
      const half = 0.5 * (ways[at] as number)
      if (half === 0) continue
      next[at - step] = (next[at - step] as number) + half
      next[at + step] = (next[at + step] as number) + half
    }
    far += step
    ways = next
  }
  let share = 0
  ways.forEach((part, at) => {
    if (Math.abs(at - reach) >= seen) share += part
  })
  return Math.min(1, share)
}

/**
 * The same without any large-sample argument: flip the sign of each cluster's net discordance. Exact
 * over all 2^G flips for counts (one cluster after the other, by how far the sum has come), else
 * `draws` random flips; p is two-sided and never 0.
 */
export function signFlip(net: readonly number[], random: Random, draws = 10_000): { p: number; exact: boolean } {
  const values = net.filter((x) => x !== 0)
  const seen = Math.abs(sum(values))
  if (values.length === 0) return { p: 1, exact: true }
  const reach = sum(values.map(Math.abs))
  if (values.every(Number.isInteger) && values.length * reach <= MOST_STEPS) return { p: sharePast(values, reach, seen), exact: true }
  let asFar = 1
  for (let draw = 0; draw < draws; draw++) {
    let total = 0
    for (const value of values) total += random() < 0.5 ? value : -value
    if (Math.abs(total) >= seen - 1e-9) asFar++
  }
  return { p: asFar / (draws + 1), exact: false }
}
