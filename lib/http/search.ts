import type { Context, Hono } from 'hono'
import { SEARCH_FACETS, type SearchAnswer, type SearchFacets, type SearchedSession, type SessionSearchAnswer } from '@/lib/core/search/answer'
import { LONGEST_QUERY, parseQuery, type SearchQuery } from '@/lib/core/search/query'
import type { SearchIndex } from '@/lib/ingest/search-index'
import type { Database } from '@/lib/store/database'
import { lookupSession } from '@/lib/store/log'
import { findInSession, findItems, type FoundItem } from '@/lib/store/search-find'
import { findTitles } from '@/lib/store/sessions'
import { noSession } from './callers'
import { Refused } from './problem'
import { hitsOf } from './search-hits'

const PAGE = 30
const MAX_PAGE = 100
/** Hits that facets and sessions are counted over. */
const COUNTED = 1_000
const MOST_IN_SESSION = 5_000
const MOST_VALUES = 12
const NO_STORE = { 'cache-control': 'no-store' }

/** GET /api/v1/search and GET /api/v1/sessions/:id/search. */
export function addSearch(app: Hono, database: Database, index: SearchIndex): void {
  const { pool } = database

  app.get('/api/v1/search', async (context) => {
    const query = queryOf(context)
    const limit = countOf(context, 'limit', PAGE, 1, MAX_PAGE)
    const before = context.req.query('before') === undefined ? undefined : countOf(context, 'before', 0, 1, Number.MAX_SAFE_INTEGER)
    const { items, more, ignored } = await findItems(pool, context.get('caller').project, query, COUNTED, before)
    const page = items.slice(0, limit)
    const counts = new Map<number, number>()
    for (const { pk } of items) counts.set(pk, (counts.get(pk) ?? 0) + 1)
    const shown = [...new Set(page.map(({ pk }) => pk))]
    const titles = await findTitles(pool, shown)
    const sessions = shown.flatMap((pk): SearchedSession[] => {
      const row = titles.get(pk)
      if (!row) return []
      return [{ id: row.id, title: row.title ?? undefined, simulated: row.simulated, startedAt: row.started_at ?? undefined, hits: counts.get(pk) ?? 0 }]
    })
    const last = page.at(-1)
    const answer: SearchAnswer = {
      hits: await hitsOf(pool, page, query, (pk) => titles.get(pk)?.id),
      ...(last && (more || items.length > page.length) ? { before: last.id } : {}),
      counted: items.length,
      more,
      facets: facetsOf(items),
      sessions,
      sessionCount: counts.size,
      behind: index.waiting,
      ignored,
    }
    return context.json(answer, 200, NO_STORE)
  })

  app.get('/api/v1/sessions/:id/search', async (context) => {
    const id = context.req.param('id')
    const query = queryOf(context)
    const limit = countOf(context, 'limit', PAGE, 1, MAX_PAGE)
    const offset = countOf(context, 'offset', 0, 0, MOST_IN_SESSION)
    const session = await lookupSession(pool, id)
    if (!session || session.head === 0) throw noSession(id)
    const { items, more, ignored } = await findInSession(pool, session.pk, query, MOST_IN_SESSION)
    items.sort((a, b) => a.at - b.at || a.sequence - b.sequence || a.id - b.id)
    const answer: SessionSearchAnswer = {
      at: items.map(({ at }) => at),
      more,
      hits: await hitsOf(pool, items.slice(offset, offset + limit), query, () => id),
      offset,
      behind: index.isWaiting(id) ? 1 : 0,
      ignored,
    }
    return context.json(answer, 200, NO_STORE)
  })
}

/** Throws Refused. */
function queryOf(context: Context): SearchQuery {
  const text = context.req.query('q')?.trim() ?? ''
  if (text === '') throw new Refused('bad_request', '"q" must say what to look for: words, "words side by side", begin*, agent: tool: path: model: kind:.')
  if (text.length > LONGEST_QUERY) throw new Refused('bad_request', `"q" may be ${LONGEST_QUERY} characters long.`)
  return parseQuery(text)
}

function countOf(context: Context, name: string, otherwise: number, least: number, most: number): number {
  const text = context.req.query(name)
  if (text === undefined) return otherwise
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < least) throw new Refused('bad_request', `"${name}" must be a whole number from ${least} on.`)
  return Math.min(count, most)
}

function facetsOf(items: readonly FoundItem[]): SearchFacets {
  const counts = SEARCH_FACETS.map((name) => {
    const values = new Map<string, number>()
    for (const item of items) {
      const value = item[name]
      if (value !== null) values.set(value, (values.get(value) ?? 0) + 1)
    }
    const sorted = [...values].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_VALUES)
    return [name, sorted.map(([value, count]) => ({ value, count }))] as const
  })
  return Object.fromEntries(counts) as SearchFacets
}
