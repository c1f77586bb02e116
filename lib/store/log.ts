import type { Pool, PoolClient } from 'pg'
import type { Event, EventOf } from '@/lib/core/event'

export interface StoredEvent {
  sequence: number
  event: Event
}

/** The session's key and head, or undefined when nobody has heard of it. */
export async function lookupSession(pool: Pool, sessionId: string): Promise<{ pk: number; head: number } | undefined> {
  const { rows } = await pool.query<{ pk: number; head: number }>({
    name: 'backseat_lookup',
    text: 'SELECT pk, head FROM session WHERE id = $1',
    values: [sessionId],
  })
  return rows[0]
}

/** The session's row, made when it is not there yet. */
export async function openSession(pool: Pool, sessionId: string): Promise<{ pk: number; head: number }> {
  for (;;) {
    const known = await lookupSession(pool, sessionId)
    if (known) return known
    const { rows } = await pool.query<{ pk: number; head: number }>(
      'INSERT INTO session (id, arrived_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING RETURNING pk, head',
      [sessionId, Date.now()],
    )
    if (rows[0]) return rows[0]
  }
}

/** Its head, which nobody else can move until this transaction ends; undefined when the session has been deleted. */
export async function lockSession(client: PoolClient, pk: number): Promise<number | undefined> {
  const { rows } = await client.query<{ head: number }>('SELECT head FROM session WHERE pk = $1 FOR UPDATE', [pk])
  return rows[0]?.head
}

/** Events with `after < sequence <= upTo`, oldest first, at most `limit`. */
export async function readEvents(pool: Pool, pk: number, after: number, upTo: number, limit: number): Promise<StoredEvent[]> {
  const { rows } = await pool.query<{ sequence: number; data: Event }>({
    name: 'backseat_events',
    text: 'SELECT sequence, data FROM event WHERE session_pk = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence LIMIT $4',
    values: [pk, after, upTo, limit],
  })
  // The log holds only what EventSchema let in.
  return rows.map((row) => ({ sequence: row.sequence, event: row.data }))
}

/** What decides the place of an event in the order of what happened, and its place in the log. */
export type EventStamp = Pick<Event, 'occurredAt' | 'order' | 'type' | 'id'> & { sequence: number }

/** Those of the events with `after < sequence <= upTo`. */
export async function readStamps(pool: Pool, pk: number, after: number, upTo: number): Promise<EventStamp[]> {
  try {
    const { rows } = await pool.query<EventStamp>({
      name: 'backseat_stamps',
      text: `SELECT sequence, id, type, occurred_at AS "occurredAt", (data ->> 'order')::float8 AS "order"
        FROM event WHERE session_pk = $1 AND sequence > $2 AND sequence <= $3`,
      values: [pk, after, upTo],
    })
    return rows
  } catch (error) {
    if (!cannotLookInto(error)) throw error
    return readOddStamps(pool, pk, after, upTo)
  }
}

/**
 * The log keeps U+0000 and halves of surrogate pairs as JSON writes them, but Postgres looks into no JSON that holds one of them, whichever field is
 * asked for: such events are read whole.
 */
const ODD_TEXT = String.raw`\\u(0000|d[89a-f])`
/** SQLSTATE: invalid_text_representation, untranslatable_character. */
const cannotLookInto = (error: unknown) => error instanceof Error && 'code' in error && (error.code === '22P02' || error.code === '22P05')

async function readOddStamps(pool: Pool, pk: number, after: number, upTo: number): Promise<EventStamp[]> {
  const { rows } = await pool.query<EventStamp & { whole: string | null }>({
    name: 'backseat_odd_stamps',
    // CASE, because only that settles which side is looked at
    text: `SELECT sequence, id, type, occurred_at AS "occurredAt",
        CASE WHEN data::text ~* $4 THEN NULL ELSE (data ->> 'order')::float8 END AS "order", CASE WHEN data::text ~* $4 THEN data::text END AS whole
      FROM event WHERE session_pk = $1 AND sequence > $2 AND sequence <= $3`,
    values: [pk, after, upTo, ODD_TEXT],
  })
  return rows.map(({ whole, ...stamp }) => (whole === null ? stamp : { ...stamp, order: (JSON.parse(whole) as Event).order }))
}

/** Who judges under this name is somebody else from now on, and says nothing more: their notes go. @returns the keys of the sessions whose log was changed */
export async function renameReviewer(query: RunQuery, from: string, to: string): Promise<number[]> {
  const plain = await query<{ session_pk: number }>(
    `UPDATE event SET data = (jsonb_set(data::jsonb, '{reviewer}', to_jsonb($2::text)) - 'note')::json
      WHERE type = 'verdict.given' AND CASE WHEN data::text ~* $3 THEN false ELSE data ->> 'reviewer' = $1 END RETURNING session_pk`,
    [from, to, ODD_TEXT],
  )
  const odd = await query<{ session_pk: number; sequence: number; whole: string }>(
    `SELECT session_pk, sequence, data::text AS whole FROM event WHERE type = 'verdict.given' AND data::text ~* $1`,
    [ODD_TEXT],
  )
  const changed = new Set(plain.map((row) => row.session_pk))
  for (const { session_pk, sequence, whole } of odd) {
    const event = JSON.parse(whole) as EventOf<'verdict.given'>
    if (event.reviewer !== from) continue
    const { note: _note, ...rest } = event
    await query('UPDATE event SET data = $3::json WHERE session_pk = $1 AND sequence = $2', [session_pk, sequence, JSON.stringify({ ...rest, reviewer: to })])
    changed.add(session_pk)
  }
  return [...changed]
}

