import type { Context, Hono } from 'hono'
import type { Pool } from 'pg'
import { SEARCH_FACETS, type SearchAnswer, type SearchCounts, type SearchFacets, type SearchPage, type SessionSearchAnswer } from '@/lib/core/search/answer'
import { LONGEST_QUERY, parseQuery, type SearchQuery } from '@/lib/core/search/query'
import type { SearchIndex } from '@/lib/ingest/search-index'
import type { Database } from '@/lib/store/database'
import { lookupSession } from '@/lib/store/log'
import { findInSession, findItems, type Found, type FoundItem } from '@/lib/store/search-find'
import { findTitles } from '@/lib/store/sessions'
import { noSession } from './callers'
import { Refused } from './problem'
import { hitsOf, readTexts } from './search-hits'

const PAGE = 30
const MAX_PAGE = 100
/** Hits that facets and sessions are counted over. */
const COUNTED = 1_000
const MOST_IN_SESSION = 5_000
const MOST_VALUES = 12
const MOST_SESSIONS = 200
const NO_STORE = { 'cache-control': 'no-store' }

/** GET /api/v1/search and GET /api/v1/sessions/:id/search. */
export function addSearch(app: Hono, database: Database, index: SearchIndex): void {
  const { pool } = database

  app.get('/api/v1/search', async (context) => {
    const query = queryOf(context)
    const limit = countOf(context, 'limit', PAGE, 1, MAX_PAGE)
    const before = context.req.query('before') === undefined ? undefined : countOf(context, 'before', 0, 1, Number.MAX_SAFE_INTEGER)
    const { project } = context.get('caller')
    const part = partOf(context)
    // A page is at hand long before a thousand hits are counted.
    const found = await findItems(pool, project, query, part === 'hits' ? limit : COUNTED, before)
    if (part === 'counts') return context.json<SearchCounts>(await countsOf(pool, found), 200, NO_STORE)
    const page = await pageOf(found, query, limit)
    if (part === 'hits') return context.json<SearchPage>(page, 200, NO_STORE)
    const counts = await countsOf(pool, found)
    const own = new Map(counts.inSessions.map(({ id, hits }) => [id, hits]))
    const sessions = page.sessions.map((session) => ({ ...session, hits: own.get(session.id) ?? 0 }))
    return context.json<SearchAnswer>({ ...page, ...counts, sessions }, 200, NO_STORE)
  })

  async function pageOf({ items, more, ignored }: Found, query: SearchQuery, limit: number): Promise<SearchPage> {
    const page = items.slice(0, limit)
    const shown = [...new Set(page.map(({ pk }) => pk))]
    const [titles, texts] = await Promise.all([findTitles(pool, shown), readTexts(pool, page)])
    const last = page.at(-1)
    return {
      hits: hitsOf(page, texts, query, (pk) => titles.get(pk)?.id),
      ...(last && (more || items.length > page.length) ? { before: last.id } : {}),
      sessions: shown.flatMap((pk) => {
        const row = titles.get(pk)
        return row ? [{ id: row.id, title: row.title ?? undefined, simulated: row.simulated, startedAt: row.started_at ?? undefined }] : []
      }),
      behind: index.waiting,
      ignored,
    }
  }

  app.get('/api/v1/sessions/:id/search', async (context) => {
    const id = context.req.param('id')
    const query = queryOf(context)
    const limit = countOf(context, 'limit', PAGE, 1, MAX_PAGE)
    const offset = countOf(context, 'offset', 0, 0, MOST_IN_SESSION)
    const session = await lookupSession(pool, id)
    if (!session || session.head === 0) throw noSession(id)
    const { items, more, ignored } = await findInSession(pool, session.pk, query, MOST_IN_SESSION)
    items.sort((a, b) => a.at - b.at || a.sequence - b.sequence || a.id - b.id)
    const page = items.slice(offset, offset + limit)
    const answer: SessionSearchAnswer = {
      at: items.map(({ at }) => at),
      more,
      hits: hitsOf(page, await readTexts(pool, page), query, () => id),
      offset,
      behind: index.isWaiting(id) ? 1 : 0,
      ignored,
    }
    return context.json(answer, 200, NO_STORE)
  })
}

async function countsOf(pool: Pool, { items, more }: Found): Promise<SearchCounts> {
  const counts = new Map<number, number>()
  for (const { pk } of items) counts.set(pk, (counts.get(pk) ?? 0) + 1)
  const newest = [...counts].slice(0, MOST_SESSIONS)
  const titles = await findTitles(
    pool,
    newest.map(([pk]) => pk),
  )
  return {
    counted: items.length,
    more,
    facets: facetsOf(items),
    inSessions: newest.flatMap(([pk, hits]) => {
      const id = titles.get(pk)?.id
      return id === undefined ? [] : [{ id, hits }]
    }),
    sessionCount: counts.size,
  }
}

/** Throws Refused. */
function partOf(context: Context): 'hits' | 'counts' | undefined {
  const part = context.req.query('part')
  if (part === undefined || part === 'hits' || part === 'counts') return part
  throw new Refused('bad_request', '"part" must be "hits" or "counts"; without it both are answered.')
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
