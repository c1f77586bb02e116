import type { Pool, PoolClient } from 'pg'
import { SEARCHED_CHARS } from '@/lib/core/search/documents'
import { BLOCK_BITS, labelsAsked, OPEN_LABEL, sessionLabel } from '@/lib/core/search/labels'
import { writableJson } from './writable-json'

/** How far a session can be searched; every field as its column in prisma/schema.prisma. */
export interface SearchHead {
  head: number
  detected: number
  detectorVersion: number
  open: string[]
}

/** Raised when rows are made differently: those of another version are made again. */
const SEARCH_VERSION = 1

export interface SearchRow {
  sequence: number
  kind: string
  ref: string
  at: number
  agent: string | undefined
  tool: string | undefined
  path: string | undefined
  model: string | undefined
  /** Text that is at hand, and hashes of texts that are stored. */
  text: string
  hashes: string[]
  labels: string[]
}

/** What changes with one slice of a session. */
export interface SearchWrite {
  pk: number
  /** Undefined: the session has never been read, or anew. */
  expected: SearchHead | undefined
  next: SearchHead
  rows: SearchRow[]
  /** Turns of which a part could be found before: these rows go. */
  replacedTurns: string[]
  /** The rows of findings go, `rows` has those that stand. */
  replacesFindings: boolean
}

/** Whatever a text may hold between words. The parser of Postgres takes paths, addresses and tags for words; without these characters it sees words and numbers only. */
const BETWEEN = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'
const BETWEEN_SQL = `E'${BETWEEN.replace(/[\\']/g, '\\$&')}', '${' '.repeat(BETWEEN.length)}'`
/** An expression for the words of a text; questions and items are read by the same. */
export const SEARCH_TEXT = (text: string) => `translate(${text}, ${BETWEEN_SQL})`

/** A label as part of a tsquery. */
export const quoteLabel = (label: string) => `'${label.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

// A text of Postgres cannot hold U+0000; where a body does, it is written as an escape, which is no word.
const BODY = `CASE WHEN position('\\x00'::bytea IN c.body) = 0 THEN convert_from(c.body, 'UTF8')
    ELSE convert_from(decode(replace(replace(encode(c.body, 'escape'), '\\\\', ' '), '\\000', ' '), 'escape'), 'UTF8') END`

const SHAPE = 'sequence int, kind text, ref text, at float8, agent text, tool text, path text, model text, text text, hashes text[], labels text[], place int'

/** Bodies are read and taken apart by Postgres: they never come through this process. */
const INSERT = `INSERT INTO search_item (id, session_pk, sequence, kind, ref, at, agent, tool, path, model, words)
  SELECT n.id, $1, n.sequence, n.kind, n.ref, n.at, n.agent, n.tool, n.path, n.model,
    to_tsvector('simple', ${SEARCH_TEXT(`left(concat_ws(' ', n.text, b.body), ${SEARCHED_CHARS})`)}) || array_to_tsvector(n.labels || (':b' || (n.id >> ${BLOCK_BITS})))
  FROM (SELECT nextval('search_item_id_seq') AS id, r.* FROM (SELECT * FROM json_to_recordset($2::json) AS r(${SHAPE}) ORDER BY place) r) n
  LEFT JOIN LATERAL (
    SELECT string_agg(left(${BODY}, ${SEARCHED_CHARS}), ' ' ORDER BY h.place) AS body
    FROM unnest(n.hashes) WITH ORDINALITY AS h(hash, place) JOIN content c ON c.session_pk = $1 AND c.hash = h.hash
  ) b ON true`

/**
 * Writes a slice, whole or not at all. False: somebody else has read on meanwhile, or the session is gone;
 * nothing was written. Holding the session's key keeps a deletion out (deleteSession), not those who append.
 */
export async function writeSearch(pool: Pool, write: SearchWrite): Promise<boolean> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const done = await writeSlice(client, write)
    await client.query(done ? 'COMMIT' : 'ROLLBACK')
    return done
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

async function writeSlice(client: PoolClient, { pk, expected, next, rows, replacedTurns, replacesFindings }: SearchWrite): Promise<boolean> {
  const session = await client.query('SELECT FROM session WHERE pk = $1 FOR KEY SHARE', [pk])
  if (session.rowCount === 0) return false
  const values = [pk, next.head, next.detected, next.detectorVersion, SEARCH_VERSION, next.open]
  if (expected) {
    const moved = await client.query(
      `UPDATE search_head SET head = $2, detected = $3, detector_version = $4, open = $6
       WHERE session_pk = $1 AND version = $5 AND head = $7 AND detected = $8`,
      [...values, expected.head, expected.detected],
    )
    if (moved.rowCount === 0) return false
  } else {
    const begun = await client.query(
      'INSERT INTO search_head (session_pk, head, detected, detector_version, version, open) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
      values,
    )
    if (begun.rowCount === 0) return false
  }
  if (replacedTurns.length > 0)
    await client.query('DELETE FROM search_item WHERE session_pk = $1 AND words @@ $2::tsquery AND ref = ANY($3::text[])', [
      pk,
      `${quoteLabel(sessionLabel(pk))} & ${quoteLabel(OPEN_LABEL)}`,
      replacedTurns,
    ])
  if (replacesFindings)
    await client.query('DELETE FROM search_item WHERE session_pk = $1 AND words @@ $2::tsquery', [
      pk,
      [sessionLabel(pk), ...labelsAsked('kind', 'intervention')].map(quoteLabel).join(' & '),
    ])
  if (rows.length > 0) {
    const given = writableJson(rows.map((row, place) => ({ ...row, place })))
    await client.query({ name: 'backseat_search_insert', text: INSERT, values: [pk, given] })
  }
  return true
}

export async function readSearchHead(pool: Pool, pk: number): Promise<SearchHead | undefined> {
  const { rows } = await pool.query<SearchHead>({
    name: 'backseat_search_head',
    text: 'SELECT head, detected, detector_version AS "detectorVersion", open FROM search_head WHERE session_pk = $1 AND version = $2',
    values: [pk, SEARCH_VERSION],
  })
  return rows[0]
}

/** Takes out all that can be found of a session, so that it is read from its beginning. */
export async function forgetSearch(pool: Pool | PoolClient, pk: number): Promise<void> {
  // The head first: whoever is reading on then writes nothing.
  await pool.query('WITH gone AS (DELETE FROM search_head WHERE session_pk = $1) DELETE FROM search_item WHERE session_pk = $1', [pk])
}

/** Sessions that can be searched less far than their log goes, or were read by another version; `streaming`: or whose turns had not ended. */
export async function sessionsBehindSearch(pool: Pool, streaming: boolean): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT s.id FROM session s LEFT JOIN search_head h ON h.session_pk = s.pk
     WHERE s.head > 0 AND (h.head IS NULL OR h.head < s.head OR h.version <> $1 OR h.detected < s.detected OR h.detector_version <> s.detector_version OR ($2 AND cardinality(h.open) > 0))
     ORDER BY s.received_at DESC`,
    [SEARCH_VERSION, streaming],
  )
  return rows.map(({ id }) => id)
}

/** Whether any item names an agent so. */
export async function isSearchedAs(pool: Pool, pk: number, agents: readonly string[]): Promise<boolean> {
  const { rows } = await pool.query('SELECT FROM search_item WHERE session_pk = $1 AND agent = ANY($2::text[]) LIMIT 1', [pk, agents])
  return rows.length > 0
}
