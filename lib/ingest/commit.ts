import type { PoolClient } from 'pg'
import type { Event } from '@/lib/core/event'
import { compareEvents } from '@/lib/core/order'
import type { Rejection } from '@/lib/live/protocol'
import { readContents } from '@/lib/store/contents'
import type { Database } from '@/lib/store/database'
import { findKnownIds, lockSession, readEvents } from '@/lib/store/log'
import { writeSessions } from '@/lib/store/write'
import { collectHashes } from './event-contents'
import type { Texts } from './extract'
import { isAboutData, isRetryable, Moved, Overloaded } from './failures'
import type { Committed, HotSession, Prepared } from './hot-session'
import type { HotSessions } from './hot-sessions'
import type { Lane, Part } from './lane'
import { catchUp, feedDetector } from './load'
import type { Readings } from './readings'

const MAX_ATTEMPTS = 10

/** What one lane gives to one statement. */
export interface Job {
  lane: Lane
  hot: HotSession
  parts: Part[]
  settle: Lane['settle']
  /** Once prepared: gives the events back as they came. */
  undo: (() => void) | undefined
  answered: boolean
}

/** How one part fared; added to its batch's answer once all of it is committed. */
interface Count {
  part: Part
  accepted: number
  duplicate: number
  rejected: Rejection[]
}

interface PreparedJob {
  job: Job
  prepared: Prepared
  counts: Count[]
}

export interface CommitterOptions {
  database: Database
  hot: HotSessions
  readings: Readings
  onCommit(committed: Committed): void
  onProblem(what: string, error: unknown): void
  now(): number
  /** A part is answered, or has failed for good. */
  finish(part: Part, error: unknown): void
  makeReady(lane: Lane): void
}

/** Writes groups of jobs, each session atomically, and answers their batches after the commit. */
export class Committer {
  constructor(private readonly options: CommitterOptions) {}

  /** `written` is called when Postgres is free for the next group, which may be before this one is examined. */
  async commit(group: readonly Job[], written: () => void): Promise<void> {
    try {
      const only = group.length === 1 ? group[0] : undefined
      if (only && this.options.hot.isContested(only.hot.id)) {
        const examining = await this.commitLocked(only)
        written()
        await Promise.all(examining)
        await this.followUp(only)
        return
      }
      const prepared: PreparedJob[] = []
      for (const job of group) {
        const made = await this.prepare(job)
        if (made) prepared.push(made)
      }
      if (prepared.length === 0) return
      const writing = writeSessions(
        this.options.database.writer,
        prepared.map((entry) => entry.prepared.write),
      )
      const examining = this.examineMeanwhile(prepared, writing)
      const moved = await writing
      const won = prepared.filter((entry) => moved.has(entry.prepared.write.pk))
      const lost = prepared.filter((entry) => !moved.has(entry.prepared.write.pk))
      for (const entry of won) this.committed(entry)
      written()
      await examining
      for (const { job } of won) await this.followUp(job)
      for (const { job } of lost) this.lostRace(job)
    } catch (error) {
      for (const job of group) if (!job.answered) this.failed(job, error)
    }
  }

  /**
   * The same for a session that other processes write to: its row is locked before anything is
   * numbered, so nobody can be faster, and Postgres lets those who wait go on in turn. Returns what
   * is still to be waited for.
   */
  private async commitLocked(job: Job): Promise<Promise<void>[]> {
    const client = await this.options.database.writer.connect()
    let broken = true
    try {
      await client.query('BEGIN')
      const head = await lockSession(client, job.hot.pk)
      if (head === undefined) throw new Moved()
      if (head !== job.hot.head) {
        this.options.hot.contest(job.hot.id)
        if (!(await catchUp(this.options.database, job.hot, head))) throw new Moved()
      }
      const entry = await this.prepare(job, client)
      if (!entry) {
        await client.query('COMMIT')
        broken = false
        return []
      }
      const writing = writeSessions(client, [entry.prepared.write])
      const examining = this.examineMeanwhile([entry], writing)
      if (!(await writing).has(job.hot.pk)) throw new Moved()
      await client.query('COMMIT')
      broken = false
      this.committed(entry)
      // In a list, for a promise returned by itself would be waited for here.
      return [examining]
    } finally {
      // A connection in an open transaction is of no more use; closing it rolls back.
      client.release(broken)
    }
  }

  /**
   * The statement is on its way; while Postgres carries it out, we look for interventions. Nobody
   * waits for that but the next batch of the same session.
   */
  private async examineMeanwhile(prepared: readonly PreparedJob[], writing: Promise<unknown>): Promise<void> {
    // Awaited by the caller in its own time.
    writing.catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
    for (const { job, prepared: made } of prepared) {
      await made.examine()
      if (job.hot.detectorFailure === undefined) continue
      this.options.onProblem(`the detector failed on session ${job.hot.id}; its findings stay as they were`, job.hot.detectorFailure)
      job.hot.detectorFailure = undefined
    }
  }

