import { createRequire } from 'node:module'

/** Beyond this a text is counted by its beginning: the estimate is no better for the rest. */
const SAMPLE_CHARS = 60_000

type Count = typeof import('gpt-tokenizer')['countTokens']

let count: Count | undefined

/** Tokens of a text, where its source does not say. What any one model's own tokenizer says differs by some percent. */
export function countTokens(text: string): number {
  // its tables take a third of a second to load, and most commands never need them
  count ??= (createRequire(import.meta.url)('gpt-tokenizer') as { countTokens: Count }).countTokens
  if (text.length <= SAMPLE_CHARS) return count(text, { allowedSpecial: 'all' })
  return Math.round((count(text.slice(0, SAMPLE_CHARS), { allowedSpecial: 'all' }) * text.length) / SAMPLE_CHARS)
}
