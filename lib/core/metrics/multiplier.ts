import { geometricMeanRatioWithin } from '../stats/ratio'
import { displayOf, type EstimateOptions, type Measured } from './estimate'
import type { SessionRecord } from './task-record'

/**
 * How many times the tokens that one agent alone takes for the same work: geometric mean of ratios. The
 * same work is a workflow done by the same model, with and without delegating; sessions that name no
 * workflow, that have not ended or count no tokens are left out. Says nothing of quality: read the cost
 * per success beside it.
 */
export function delegationMultiplier(
  delegating: readonly SessionRecord[],
  alone: readonly SessionRecord[],
  { level = 0.95, scope = 'sessions' }: EstimateOptions = {},
): Measured {
  const cells = new Map<string, { with: number[]; without: number[] }>()
  const add = (sessions: readonly SessionRecord[], arm: 'with' | 'without') => {
    for (const { groups, ended, inputTokens, outputTokens } of sessions) {
      const tokens = inputTokens + outputTokens
      if (groups.workflow === undefined || groups.masterModel === undefined || !ended || tokens <= 0) continue
      const key = JSON.stringify([groups.workflow, groups.masterModel])
      const cell = cells.get(key) ?? { with: [], without: [] }
      cells.set(key, cell)
      cell[arm].push(tokens)
    }
  }
  add(delegating, 'with')
  add(alone, 'without')
  const both = [...cells.values()].filter((cell) => cell.with.length > 0 && cell.without.length > 0)
  if (both.length === 0)
    return {
      code: 'no_baseline',
      reason: 'Not measurable here: it takes ended sessions of the same workflow in which the same model worked alone.',
    }
  const { ratio, interval } = geometricMeanRatioWithin(
    both.map((cell) => ({ first: cell.with, second: cell.without })),
    level,
  )
  const withIt = both.reduce((sum, cell) => sum + cell.with.length, 0)
  const without = both.reduce((sum, cell) => sum + cell.without.length, 0)
  const n = withIt + without
  return {
    value: ratio,
    ...interval,
    level,
    n,
    clusters: n,
    method: 'geometric mean of tokens, with over without delegation, within workflow and model; t on the logarithms',
    note: `${withIt} sessions with delegation, ${without} without, in ${both.length} ${both.length === 1 ? 'pair' : 'pairs'} of workflow and model`,
    display: interval ? displayOf(n, n, scope) : 'counts',
  }
}
