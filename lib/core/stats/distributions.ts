import { deviance, findRoot, incompleteBeta, incompleteBetaUpper, incompleteGamma, incompleteGammaUpper, logBeta } from './special'

/** Distribution functions (below, above) and quantiles. Probabilities in 0..1; errors about 1e-13. */

export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)
}

/** P(Z <= z). */
export function normalBelow(z: number): number {
  const half = 0.5 * incompleteGammaUpper(0.5, 0.5 * z * z)
  return z < 0 ? half : 1 - half
}

/** P(Z > z). */
export function normalAbove(z: number): number {
  return normalBelow(-z)
}

/** The same few quantiles are asked for again and again, and finding one takes a dozen evaluations of its distribution. */
class Known {
  private readonly values = new Map<number, Map<number, number>>()

  get(p: number, df: number, find: () => number): number {
    let own = this.values.get(p)
    if (!own) {
      if (this.values.size >= 64) this.values.clear()
      own = new Map()
      this.values.set(p, own)
    }
    let value = own.get(df)
    if (value === undefined) {
      value = find()
      if (own.size >= 1024) own.clear()
      own.set(df, value)
    }
    return value
  }
}

const knownQuantiles = new Known()

/** The z below which a share p lies. Starts from Abramowitz & Stegun 26.2.23, then Halley's method on our own distribution function. */
export function normalQuantile(p: number): number {
  if (Number.isNaN(p) || p < 0 || p > 1) return Number.NaN
  if (p === 0) return Number.NEGATIVE_INFINITY
  if (p === 1) return Number.POSITIVE_INFINITY
  if (p === 0.5) return 0
  return knownQuantiles.get(p, Number.POSITIVE_INFINITY, () => findNormalQuantile(p))
}

function findNormalQuantile(p: number): number {
  const tail = Math.min(p, 1 - p)
  const t = Math.sqrt(-2 * Math.log(tail))
  let z = -(t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t))
  for (let i = 0; i < 4; i++) {
    const error = (normalBelow(z) - tail) / normalDensity(z)
    const step = error / (1 + 0.5 * z * error)
    z -= step
    if (Math.abs(step) <= 1e-16 * Math.abs(z)) break
  }
  return p < 0.5 ? z : -z
}

/** The z of a two-sided interval: 1.959964 for level 0.95. */
export function zOf(level: number): number {
  return -normalQuantile((1 - level) / 2)
}

/** P(T > t) under Student's t with `df` degrees of freedom. */
export function studentAbove(t: number, df: number): number {
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5)
  return t >= 0 ? tail : 1 - tail
}

/** The t below which a share p lies; df > 0, infinite df is the normal. */
export function studentQuantile(p: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return normalQuantile(p)
  if (Number.isNaN(p) || !(df > 0) || p < 0 || p > 1) return Number.NaN
  if (p === 0.5) return 0
  const tail = Math.min(p, 1 - p)
  if (tail === 0) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return knownQuantiles.get(p, df, () => findStudentQuantile(p, tail, df))
}

function findStudentQuantile(p: number, tail: number, df: number): number {
  let high = 2
  while (studentAbove(high, df) > tail && high < 1e300) high *= 2
  const t = findRoot((x) => tail - studentAbove(x, df), 0, high)
  return p < 0.5 ? -t : t
}

/** P(F > f) under Fisher's F with `df1` and `df2` degrees of freedom; infinite `df2` is chi-squared over `df1`. */
export function fisherAbove(f: number, df1: number, df2: number): number {
  if (!(f > 0)) return 1
  return df2 === Number.POSITIVE_INFINITY ? chiSquaredAbove(f * df1, df1) : incompleteBeta(df2 / (df2 + df1 * f), df2 / 2, df1 / 2)
}

/** P(X > x) under chi-squared with `df` degrees of freedom. */
export function chiSquaredAbove(x: number, df: number): number {
  return incompleteGammaUpper(df / 2, x / 2)
}

/** The x below which a share p of a Gamma(shape, scale 1) lies. */
export function gammaQuantile(p: number, shape: number): number {
  if (Number.isNaN(p) || !(shape > 0) || p < 0 || p > 1) return Number.NaN
  if (p === 0) return 0
  if (p === 1) return Number.POSITIVE_INFINITY
  let high = shape + 10 * Math.sqrt(shape) + 10
  while (incompleteGamma(shape, high) < p) high *= 2
  // each tail by its own function, so that neither loses digits
  const f = p < 0.5 ? (x: number) => incompleteGamma(shape, x) - p : (x: number) => 1 - p - incompleteGammaUpper(shape, x)
  return findRoot(f, 0, high)
}

/** The x below which a share p of Beta(a, b) lies. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (Number.isNaN(p) || !(a > 0) || !(b > 0) || p < 0 || p > 1) return Number.NaN
  if (p === 0) return 0
  if (p === 1) return 1
  const f = p < 0.5 ? (x: number) => incompleteBeta(x, a, b) - p : (x: number) => 1 - p - incompleteBetaUpper(x, a, b)
  return findRoot(f, 0, 1)
}

/** P(X = x) for X binomial(n, p), x whole. */
export function binomialDensity(x: number, n: number, p: number): number {
  if (x < 0 || x > n) return 0
  if (p <= 0) return x === 0 ? 1 : 0
  if (p >= 1) return x === n ? 1 : 0
  if (x === 0) return Math.exp(n * Math.log1p(-p))
  if (x === n) return Math.exp(n * Math.log(p))
  // C(n, x) x^x (n-x)^(n-x) / n^n from the beta function at the mode, then the two deviances
  const peak = -Math.log(n + 1) - logBeta(x + 1, n - x + 1) + x * Math.log(x / n) + (n - x) * Math.log1p(-x / n)
  return Math.exp(peak - deviance(x, n * p) - deviance(n - x, n * (1 - p)))
}

/** P(X <= x) for X binomial(n, p). */
export function binomialBelow(x: number, n: number, p: number): number {
  if (x < 0) return 0
  if (x >= n) return 1
  return incompleteBetaUpper(p, Math.floor(x) + 1, n - Math.floor(x))
}

/** ln C(n, k). */
export function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY
  if (k === 0 || k === n) return 0
  return -Math.log(n + 1) - logBeta(k + 1, n - k + 1)
}
