import { binomialBelow, binomialDensity, zOf } from './distributions'
import { clampShare, type Interval } from './interval'

/** Below this n the normal limits of a funnel are too crude. */
const EXACT_BELOW = 30

/** What a funnel plot draws at n: exact limits below 30, normal ones from there. */
export function drawnFunnelLimits(p0: number, n: number, level = 0.95): Interval {
  return n < EXACT_BELOW ? exactFunnelLimits(p0, n, level) : funnelLimits(p0, n, level)
}

/** Where the share of a unit of size n falls with this probability if its true share is p0. Spiegelhalter (2005) Stat Med 24:1185. Normal. */
export function funnelLimits(p0: number, n: number, level = 0.95): Interval {
  const spread = zOf(level) * Math.sqrt((p0 * (1 - p0)) / n)
  return { low: clampShare(p0 - spread), high: clampShare(p0 + spread) }
}

/** The same from the binomial distribution, interpolated between whole counts as Spiegelhalter (2005), appendix A.1.1. */
export function exactFunnelLimits(p0: number, n: number, level = 0.95): Interval {
  const tail = (1 - level) / 2
  return { low: interpolated(tail, n, p0), high: interpolated(1 - tail, n, p0) }
}

function interpolated(probability: number, n: number, p0: number): number {
  let x = 0
  while (x < n && binomialBelow(x, n, p0) < probability) x++
  const overshoot = (binomialBelow(x, n, p0) - probability) / binomialDensity(x, n, p0)
  return clampShare((x - overshoot) / n)
}