  private committed({ job, prepared, counts }: PreparedJob): void {
    this.options.onCommit(prepared.committed)
    this.answer(job, counts)
  }

  /** What is to be done about findings once a batch is examined and committed. */
  private async followUp({ hot, lane }: Job): Promise<void> {
    if (!hot.detector) await this.options.readings.read(lane, hot)
    if (hot.hasFindings) lane.flushSoon(() => this.options.makeReady(lane))
  }

  /** Drops what is known already, numbers and folds the rest. Undefined, and answered, when nothing is left to write. */
  private async prepare(job: Job, client?: PoolClient): Promise<PreparedJob | undefined> {
    const { hot, lane, settle } = job
    const { database } = this.options
    if (settle) {
      job.settle = undefined
      // The reading took a while: what came in the meantime follows now.
      const rest = await readEvents(database.pool, hot.pk, settle.upTo, hot.head, Number.MAX_SAFE_INTEGER)
      const ordered = rest.map(({ event }) => event).sort(compareEvents)
      if (await feedDetector(database, hot.pk, settle.detector, ordered)) hot.settle(settle.detector)
      else this.options.readings.later(lane)
    }
    const { fresh, fetched, counts } = await this.sift(job, client)
    if (fresh.length === 0 && !hot.hasFindings) {
      this.answer(job, counts)
      return undefined
    }
    const prepared = hot.prepare(fresh, fetched, this.options.now())
    job.undo = prepared.undo
    return { job, prepared, counts }
  }

  private async sift({ hot, parts }: Job, client?: PoolClient): Promise<{ fresh: Event[]; fetched: Texts; counts: Count[] }> {
    const pool = client ?? this.options.database.pool
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
    const counts = parts.map((part) => {
      const count: Count = { part, accepted: 0, duplicate: 0, rejected: [] }
      for (const { event, place } of part.incoming) {
        if (known.has(event.id)) {
          count.duplicate++
          continue
        }
        const missing = hashes.size > 0 ? missingHash(event, fetched) : undefined
        if (missing !== undefined) {
          const message = `The event refers to content ${missing} that this session does not hold. Send the text itself.`
          count.rejected.push({ ...place, id: event.id, code: 'unknown_content', message })
          continue
        }
        known.add(event.id)
        fresh.push(event)
        count.accepted++
      }
      return count
    })
    return { fresh, fetched, counts }
  }

  private answer(job: Job, counts: readonly Count[]): void {
    job.answered = true
    for (const { part, accepted, duplicate, rejected } of counts) {
      part.result.accepted += accepted
      part.result.duplicate += duplicate
      part.result.rejected.push(...rejected)
      this.options.finish(part, undefined)
    }
  }

  /**
   * Another process wrote first. What memory holds has numbers that nothing in the log has: it is
   * forgotten and read again, and from now on the row is locked before each write.
   */
  private lostRace(job: Job): void {
    this.options.hot.contest(job.lane.sessionId)
    this.failed(job, new Moved())
    // Only findings were to be written: somebody has to look whether they still are.
    if (job.parts.length === 0) job.lane.readers.push({ see: () => undefined, fail: () => undefined })
  }

  /** Forgets what memory holds of the session and, when the same could go well the next time, queues its parts again. */
  private failed(job: Job, error: unknown): void {
    this.options.hot.drop(job.lane.sessionId)
    job.lane.stopRebuild()
    this.queueAgain(job, error)
  }

  private queueAgain(job: Job, error: unknown): void {
    job.answered = true
    job.undo?.()
    const many = job.parts.length > 1 || job.parts.some((part) => !part.alone)
    const mayHelp = error instanceof Moved || isRetryable(error) || (isAboutData(error) && many)
    const kept: Part[] = []
    for (const part of job.parts) {
      if (!mayHelp || ++part.attempts >= MAX_ATTEMPTS) {
        this.options.finish(part, error instanceof Moved ? new Overloaded(1) : error)
        continue
      }
      // One batch that Postgres cannot take must not take its neighbours with it.
      if (isAboutData(error)) part.alone = true
      kept.push(part)
    }
    job.lane.parts.unshift(...kept)
  }
}

function missingHash(event: Event, texts: Texts): string | undefined {
  const hashes = new Set<string>()
  collectHashes(event, hashes)
  for (const hash of hashes) if (!texts.has(hash)) return hash
  return undefined
}
