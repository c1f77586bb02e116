import type { Event } from '@/lib/core/event'
import { compareEvents } from '@/lib/core/order'
import type { AppendResult, Rejection } from '@/lib/live/protocol'
import { readContents } from '@/lib/store/contents'
import type { Database } from '@/lib/store/database'
import { findKnownIds, readEvents } from '@/lib/store/log'
import { writeSessions } from '@/lib/store/write'
import { collectHashes } from './event-contents'
import { restoreContents, type Texts } from './extract'
import type { Committed, HotSession, Prepared } from './hot-session'
import { HotSessions } from './hot-sessions'
import { Lane, type Part } from './lane'
import { detectLog, feedDetector, loadKnownIds, loadOrBegin, loadSession } from './load'
import type { Incoming, Parsed } from './parse'

/** More than this waiting to be written and producers are told to come back later. */
const MAX_WAITING_EVENTS = 50_000
/** Statements under way at once: one is being written by Postgres while the next is prepared here. */
const MAX_IN_FLIGHT = 2
/** Events of one statement, unless one batch alone has more. */
const GROUP_EVENTS = 2_000
/** Logs up to this length are read again before the answer, so that a small session's findings are there with it. */
const SMALL_LOG = 3_000
const MAX_ATTEMPTS = 10
const STRIP_EVERY_MS = 1_000

/** Too much is waiting; nothing of this batch was taken. */
export class Overloaded extends Error {
  constructor(readonly retryAfterSeconds: number) {
    super(`More events are waiting to be written than this server takes (${MAX_WAITING_EVENTS}). Send the batch again in ${retryAfterSeconds} s.`)
  }
}

export interface IngestOptions {
  database: Database
  onCommit(committed: Committed): void
  /** Something that nobody waits for went wrong. */
  onProblem(what: string, error: unknown): void
  /** Server's clock, ms. */
  now?(): number
}

/**
 * The one way into the log. Batches that arrive while a write is under way are written together by
 * the next statement, whatever session and producer they come from; each is answered after its commit.
 *
 *   append ──> lane of its session ──> group of lanes ──> one statement ──> answer, viewers
 *                (order kept)            (two under way)
 *
 * A session is never in two groups at once.
 */
export class Ingest {
  private readonly hot = new HotSessions()
  private readonly lanes = new Map<string, Lane>()
  private ready: Lane[] = []
  private inFlight = 0
  private waitingEvents = 0
  private pumpScheduled = false
  private closing = false
  private readonly stripTimer: NodeJS.Timeout
  private readonly now: () => number

  constructor(private readonly options: IngestOptions) {
    this.now = options.now ?? Date.now
    this.stripTimer = setInterval(() => void this.writeStrips(), STRIP_EVERY_MS)
    this.stripTimer.unref()
  }

  /** Takes a parsed batch. Answers once everything new in it is committed. Throws Overloaded, or what Postgres said. */
  append(parsed: Parsed): Promise<AppendResult> {
    const { events } = parsed
    const result: AppendResult = { accepted: 0, duplicate: 0, rejected: [...parsed.rejected] }
    if (events.length === 0) return Promise.resolve(result)
    if (this.closing || (this.waitingEvents > 0 && this.waitingEvents + events.length > MAX_WAITING_EVENTS)) return Promise.reject(new Overloaded(1))
    return new Promise((resolve, reject) => {
      let open = 0
      let failure: unknown
      const done = (error?: unknown) => {
        failure ??= error
        if (--open > 0) return
        if (failure === undefined) resolve({ ...result, rejected: result.rejected.sort((a, b) => a.index - b.index) })
        else reject(failure)
      }
      const parts = splitBySession(events)
      open = parts.size
      for (const [sessionId, incoming] of parts) {
        this.waitingEvents += incoming.length
        this.enqueue(this.laneOf(sessionId), { incoming, result, attempts: 0, alone: false, done })
      }
    })
  }

  /**
   * Lets `look` see a session as committed, between two writes; it must neither keep nor change what
   * it sees. Undefined when there is no such session.
   */
  read<T>(sessionId: string, look: (hot: HotSession) => T): Promise<T | undefined> {
    const lane = this.laneOf(sessionId)
    return new Promise((resolve, reject) => {
      lane.readers.push({
        see: (hot) => {
          try {
            resolve(hot && hot.head > 0 ? look(hot) : undefined)
          } catch (error) {
            reject(error)
          }
        },
        fail: reject,
      })
      this.makeReady(lane)
    })
  }

  /** The session as it is in memory, or undefined; no promise that it is committed. */
  peek(sessionId: string): HotSession | undefined {
    return this.hot.lookup(sessionId)
  }

