import type { PoolClient } from 'pg'
import type { Event } from '@/lib/core/event'
import type { Rejection } from '@/lib/live/protocol'
import { readContents } from '@/lib/store/contents'
import type { Database } from '@/lib/store/database'
import { findKnownIds, lockSession } from '@/lib/store/log'
import { writeSessions } from '@/lib/store/write'
import { atMost } from './breath'
import { collectHashes } from './event-contents'
import type { Examiner, Found } from './examiner'
import type { Texts } from './extract'
import { isAboutData, isRetryable, Moved, Overloaded } from './failures'
import type { Committed, HotSession, Prepared } from './hot-session'
import type { HotSessions } from './hot-sessions'
import type { Lane, Part, Settle } from './lane'
import { catchUp, DetectorFailed, readOn } from './load'

const MAX_ATTEMPTS = 10

/** What one lane gives to one statement. */
export interface Job {
  lane: Lane
  hot: HotSession
  parts: Part[]
  settle: Settle | undefined
  /** Once prepared: gives the events back as they came. */
  undo: (() => void) | undefined
  answered: boolean
  /** Until its session may go on with its next batch; undefined: now. */
  following: Promise<void> | undefined
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

/** A batch that is written, and may still be examined. */
interface Examined {
  job: Job
  events: number
  examining: Promise<void>
}

export interface CommitterOptions {
  database: Database
  hot: HotSessions
  examiner: Examiner
  readLater(lane: Lane): void
  /** Less is waited for. */
  examined(lane: Lane): void
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

  /** `written` is called when Postgres is free for the next group. What is done about findings then is `following` of each job. */
  async commit(group: readonly Job[], written: () => void): Promise<void> {
    try {
      const only = group.length === 1 ? group[0] : undefined
      if (only && this.options.hot.isContested(only.hot.id)) {
        const examined = await this.commitLocked(only)
        written()
        for (const one of examined) only.following = this.followUp(one)
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
      const examined = this.examineMeanwhile(prepared, writing)
      const moved = await writing
      const won = prepared.filter((entry) => moved.has(entry.prepared.write.pk))
      for (const entry of won) this.committed(entry)
      written()
      for (const one of examined) if (moved.has(one.job.hot.pk)) one.job.following = this.followUp(one)
      for (const { job, prepared: made } of prepared) if (!moved.has(made.write.pk)) this.lostRace(job)
    } catch (error) {
      for (const job of group) if (!job.answered) this.failed(job, error)
    }
  }

  /**
   * The same for a session that other processes write to: its row is locked before anything is
   * numbered, so nobody can be faster, and Postgres lets those who wait go on in turn.
   */
  private async commitLocked(job: Job): Promise<Examined[]> {
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
      const examined = this.examineMeanwhile([entry], writing)
      if (!(await writing).has(job.hot.pk)) throw new Moved()
      await client.query('COMMIT')
      broken = false
      this.committed(entry)
      return examined
    } finally {
      // A connection in an open transaction is of no more use; closing it rolls back.
      client.release(broken)
    }
  }

  /** The statement is on its way; while Postgres carries it out, interventions are looked for. */
  private examineMeanwhile(prepared: readonly PreparedJob[], writing: Promise<unknown>): Examined[] {
    // Awaited by the caller in its own time.
    writing.catch(() => undefined)
    return prepared.map(({ job, prepared: made }) => {
      job.lane.examining++
      return { job, events: made.write.events.length, examining: this.examine(job, made) }
    })
  }

  private async examine({ hot, lane }: Job, made: Prepared): Promise<void> {
    await made.examine()
    lane.examining--
    if (hot.detectorFailure !== undefined) {
      this.options.onProblem(`the detector failed on session ${hot.id}; its findings stay as they were`, hot.detectorFailure)
      hot.detectorFailure = undefined
    }
    if (this.options.hot.peek(hot.id) === hot) {
      if (!hot.examination) lane.again = true
      if (hot.hasFindings) lane.flushSoon(() => this.options.makeReady(lane))
    }
    this.options.examined(lane)
  }

  private committed({ job, prepared, counts }: PreparedJob): void {
    this.options.onCommit(prepared.committed)
    this.answer(job, counts)
  }

  /** Until its session may go on with its next batch: findings should not fall behind, nor hold up what is to be written. */
  private async followUp({ events, examining }: Examined): Promise<void> {
    const ms = this.options.examiner.patienceMs(events)
    if (ms > 0) await atMost(examining, ms)
  }

  /** Drops what is known already, numbers and folds the rest. Undefined, and answered, when nothing is left to write. */
  private async prepare(job: Job, client?: PoolClient): Promise<PreparedJob | undefined> {
    const { hot, lane, settle } = job
    if (settle) {
      job.settle = undefined
      // The reading took a while: what came in the meantime follows now.
      const found = await this.readRest(hot, settle)
      if (found) hot.settle(settle.examination, found)
      else {
        settle.examination.end()
        this.options.readLater(lane)
      }
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

  private async readRest(hot: HotSession, { examination, upTo }: Settle): Promise<Found | undefined> {
    try {
      return (await readOn(this.options.database, hot.pk, examination, upTo, hot.head)) ? await examination.findings() : undefined
    } catch (error) {
      if (!(error instanceof DetectorFailed)) throw error
      hot.detectorFailed = true
      this.options.onProblem(`the detector failed on session ${hot.id}; its findings stay as they were`, error.cause)
      return undefined
    }
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
