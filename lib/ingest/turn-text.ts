import type { Pool } from 'pg'
import { contentChars } from '@/lib/core/content'
import type { Event } from '@/lib/core/event'
import { inStream, type Pace, paceOf } from '@/lib/core/pace'
import { collectHashes, replaceContents } from '@/lib/ingest/event-contents'
import { readContents } from '@/lib/store/contents'
import { readStreamed } from '@/lib/store/log'

/** What a turn has streamed so far. */
export async function readTurnText(pool: Pool, pk: number, turnId: string): Promise<string> {
  const pieces = await readStreamed(pool, pk, turnId)
  await inlineContents(pool, pk, pieces)
  return joinStream(pieces)
}

/** How it came. Undefined: the log holds no pieces of it. */
export async function readTurnPace(pool: Pool, pk: number, turnId: string): Promise<Pace | undefined> {
  return paceOf(await readStreamed(pool, pk, turnId))
}

/** Whole texts in place of references, in place. */
export async function inlineContents(pool: Pool, pk: number, events: readonly Event[]): Promise<void> {
  const hashes = new Set<string>()
  for (const event of events) collectHashes(event, hashes)
  const texts = await readContents(pool, pk, [...hashes])
  for (const event of events) replaceContents(event, (content) => (typeof content === 'string' ? content : (texts.get(content.hash) ?? content)))
}

/** Pieces say where they begin; those that do not follow what came before. */
export function joinStream(events: readonly Event[]): string {
  let text = ''
  for (const { offset, text: piece } of inStream(events)) {
    if (piece === undefined) continue
    const words = typeof piece === 'string' ? piece : ' '.repeat(contentChars(piece))
    const at = Math.min(offset ?? text.length, text.length)
    text = text.slice(0, at) + words + text.slice(at + words.length)
  }
  return text
}
