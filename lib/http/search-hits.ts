import type { Pool } from 'pg'
import { INTERVENTION_KINDS, type InterventionKind } from '@/lib/core/interventions'
import { SEARCH_KINDS, type SearchHit, type SearchKind } from '@/lib/core/search/answer'
import { documentOf, SEARCHED_CHARS } from '@/lib/core/search/documents'
import type { SearchQuery } from '@/lib/core/search/query'
import { snippetOf } from '@/lib/core/search/snippet'
import { inlineContents, readTurnText } from '@/lib/ingest/turn-text'
import { findFindings } from '@/lib/store/findings'
import { readEventsAt } from '@/lib/store/log'
import type { FoundItem } from '@/lib/store/search-find'

/** Hits of one page as the API gives them, each with the place in its text. `idOf`: the session of each key. */
export async function hitsOf(pool: Pool, items: readonly FoundItem[], query: SearchQuery, idOf: (pk: number) => string | undefined): Promise<SearchHit[]> {
  const texts = new Map<number, string>()
  const bySession = new Map<number, FoundItem[]>()
  for (const item of items) {
    const own = bySession.get(item.pk)
    if (own) own.push(item)
    else bySession.set(item.pk, [item])
  }
  await Promise.all([...bySession].map(([pk, own]) => readTexts(pool, pk, own, texts)))
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

async function readTexts(pool: Pool, pk: number, items: readonly FoundItem[], texts: Map<number, string>): Promise<void> {
  const findings = items.filter(({ kind }) => isFinding(kind))
  const told = items.filter(({ kind }) => !isFinding(kind))
  const refs = findings.map(({ ref }) => ref)
  const sequences = told.map(({ sequence }) => sequence)
  const [known, events] = await Promise.all([findFindings(pool, pk, refs), readEventsAt(pool, pk, sequences)])
  for (const { id, ref } of findings) {
    const finding = known.get(ref)
    if (finding) texts.set(id, [finding.explanation.sentence, ...(finding.units?.names ?? [])].join(' '))
  }
  await inlineContents(pool, pk, [...events.values()])
  for (const { id, kind, ref, sequence } of told) {
    const event = events.get(sequence)
    const document = event && documentOf(event)
    if (document && document.ref === ref && document.kind === kind) {
      texts.set(id, document.texts.map((text) => (typeof text === 'string' ? text : text.preview)).join(' ').slice(0, SEARCHED_CHARS))
    } else if (kind === 'turn') texts.set(id, (await readTurnText(pool, pk, ref)).slice(0, SEARCHED_CHARS))
  }
}

function isFinding(kind: string): kind is InterventionKind {
  return (INTERVENTION_KINDS as readonly string[]).includes(kind)
}

function kindOf(kind: string): SearchKind | InterventionKind | undefined {
  return isFinding(kind) ? kind : SEARCH_KINDS.find((known) => known === kind)
}
