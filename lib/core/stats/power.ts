import { findRoot } from './special'
import { normalBelow, normalQuantile, zOf } from './distributions'

/** Sizes are exact, unrounded: round up, and multiply by the design effect, at the end. */

/** Units per arm to tell p1 from p2 by a two-sided pooled z test. Fleiss, Levin & Paik (2003) 4.2, no correction. */
export function sizeTwoShares(p1: number, p2: number, power = 0.8, alpha = 0.05): number {
  const mean = (p1 + p2) / 2
  const root = zOf(1 - alpha) * Math.sqrt(2 * mean * (1 - mean)) + normalQuantile(power) * Math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
  return (root / (p1 - p2)) ** 2
}

/** Units per arm to show by two one-sided tests that two shares differ by less than `margin`; true shares p1, p2. */
export function sizeEquivalence(p1: number, p2: number, margin: number, power = 0.8, alpha = 0.05): number {
  const spread = p1 * (1 - p1) + p2 * (1 - p2)
  const distance = margin - Math.abs(p1 - p2)
  // both tests must reject: with equal shares each takes half of the allowed misses
  const quantile = p1 === p2 ? normalQuantile((1 + power) / 2) : normalQuantile(power)
  return (spread * (normalQuantile(1 - alpha) + quantile) ** 2) / distance ** 2
}

/** Pairs for McNemar's test; b and c the expected shares of the two kinds of discordance. Connor (1987) Biometrics 43:207. */
export function sizePairs(b: number, c: number, power = 0.8, alpha = 0.05): number {
  const discordant = b + c
  const difference = b - c
  return (zOf(1 - alpha) * Math.sqrt(discordant) + normalQuantile(power) * Math.sqrt(discordant - difference ** 2)) ** 2 / difference ** 2
}

/** Events (not units) for a log-rank test of two equal arms. Schoenfeld (1981) Biometrika 68:316. */
export function eventsLogRank(hazardRatio: number, power = 0.8, alpha = 0.05): number {
  return (4 * (zOf(1 - alpha) + normalQuantile(power)) ** 2) / Math.log(hazardRatio) ** 2
}

/** Units for a Wald half-width of `halfWidth` around a share p. */
export function sizePrecision(p: number, halfWidth: number, level = 0.95): number {
  return (zOf(level) ** 2 * p * (1 - p)) / halfWidth ** 2
}

/** Smallest difference from p that n units per arm detect with this power; the smaller of up and down, undefined where neither fits in 0..1. */
export function detectableDifference(p: number, n: number, power = 0.8, alpha = 0.05): number | undefined {
  const sides = [1 - p, p].flatMap((room, down) => {
    const other = (d: number) => (down ? p - d : p + d)
    if (room <= 0 || sizeTwoShares(p, other(room), power, alpha) > n) return []
    return [findRoot((d) => (d <= 0 ? -1 : n - sizeTwoShares(p, other(d), power, alpha)), 0, room)]
  })
  return sides.length > 0 ? Math.min(...sides) : undefined
}

/** Power of the two-sided pooled z test with n units per arm. */
export function powerTwoShares(p1: number, p2: number, n: number, alpha = 0.05): number {
  const mean = (p1 + p2) / 2
  const distance = Math.abs(p1 - p2) * Math.sqrt(n) - zOf(1 - alpha) * Math.sqrt(2 * mean * (1 - mean))
  return normalBelow(distance / Math.sqrt(p1 * (1 - p1) + p2 * (1 - p2)))
}