  inMemory(): HotSession[] {
    return [...this.hot.values()]
  }

  /** Another process wrote to this session: what we hold of it is old. */
  heard(sessionId: string, head: number): void {
    const hot = this.hot.lookup(sessionId)
    if (hot && hot.head < head && !this.lanes.get(sessionId)?.busy) this.hot.drop(sessionId)
  }

  /** Forgets a session that has been deleted. */
  forget(sessionId: string): void {
    this.hot.drop(sessionId)
  }

  /** Writes what is waiting and takes nothing more. */
  async close(): Promise<void> {
    this.closing = true
    clearInterval(this.stripTimer)
    while (this.lanes.size > 0) {
      for (const lane of this.lanes.values()) lane.stopRebuild()
      await new Promise((resolve) => setTimeout(resolve, 5))
      for (const lane of this.lanes.values()) this.makeReady(lane)
    }
    await this.writeStrips()
  }

  private laneOf(sessionId: string): Lane {
    let lane = this.lanes.get(sessionId)
    if (!lane) {
      lane = new Lane(sessionId)
      this.lanes.set(sessionId, lane)
    }
    return lane
  }

  private enqueue(lane: Lane, part: Part): void {
    lane.parts.push(part)
    this.makeReady(lane)
  }

  private makeReady(lane: Lane): void {
    if (lane.busy || lane.queued) return
    lane.queued = true
    this.ready.push(lane)
    if (this.pumpScheduled) return
    this.pumpScheduled = true
    // Everything that this turn of the event loop brings goes into the same group.
    setImmediate(() => {
      this.pumpScheduled = false
      this.pump()
    })
  }

  private pump(): void {
    while (this.ready.length > 0 && this.inFlight < MAX_IN_FLIGHT) {
      const group: Job[] = []
      let events = 0
      while (events < GROUP_EVENTS) {
        const lane = this.ready.shift()
        if (!lane) break
        lane.queued = false
        const job = this.take(lane)
        if (!job) continue
        group.push(job)
        for (const part of job.parts) events += part.incoming.length
        if (job.parts[0]?.alone) break
      }
      if (group.length === 0) return
      this.inFlight++
      void this.commit(group).finally(() => {
        this.inFlight--
        for (const { lane } of group) this.release(lane)
        this.pump()
      })
    }
  }

  /** What this lane has to write now; lets its readers look, and loads the session if it is not in memory. */
  private take(lane: Lane): Job | undefined {
    const hot = this.hot.lookup(lane.sessionId)
    const writes = lane.parts.length > 0
    if (!hot || (writes && (!hot.known || (!hot.detector && hot.head === 0)))) {
      if (writes || lane.readers.length > 0) this.load(lane, hot, writes)
      else this.release(lane)
      return undefined
    }
    for (const reader of lane.readers.splice(0)) reader.see(hot)
    const parts = lane.takeParts(GROUP_EVENTS)
    const settle = lane.takeSettle()
    const flush = lane.takeFlush() && hot.hasFindings
    if (parts.length === 0 && !settle && !flush) {
      this.release(lane)
      return undefined
    }
    lane.busy = true
    return { lane, hot, parts, settle, texts: new Map() }
  }

  private release(lane: Lane): void {
    lane.busy = false
    if (lane.hasWork()) this.makeReady(lane)
    else if (lane.isIdle()) {
      this.lanes.delete(lane.sessionId)
      this.hot.evict((id) => this.lanes.has(id))
    }
  }

  private load(lane: Lane, known: HotSession | undefined, writes: boolean): void {
    lane.busy = true
    const loading = async () => {
      const hot =
        known ?? (writes ? await loadOrBegin(this.options.database, lane.sessionId, this.now()) : await loadSession(this.options.database, lane.sessionId))
      if (!hot) {
        for (const reader of lane.readers.splice(0)) reader.see(undefined)
        return
      }
      if (writes && !hot.known) hot.known = await loadKnownIds(this.options.database, hot)
      this.hot.put(hot)
      // Also for somebody who only looks, when the server was killed between the events and their findings.
      if (!hot.detector && (writes || hot.detected < hot.head)) await this.readAgain(lane, hot)
    }
    loading()
      .catch((error: unknown) => {
        this.hot.drop(lane.sessionId)
        lane.failReaders(error)
        for (const part of lane.parts.splice(0)) this.finish(part, error)
      })
      .finally(() => this.release(lane))
  }

