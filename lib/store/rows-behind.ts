import type { Pool } from 'pg'
import type { Strip } from '@/lib/live/protocol'

/** What a session's row should say of a moment at which its head was `head`. */
export interface RowBehind {
  pk: number
  head: number
  /** As far as the findings go. */
  detected: number
  strip: Strip | undefined
}

/**
 * Writes them and returns the keys of those written. The others have moved on, are gone, or are locked by somebody
 * who is writing to them: a statement that waits for one row while it holds another can end in a deadlock with a
 * group of sessions that is being written, and nothing here is worth waiting for.
 */
export async function writeRowsBehind(pool: Pool, rows: readonly RowBehind[]): Promise<Set<number>> {
  const { rows: written } = await pool.query<{ pk: number }>({
    name: 'backseat_rows_behind',
    text: `WITH r AS (SELECT * FROM json_to_recordset($1::json) AS r(pk bigint, head int, detected int, strip json)),
      free AS (SELECT s.pk FROM session s JOIN r ON s.pk = r.pk AND s.head = r.head FOR NO KEY UPDATE OF s SKIP LOCKED)
      UPDATE session s SET strip = r.strip, detected = greatest(s.detected, r.detected)
      FROM r JOIN free ON free.pk = r.pk WHERE s.pk = r.pk AND s.head = r.head RETURNING s.pk`,
    values: [JSON.stringify(rows)],
  })
  return new Set(written.map(({ pk }) => pk))
}
