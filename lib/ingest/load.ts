import { isContentRef } from '@/lib/core/content'
import type { Detector } from '@/lib/core/detect/detector'
import type { Event } from '@/lib/core/event'
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
import { isInOrder, lookupSession, openSession, readEvents, readIds } from '@/lib/store/log'
import { readSnapshot, unpackSnapshot } from '@/lib/store/snapshots'
import { newParsingDetector } from '@/lib/units/detector'
import { newBreath } from './breath'
import { collectHashes } from './event-contents'
import { HotSession } from './hot-session'
import { KnownIds } from './known-ids'

const PAGE = 1_000
/** Events whose texts are read together. */
const SLICE = 500

/** The session as its log has it now; undefined when there is none. */
export async function loadSession(database: Database, id: string, set: ParameterSet): Promise<HotSession | undefined> {
  const known = await lookupSession(database.pool, id)
  return known && known.head > 0 ? loadState(database, id, known, set) : undefined
}

/** The session as its log has it now, begun when there is none. */
export async function loadOrBegin(database: Database, id: string, now: number, set: ParameterSet): Promise<HotSession> {
  const known = await openSession(database.pool, id)
  if (known.head === 0) return HotSession.fresh(known.pk, SessionId.parse(id), new KnownIds(), now, set)
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

/**
 * A detector that has read the log up to `upTo`, in its one order, or undefined when it does not
 * accept that order (a bug of the detector, which must not stop the log) or was `stopped`. `progress`
 * is told how many events have been read since it was told before.
 *
 * A log that was written in that order is read page by page: 100,000 turns held in memory at once, only
 * to be sorted, are 200 MB, and everybody waits when they are thrown away.
 */
export async function detectLog(
  database: Database,
  pk: number,
  upTo: number,
  stopped: () => boolean,
  parameters: DetectorParameters,
  progress?: (events: number) => void,
): Promise<Detector | undefined> {
  let told = 0
  const read = async (pages: (take: (page: Event[]) => Promise<boolean>) => Promise<boolean>) => {
    const detector = newParsingDetector(parameters)
    let count = 0
    const tell = (events: number) => {
      count += events
      if (count > told) progress?.(count - told)
      told = Math.max(told, count)
    }
    return (await pages((page) => feedDetector(database, pk, detector, page.sort(compareEvents), stopped, tell))) ? detector : undefined
  }
  if (await isInOrder(database.pool, pk, upTo)) {
    const detector = await read((take) => readPages(database, pk, upTo, stopped, take))
    // Refused all the same: events of one moment, of which the source says another order.
    if (detector || stopped()) return detector
  }
  return read(async (take) => {
    const events: Event[] = []
    const all = await readPages(database, pk, upTo, stopped, async (page) => {
      for (const event of page) events.push(event)
      return true
    })
    return all && take(events)
  })
}

/** The log up to `upTo`, until `take` answers false, or when `stopped`. False unless all of it was taken. */
async function readPages(database: Database, pk: number, upTo: number, stopped: () => boolean, take: (page: Event[]) => Promise<boolean>): Promise<boolean> {
  for (let after = 0; after < upTo; after += PAGE) {
    if (stopped()) return false
    const page = await readEvents(database.pool, pk, after, Math.min(after + PAGE, upTo), PAGE)
    if (!(await take(page.map(({ event }) => event)))) return false
  }
  return true
}

/** Feeds stored events in their order; false when the detector refuses one, or when `stopped`. */
export async function feedDetector(
  database: Database,
  pk: number,
  detector: Detector,
  ordered: readonly Event[],
  stopped: () => boolean = () => false,
  progress?: (events: number) => void,
): Promise<boolean> {
  const breath = newBreath()
  for (let at = 0; at < ordered.length; at += SLICE) {
    if (stopped()) return false
    const slice = ordered.slice(at, at + SLICE)
    const hashes = new Set<string>()
    for (const event of slice) collectHashes(event, hashes)
    const texts = await readContents(database.pool, pk, [...hashes])
    for (const event of slice) {
      if (breath.due()) await breath.take()
      if (!detector.apply(event, (content) => (isContentRef(content) ? texts.get(content.hash) : content))) return false
    }
    progress?.(slice.length)
  }
  return true
}

/** Takes in what another process has written up to `head`. False when the log is not where it was. */
export async function catchUp(database: Database, hot: HotSession, head: number): Promise<boolean> {
  const events = (await readEvents(database.pool, hot.pk, hot.head, head, Number.MAX_SAFE_INTEGER)).map(({ event }) => event)
  if (hot.head + events.length !== head) return false
  const hashes = new Set<string>()
  for (const event of events) collectHashes(event, hashes)
  const texts = hot.detector ? await readContents(database.pool, hot.pk, [...hashes]) : new Map<string, string>()
  const { changed, removed } = await readFindingsSince(database.pool, hot.pk, hot.head)
  await hot.absorb(events, texts, changed, removed)
  return true
}
