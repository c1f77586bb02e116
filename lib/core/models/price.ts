import type { Usage } from '../event'
import { knownModel } from './name'

/** What a million tokens of a model cost from a day on. */
export interface Price {
  /** Canonical name, as `modelName` gives it. */
  model: string
  provider?: string
  /** Three letters; costs are shown in USD, a row in another currency prices nothing. */
  currency: string
  /** Per million input tokens that were not cached. */
  input: number
  /** Per million input tokens read from a cache; absent: not known, and then neither is the price of a call that read some. */
  cachedInput?: number
  /** Per million tokens written to a cache. */
  cacheWrite?: number
  output: number
  /** The first day that it is known to hold, `YYYY-MM-DD`. */
  from: string
  /** Where it is written. */
  source?: string
}

export interface PriceTable {
  /** When somebody last looked, `YYYY-MM-DD`. */
  checked: string
  prices: Price[]
}

/** Rows of one's own before those of another table: the same model from the same day is the first's. */
export function withPrices(own: PriceTable, rest: PriceTable): PriceTable {
  const key = (price: Price) => `${knownModel(price.model).name} ${price.from}`
  const known = new Set(own.prices.map(key))
  return { checked: own.checked > rest.checked ? own.checked : rest.checked, prices: [...own.prices, ...rest.prices.filter((price) => !known.has(key(price)))] }
}

/** A price table to ask; rows by model, the newest first. */
export class PriceBook {
  private readonly byModel = new Map<string, { price: Price; from: number }[]>()
  /** Differs between tables that may price anything differently. */
  readonly key: string

  constructor(readonly table: PriceTable) {
    for (const price of table.prices) {
      const { name } = knownModel(price.model)
      const rows = this.byModel.get(name) ?? []
      rows.push({ price, from: Date.parse(price.from) })
      this.byModel.set(name, rows)
    }
    for (const rows of this.byModel.values()) rows.sort((a, b) => b.from - a.from)
    this.key = keyOf(JSON.stringify(table.prices))
  }

  /**
   * The price of a model at a time (epoch ms): the newest row that had begun. Undefined when the model is not
   * in the table or the time lies before its first row: unknown is not free.
   */
  priceOf(model: string, at: number): Price | undefined {
    const { name, provider } = knownModel(model)
    return this.byModel
      .get(name)
      ?.find(({ price, from }) => from <= at && (price.provider === undefined || provider === undefined || price.provider === provider))?.price
  }

  /** What usage cost in USD: as the source says, else by the table; undefined where a count or a price that it needs is unknown. */
  costOf(usage: Usage | undefined, model: string | undefined, at: number | undefined): number | undefined {
    if (usage?.costUsd !== undefined) return usage.costUsd
    if (!usage || model === undefined || at === undefined) return undefined
    const price = this.priceOf(model, at)
    return price && price.currency === 'USD' ? costOf(usage, price) : undefined
  }
}

/** What a call cost, in the price's currency; undefined where a count or a price that it needs is unknown. */
export function costOf(usage: Usage, price: Price): number | undefined {
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0 } = usage
  if (inputTokens === undefined || outputTokens === undefined) return undefined
  if ((cachedInputTokens > 0 && price.cachedInput === undefined) || (cacheWriteTokens > 0 && price.cacheWrite === undefined)) return undefined
  const plain = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens)
  return (plain * price.input + cachedInputTokens * (price.cachedInput ?? 0) + cacheWriteTokens * (price.cacheWrite ?? 0) + outputTokens * price.output) / 1e6
}

/** FNV-1a over the rows: it only has to change when they do. */
function keyOf(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(36)
}
