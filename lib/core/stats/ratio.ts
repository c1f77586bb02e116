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

/**
 * Geometric mean of the ratio of two samples of amounts > 0 within cells of like with like: differences
 * of mean logarithms, weighted by n1 n2 / (n1 + n2) (Cochran 1954 Biometrics 10:417, 4), one spread
 * within all cells, Student's t on its degrees of freedom. Cells of one and one are pairs: then as
 * `geometricMeanRatio`. Undefined interval where nothing tells the spread.
 */
export function geometricMeanRatioWithin(
  cells: readonly { first: readonly number[]; second: readonly number[] }[],
  level = 0.95,
): { ratio: number; interval: Interval | undefined } {
  if (cells.every(({ first, second }) => first.length === 1 && second.length === 1))
    return geometricMeanRatio(
      cells.map(({ first }) => first[0] ?? Number.NaN),
      cells.map(({ second }) => second[0] ?? Number.NaN),
      level,
    )
  let [weights, weighted, squares, df] = [0, 0, 0, 0]
  for (const { first, second } of cells) {
    const [a, b] = [first, second].map((amounts) => {
      const logs = amounts.map(Math.log)
      if (logs.length === 0 || logs.some((log) => !Number.isFinite(log))) throw new RangeError('ratios need amounts above zero in both samples of a cell')
      const mean = sum(logs) / logs.length
      squares += sum(logs.map((log) => (log - mean) ** 2))
      df += logs.length - 1
      return { mean, n: logs.length }
    }) as [{ mean: number; n: number }, { mean: number; n: number }]
    const weight = (a.n * b.n) / (a.n + b.n)
    weights += weight
    weighted += weight * (a.mean - b.mean)
  }
  const mean = weighted / weights
  const spread = studentQuantile(1 - (1 - level) / 2, df) * Math.sqrt(squares / df / weights)
  return { ratio: Math.exp(mean), interval: { low: Math.exp(mean - spread), high: Math.exp(mean + spread) } }
}
