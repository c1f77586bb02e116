import { normalAbove, normalBelow, zOf } from './distributions'
import type { Interval } from './interval'

export interface Equivalence {
  difference: number
  /** Against "not above the lower margin" and "not below the upper". */
  zLow: number
  pLow: number
  zHigh: number
  pHigh: number
  /** The larger of the two. */
  p: number
  /** Interval at level 1 - 2 alpha: inside the margins exactly when both tests reject. */
  interval: Interval
  equivalent: boolean
}

/**
 * Two one-sided tests that two shares differ by less than a margin set beforehand; unpooled variance.
 * A difference that is merely "not significant" shows nothing of the kind. Schuirmann (1987)
 * J Pharmacokinet Biopharm 15:657. Sizes may be effective ones.
 */
export function equivalence(x1: number, n1: number, x2: number, n2: number, low: number, high: number, alpha = 0.05): Equivalence {
  const p1 = x1 / n1
  const p2 = x2 / n2
  const difference = p1 - p2
  const se = Math.sqrt((p1 * (1 - p1)) / n1 + (p2 * (1 - p2)) / n2)
  const zLow = (difference - low) / se
  const zHigh = (difference - high) / se
  const pLow = normalAbove(zLow)
  const pHigh = normalBelow(zHigh)
  const p = Math.max(pLow, pHigh)
  const spread = zOf(1 - 2 * alpha) * se
  return { difference, zLow, pLow, zHigh, pHigh, p, interval: { low: difference - spread, high: difference + spread }, equivalent: p < alpha }
}
