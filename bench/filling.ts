import type { Pool } from 'pg'
import { eventsFor, keepAlive, lengthOf, post } from './load'

/** A session that the parts share: loaded once, through the real ingest, then copied with its database. */
export interface Filled {
  turns: number
  sessionId: string
  events: number
  /** Events a second while it was loaded, by one producer, batches of 2,000 in order. */
  rate: number
}

const BATCH = 2_000

export const filledId = (turns: number) => `bench-${turns}`

/** Loads a session of so many turns (and so many sub-agents), of today (the page takes older ones for recordings), and waits until it is kept as a snapshot. */
export async function fill(
  origin: string,
  pool: Pool,
  turns: number,
  { sessionId = filledId(turns), agents }: { sessionId?: string; agents?: number } = {},
): Promise<Filled> {
  const agent = keepAlive(1)
  const start = performance.now()
  let events = 0
  let underWay: Promise<void> = Promise.resolve()
  let batch: string[] = []
  const send = async () => {
    const body = Buffer.from(`[${batch.join(',')}]`)
    events += batch.length
    batch = []
    // One after the other, for their order counts; the next is made meanwhile.
    await underWay
    underWay = post(agent, origin, body)
  }
  for (const event of eventsFor(sessionId, Math.max(turns, 1), Date.now() - lengthOf(turns, agents), agents)) {
    if (event.type === 'session.ended') continue
    batch.push(JSON.stringify(event))
    if (batch.length === BATCH || turns === 0) await send()
    if (turns === 0) break
  }
  if (batch.length > 0) await send()
  await underWay
  agent.destroy()
  const rate = (events / (performance.now() - start)) * 1000
  await kept(pool, sessionId, events)
  console.error(`  loaded ${turns} turns: ${events} events, ${Math.round(rate)} a second`)
  return { turns, sessionId, events, rate }
}

/** From this head on a quiet session is kept as a snapshot (lib/ingest/snapshots.ts). */
const KEPT_FROM = 2_000

async function kept(pool: Pool, sessionId: string, head: number): Promise<void> {
  if (head < KEPT_FROM) return
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const { rows } = await pool.query('SELECT FROM snapshot JOIN session ON pk = session_pk WHERE id = $1 AND snapshot.head = $2', [sessionId, head])
    if (rows.length > 0) return
  }
  throw new Error(`no snapshot of ${sessionId} was kept within a minute`)
}
