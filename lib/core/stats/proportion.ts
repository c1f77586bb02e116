import { betaQuantile, zOf } from './distributions'
import { clampShare, type Interval, requireShare } from './interval'

/**
 * Intervals for a share x of n, independent units. x and n need not be whole (effective sample sizes
 * are not). `level` is two-sided, 0.95 unless told. All throw RangeError where x of n is not a share.
 */

/** Score interval. Wilson (1927); Newcombe (1998) Stat Med 17:857, method 3. The default here: near its level at every n, inside 0..1. */
export function wilson(x: number, n: number, level = 0.95): Interval {
  return wilsonAt(x, n, zOf(level))
}

/** Wilson's with any multiplier in place of z: Student's t gives the clustered form. */
export function wilsonAt(x: number, n: number, z: number): Interval {
  requireShare(x, n)
  const p = x / n
  const zz = z * z
  const middle = p + zz / (2 * n)
  const spread = z * Math.sqrt((p * (1 - p)) / n + zz / (4 * n * n))
  const scale = 1 + zz / n
  // exact at the ends, where rounding would leave a hair
  return { low: x === 0 ? 0 : clampShare((middle - spread) / scale), high: x === n ? 1 : clampShare((middle + spread) / scale) }
}

/** Wilson's with continuity correction, wider than needed. Newcombe (1998) Stat Med 17:857, method 4. */
export function wilsonContinuity(x: number, n: number, level = 0.95): Interval {
  requireShare(x, n)
  const z = zOf(level)
  const zz = z * z
  const p = x / n
  const q = 1 - p
  const scale = 2 * (n + zz)
  const low = (2 * n * p + zz - 1 - z * Math.sqrt(zz - 2 - 1 / n + 4 * p * (n * q + 1))) / scale
  const high = (2 * n * p + zz + 1 + z * Math.sqrt(zz + 2 - 1 / n + 4 * p * (n * q - 1))) / scale
  return { low: x === 0 ? 0 : clampShare(low), high: x === n ? 1 : clampShare(high) }
}

/** Equal-tailed Bayesian interval under Beta(1/2, 1/2), with 0 and 1 kept at the ends. Brown, Cai & DasGupta (2001) Stat Sci 16:101. */
export function jeffreys(x: number, n: number, level = 0.95): Interval {
  requireShare(x, n)
  const tail = (1 - level) / 2
  return { low: x === 0 ? 0 : betaQuantile(tail, x + 0.5, n - x + 0.5), high: x === n ? 1 : betaQuantile(1 - tail, x + 0.5, n - x + 0.5) }
}

/** Exact, never below its level. Clopper & Pearson (1934) Biometrika 26:404. */
export function clopperPearson(x: number, n: number, level = 0.95): Interval {
  requireShare(x, n)
  const tail = (1 - level) / 2
  return { low: x === 0 ? 0 : betaQuantile(tail, x, n - x + 1), high: x === n ? 1 : betaQuantile(1 - tail, x + 1, n - x) }
}
