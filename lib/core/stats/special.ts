/**
 * The special functions under every distribution here, to about 1e-13 relative where the arguments
 * are moderate. Each is the textbook method that keeps digits for large arguments: differences of
 * large logarithms are never formed where a deviance does instead.
 *
 * Sources: Abramowitz & Stegun (1964) 6.1.41, 6.5, 26.5; Lentz's continued fractions in Press et al.,
 * Numerical Recipes 3rd ed. 6.2 and 6.4 (method only); Loader (2000), Fast and accurate computation of
 * binomial probabilities, for the deviance form of densities.
 */

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI)
const EPSILON = 1e-16
const TINY = 1e-300

/** Coefficients B(2k) / (2k (2k-1)) of Stirling's series, exact fractions. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400]
const STIRLING_FROM = 16

/** What Stirling's formula leaves out: ln Gamma(x) - [(x - 1/2) ln x - x + ln(2 pi)/2], x > 0. */
function stirlingRest(x: number): number {
  if (x < STIRLING_FROM) return logGamma(x) - ((x - 0.5) * Math.log(x) - x + HALF_LOG_2PI)
  const inverse = 1 / x
  const square = inverse * inverse
  let sum = 0
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * square + (STIRLING[k] as number)
  return sum * inverse
}

/** ln Gamma(x) for x > 0. Absolute error about 1e-14 for small x, relative 1e-15 for large. */
export function logGamma(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.POSITIVE_INFINITY : Number.NaN
  if (x >= STIRLING_FROM) return (x - 0.5) * Math.log(x) - x + HALF_LOG_2PI + stirlingRest(x)
  // Gamma(x) = Gamma(x + m) / (x (x+1) ... (x+m-1))
  let product = 1
  let shifted = x
  while (shifted < STIRLING_FROM) {
    product *= shifted
    shifted += 1
  }
  return logGamma(shifted) - Math.log(product)
}

/** ln B(a, b), without the cancellation of three large logarithms of Gamma. */
export function logBeta(a: number, b: number): number {
  const p = Math.min(a, b)
  const q = Math.max(a, b)
  if (p >= STIRLING_FROM) {
    return (
      HALF_LOG_2PI -
      0.5 * Math.log(q) +
      (p - 0.5) * Math.log(p / (p + q)) +
      q * Math.log1p(-p / (p + q)) +
      stirlingRest(p) +
      stirlingRest(q) -
      stirlingRest(p + q)
    )
  }
  if (q >= STIRLING_FROM) {
    // ln Gamma(q) - ln Gamma(p + q), both large
    const ratio = stirlingRest(q) - stirlingRest(p + q) + (q - 0.5) * Math.log1p(-p / (p + q)) - p * Math.log(p + q) + p
    return logGamma(p) + ratio
  }
  return logGamma(p) + logGamma(q) - logGamma(p + q)
}

/** x ln(x/m) + m - x >= 0, exact also where x and m are close. */
export function deviance(x: number, m: number): number {
  if (x === 0) return m
  const difference = x - m
  if (Math.abs(difference) < 0.1 * (x + m)) {
    // series in v = (x-m)/(x+m): (x-m)v + 2x (v^3/3 + v^5/5 + ...)
    const v = difference / (x + m)
    let sum = difference * v
    let power = 2 * x * v
    for (let k = 3; k < 1000; k += 2) {
      power *= v * v
      const next = sum + power / k
      if (next === sum) return sum
      sum = next
    }
    return sum
  }
  return x * Math.log(x / m) - difference
}

/** x^a (1-x)^b / B(a, b) for 0 < x < 1. */
function betaPrefactor(x: number, a: number, b: number): number {
  if (a < STIRLING_FROM || b < STIRLING_FROM) return Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b))
  const n = a + b
  const rest = stirlingRest(n) - stirlingRest(a) - stirlingRest(b)
  return Math.sqrt((a * b) / (2 * Math.PI * n)) * Math.exp(rest - deviance(a, n * x) - deviance(b, n * (1 - x)))
}

