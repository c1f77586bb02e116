import type { Pool } from 'pg'
import { canonicalModel } from '@/lib/core/models/name'
import type { ProjectId } from '@/lib/core/project'
import { BLOCK_BITS, blockLabel, labelsAsked, projectLabel, sessionLabel } from '@/lib/core/search/labels'
import type { SearchQuery } from '@/lib/core/search/query'
import { quoteLabel, SEARCH_TEXT } from './search'

/** One row of `search_item`, without its words. */
export interface FoundItem {
  id: number
  pk: number
  sequence: number
  kind: string
  ref: string
  at: number
  agent: string | null
  tool: string | null
  path: string | null
  /** By the name that comparisons use, whatever the source called it. */
  model: string | null
}

export interface Found {
  items: FoundItem[]
  more: boolean
  /** Parts of the question that hold no word. */
  ignored: string[]
}

const COLUMNS = 'id, session_pk AS pk, sequence, kind, ref, at, agent, tool, path, model'
/** Fewer rows than this are read all; of more, only as many of the newest as are wanted. */
const FEW = 4_000
/** Blocks are looked at together, as many as should hold so many times what is wanted; if they do not, so many times as many. */
const SPARE = 1.3
const WIDER = 4
const MOST_BLOCKS = 64

/** The newest items of a project that answer the question, newest first; `before`: only such as came before this one. */
export async function findItems(pool: Pool, project: ProjectId, query: SearchQuery, limit: number, before?: number): Promise<Found> {
  const { text, ignored, newest } = await compile(pool, query, [projectLabel(project)])
  if (text === undefined) return { items: [], more: false, ignored }
  const upTo = before ?? newest + 1
  const expected = await estimate(pool, text)
  const items = expected <= FEW ? await readAll(pool, text, upTo, limit) : await readNewest(pool, text, upTo, limit, expected / Math.max(1, newest))
  return { items: named(items.slice(0, limit)), more: items.length > limit, ignored }
}

/** The items of one session, in no order; at most `limit`. */
export async function findInSession(pool: Pool, pk: number, query: SearchQuery, limit: number): Promise<Found> {
  const { text, ignored } = await compile(pool, query, [sessionLabel(pk)])
  if (text === undefined) return { items: [], more: false, ignored }
  const { rows } = await pool.query<FoundItem>(`SELECT ${COLUMNS} FROM search_item WHERE session_pk = $1 AND words @@ $2::tsquery LIMIT $3`, [
    pk,
    text,
    limit + 1,
  ])
  return { items: named(rows.slice(0, limit)), more: rows.length > limit, ignored }
}

/** With models by the one name by which they are compared and asked for; rows keep what the source said. */
function named(items: FoundItem[]): FoundItem[] {
  return items.map((item) => (item.model === null ? item : { ...item, model: canonicalModel(item.model) ?? item.model }))
}

/** The question as Postgres writes it, words read as those of items were. Undefined: nothing can answer it. */
async function compile(
  pool: Pool,
  { terms, filters }: SearchQuery,
  scope: readonly string[],
): Promise<{ text: string | undefined; ignored: string[]; newest: number }> {
  const values: unknown[] = []
  const bind = (value: string) => `$${values.push(value)}::text`
  const parts = terms.map(({ text, prefix }) => {
    if (!prefix) return `phraseto_tsquery('simple', ${SEARCH_TEXT(bind(text))})`
    const cut = /[\p{L}\p{N}\p{M}]+$/u.exec(text)?.index ?? 0
    const last = `to_tsquery('simple', ${bind(`${quoteLabel(text.slice(cut))}:*`)})`
    return text.slice(0, cut).trim() === '' ? last : `(phraseto_tsquery('simple', ${SEARCH_TEXT(bind(text.slice(0, cut)))}) <-> ${last})`
  })
  const labels = scope.map(quoteLabel)
  for (const name of new Set(filters.map((filter) => filter.name))) {
    const any = filters.filter((filter) => filter.name === name).flatMap(({ value }) => labelsAsked(name, value))
    labels.push(`(${any.map(quoteLabel).join(' | ')})`)
  }
  // with the number of the newest item, so that nobody has to ask twice
  const { rows } = await pool.query<(string | number | null)[]>({
    text: `SELECT (SELECT max(id) FROM search_item)${parts.map((part) => `, (${part})::text`).join('')}`,
    values,
    rowMode: 'array',
  })
  const [newest, ...own] = rows[0] ?? []
  const words = own.filter((part) => part !== '')
  const ignored = terms.filter((_, at) => own[at] === '').map(({ text }) => text)
  if (words.length === 0 && filters.length === 0) return { text: undefined, ignored, newest: 0 }
  return { text: [...words.map((part) => `(${part})`), ...labels].join(' & '), ignored, newest: Number(newest ?? 0) }
}

/** How many rows Postgres expects, from what it knows of the words: a guess that costs nothing. */
async function estimate(pool: Pool, text: string): Promise<number> {
  const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    'EXPLAIN (FORMAT JSON) SELECT FROM search_item WHERE words @@ $1::tsquery',
    [text],
  )
  return rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
}

async function readAll(pool: Pool, text: string, upTo: number, limit: number): Promise<FoundItem[]> {
  const { rows } = await pool.query<FoundItem>(
    // Not by walking over the newest rows: where a word is rare that is a walk over all of them.
    `WITH found AS MATERIALIZED (SELECT ${COLUMNS} FROM search_item WHERE words @@ $1::tsquery) SELECT * FROM found WHERE id < $2 ORDER BY id DESC LIMIT $3`,
    [text, upTo, limit + 1],
  )
  return rows
}

/**
 * Where very many match, block by block from the newest on, until there are enough: what is older is not even
 * looked up in the index. `density`: the share of all items that is expected to match.
 */
async function readNewest(pool: Pool, text: string, upTo: number, limit: number, density: number): Promise<FoundItem[]> {
  const items: FoundItem[] = []
  const inOne = Math.max(1, density * 2 ** BLOCK_BITS)
  let below = upTo
  for (let count = Math.ceil((SPARE * limit) / inOne); items.length <= limit && below > 0; count *= WIDER) {
    const last = Math.floor((below - 1) / 2 ** BLOCK_BITS)
    const first = Math.max(0, last - Math.min(MOST_BLOCKS, count) + 1)
    const blocks = Array.from({ length: last - first + 1 }, (_, at) => quoteLabel(blockLabel(first + at))).join(' | ')
    items.push(...(await readAll(pool, `${text} & (${blocks})`, below, limit - items.length)))
    below = first * 2 ** BLOCK_BITS
  }
  return items
}