  private async commit(group: readonly Job[]): Promise<void> {
    const prepared: { job: Job; prepared: Prepared; counts: Count[] }[] = []
    try {
      for (const job of group) {
        const counts: Count[] = []
        const made = await this.prepare(job, counts)
        if (made) prepared.push({ job, prepared: made, counts })
        else this.answer(job, counts)
      }
      if (prepared.length === 0) return
      const writing = writeSessions(
        this.options.database.writer,
        prepared.map((entry) => entry.prepared.write),
      )
      writing.catch(() => undefined)
      // The statement leaves now; while Postgres carries it out, we look for interventions.
      await new Promise((resolve) => setImmediate(resolve))
      for (const { job, prepared: made } of prepared) {
        made.examine()
        this.tellFailure(job.hot)
      }
      const written = await writing
      for (const { job, prepared: made, counts } of prepared) {
        if (!written.has(made.write.pk)) {
          this.again(job, undefined)
          continue
        }
        this.options.onCommit(made.committed)
        if (!job.hot.detector) await this.readAgain(job.lane, job.hot)
        if (job.hot.hasFindings) job.lane.flushSoon(() => this.makeReady(job.lane))
        this.answer(job, counts)
      }
    } catch (error) {
      for (const job of group) if (!job.answered) this.again(job, error)
    }
  }

  /** Drops what is known already, numbers and folds the rest. Undefined when nothing is left to write. */
  private async prepare(job: Job, counts: Count[]): Promise<Prepared | undefined> {
    const { hot, lane, settle } = job
    if (settle) {
      // The reading took a while: what came in the meantime follows now.
      const rest = await readEvents(this.options.database.pool, hot.pk, settle.upTo, hot.head, Number.MAX_SAFE_INTEGER)
      const ordered = rest.map(({ event }) => event).sort(compareEvents)
      if (await feedDetector(this.options.database, hot.pk, settle.detector, ordered)) hot.settle(settle.detector)
      else lane.rebuildLater(() => this.rebuild(lane))
    }
    const { fresh, fetched } = await this.sift(job, counts)
    if (fresh.length === 0 && !hot.hasFindings) return undefined
    const made = hot.prepare(fresh, fetched, this.now())
    job.texts = made.texts
    return made
  }

  private tellFailure(hot: HotSession): void {
    if (hot.detectorFailure === undefined) return
    this.options.onProblem(`the detector failed on session ${hot.id}; its findings stay as they were`, hot.detectorFailure)
    hot.detectorFailure = undefined
  }

  private async sift(job: Job, counts: Count[]): Promise<{ fresh: Event[]; fetched: Texts }> {
    const { hot, parts } = job
    const { pool } = this.options.database
    const suspects: string[] = []
    const hashes = new Set<string>()
    for (const part of parts) {
      for (const { event } of part.incoming) {
        if (hot.known?.mayHave(event.id)) suspects.push(event.id)
        collectHashes(event, hashes)
      }
    }
    const known = suspects.length > 0 ? await findKnownIds(pool, hot.pk, suspects) : new Set<string>()
    const fetched = hashes.size > 0 ? await readContents(pool, hot.pk, [...hashes]) : new Map<string, string>()
    const fresh: Event[] = []
    for (const part of parts) {
      const count: Count = { part, accepted: 0, duplicate: 0, rejected: [] }
      for (const incoming of part.incoming) {
        const { event } = incoming
        if (known.has(event.id)) {
          count.duplicate++
          continue
        }
        const missing = hashes.size > 0 ? missingHash(event, fetched) : undefined
        if (missing !== undefined) {
          count.rejected.push({
            ...incoming.place,
            id: event.id,
            code: 'unknown_content',
            message: `The event refers to content ${missing} that this session does not hold. Send the text itself.`,
          })
          continue
        }
        known.add(event.id)
        fresh.push(event)
        count.accepted++
      }
      counts.push(count)
    }
    return { fresh, fetched }
  }

  private answer(job: Job, counts: readonly Count[]): void {
    job.answered = true
    for (const { part, accepted, duplicate, rejected } of counts) {
      part.result.accepted += accepted
      part.result.duplicate += duplicate
      part.result.rejected.push(...rejected)
      this.finish(part, undefined)
    }
  }

  private finish(part: Part, error: unknown): void {
    this.waitingEvents -= part.incoming.length
    part.done(error)
  }