/** Regularised incomplete beta function I_x(a, b): the probability below x under Beta(a, b); a, b > 0. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (Number.isNaN(x) || !(a > 0) || !(b > 0)) return Number.NaN
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = betaPrefactor(x, a, b)
  if (x < (a + 1) / (a + b + 2)) return Math.min(1, (front * betaFraction(x, a, b)) / a)
  return Math.max(0, 1 - (front * betaFraction(1 - x, b, a)) / b)
}

/** 1 - I_x(a, b), with its own digits where it is small. */
export function incompleteBetaUpper(x: number, a: number, b: number): number {
  if (Number.isNaN(x) || !(a > 0) || !(b > 0)) return Number.NaN
  if (x <= 0) return 1
  if (x >= 1) return 0
  const front = betaPrefactor(x, a, b)
  if (x < (a + 1) / (a + b + 2)) return Math.max(0, 1 - (front * betaFraction(x, a, b)) / a)
  return Math.min(1, (front * betaFraction(1 - x, b, a)) / b)
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < 3 * EPSILON) break
  }
  return h
}

/** x^a e^-x / Gamma(a + 1) for a, x > 0: a Poisson probability for whole a. */
function poissonDensity(a: number, x: number): number {
  if (a < STIRLING_FROM) return Math.exp(a * Math.log(x) - x - logGamma(a + 1))
  return Math.exp(-stirlingRest(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a)
}

/** Regularised lower incomplete gamma P(a, x), a > 0, x >= 0. */
export function incompleteGamma(a: number, x: number): number {
  if (!(a > 0) || Number.isNaN(x)) return Number.NaN
  if (x <= 0) return 0
  if (x === Number.POSITIVE_INFINITY) return 1
  return x < a + 1 ? Math.min(1, poissonDensity(a, x) * gammaSeries(a, x)) : Math.max(0, 1 - poissonDensity(a, x) * a * gammaFraction(a, x))
}

/** Q(a, x) = 1 - P(a, x), with its own digits where it is small. */
export function incompleteGammaUpper(a: number, x: number): number {
  if (!(a > 0) || Number.isNaN(x)) return Number.NaN
  if (x <= 0) return 1
  if (x === Number.POSITIVE_INFINITY) return 0
  return x < a + 1 ? Math.max(0, 1 - poissonDensity(a, x) * gammaSeries(a, x)) : Math.min(1, poissonDensity(a, x) * a * gammaFraction(a, x))
}

function gammaSeries(a: number, x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; k < 100_000; k++) {
    term *= x / (a + k)
    sum += term
    if (term < sum * EPSILON) break
  }
  return sum
}

function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1 / TINY
  let d = 1 / awayFromZero(b)
  let h = d
  for (let k = 1; k < 100_000; k++) {
    const an = -k * (k - a)
    b += 2
    d = 1 / awayFromZero(an * d + b)
    c = awayFromZero(b + an / c)
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < 3 * EPSILON) break
  }
  return h
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}

/**
 * Where an increasing function crosses zero in [low, high]; f(low) <= 0 <= f(high). Bisection steered
 * by the secant, to the last digit: at most some 100 evaluations, mostly about 12.
 */
export function findRoot(f: (x: number) => number, low: number, high: number): number {
  let a = low
  let b = high
  let fa = f(a)
  let fb = f(b)
  if (fa >= 0) return a
  if (fb <= 0) return b
  let last = b - a
  for (let i = 0; i < 200; i++) {
    let x = b - (fb * (b - a)) / (fb - fa)
    const width = b - a
    // the secant has not halved the bracket in two steps: bisect
    if (!(x > a && x < b) || (i % 3 === 2 && width > 0.5 * last)) x = a + 0.5 * width
    if (i % 3 === 2) last = width
    if (x === a || x === b || width <= 4 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b))) return x
    const fx = f(x)
    if (fx === 0) return x
    if (fx < 0) {
      a = x
      fa = fx
      // Illinois: an end that stays must lose weight, or it would hold the secant back
      fb *= 0.5
    } else {
      b = x
      fb = fx
      fa *= 0.5
    }
  }
  return a + 0.5 * (b - a)
}
