import type { Pool } from 'pg'
import { canonicalModel } from '@/lib/core/models/name'
import type { ProjectId } from '@/lib/core/project'
import { BLOCK_BITS, blockLabel, labelsAsked, projectLabel, sessionLabel } from '@/lib/core/search/labels'
import type { SearchQuery } from '@/lib/core/search/query'
import { quoteLabel, SEARCH_TEXT } from './search'
import { inProject } from './sessions'

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

const BLOCK_SIZE = 2 ** BLOCK_BITS
const COLUMNS = 'id, session_pk AS pk, sequence, kind, ref, at, agent, tool, path, model'
/** Fewer rows than this are read all; of more, only as many of the newest as are wanted. */
const FEW = 4_000
/** Blocks that are looked at before it is said anew how many rows there may be: of most words Postgres can only guess. */
const FIRST_BLOCKS = 32
/** Beginnings of words are collected from the index anew for each look into it: as many blocks as should do are looked at in one, and no more than so many. */
const MOST_TOGETHER = 16
/** Where more than this share of all items matches, the newest are looked at one by one: a block would be more than is wanted. */
const NEARLY_ALL = 0.3
/** The same where beginnings of words are looked for: the index collects all of them, however few are wanted. */
const MANY_BEGIN = 0.03

/** The newest items of a project that answer the question, newest first; `before`: only such as came before this one. */
export async function findItems(pool: Pool, project: ProjectId, query: SearchQuery, limit: number, before?: number): Promise<Found> {
  const most = await isMost(pool, project)
  const { text, ignored, newest } = await compile(pool, query, most ? [] : [projectLabel(project)])
  if (text === undefined) return { items: [], more: false, ignored }
  const begins = query.terms.some(({ prefix }) => prefix)
  const upTo = before ?? newest + 1
  const expected = await estimate(pool, text)
  const share = expected / Math.max(1, newest)
  const together = begins ? Math.max(1, Math.min(MOST_TOGETHER, Math.ceil((2 * limit) / (share * BLOCK_SIZE)))) : 1
  const look: Look = { pool, text, own: most ? project : undefined, together }
  const items =
    expected <= FEW
      ? await readAll(look, upTo, limit)
      : share > (begins ? MANY_BEGIN : NEARLY_ALL)
        ? await walk(look, upTo, limit, share)
        : await readNewest(look, upTo, limit)
  return { items: named(items.slice(0, limit)), more: items.length > limit, ignored }
}

/** A question to the index. */
interface Look {
  pool: Pool
  text: string
  /** A project that is most of what there is: rows are asked whose they are, the index is not. */
  own: ProjectId | undefined
  /** Blocks of one look into the index. */
  together: number
}

/** Of a project with more than this share of all items its label is no help: looking it up for every candidate costs more than all else. */
const MOST = 0.2
/** Below so many items nothing costs much. */
const MANY_ITEMS = 100_000
const SHARE_KEPT_MS = 60_000
const shares = new WeakMap<Pool, Map<ProjectId, { at: number; most: boolean }>>()

async function isMost(pool: Pool, project: ProjectId): Promise<boolean> {
  const known = shares.get(pool) ?? new Map<ProjectId, { at: number; most: boolean }>()
  shares.set(pool, known)
  const last = known.get(project)
  if (last && performance.now() - last.at < SHARE_KEPT_MS) return last.most
  const { rows } = await pool.query<{ newest: number | null }>('SELECT max(id) AS newest FROM search_item')
  const newest = Number(rows[0]?.newest ?? 0)
  const most = newest > MANY_ITEMS && (await estimate(pool, quoteLabel(projectLabel(project)))) > MOST * newest
  known.set(project, { at: performance.now(), most })
  return most
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
  const words = [...new Set(own)].filter((part) => part !== '')
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

async function readAll(look: Look, upTo: number, limit: number): Promise<FoundItem[]> {
  const { rows } = await look.pool.query<FoundItem>(
    // Not by walking over the newest rows: where a word is rare that is a walk over all of them.
    `WITH found AS MATERIALIZED (SELECT ${COLUMNS} FROM search_item WHERE words @@ $1::tsquery)
     ${ofProject(look, 'SELECT * FROM found WHERE id < $2 ORDER BY id DESC')} LIMIT $3`,
    [look.text, upTo, limit + 1],
  )
  return rows
}

/** Newest first: `OFFSET 0` keeps Postgres from asking older rows, too, whose they are. */
function ofProject({ own }: Look, newest: string): string {
  return own === undefined ? newest : `SELECT * FROM (${newest} OFFSET 0) f WHERE (SELECT ${inProject(own)} FROM session WHERE pk = f.pk)`
}

/** Rows that are looked at one by one: as many as should hold twice what is wanted. If they do not, Postgres was wrong, and older ones are looked up. */
const MOST_WALKED = 40_000

/** Row by row from the newest on, without the index of words: nearly each is one. */
async function walk(look: Look, upTo: number, limit: number, share: number): Promise<FoundItem[]> {
  const from = Math.max(0, upTo - Math.min(MOST_WALKED, Math.ceil((2 * limit) / share)))
  const newest = `SELECT ${COLUMNS} FROM search_item WHERE id < $2 AND id >= $4 AND (words @@ $1::tsquery) IS TRUE ORDER BY id DESC`
  const { rows } = await look.pool.query<FoundItem>(`${ofProject(look, newest)} LIMIT $3`, [look.text, upTo, limit + 1, from])
  if (rows.length > limit || from === 0) return rows
  return [...rows, ...(await readNewest(look, from, limit - rows.length))]
}

/**
 * Where many match, block by block from the newest on, until there are enough: what is older is not even looked
 * up in the index. When the first blocks show that there are few after all, the rest is read at once.
 */
async function readNewest(look: Look, upTo: number, limit: number): Promise<FoundItem[]> {
  const newest = Math.floor((upTo - 1) / BLOCK_SIZE)
  const oldest = Math.max(0, newest - FIRST_BLOCKS + 1)
  const items = await readBlocks(look, upTo, limit, newest, oldest)
  if (items.length > limit || oldest === 0) return items
  const below = oldest * BLOCK_SIZE
  const left = limit - items.length
  const older = (items.length / FIRST_BLOCKS) * oldest <= FEW ? await readAll(look, below, left) : await readBlocks(look, below, left, oldest - 1, 0)
  return [...items, ...older]
}

/**
 * The newest of these blocks, no more of them than it takes: the join looks at one after the other. The block
 * and the rest are conditions for themselves, so that the index leaps from one to the other; in one question
 * it would walk over whatever is older.
 */
async function readBlocks(look: Look, upTo: number, limit: number, newest: number, oldest: number): Promise<FoundItem[]> {
  const looks: string[] = []
  for (let block = newest; block >= oldest; block -= look.together)
    looks.push(Array.from({ length: Math.min(look.together, block - oldest + 1) }, (_, n) => quoteLabel(blockLabel(block - n))).join(' | '))
  const found = `SELECT f.* FROM unnest($4::text[]) AS b(blocks) CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM search_item WHERE words @@ b.blocks::tsquery AND words @@ $1::tsquery AND id < $2 ORDER BY id DESC OFFSET 0) f`
  const { rows } = await look.pool.query<FoundItem>(`${ofProject(look, found)} LIMIT $3`, [look.text, upTo, limit + 1, looks])
  return rows
}
