import { countTokens as count } from 'gpt-tokenizer'

/** Beyond this a text is counted by its beginning: the estimate is no better for the rest. */
const SAMPLE_CHARS = 60_000

/** Tokens of a text, where its source does not say. What any one model's own tokenizer says differs by some percent. */
export function countTokens(text: string): number {
  if (text.length <= SAMPLE_CHARS) return count(text, { allowedSpecial: 'all' })
  return Math.round((count(text.slice(0, SAMPLE_CHARS), { allowedSpecial: 'all' }) * text.length) / SAMPLE_CHARS)
}
