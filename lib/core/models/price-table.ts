import { z } from 'zod'
import { PriceBook, type PriceTable, withPrices } from './price'
import TABLE from './prices.json'

const Amount = z.number().nonnegative()

/** Mirrors Price in price.ts, which the browser reads without zod. */
const PriceSchema = z.strictObject({
  model: z.string().min(1),
  provider: z.string().optional(),
  currency: z.literal('USD', { error: 'only USD can be summed with what sources tell' }),
  input: Amount,
  cachedInput: Amount.optional(),
  cacheWrite: Amount.optional(),
  output: Amount,
  from: z.iso.date(),
  source: z.string().optional(),
})

const PriceTableSchema = z.strictObject({ checked: z.iso.date(), prices: z.array(PriceSchema) })

/** The table that comes with Backseat. */
export const PRICES: PriceTable = PriceTableSchema.parse(TABLE)
export const OWN_PRICES = new PriceBook(PRICES)

export class BadPrices extends Error {}

/** A person's own table (text of a JSON file) before the one that comes along. Throws BadPrices, with every place that is wrong. */
export function pricesWith(text: string): PriceBook {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new BadPrices(`it is not JSON (${error instanceof Error ? error.message : 'it cannot be parsed'})`)
  }
  const read = PriceTableSchema.safeParse(value)
  if (!read.success) throw new BadPrices(read.error.issues.map(({ path, message }) => `${placeOf(path, value)}: ${message}`).join('; '))
  return new PriceBook(withPrices(read.data, PRICES))
}

/** `prices[2].input (of "gpt-5")`: rows are found by their model, not by counting. */
function placeOf(path: readonly PropertyKey[], value: unknown): string {
  const place =
    path
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
      .join('')
      .replace(/^\./, '') || 'the table'
  const rows = typeof value === 'object' && value !== null && 'prices' in value && Array.isArray(value.prices) ? (value.prices as unknown[]) : []
  const row = typeof path[1] === 'number' ? rows[path[1]] : undefined
  const model = typeof row === 'object' && row !== null && 'model' in row ? row.model : undefined
  return typeof model === 'string' ? `${place} (of ${JSON.stringify(model)})` : place
}
