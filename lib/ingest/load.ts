import type { Pool } from 'pg'
import { applyEvents } from '@/lib/core/fold'
import { SessionId } from '@/lib/core/ids'
import type { DetectorParameters } from '@/lib/core/interventions'
import { compareEvents } from '@/lib/core/order'
import { type ParameterSet, readingVersion } from '@/lib/core/parameters'
import { newSessionState } from '@/lib/core/session'
import { parseSnapshot } from '@/lib/core/snapshot'
import { readContents } from '@/lib/store/contents'
import type { Database } from '@/lib/store/database'
import { readFindings, readFindingsSince } from '@/lib/store/findings'
import { type EventStamp, isInOrder, lookupSession, openSession, readEvents, readEventTexts, readEventTextsAt, readIds, readStamps } from '@/lib/store/log'
import { readSnapshot, unpackSnapshot } from '@/lib/store/snapshots'
import { collectHashes } from './event-contents'
import type { Examination, Examiner } from './examiner'
import { HotSession } from './hot-session'
import { KnownIds } from './known-ids'

const PAGE = 1_000
/** Events that are read, and given to be examined, together. */
const SLICE = 500
/** Stamps that are read together. */
const STAMPS = 10_000

/** The session as its log has it now; undefined when there is none. */
export async function loadSession(database: Database, id: string, set: ParameterSet): Promise<HotSession | undefined> {
  const known = await lookupSession(database.pool, id)
  return known && known.head > 0 ? loadState(database, id, known, set) : undefined
}

/** The session as its log has it now, begun when there is none. */
export async function loadOrBegin(database: Database, id: string, now: number, set: ParameterSet, examiner: Examiner): Promise<HotSession> {
  const known = await openSession(database.pool, id)
  if (known.head === 0) return HotSession.fresh(known.pk, SessionId.parse(id), new KnownIds(), now, set, examiner)
  return loadState(database, id, known, set)
}

async function loadState(database: Database, id: string, { pk, head }: { pk: number; head: number }, set: ParameterSet): Promise<HotSession> {
  const { pool } = database
  const stored = await readSnapshot(pool, pk)
  const sessionId = SessionId.parse(id)
  const kept = stored && stored.head <= head ? parseSnapshot(await unpackSnapshot(stored.body)) : undefined
  const start = kept ?? { state: newSessionState(sessionId), head: 0 }
  const { state } = start
  for (let after = start.head; after < head; ) {
    const events = await readEvents(pool, pk, after, head, PAGE)
    const last = events.at(-1)
    if (!last) throw new Error(`the log of session ${id} ends at ${after}, its row says ${head}`)
    applyEvents(
      state,
      events.map(({ event }) => event),
    )
    after = last.sequence
  }
  const { rows } = await pool.query<{ received_at: number; detected: number; detector_version: number }>(
    'SELECT received_at, detected, detector_version FROM session WHERE pk = $1',
    [pk],
  )
  const row = rows[0]
  // Findings of another detector, or of other parameters, are as good as none.
  const readWith = row?.detector_version ?? 0
  const detected = readWith === readingVersion(set) ? (row?.detected ?? 0) : 0
  return new HotSession(pk, sessionId, state, head, await readFindings(pool, pk), row?.received_at ?? 0, detected, set, readWith)
}

/** Which ids the log holds, as far as `hot` has come. */
export async function loadKnownIds(database: Database, hot: HotSession): Promise<KnownIds> {
  const known = new KnownIds()
  for await (const ids of readIds(database.pool, hot.pk)) for (const id of ids) known.add(id)
  return known
}

/** What a detector threw. */
export class DetectorFailed extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** Its thread may end because of others; its own second time is a failure. */
const TRIES = 5

/**
 * An examination that has read the log up to `upTo`, in its one order, or undefined when the detector does
 * not accept that order (a bug of the detector, which must not stop the log) or this was `stopped`. Throws
 * DetectorFailed. `progress` is told how many events have been read since it was told before.
 *
 * Events go from Postgres to whoever examines them as the texts that they are stored as, a slice at a time:
 * a log is never held as a whole. In which order is asked for only when it is not that of the log.
 */