  /**
   * After a write that did not happen: forgets what memory holds of the session and, when the same
   * could go well the next time, queues its parts again.
   */
  private again(job: Job, error: unknown): void {
    job.answered = true
    this.hot.drop(job.lane.sessionId)
    job.lane.stopRebuild()
    const many = job.parts.length > 1 || job.parts.some((part) => !part.alone)
    const mayHelp = error === undefined || error instanceof Moved || (isRetryable(error) ? true : isAboutData(error) && many)
    const kept: Part[] = []
    for (const part of job.parts) {
      if (!mayHelp || ++part.attempts >= MAX_ATTEMPTS) {
        this.finish(part, error ?? new Overloaded(1))
        continue
      }
      // One batch that Postgres cannot take must not take its neighbours with it.
      if (isAboutData(error)) part.alone = true
      for (const { event, ordered } of part.incoming) {
        restoreContents(event, job.texts)
        if (!ordered) event.order = undefined
      }
      kept.push(part)
    }
    job.lane.parts.unshift(...kept)
  }

  /** Gives a session a detector that has read its whole log: now when that is quick, else beside the writing. */
  private async readAgain(lane: Lane, hot: HotSession): Promise<void> {
    if (hot.detectorFailed || lane.rebuilding || this.closing) return
    if (hot.head > SMALL_LOG || lane.rebuildWait() > 0) {
      lane.rebuildLater(() => this.rebuild(lane))
      return
    }
    try {
      const detector = await lane.timed(() => detectLog(this.options.database, hot.pk, hot.head))
      if (!detector) return
      hot.settle(detector)
      if (!hot.hasFindings) return
      const made = hot.prepare([], new Map(), this.now())
      const written = await writeSessions(this.options.database.writer, [made.write])
      if (!written.has(hot.pk)) throw new Moved()
      this.options.onCommit(made.committed)
    } catch (error) {
      // The events are committed; whoever loads the session next reads its log again.
      this.hot.drop(hot.id)
      if (!(error instanceof Moved)) this.options.onProblem(`finding interventions in session ${hot.id} failed`, error)
    }
  }

  private async rebuild(lane: Lane): Promise<void> {
    const hot = this.hot.lookup(lane.sessionId)
    if (hot && !hot.detector) {
      const upTo = hot.head
      try {
        const detector = await lane.timed(() => detectLog(this.options.database, hot.pk, upTo))
        // Dropped meanwhile: whoever loads it again reads the log again.
        if (detector && this.hot.lookup(lane.sessionId) === hot) lane.settle = { detector, upTo }
      } catch (error) {
        this.options.onProblem(`reading the log of session ${lane.sessionId} for its findings failed`, error)
      }
    }
    this.makeReady(lane)
  }

  /** Strips are at most a second old, also when nothing follows; and it is noted how far the findings go. */
  private async writeStrips(): Promise<void> {
    const rows: { pk: number; head: number; detected: number; strip: unknown }[] = []
    for (const hot of this.hot.values()) {
      if (this.lanes.get(hot.id)?.busy || !hot.takeStripStale()) continue
      rows.push({ pk: hot.pk, head: hot.head, detected: hot.hasFindings ? 0 : hot.detected, strip: hot.summary().strip })
    }
    if (rows.length === 0) return
    try {
      await this.options.database.pool.query(
        `UPDATE session s SET strip = r.strip, detected = greatest(s.detected, r.detected)
         FROM json_to_recordset($1::json) AS r(pk bigint, head int, detected int, strip json) WHERE s.pk = r.pk AND s.head = r.head`,
        [JSON.stringify(rows)],
      )
    } catch (error) {
      this.options.onProblem('writing the strips of the list failed', error)
    }
  }
}

interface Job {
  lane: Lane
  hot: HotSession
  parts: Part[]
  settle: Lane['settle']
  /** What was taken out of the events when they were prepared. */
  texts: Texts
  answered?: boolean
}

interface Count {
  part: Part
  accepted: number
  duplicate: number
  rejected: Rejection[]
}

/** Another process wrote to the session between our reading and our write. */
class Moved extends Error {}

function splitBySession(events: readonly Incoming[]): Map<string, Incoming[]> {
  const parts = new Map<string, Incoming[]>()
  for (const incoming of events) {
    const part = parts.get(incoming.event.sessionId)
    if (part) part.push(incoming)
    else parts.set(incoming.event.sessionId, [incoming])
  }
  return parts
}

function missingHash(event: Event, texts: Texts): string | undefined {
  const hashes = new Set<string>()
  collectHashes(event, hashes)
  for (const hash of hashes) if (!texts.has(hash)) return hash
  return undefined
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Deadlock, serialisation, or a unique key that another process was faster with. */
function isRetryable(error: unknown): boolean {
  return ['40P01', '40001', '23505'].includes(codeOf(error))
}

/** Postgres' classes for values it cannot take: data exception, integrity, program limit. */
function isAboutData(error: unknown): boolean {
  return /^(22|23|54)/.test(codeOf(error))
}
