import { incidenceSpreads } from '../stats/aalen-johansen'
import { displayOf } from './estimate'
import { jointDifferences } from './joint-differences'
import type { Tasks } from './tasks'
import { THRESHOLDS } from './threshold'
import { CUT_SHORT, incidenceLimits, unwatched, type Watch, watch } from './watch'

/** OR@k of every group at every choice of k and of the threshold. Plain JSON; shares with three decimals. */
export interface JointSweep {
  ks: number[]
  thetas: number[]
  /** In the order of the groups; null where a group has too few tasks for a rate at any choice. */
  groups: (JointRates | null)[]
  says: string[]
}

export interface JointRates {
  label: string
  /** By threshold, then k; null where nothing was watched that far. */
  rates: ({ value: number; low: number; high: number } | null)[][]
}

/** So many values of k tell how a rate grows; each is a column that a reader can still read. */
const KS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20]

/** The k's of the sweep, the reader's own among them. */
export function sweptSteps(k: number): number[] {
  return KS.includes(k) || k > 20 ? KS : [...KS, k].sort((a, b) => a - b)
}

/** OR@k of one group at one threshold, for all the k's. */
export function ratesAt(members: Tasks, ks: readonly number[]): JointRates['rates'][number] {
  const watched = watch(members, { clock: 'step', phases: 'before' })
  if (unwatched(watched) || displayOf(watched.n, watched.data.clusters, 'sessions') === 'counts') return ks.map(() => null)
  return ratesOf(watched, ks)
}

function ratesOf(watched: Watch, ks: readonly number[]): JointRates['rates'][number] {
  const spreads = incidenceSpreads(watched.curve, watched.data, CUT_SHORT, ks)
  return ks.map((k, i) => {
    const { value, effectiveN, low, high } = incidenceLimits(watched, CUT_SHORT, k, {}, spreads[i])
    return effectiveN > 0 && low !== undefined && high !== undefined ? { value: rounded(value), low: rounded(low), high: rounded(high) } : null
  })
}

/** `rates`: of each group by threshold. */
export function jointSweep(labels: readonly string[], ks: number[], rates: readonly JointRates['rates'][], overlapping: boolean): JointSweep {
  const groups = labels.map((label, i): JointRates | null => {
    const own = rates[i] ?? []
    return own.some((row) => row.some((cell) => cell !== null)) ? { label, rates: own } : null
  })
  return { ks, thetas: [...THRESHOLDS], groups, says: saysJoint(groups, overlapping) }
}

/** How far the rates move, and whether the largest groups stand to each other as they do whatever is chosen. */
function saysJoint(groups: readonly (JointRates | null)[], overlapping: boolean): string[] {
  const known = groups.filter((group): group is JointRates => group !== null)
  const sentences = known.map(({ label, rates }) => {
    const cells = rates.flat().filter((cell) => cell !== null)
    const values = cells.map(({ value }) => value)
    return `${label}: from ${percent(Math.min(...values))} to ${percent(Math.max(...values))} over ${cells.length} choices of k and threshold.`
  })
  const [first] = known
  if (!first || overlapping) return sentences
  const pairs = known.slice(1).map((second) => {
    const cells = jointDifferences(second, first)
      .flat()
      .filter((cell) => cell !== null)
    const above = cells.filter(({ value }) => value > 0).length
    const clear = cells.filter(({ low, high }) => low > 0 || high < 0).length
    const [more, of] = above * 2 >= cells.length ? ['above', above] : ['below', cells.filter(({ value }) => value < 0).length]
    const says = `${second.label} lies ${more} ${first.label} at ${of === cells.length ? `all ${of}` : `${of} of ${cells.length}`} choices; the interval of the difference is clear of zero at ${clear}.`
    return { clear, says }
  })
  // what stands at most choices first
  pairs.sort((a, b) => b.clear - a.clear)
  return [...pairs.map(({ says }) => says), ...sentences]
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000
}