export async function examineLog(
  { pool }: Database,
  examiner: Examiner,
  { pk, id }: { pk: number; id: string },
  upTo: number,
  parameters: DetectorParameters,
  stopped: () => boolean,
  progress?: (events: number) => void,
): Promise<Examination | undefined> {
  let told = 0
  let ordered = await isInOrder(pool, pk, upTo)
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const examination = examiner.begin(id, parameters)
    let count = 0
    const tell = (events: number) => {
      count += events
      if (count > told) progress?.(count - told)
      told = Math.max(told, count)
    }
    const outcome = await give(pool, pk, examination, ordered ? slicesAsWritten(pool, pk, upTo) : slicesInOrder(pool, pk, 0, upTo), stopped, tell).catch(
      (error: unknown) => {
        examination.end()
        throw error
      },
    )
    if (outcome === 'taken') return examination
    examination.end()
    if (outcome === 'stopped') return undefined
    if (outcome === 'lost') continue
    if (!ordered) return undefined
    // Refused all the same: events of one moment, of which the source says another order.
    ordered = false
  }
  return undefined
}

/** Gives what came after `after`; false when it is refused, or lost. */
export async function readOn({ pool }: Database, pk: number, examination: Examination, after: number, upTo: number): Promise<boolean> {
  return after >= upTo || (await give(pool, pk, examination, slicesInOrder(pool, pk, after, upTo), () => false)) === 'taken'
}

async function give(
  pool: Pool,
  pk: number,
  examination: Examination,
  slices: AsyncIterable<string[]>,
  stopped: () => boolean,
  progress?: (events: number) => void,
): Promise<'taken' | 'refused' | 'lost' | 'stopped'> {
  for await (const json of slices) {
    if (stopped()) return 'stopped'
    const texts = await readContents(pool, pk, hashesIn(json))
    const answer = await examination.take({ json, texts })
    if (answer.kind === 'failed') throw new DetectorFailed(answer.error)
    if (answer.kind !== 'taken') return answer.kind
    progress?.(json.length)
  }
  return stopped() ? 'stopped' : 'taken'
}

async function* slicesAsWritten(pool: Pool, pk: number, upTo: number): AsyncGenerator<string[]> {
  for (let after = 0; after < upTo; after += SLICE) yield readEventTexts(pool, pk, after, Math.min(after + SLICE, upTo))
}

async function* slicesInOrder(pool: Pool, pk: number, after: number, upTo: number): AsyncGenerator<string[]> {
  const stamps: EventStamp[] = []
  for (let at = after; at < upTo; at += STAMPS) {
    for (const stamp of await readStamps(pool, pk, at, Math.min(at + STAMPS, upTo))) stamps.push(stamp)
  }
  stamps.sort(compareEvents)
  for (let at = 0; at < stamps.length; at += SLICE) {
    const sequences = stamps.slice(at, at + SLICE).map(({ sequence }) => sequence)
    yield readEventTextsAt(pool, pk, sequences)
  }
}

/** References as `JSON.stringify` prints them; a few too many do no harm, for what is not stored is not found. */
const REFERENCE = /"hash":"([0-9a-f]{64})"/g

function hashesIn(json: readonly string[]): string[] {
  const hashes = new Set<string>()
  for (const text of json) for (const match of text.matchAll(REFERENCE)) if (match[1]) hashes.add(match[1])
  return [...hashes]
}

/** Takes in what another process has written up to `head`. False when the log is not where it was. */
export async function catchUp(database: Database, hot: HotSession, head: number): Promise<boolean> {
  const events = (await readEvents(database.pool, hot.pk, hot.head, head, Number.MAX_SAFE_INTEGER)).map(({ event }) => event)
  if (hot.head + events.length !== head) return false
  const hashes = new Set<string>()
  for (const event of events) collectHashes(event, hashes)
  const texts = hot.examination ? await readContents(database.pool, hot.pk, [...hashes]) : new Map<string, string>()
  const { changed, removed } = await readFindingsSince(database.pool, hot.pk, hot.head)
  await hot.absorb(events, texts, changed, removed)
  return true
}
