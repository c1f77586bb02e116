import type { Pool } from 'pg'
import type { TaskLedger } from '@/lib/core/detect/ledger'
import { PACKED_VERSION, type PackedSession, packSession } from '@/lib/core/metrics/packed-session'
import type { SessionRecord, TaskRecord } from '@/lib/core/metrics/task-record'
import { writableJson } from './writable-json'

/** What figures over many sessions read of one session, kept so that they need not replay its log. */
export interface SessionRecords {
  session: SessionRecord
  tasks: TaskRecord[]
}

/** Raised when records are made differently: those stored under another version are made again. */
const RECORDS_VERSION = 4
/** What findings and ownership were read with. */
const readingOf = (reading: number) => `${reading}.${RECORDS_VERSION}.`
/** `prices`: the table that costs were taken from (PriceBook.key). */
const versionOf = (reading: number, prices: string) => readingOf(reading) + prices

export interface StoredRecords {
  id: string
  /** Undefined: never made, or for an older head or by another version. */
  records: SessionRecords | undefined
}

const PAGE = 500
/** Packed ones are a fifth of the size. */
const PACKED_PAGE = 2_000

/**
 * What figures read of all sessions, page by page, the next one on its way while a page is used. What was stored without
 * it is packed from the records, and stored. Undefined: there are no records that can be used.
 */
export async function* readPackedSessions(
  pool: Pool,
  reading: number,
  prices: string,
): AsyncGenerator<{ id: string; packed: PackedSession | undefined }[], void, void> {
  const version = versionOf(reading, prices)
  // One cursor over all, planned for being read to its end: a query a page costs Postgres twice as much.
  const client = await pool.connect()
  const fetch = () => client.query<Fetched>(`FETCH ${PACKED_PAGE} FROM packed_sessions`)
  let failed: Error | undefined
  try {
    await client.query('BEGIN READ ONLY')
    await client.query('SET LOCAL cursor_tuple_fraction = 1')
    await client.query(
      `DECLARE packed_sessions NO SCROLL CURSOR FOR
       SELECT s.pk, s.id, CASE WHEN r.packed_version = ${PACKED_VERSION} THEN r.packed END AS packed,
         CASE WHEN r.packed_version IS DISTINCT FROM ${PACKED_VERSION} THEN r.body END AS body
       FROM session s LEFT JOIN session_records r ON r.session_pk = s.pk AND r.head = s.head AND r.version = ${client.escapeLiteral(version)} AND s.detected = s.head
       WHERE s.head > 0 ORDER BY s.pk`,
    )
    for (let next = fetch(); ; ) {
      const { rows } = await next
      if (rows.length === 0) return
      next = fetch()
      // whoever stops here leaves it unanswered
      next.catch(() => undefined)
      yield await pageOf(pool, rows, version)
    }
  } catch (error) {
    failed = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    if (!failed) await client.query('ROLLBACK').catch((error: Error) => (failed = error))
    client.release(failed)
  }
}

interface Fetched {
  pk: number
  id: string
  packed: string | null
  body: SessionRecords | null
}

/** What was stored unpacked is packed, and stored so. */
async function pageOf(pool: Pool, rows: readonly Fetched[], version: string): Promise<{ id: string; packed: PackedSession | undefined }[]> {
  const packedAnew: { pk: number; packed: string }[] = []
  const page = rows.map(({ pk, id, packed, body }) => {
    if (packed !== null) return { id, packed: JSON.parse(packed) as PackedSession }
    if (!body) return { id, packed: undefined }
    const made = packSession(body.session, body.tasks)
    packedAnew.push({ pk, packed: writableJson(made) })
    return { id, packed: made }
  })
  if (packedAnew.length > 0)
    await pool.query(
      `UPDATE session_records r SET packed = made.packed, packed_version = $4 FROM unnest($1::bigint[], $2::text[]) AS made (pk, packed)
       WHERE r.session_pk = made.pk AND r.version = $3 AND r.packed_version IS DISTINCT FROM $4`,
      [packedAnew.map(({ pk }) => pk), packedAnew.map(({ packed }) => packed), version, PACKED_VERSION],
    )
  return page
}

/** Of all sessions, page by page. `reading`: what the findings they come from were read with. */
export async function* readSessionRecords(pool: Pool, reading: number, prices: string): AsyncGenerator<StoredRecords[], void, void> {
  for (let after = 0; ; ) {
    const { rows } = await pool.query<{ pk: number; id: string; body: SessionRecords | null }>(
      `SELECT s.pk, s.id, r.body FROM session s
         LEFT JOIN session_records r ON r.session_pk = s.pk AND r.head = s.head AND r.version = $2 AND s.detected = s.head
       WHERE s.pk > $1 AND s.head > 0 ORDER BY s.pk LIMIT ${PAGE}`,
      [after, versionOf(reading, prices)],
    )
    const last = rows.at(-1)
    if (!last) return
    after = last.pk
    yield rows.map(({ id, body }) => ({ id, records: body ?? undefined }))
  }
}

/**
 * What token ownership says of each task, as it was stored with records of the same head and reading, whatever
 * prices these were made with. Undefined where there are none: then it takes a detector that reads the log.
 */
export async function readLedger(pool: Pool, pk: number, head: number, reading: number): Promise<Map<string, TaskLedger> | undefined> {
  const { rows } = await pool.query<{ body: SessionRecords }>(
    'SELECT body FROM session_records WHERE session_pk = $1 AND head = $2 AND starts_with(version, $3)',
    [pk, head, readingOf(reading)],
  )
  const tasks = rows[0]?.body.tasks
  return (
    tasks &&
    new Map(tasks.flatMap(({ taskId, spend: { written = 0, surviving } }) => (surviving === undefined ? [] : [[taskId, { written, surviving }] as const])))
  )
}

/** Nothing is written for a session that is gone. */
export async function writeSessionRecords(pool: Pool, pk: number, head: number, records: SessionRecords, reading: number, prices: string): Promise<void> {
  await pool.query(
    `INSERT INTO session_records (session_pk, head, version, body, packed, packed_version) SELECT pk, $2, $3, $4::json, $5, $6 FROM session WHERE pk = $1
     ON CONFLICT (session_pk) DO UPDATE SET head = excluded.head, version = excluded.version, body = excluded.body,
       packed = excluded.packed, packed_version = excluded.packed_version
     WHERE session_records.head <= excluded.head`,
    [pk, head, versionOf(reading, prices), writableJson(records), writableJson(packSession(records.session, records.tasks)), PACKED_VERSION],
  )
}
