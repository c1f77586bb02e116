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

/** The newest items of a project that answer the question, newest first; `before`: only such as came before this one. */
export async function findItems(pool: Pool, project: ProjectId, query: SearchQuery, limit: number, before?: number): Promise<Found> {
  const most = await isMost(pool, project)
  const { text, ignored, newest } = await compile(pool, query, most ? [] : [projectLabel(project)])
  if (text === undefined) return { items: [], more: false, ignored }
  const upTo = Math.min(before ?? newest + 1, newest + 1)
  const share = (await estimate(pool, text)) / Math.max(1, newest)
  const look: Look = { pool, text, own: most ? project : undefined, begins: query.terms.some(({ prefix }) => prefix), newest }
  const items = await readNewest(look, upTo, limit, share)
  return { items: named(items.slice(0, limit)), more: items.length > limit, ignored }
}

/** A question to the index. */
interface Look {
  pool: Pool
  text: string
  /** A project that is most of what there is: rows are asked whose they are, the index is not. */
  own: ProjectId | undefined
  /** It has beginnings of words. */
  begins: boolean
  /** Number of the newest item. */
  newest: number
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

/** All that match, of which the newest are wanted. Undefined: there are more than `most`, be they older or newer. */
async function readAll({ pool, text, own }: Look, upTo: number, limit: number, most: number): Promise<FoundItem[] | undefined> {
  const { rows } = await pool.query<FoundItem & { matched: number }>(
    // Not by walking over the newest rows: where a word is rare that is a walk over all of them. Rows are fetched as
    // they are asked for, so that it costs no more than `most` of them.
    `WITH found AS MATERIALIZED (SELECT ${COLUMNS} FROM search_item WHERE words @@ $1::tsquery),
       matching AS MATERIALIZED (SELECT * FROM found LIMIT $4 + 1)
     SELECT f.*, c.matched FROM (SELECT count(*)::int AS matched FROM matching) c
     LEFT JOIN LATERAL (${ofProject(own, 'SELECT * FROM matching WHERE id < $2 ORDER BY id DESC')} LIMIT $3) f ON c.matched <= $4`,
    [text, upTo, limit + 1, most],
  )
  if ((rows[0]?.matched ?? 0) > most) return undefined
  return rows.filter(({ id }) => id !== null).map(({ matched: _, ...item }) => item)
}

/** Newest first: `OFFSET 0` keeps Postgres from asking older rows, too, whose they are. */
function ofProject(own: ProjectId | undefined, newest: string): string {
  return own === undefined ? newest : `SELECT * FROM (${newest} OFFSET 0) f WHERE (SELECT ${inProject(own)} FROM session WHERE pk = f.pk)`
}

/** What it costs to look at a row, to collect an item from the index and to fetch a row by it, in µs, more or less. */
const WALKED = 4
const COLLECTED = 0.15
const FETCHED = 20
/** Rows that are looked at one by one at most. */
const MOST_WALKED = 40_000
/** Of beginnings of words Postgres knows nothing: the newest rows tell how many there may be. */
const PROBED = 2_000
/** Fewer rows than this, or than twice of what is wanted, are read all. */
const FEW = 300
/** Blocks that are looked at before it is said anew how many rows there may be: of most words Postgres can only guess. */
const FIRST_BLOCKS = 16

/**
 * The cheapest way to the newest: row by row where many match, block by block where some do, all at once where few
 * do. How many match is a guess first and counted on the way; a wrong guess costs time, never hits.
 */
async function readNewest(look: Look, upTo: number, limit: number, guess: number): Promise<FoundItem[]> {
  let items: FoundItem[] = []
  let share = guess
  let below = upTo
  for (let round = 0; round < 2; round++) {
    const left = limit - items.length
    const probed = round === 0 && look.begins ? PROBED : 0
    const walked = Math.max(probed, rowsToWalk(look, left, share))
    if (walked === 0) break
    const from = Math.max(0, below - walked)
    items = [...items, ...(await walk(look, below, left, from))]
    if (items.length > limit || from === 0) return items
    below = from
    share = items.length / (upTo - below)
  }
  const left = limit - items.length
  if (share * below <= Math.max(FEW, 2 * left)) return [...items, ...(await readFew(look, below, left))]
  const blocks = Math.ceil(below / BLOCK_SIZE)
  const oldest = look.begins ? 0 : Math.max(0, blocks - FIRST_BLOCKS)
  const first = look.begins ? (1.5 * left) / (share * BLOCK_SIZE) : 1
  items = [...items, ...(await readBlocks(look, below, left, { newest: blocks - 1, oldest, first }))]
  if (items.length > limit || oldest === 0) return items
  const rest = limit - items.length
  const expected = (items.length / FIRST_BLOCKS) * oldest
  if (expected <= Math.max(FEW, 2 * rest)) return [...items, ...(await readFew(look, oldest * BLOCK_SIZE, rest))]
  return [...items, ...(await readBlocks(look, oldest * BLOCK_SIZE, rest, { newest: oldest - 1, oldest: 0, first: 1 }))]
}

/** Rows to look at one by one, when that costs less than the index: of a block it takes all that match, and of beginnings of words all there are. */
function rowsToWalk({ begins, newest }: Look, wanted: number, share: number): number {
  if (share === 0) return 0
  const rows = Math.ceil((1.5 * wanted) / share)
  const indexed = begins ? newest * share * COLLECTED + wanted * FETCHED : BLOCK_SIZE * share * FETCHED
  return rows <= MOST_WALKED && rows * WALKED < indexed ? rows : 0
}

/** All that match, or, if they are more than was thought, the newest. */
async function readFew(look: Look, upTo: number, limit: number): Promise<FoundItem[]> {
  const items = await readAll(look, upTo, limit, look.newest <= MANY_ITEMS ? MANY_ITEMS : 4 * Math.max(FEW, limit))
  return items ?? readBlocks(look, upTo, limit, { newest: Math.floor((upTo - 1) / BLOCK_SIZE), oldest: 0, first: 1 })
}

/** Row by row from the newest on, without the index of words. */
async function walk(look: Look, upTo: number, limit: number, from: number): Promise<FoundItem[]> {
  const newest = `SELECT ${COLUMNS} FROM search_item WHERE id < $2 AND id >= $4 AND (words @@ $1::tsquery) IS TRUE ORDER BY id DESC`
  const { rows } = await look.pool.query<FoundItem>(`${ofProject(look.own, newest)} LIMIT $3`, [look.text, upTo, limit + 1, from])
  return rows
}

/** So many blocks are asked for together at most: of what they hold all that matches is fetched. */
const MOST_TOGETHER = 16
/** Beginnings of words are collected anew for each look, so there are few looks. */
const MOST_TOGETHER_BEGUN = 64

/**
 * Block by block from the newest on until there are enough, in one question: the join looks at one after the
 * other, and what is older is not even looked up in the index. Looks grow, so that there are few of them where
 * little matches. The block and the rest are conditions for themselves, so that the index leaps from one to the
 * other; in one question it would walk over whatever is older.
 */
async function readBlocks(look: Look, upTo: number, limit: number, { newest, oldest, first }: Blocks): Promise<FoundItem[]> {
  const looks: string[] = []
  let size = Math.max(1, first)
  for (let block = newest; block >= oldest; size *= look.begins ? 3 : 1.5) {
    const together = Math.min(Math.floor(size), look.begins ? MOST_TOGETHER_BEGUN : MOST_TOGETHER, block - oldest + 1)
    looks.push(Array.from({ length: together }, (_, n) => quoteLabel(blockLabel(block - n))).join(' | '))
    block -= together
  }
  const found = `SELECT f.* FROM unnest($4::text[]) AS b(blocks) CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM search_item WHERE words @@ b.blocks::tsquery AND words @@ $1::tsquery AND id < $2 ORDER BY id DESC OFFSET 0) f`
  const { rows } = await look.pool.query<FoundItem>(`${ofProject(look.own, found)} LIMIT $3`, [look.text, upTo, limit + 1, looks])
  return rows
}

interface Blocks {
  newest: number
  oldest: number
  /** Blocks of the first look. */
  first: number
}
