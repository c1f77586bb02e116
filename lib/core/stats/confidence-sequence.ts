import { findRoot, logBeta } from './special'
import { type Interval, requireShare } from './interval'

/**
 * Limits for a share that hold at every moment of watching, not only at one chosen beforehand: a
 * 95 % interval watched while n grows leaves the truth out at some moment far more often than in 5 %
 * of runs. Beta mixture of likelihood ratios, Robbins (1970) Ann Math Stat 41:1397:
 *
 *   { p : B(a + x, b + n - x) / (B(a, b) p^x (1-p)^(n-x)) < 1 / alpha }
 *
 * n = 0 gives 0..1.
 */
export function confidenceSequence(x: number, n: number, alpha = 0.05, a = 1, b = 1): Interval {
  if (n === 0) return { low: 0, high: 1 }
  requireShare(x, n)
  const evidence = logBeta(a + x, b + n - x) - logBeta(a, b) + Math.log(alpha)
  // negative inside the set, rising towards both ends
  const outside = (p: number) => evidence - (x > 0 ? x * Math.log(p) : 0) - (n > x ? (n - x) * Math.log1p(-p) : 0)
  const middle = x / n
  const low = x === 0 ? 0 : findRoot((p) => (p <= 0 ? -1e300 : -outside(p)), 0, middle)
  const high = x === n ? 1 : findRoot((p) => (p >= 1 ? 1e300 : outside(p)), middle, 1)
  return { low, high }
}
