import { z } from 'zod'
import type { Ingest } from '@/lib/ingest/ingest'
import { redactor } from '@/lib/share/redact'
import { readContents } from '@/lib/store/contents'
import type { Database } from '@/lib/store/database'

/** Words that somebody wants hidden besides what is recognised. */
export const Hidden = z.array(z.string().trim().min(2, 'has 2 or more characters').max(200)).max(50).default([])

export interface RedactionPreview {
  found: { what: string; count: number }[]
  /** Hidden places with the words around them. */
  examples: string[]
  /** False: there are more texts than were read. */
  complete: boolean
}

/** Texts that a preview reads, and characters of each example. */
const MOST_TEXTS = 400
const MOST_CHARS = 200_000
const MOST_EXAMPLES = 8
const AROUND = 60

/** What a link to this session, or a file of it, would hide: how often what, with the words around it. */
export async function previewRedaction(
  { database, ingest }: { database: Database; ingest: Ingest },
  { pk, id }: { pk: number; id: string },
  hidden: readonly string[],
): Promise<RedactionPreview> {
  const { rows } = await database.pool.query<{ hash: string }>('SELECT hash FROM content WHERE session_pk = $1 LIMIT $2', [pk, MOST_TEXTS + 1])
  const texts = await readContents(
    database.pool,
    pk,
    rows.slice(0, MOST_TEXTS).map(({ hash }) => hash),
  )
  const names = await ingest.read(id, ({ state }) =>
    JSON.stringify([
      state.facts,
      [...state.agents.values()],
      [...state.tasks.values()].map(({ title }) => title),
      [...state.writes.values()].map(({ path }) => path),
    ]),
  )
  return { ...wouldHide([names ?? '', ...texts.values()], hidden), complete: rows.length <= MOST_TEXTS }
}

export function wouldHide(texts: Iterable<string>, hidden: readonly string[]) {
  const counts = new Map<string, number>()
  const examples: string[] = []
  const redact = redactor('preview', hidden, (what) => counts.set(what, (counts.get(what) ?? 0) + 1))
  for (const text of texts) {
    const shown = redact(text.slice(0, MOST_CHARS))
    for (const { index, 0: mark } of shown.matchAll(/\[[a-z -]+ [0-9a-f]{4}\]/g)) {
      if (examples.length >= MOST_EXAMPLES) break
      examples.push(
        shown
          .slice(Math.max(0, index - AROUND), index + mark.length + AROUND)
          .replace(/\s+/g, ' ')
          .trim(),
      )
    }
  }
  return { found: [...counts].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count), examples }
}