/** Runs a statement within whatever transaction the caller has begun. */
export type RunQuery = <Row>(sql: string, values: unknown[]) => Promise<Row[]>

/** Events with `after < sequence <= upTo` as the JSON that was written, oldest first. */
export async function readEventTexts(pool: Pool, pk: number, after: number, upTo: number): Promise<string[]> {
  const { rows } = await pool.query<[string]>({
    name: 'backseat_event_texts',
    text: 'SELECT data::text FROM event WHERE session_pk = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence',
    values: [pk, after, upTo],
    rowMode: 'array',
  })
  return rows.map(([text]) => text)
}

/** The same of the events at these places of the log, in their order. */
export async function readEventTextsAt(pool: Pool, pk: number, sequences: readonly number[]): Promise<string[]> {
  const { rows } = await pool.query<[string]>({
    name: 'backseat_event_texts_at',
    // one look each: a plan for any number of places would rather read all there is
    text: `SELECT e.data::text FROM unnest($2::int[]) WITH ORDINALITY AS g(sequence, place)
      CROSS JOIN LATERAL (SELECT data FROM event WHERE session_pk = $1 AND sequence = g.sequence LIMIT 1) e ORDER BY g.place`,
    values: [pk, sequences],
    rowMode: 'array',
  })
  return rows.map(([text]) => text)
}

/** The events at these places of the logs of several sessions, in no order. */
export async function readEventsAt(pool: Pool, places: readonly { pk: number; sequence: number }[]): Promise<(StoredEvent & { pk: number })[]> {
  if (places.length === 0) return []
  const { rows } = await pool.query<{ pk: number; sequence: number; data: Event }>({
    name: 'backseat_events_at',
    // one look each: a plan for any number of places would rather read all there is
    text: `SELECT p.pk, p.sequence, e.data FROM (SELECT DISTINCT * FROM unnest($1::bigint[], $2::int[]) AS g(pk, sequence)) p
      CROSS JOIN LATERAL (SELECT data FROM event WHERE session_pk = p.pk AND sequence = p.sequence LIMIT 1) e`,
    values: [places.map(({ pk }) => pk), places.map(({ sequence }) => sequence)],
  })
  return rows.map(({ pk, sequence, data }) => ({ pk, sequence, event: data }))
}

/** Which of these ids the session's log holds. */
export async function findKnownIds(pool: Pool | PoolClient, pk: number, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'backseat_known_ids',
    text: 'SELECT id FROM event WHERE session_pk = $1 AND id = ANY($2::text[])',
    values: [pk, ids],
  })
  return new Set(rows.map((row) => row.id))
}

/** All ids of the session, in portions. */
export async function* readIds(pool: Pool, pk: number): AsyncGenerator<string[]> {
  const portion = 50_000
  for (let after = 0; ; after += portion) {
    const { rows } = await pool.query<[string]>({
      name: 'backseat_ids',
      text: 'SELECT id FROM event WHERE session_pk = $1 AND sequence > $2 AND sequence <= $3',
      values: [pk, after, after + portion],
      rowMode: 'array',
    })
    if (rows.length > 0) yield rows.map((row) => row[0])
    if (rows.length < portion) return
  }
}

/** The streamed pieces of one turn, in no order. */
export async function readStreamed(pool: Pool, pk: number, turnId: string): Promise<Event[]> {
  const { rows } = await pool.query<{ data: Event }>(`SELECT data FROM event WHERE session_pk = $1 AND turn_id = $2`, [pk, turnId])
  return rows.map((row) => row.data)
}

/** The session's writes of artifacts, up to a head. */
export async function readWrites(pool: Pool, pk: number, upTo: number): Promise<EventOf<'artifact.written'>[]> {
  const { rows } = await pool.query<{ data: EventOf<'artifact.written'> }>({
    name: 'backseat_writes',
    text: "SELECT data FROM event WHERE session_pk = $1 AND sequence <= $2 AND type = 'artifact.written' ORDER BY sequence",
    values: [pk, upTo],
  })
  return rows.map((row) => row.data)
}

/** The session's events of some types, up to a head. */
export async function readEventsOfTypes(pool: Pool, pk: number, upTo: number, types: readonly string[]): Promise<Event[]> {
  const { rows } = await pool.query<{ data: Event }>({
    name: 'backseat_events_of_types',
    text: 'SELECT data FROM event WHERE session_pk = $1 AND sequence <= $2 AND type = ANY($3::text[]) ORDER BY sequence',
    values: [pk, upTo, types],
  })
  return rows.map((row) => row.data)
}

/** Whether no event up to `upTo` happened before one that the log has earlier. Ends at the first that did. */
export async function isInOrder(pool: Pool, pk: number, upTo: number): Promise<boolean> {
  const { rows } = await pool.query<{ ordered: boolean }>(
    `SELECT NOT EXISTS (
       SELECT FROM (
         SELECT occurred_at, lag(occurred_at) OVER (ORDER BY sequence) AS before FROM event WHERE session_pk = $1 AND sequence <= $2
       ) e WHERE occurred_at < before
     ) AS ordered`,
    [pk, upTo],
  )
  return rows[0]?.ordered === true
}
