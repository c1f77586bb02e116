import { hash } from 'node:crypto'
import { type Content, INLINE_CHARS, previewOf } from '@/lib/core/content'
import type { Event } from '@/lib/core/event'
import type { Intervention } from '@/lib/core/interventions'
import { replaceContents } from './event-contents'

/** Texts that leave the events for the content table, by hash. */
export type Texts = Map<string, string>

const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Puts references where long texts were, in place. A text with half a surrogate pair (a stream cut in
 * the middle of an emoji) stays in the event whatever its length: as UTF-8 the half would be lost.
 */
export function extractContents(event: Event, texts: Texts): void {
  replaceContents(event, (content) => extractContent(content, texts))
}

/** The same for what a finding shows of an artifact: it travels and is kept as a reference. */
export function extractExplanation({ explanation }: Intervention, texts: Texts): void {
  if (explanation.before !== undefined) explanation.before = extractContent(explanation.before, texts)
  if (explanation.after !== undefined) explanation.after = extractContent(explanation.after, texts)
}

function extractContent(content: Content, texts: Texts): Content {
  if (typeof content !== 'string' || content.length <= INLINE_CHARS || LONE_SURROGATE.test(content)) return content
  const digest = hash('sha256', content)
  texts.set(digest, content)
  return { hash: digest, chars: content.length, preview: previewOf(content) }
}

/** Puts the texts back: the write did not happen, and its contents are not stored. */
export function restoreContents(event: Event, texts: Texts): void {
  replaceContents(event, (content) => (typeof content === 'string' ? content : (texts.get(content.hash) ?? content)))
}
