import type { PriceBook } from '@/lib/core/models/price'
import { costOfSpends } from '@/lib/core/models/spend'
import type { SessionSummary } from '@/lib/live/protocol'

/**
 * A summary with its cost. Costs are not stored: they follow the price table when it is edited. Sessions that were
 * last written before sums by model were kept show what their source tells.
 */
export function priced({ spent, ...summary }: SessionSummary, book: PriceBook): SessionSummary {
  if (spent === undefined) return summary
  const cost = costOfSpends(spent, summary.startedAt ?? summary.lastAt, book)
  return { ...summary, costUsd: cost?.usd, ...(cost?.partial ? { costPartial: true } : {}) }
}
