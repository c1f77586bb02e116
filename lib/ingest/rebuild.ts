import { applyEvents } from '@/lib/core/fold'
import { SessionId } from '@/lib/core/ids'
import type { PriceBook } from '@/lib/core/models/price'
import { type ParameterSet, readingVersion } from '@/lib/core/parameters'
import { newSessionState } from '@/lib/core/session'
import type { Database } from '@/lib/store/database'
import { readEvents } from '@/lib/store/log'
import { forgetSearch } from '@/lib/store/search'
import { writeSessionRecords } from '@/lib/store/session-records'
import type { TaskRow } from '@/lib/store/task-row'
import { writeSessions } from '@/lib/store/write'
import type { Examiner } from './examiner'
import { HotSession } from './hot-session'
import { examineLog } from './load'
import { recordsOf } from './records'
import { searchSlice } from './search-slice'

/** A session and how long its log is. */
export interface Rebuildable {
  pk: number
  id: string
  head: number
}

/** All of them, or those named; longest known first makes no difference, so oldest first. */
export async function sessionsToRebuild({ pool }: Database, ids?: readonly string[]): Promise<Rebuildable[]> {
  const { rows } = await pool.query<Rebuildable>(
    `SELECT pk, id, head FROM session WHERE head > 0 ${ids ? 'AND id = ANY($1::text[])' : ''} ORDER BY pk`,
    ids ? [ids] : [],
  )
  return rows
}

const PAGE = 5_000
const TRIES = 5

/**
 * Everything of a session that is not its log, made from its log anew: its row, tasks, findings, records;
 * its snapshot is thrown away. In one transaction, which holds the session's row: a server that writes
 * to it meanwhile waits for that moment, and what it wrote before is read. False: the session is gone.
 */
export async function rebuildSession(database: Database, examiner: Examiner, { pk, id }: Rebuildable, set: ParameterSet, book: PriceBook): Promise<boolean> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const hot = await replay(database, examiner, pk, SessionId.parse(id), set)
    if (!hot) return false
    const ledger = await hot.examination?.ledger()
    hot.forget()
    if (await writeAll(database, hot)) {
      const { head, records, reading } = recordsOf(hot, ledger, book)
      await writeSessionRecords(database.pool, pk, head, records, reading, book.key)
      await searchAnew(database, pk, hot)
      return true
    }
  }
  throw new Error(`session ${id} grew faster than it could be read, ${TRIES} times; nothing of it was changed`)
}

/** A server that runs meanwhile may be quicker to read some of it: then there is less to do. */
async function searchAnew(database: Database, pk: number, { id, state }: HotSession): Promise<void> {
  await forgetSearch(database.pool, pk)
  const streamed = new Map<string, number>()
  for (;;) {
    const done = await searchSlice(database, { sessionId: id, see: async (look) => look(state), quiet: true, streamed })
    // undefined: that server does it
    if (!done || done.complete) return
  }
}

/** The session from its log alone, with the findings of an examination of all of it. */
async function replay(database: Database, examiner: Examiner, pk: number, id: SessionId, set: ParameterSet): Promise<HotSession | undefined> {
  const { rows } = await database.pool.query<{ head: number; received_at: number }>('SELECT head, received_at FROM session WHERE pk = $1', [pk])
  const row = rows[0]
  if (!row) return undefined
  const state = newSessionState(id)
  for (let after = 0; after < row.head; ) {
    const events = await readEvents(database.pool, pk, after, row.head, PAGE)
    const last = events.at(-1)
    if (!last) throw new Error(`the log of session ${id} ends at ${after}, its row says ${row.head}`)
    applyEvents(
      state,
      events.map(({ event }) => event),
    )
    after = last.sequence
  }
  // as if nothing had been found before: all of it is written
  const hot = new HotSession(pk, id, state, row.head, [], row.received_at, 0, set, 0)
  const examination = await examineLog(database, examiner, hot, row.head, set.parameters, () => false)
  const found = await examination?.findings()
  if (!examination || !found) throw new Error(`the detector does not accept the order of the log of session ${id}; that is a bug of Backseat, please report it`)
  hot.settle(examination, found)
  return hot
}

/** False: it has grown meanwhile, and nothing was written. */
async function writeAll({ pool }: Database, hot: HotSession): Promise<boolean> {
  const { pk, head } = hot
  const { write } = hot.prepare([], new Map(), hot.receivedAt)
  const tasks = [...hot.state.tasks.keys()].map((task) => hot.tallies.taskRow(task)).filter((row): row is TaskRow => row !== undefined)
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const { rows } = await client.query<{ head: number }>('SELECT head FROM session WHERE pk = $1 FOR UPDATE', [pk])
    if (rows[0]?.head !== head) {
      await client.query('ROLLBACK')
      return false
    }
    for (const table of ['task', 'snapshot', 'session_records']) await client.query(`DELETE FROM ${table} WHERE session_pk = $1`, [pk])
    // not deleted: viewers who were away learn from it
    await client.query('UPDATE intervention SET withdrawn = true, changed_at = $2 WHERE session_pk = $1 AND NOT withdrawn AND id <> ALL($3::text[])', [
      pk,
      head,
      [...hot.tallies.findings.keys()],
    ])
    await writeSessions(client, [{ ...write, tasks }])
    await client.query('UPDATE session SET detector_version = $2 WHERE pk = $1', [pk, readingVersion(hot.set)])
    await client.query('COMMIT')
    return true
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}
