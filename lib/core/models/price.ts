import { z } from 'zod'
import type { Usage } from '../event'
import { modelName } from './name'
import TABLE from './prices.json'

const Amount = z.number().nonnegative()

/** What a million tokens of a model cost from a day on. */
export const PriceSchema = z.strictObject({
  /** Canonical name, as `modelName` gives it. */
  model: z.string().min(1),
  provider: z.string().optional(),
  currency: z.string().length(3),
  /** Per million input tokens that were not cached. */
  input: Amount,
  /** Per million input tokens read from a cache; absent: not known, and then neither is the price of a call that read some. */
  cachedInput: Amount.optional(),
  /** Per million tokens written to a cache. */
  cacheWrite: Amount.optional(),
  output: Amount,
  /** The first day that it is known to hold, `YYYY-MM-DD`. */
  from: z.iso.date(),
  /** Where it is written. */
  source: z.string().optional(),
})
export type Price = z.infer<typeof PriceSchema>

export const PriceTableSchema = z.strictObject({
  /** When somebody last looked. */
  checked: z.iso.date(),
  prices: z.array(PriceSchema),
})
export type PriceTable = z.infer<typeof PriceTableSchema>

export const PRICES: PriceTable = PriceTableSchema.parse(TABLE)

/** Rows of one's own before those of another table: the same model from the same day is the first's. */
export function withPrices(own: PriceTable, rest: PriceTable): PriceTable {
  const key = (price: Price) => `${modelName(price.model).name} ${price.from}`
  const known = new Set(own.prices.map(key))
  return { checked: own.checked > rest.checked ? own.checked : rest.checked, prices: [...own.prices, ...rest.prices.filter((price) => !known.has(key(price)))] }
}

/**
 * The price of a model at a time (epoch ms): the newest row that had begun. Undefined when the model is not
 * in the table or the time lies before its first row: unknown is not free.
 */
export function priceOf(model: string, at: number, table: PriceTable = PRICES): Price | undefined {
  const { name, provider } = modelName(model)
  let best: Price | undefined
  for (const price of table.prices) {
    if (modelName(price.model).name !== name) continue
    if (price.provider !== undefined && provider !== undefined && price.provider !== provider) continue
    if (Date.parse(price.from) <= at && (best === undefined || price.from > best.from)) best = price
  }
  return best
}

/** What a call cost, in the price's currency; undefined where a count or a price that it needs is unknown. */
export function costOf(usage: Usage, price: Price): number | undefined {
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0 } = usage
  if (inputTokens === undefined || outputTokens === undefined) return undefined
  if ((cachedInputTokens > 0 && price.cachedInput === undefined) || (cacheWriteTokens > 0 && price.cacheWrite === undefined)) return undefined
  const plain = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens)
  return (plain * price.input + cachedInputTokens * (price.cachedInput ?? 0) + cacheWriteTokens * (price.cacheWrite ?? 0) + outputTokens * price.output) / 1e6
}
