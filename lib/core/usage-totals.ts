import type { Usage } from './event'
import type { Totals } from './session'

/** Adds what a turn used to a session's sums, or takes it out again. */
export function addUsage(totals: Totals, usage: Usage | undefined, sign: 1 | -1): void {
  if (!usage) return
  totals.turnsWithUsage += sign
  if (usage.estimated) totals.turnsWithEstimate += sign
  totals.inputTokens += sign * (usage.inputTokens ?? 0)
  totals.cachedInputTokens += sign * (usage.cachedInputTokens ?? 0)
  totals.outputTokens += sign * (usage.outputTokens ?? 0)
  if (usage.costUsd !== undefined) {
    totals.costUsd += sign * usage.costUsd
    totals.turnsWithCost += sign
  }
}
