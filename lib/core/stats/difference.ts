import { normalAbove, zOf } from './distributions'
import type { Interval } from './interval'
import { wilson } from './proportion'

export interface Difference extends Interval {
  /** First minus second. */
  difference: number
}

/** Difference of two independent shares, hybrid score interval. Newcombe (1998) Stat Med 17:873, method 10. */
export function newcombe(x1: number, n1: number, x2: number, n2: number, level = 0.95): Difference {
  return squareAndAdd(x1 / n1, wilson(x1, n1, level), x2 / n2, wilson(x2, n2, level))
}

/**
 * Difference of two independent estimates from their own intervals ("square and add", MOVER): the
 * clustered form of Newcombe's takes clustered limits. Zou & Donner (2008) Stat Med 27:1693.
 */
export function squareAndAdd(p1: number, first: Interval, p2: number, second: Interval): Difference {
  const difference = p1 - p2
  return {
    difference,
    low: difference - Math.hypot(p1 - first.low, second.high - p2),
    high: difference + Math.hypot(first.high - p1, p2 - second.low),
  }
}

/** Difference of two shares after adding one success and one failure to each. Agresti & Caffo (2000) Am Stat 54:280. */
export function agrestiCaffo(x1: number, n1: number, x2: number, n2: number, level = 0.95): Interval {
  const p1 = (x1 + 1) / (n1 + 2)
  const p2 = (x2 + 1) / (n2 + 2)
  const spread = zOf(level) * Math.sqrt((p1 * (1 - p1)) / (n1 + 2) + (p2 * (1 - p2)) / (n2 + 2))
  return { low: p1 - p2 - spread, high: p1 - p2 + spread }
}

/** Two-sided test of equal shares with pooled variance, no correction. Sizes may be effective ones. z is 0 where all or none have the event. */
export function pooledZ(x1: number, n1: number, x2: number, n2: number): { z: number; p: number } {
  const pooled = (x1 + x2) / (n1 + n2)
  const se = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
  const z = se > 0 ? (x1 / n1 - x2 / n2) / se : 0
  return { z, p: Math.min(1, 2 * normalAbove(Math.abs(z))) }
}
