import { holm } from '../stats/multiplicity'
import { watchedFrom } from '../stats/survival-data'
import { saysPaceComparison } from './sentences'
import type { Tasks } from './tasks'
import { comparePace } from './tokens-before'
import { FEWEST_AT_RISK, stillGoingAt, watch } from './watch'

/** How many tokens more the first group's sub-agents get to write than the second's, counting nobody beyond `tau`. Plain JSON. */
export interface PaceContrast {
  first: string
  second: string
  difference: number
  low?: number
  high?: number
  tau: number
  /** Of the difference, adjusted by Holm over all pairs shown; errors are summed per session. */
  holm?: number
  /** Of the cause-specific hazards over the whole curve; takes tasks as independent: a supplement. */
  logRank?: number
  says: string
}

/** All pairs. Both of a pair begin where ten tasks of each are watched. */
export function paceContrasts(groups: readonly { label: string; members: Tasks }[]): PaceContrast[] {
  const from = groups.map(({ members }) => watchedFrom(watch(members, { clock: 'tokens', phases: 'before' }).data, FEWEST_AT_RISK))
  const found: PaceContrast[] = []
  const unadjusted: number[] = []
  groups.forEach((first, i) => {
    groups.slice(i + 1).forEach((second, j) => {
      const start = Math.max(from[i] ?? 0, from[i + 1 + j] ?? 0)
      const compared = comparePace(stillGoingAt(first.members, start), stillGoingAt(second.members, start))
      if ('reason' in compared || compared.low === undefined || compared.p === undefined) return
      const { difference, low, high, tau, p, logRank } = compared
      found.push({
        first: first.label,
        second: second.label,
        difference,
        low,
        high,
        tau,
        logRank: logRank?.p,
        says: saysPaceComparison(first.label, second.label, compared),
      })
      unadjusted.push(p)
    })
  })
  const adjusted = holm(unadjusted)
  return found.map((contrast, i) => ({ ...contrast, holm: adjusted[i] }))
}
