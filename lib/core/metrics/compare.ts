import { pooledZ, squareAndAdd } from '../stats/difference'
import { normalAbove, normalBelow, zOf } from '../stats/distributions'
import { fisher } from '../stats/fisher'
import { benjaminiHochberg, holm } from '../stats/multiplicity'
import { detectableDifference } from '../stats/power'
import type { Interval } from '../stats/interval'
import type { Estimate } from './estimate'

/** Two groups' shares, each an estimate with limits. */
export interface Contrast {
  first: string
  second: string
  /** First minus second. */
  difference: number
  low: number
  high: number
  level: number
  p: number
  test: 'Fisher mid-P' | 'pooled z at effective sizes'
  /** Adjusted within the family that was compared. */
  holm: number
  q: number
  /** Smallest difference that the smaller group's effective size detects with 80 % power; undefined where none. */
  detectable: number | undefined
}

export interface Named {
  label: string
  estimate: Estimate
}

/**
 * All pairs, with limits by Newcombe's square-and-add from each group's own (clustered) limits, and
 * p adjusted over these pairs: Holm for claims, q (Benjamini-Hochberg) for looking around. Groups
 * too small for an interval are left out. No stars.
 */
export function comparePairs(groups: readonly Named[]): Contrast[] {
  const usable = groups.filter(({ estimate }) => estimate.low !== undefined && estimate.high !== undefined && estimate.display !== 'counts')
  const contrasts: Omit<Contrast, 'holm' | 'q'>[] = []
  usable.forEach((first, i) => {
    for (const second of usable.slice(i + 1)) contrasts.push(contrast(first, second))
  })
  const p = contrasts.map((one) => one.p)
  const byHolm = holm(p)
  const q = benjaminiHochberg(p)
  return contrasts.map((one, i) => ({ ...one, holm: byHolm[i] ?? 1, q: q[i] ?? 1 }))
}

/** Fewer than this in a cell and a normal test is no longer safe. */
const SMALL_CELL = 5

function contrast(first: Named, second: Named): Omit<Contrast, 'holm' | 'q'> {
  const [a, b] = [first.estimate, second.estimate]
  const { difference, low, high } = squareAndAdd(a.value, limitsOf(a), b.value, limitsOf(b))
  const [n1, n2] = [sizeOf(a), sizeOf(b)]
  const cells = [a.value * n1, (1 - a.value) * n1, b.value * n2, (1 - b.value) * n2]
  const small = Math.min(...cells) < SMALL_CELL
  const rounded = cells.map(Math.round) as [number, number, number, number]
  const p = small ? fisher(...rounded).midP : pooledZ(a.value * n1, n1, b.value * n2, n2).p
  const pooled = (a.value * n1 + b.value * n2) / (n1 + n2)
  return {
    first: first.label,
    second: second.label,
    difference,
    low,
    high,
    level: a.level,
    p,
    test: small ? 'Fisher mid-P' : 'pooled z at effective sizes',
    detectable: detectableDifference(pooled, Math.min(n1, n2)),
  }
}

function limitsOf({ low = 0, high = 1 }: Estimate): Interval {
  return { low, high }
}

/** What clustering and censoring left of n, for tests that need a size. */
function sizeOf({ effectiveN, n }: Estimate): number {
  return Math.min(n, effectiveN ?? n)
}

/** Whether a change did nothing, told apart from not knowing. */
export type EquivalenceVerdict = 'different' | 'equivalent' | 'different_but_small' | 'undecided'

export interface EquivalenceTest {
  difference: number
  /** At 1 - 2 alpha: inside the margin exactly if equivalent. */
  interval: Interval
  margin: number
  /** Of the two one-sided tests; below alpha: equivalent. */
  p: number
  /** Of plain difference. */
  pDifference: number
  verdict: EquivalenceVerdict
}

/** Recommended margins: ten points to say "no effect", five for a release gate. Set before looking. */
export const MARGIN = 0.1
export const RELEASE_MARGIN = 0.05

/** Two one-sided tests on two groups' shares at their effective sizes. "Not significant" is not "no effect". */
export function testEquivalence(first: Estimate, second: Estimate, margin = MARGIN, alpha = 0.05): EquivalenceTest {
  const [n1, n2] = [sizeOf(first), sizeOf(second)]
  const difference = first.value - second.value
  const se = Math.sqrt((first.value * (1 - first.value)) / n1 + (second.value * (1 - second.value)) / n2)
  const p = se > 0 ? Math.max(normalAbove((difference + margin) / se), normalBelow((difference - margin) / se)) : Math.abs(difference) < margin ? 0 : 1
  const spread = zOf(1 - 2 * alpha) * se
  const pDifference = pooledZ(first.value * n1, n1, second.value * n2, n2).p
  const equivalent = p < alpha
  const different = pDifference < alpha
  return {
    difference,
    interval: { low: difference - spread, high: difference + spread },
    margin,
    p,
    pDifference,
    verdict: equivalent ? (different ? 'different_but_small' : 'equivalent') : different ? 'different' : 'undecided',
  }
}
