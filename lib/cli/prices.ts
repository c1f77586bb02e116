import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PriceBook } from '../core/models/price'
import { BadPrices, OWN_PRICES, pricesWith } from '../core/models/price-table'
import { Refusal } from '../store/postgres/refusal'

/** What models cost: the table that comes along, after a person's own in BACKSEAT_PRICES or prices.json of the data folder. Throws Refusal `bad-setting`. */
export async function readPrices(home: string, env: Partial<NodeJS.ProcessEnv> = process.env): Promise<PriceBook> {
  const path = env.BACKSEAT_PRICES || join(home, 'prices.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    if (absent && !env.BACKSEAT_PRICES) return OWN_PRICES
    throw bad(path, absent ? 'there is no such file' : String(error), error)
  }
  try {
    return pricesWith(text)
  } catch (error) {
    if (error instanceof BadPrices) throw bad(path, error.message, error)
    throw error
  }
}

function bad(path: string, why: string, cause: unknown): Refusal {
  return new Refusal('bad-setting', {
    what: `The price table ${path} cannot be used: ${why}.`,
    kept: 'Nothing was changed.',
    mend: 'Mend that file, or move it away (unset BACKSEAT_PRICES) for the prices that come along; docs/operations.md shows how it looks.',
    cause,
  })
}
