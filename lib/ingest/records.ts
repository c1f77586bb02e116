import { sessionRecordOf } from '@/lib/core/metrics/sessions-of'
import { tasksOf } from '@/lib/core/metrics/tasks-of'
import type { PriceBook } from '@/lib/core/models/price'
import { readingVersion } from '@/lib/core/parameters'
import { isRunning } from '@/lib/live/protocol'
import type { Database } from '@/lib/store/database'
import { readSessionRecords, type SessionRecords, writeSessionRecords } from '@/lib/store/session-records'
import type { HotSession } from './hot-session'
import type { Ingest } from './ingest'

/**
 * The task records of all sessions, in memory once somebody has asked for a comparison. A session
 * that changed is read again from what memory holds of it when it has been quiet for a moment, or
 * when somebody asks. Kept in Postgres, so that a start does not replay the logs.
 */
export class Records {
  private readonly bySession = new Map<string, SessionRecords>()
  private readonly stale = new Set<string>()
  private loading: Promise<void> | undefined
  private loaded = false
  private closed = false
  private refreshing: Promise<void> | undefined
  /** Changes whenever any record does: a key for what is computed from them. */
  version = 0

  constructor(
    private readonly database: Database,
    private readonly ingest: Ingest,
    private readonly onProblem: (what: string, error: unknown) => void,
    private readonly book: PriceBook,
  ) {}

  changed(sessionId: string): void {
    this.stale.add(sessionId)
  }

  forget(sessionId: string): void {
    this.stale.delete(sessionId)
    if (this.bySession.delete(sessionId)) this.version += 1
  }

  /** Up to date with everything committed before the call. */
  async all(): Promise<ReadonlyMap<string, SessionRecords>> {
    await this.load()
    await this.refresh(0)
    return this.bySession
  }

  /** Sessions that run at `now` (ms): no end, and something arrived lately. What runs is in memory. */
  live(now: number): string[] {
    return this.ingest
      .inMemory()
      .filter(({ state, receivedAt }) => isRunning({ endedAt: state.facts.endedAt, receivedAt, lastAt: state.lastAt }, now))
      .map(({ id }) => id)
  }

  /** Stores the records of sessions that have been quiet for `quietMs`, so that whoever asks next need not wait. */
  async keepQuiet(quietMs: number): Promise<void> {
    if (this.stale.size > 0) await this.refresh(quietMs)
  }

  /** Lets what is under way end; nothing is made from now on. */
  async close(): Promise<void> {
    this.closed = true
    await this.refreshing?.catch(() => undefined)
  }

  private async load(): Promise<void> {
    if (this.loaded) return
    this.loading ??= this.loadNow()
    try {
      await this.loading
      this.loaded = true
    } finally {
      this.loading = undefined
    }
  }

  private async loadNow(): Promise<void> {
    for await (const page of readSessionRecords(this.database.pool, this.ingest.readingVersion, this.book.key)) {
      for (const { id, records } of page) {
        if (this.bySession.has(id)) continue
        if (records) this.bySession.set(id, records)
        else this.stale.add(id)
      }
    }
    this.version += 1
  }

  private async refresh(quietMs: number): Promise<void> {
    // one after the other: two would read the same sessions
    await this.refreshing?.catch(() => undefined)
    this.refreshing = this.refreshNow(quietMs)
    await this.refreshing
  }

  private async refreshNow(quietMs: number): Promise<void> {
    const now = Date.now()
    for (const id of [...this.stale]) {
      if (this.closed) return
      const hot = this.ingest.peek(id)
      if (quietMs > 0 && hot && now - hot.receivedAt < quietMs) continue
      this.stale.delete(id)
      try {
        const made = await this.ingest.read(id, (session) => recordsOf(session, this.book))
        if (!made) continue
        this.bySession.set(id, made.records)
        this.version += 1
        // What is still to be read again is not kept: its findings are of other parameters.
        if (made.whole) await writeSessionRecords(this.database.pool, made.pk, made.head, made.records, made.reading, this.book.key)
      } catch (error) {
        this.onProblem(`the records of session ${id} could not be made`, error)
      }
    }
  }
}

interface Made {
  pk: number
  head: number
  records: SessionRecords
  /** The findings go up to the head. */
  whole: boolean
  reading: number
}

function recordsOf({ pk, head, detected, set, state, tallies, detector }: HotSession, book: PriceBook): Made {
  const records: SessionRecords = { session: sessionRecordOf(state, book), tasks: tasksOf(state, [...tallies.findings.values()], detector?.ledger(), book) }
  // a copy: the session goes on changing; and the same as what a later start reads back
  return { pk, head, records: JSON.parse(JSON.stringify(records)) as SessionRecords, whole: detected === head, reading: readingVersion(set) }
}
