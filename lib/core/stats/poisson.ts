import { gammaQuantile } from './distributions'
import type { Interval } from './interval'
import { clopperPearson } from './proportion'

/** Exact limits for the mean of a Poisson count x. Garwood (1936) Biometrika 28:437: half of chi-squared quantiles. */
export function garwood(x: number, level = 0.95): Interval {
  const tail = (1 - level) / 2
  return { low: x === 0 ? 0 : gammaQuantile(tail, x), high: gammaQuantile(1 - tail, x + 1) }
}

/** Events per unit of exposure, exact limits. Exposure > 0, in the caller's unit. */
export function eventRate(events: number, exposure: number, level = 0.95): Interval & { rate: number } {
  if (!(exposure > 0)) throw new RangeError(`no exposure: ${exposure}`)
  const limits = garwood(events, level)
  return { rate: events / exposure, low: limits.low / exposure, high: limits.high / exposure }
}

/**
 * Ratio of two rates, exact by conditioning on the total (Przyborowski & Wilenski 1940): given
 * x1 + x2 events, x1 is binomial. `high` is infinite where the second saw none; undefined with no events.
 */
export function rateRatio(x1: number, exposure1: number, x2: number, exposure2: number, level = 0.95): (Interval & { ratio: number }) | undefined {
  if (x1 + x2 === 0) return undefined
  const limits = clopperPearson(x1, x1 + x2, level)
  const scale = exposure2 / exposure1
  return {
    ratio: (x1 / x2) * scale,
    low: (limits.low / (1 - limits.low)) * scale,
    high: limits.high === 1 ? Number.POSITIVE_INFINITY : (limits.high / (1 - limits.high)) * scale,
  }
}
