import type { Pool } from 'pg'
import { isContentRef } from '@/lib/core/content'
import { INTERVENTION_KINDS, type InterventionKind } from '@/lib/core/interventions'
import { SEARCH_KINDS, type SearchHit, type SearchKind } from '@/lib/core/search/answer'
import { documentOf, SEARCHED_CHARS } from '@/lib/core/search/documents'
import type { SearchQuery } from '@/lib/core/search/query'
import { snippetOf } from '@/lib/core/search/snippet'
import { readTurnText } from '@/lib/ingest/turn-text'
import { readContentsOf } from '@/lib/store/contents'
import { findFindings } from '@/lib/store/findings'
import { readEventsAt } from '@/lib/store/log'
import type { FoundItem } from '@/lib/store/search-find'

/** Hits of one page as the API gives them, each with the place in its text. `idOf`: the session of each key. */
export function hitsOf(
  items: readonly FoundItem[],
  texts: ReadonlyMap<number, string>,
  query: SearchQuery,
  idOf: (pk: number) => string | undefined,
): SearchHit[] {
  return items.flatMap((item): SearchHit[] => {
    const sessionId = idOf(item.pk)
    const kind = kindOf(item.kind)
    // deleted while we looked
    if (sessionId === undefined || kind === undefined) return []
    const text = texts.get(item.id)
    return [
      {
        item: item.id,
        sessionId,
        sequence: item.sequence,
        kind,
        ref: item.ref,
        at: item.at,
        ...(item.agent === null ? {} : { agent: item.agent }),
        ...(item.tool === null ? {} : { tool: item.tool }),
        ...(item.path === null ? {} : { path: item.path }),
        ...(item.model === null ? {} : { model: item.model }),
        ...(text === undefined ? {} : { snippet: snippetOf(text, query) }),
      },
    ]
  })
}

/** The text of each item, by its number; in few questions, however many sessions they are of. */
export async function readTexts(pool: Pool, items: readonly FoundItem[]): Promise<Map<number, string>> {
  const texts = new Map<number, string>()
  const findings = new Map<number, FoundItem[]>()
  const told: FoundItem[] = []
  for (const item of items) {
    if (!isFinding(item.kind)) told.push(item)
    else findings.set(item.pk, [...(findings.get(item.pk) ?? []), item])
  }
  const [events] = await Promise.all([
    readEventsAt(pool, told),
    ...[...findings].map(async ([pk, own]) => {
      const known = await findFindings(
        pool,
        pk,
        own.map(({ ref }) => ref),
      )
      for (const { id, ref } of own) {
        const finding = known.get(ref)
        if (finding) texts.set(id, [finding.explanation.sentence, ...(finding.units?.names ?? [])].join(' '))
      }
    }),
  ])
  const documents = new Map(events.map(({ pk, sequence, event }) => [`${pk} ${sequence}`, documentOf(event)]))
  const refs = [...documents].flatMap(([place, document]) =>
    (document?.texts ?? []).filter(isContentRef).map(({ hash }) => ({ pk: Number(place.split(' ', 1)[0]), hash })),
  )
  const contents = new Map(
    (
      await readContentsOf(
        pool,
        refs.map(({ pk }) => pk),
        refs.map(({ hash }) => hash),
      )
    ).map(({ pk, hash, text }) => [`${pk} ${hash}`, text]),
  )
  for (const { id, pk, kind, ref, sequence } of told) {
    const document = documents.get(`${pk} ${sequence}`)
    if (document && document.ref === ref && document.kind === kind) {
      const whole = document.texts.map((text) => (isContentRef(text) ? (contents.get(`${pk} ${text.hash}`) ?? text.preview) : text))
      texts.set(id, whole.join(' ').slice(0, SEARCHED_CHARS))
    } else if (kind === 'turn') texts.set(id, (await readTurnText(pool, pk, ref)).slice(0, SEARCHED_CHARS))
  }
  return texts
}

function isFinding(kind: string): kind is InterventionKind {
  return (INTERVENTION_KINDS as readonly string[]).includes(kind)
}

function kindOf(kind: string): SearchKind | InterventionKind | undefined {
  return isFinding(kind) ? kind : SEARCH_KINDS.find((known) => known === kind)
}
