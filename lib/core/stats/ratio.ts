import { studentQuantile } from './distributions'
import { type Interval, sum } from './interval'

/** Geometric mean of the ratios a/b of paired amounts > 0, Student's t on the logarithms. Two pairs at least, else no interval. */
export function geometricMeanRatio(
  a: readonly number[],
  b: readonly number[],
  level = 0.95,
): { ratio: number; ratioOfSums: number; interval: Interval | undefined } {
  const logs = a.map((value, index) => Math.log(value / (b[index] ?? Number.NaN)))
  const n = logs.length
  if (n === 0 || a.length !== b.length || logs.some((log) => !Number.isFinite(log))) throw new RangeError('ratios need pairs of amounts above zero')
  const mean = sum(logs) / n
  const ratioOfSums = sum(a) / sum(b)
  if (n < 2) return { ratio: Math.exp(mean), ratioOfSums, interval: undefined }
  const sd = Math.sqrt(sum(logs.map((log) => (log - mean) ** 2)) / (n - 1))
  const spread = (studentQuantile(1 - (1 - level) / 2, n - 1) * sd) / Math.sqrt(n)
  return { ratio: Math.exp(mean), ratioOfSums, interval: { low: Math.exp(mean - spread), high: Math.exp(mean + spread) } }
}

/**
 * Ratio of two totals over clusters (tokens wasted / tokens spent, cost / successes): variance by
 * linearisation, G/(G-1) sum (y_g - R x_g)^2 / (sum x)^2. Cochran (1977) 6.3. Undefined variance
 * with fewer than two clusters. Throws where the denominator sums to nothing.
 */
export function ratioOfTotals(y: readonly number[], x: readonly number[]): { ratio: number; variance: number | undefined; clusters: number } {
  const total = sum(x)
  if (!(total > 0)) throw new RangeError('a ratio needs a denominator above zero')
  const ratio = sum(y) / total
  const clusters = x.length
  if (clusters < 2) return { ratio, variance: undefined, clusters }
  let squares = 0
  for (let g = 0; g < clusters; g++) squares += ((y[g] ?? 0) - ratio * (x[g] ?? 0)) ** 2
  return { ratio, variance: ((clusters / (clusters - 1)) * squares) / (total * total), clusters }
}
