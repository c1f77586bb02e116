import type { TaskLedger } from '@/lib/core/detect/ledger'
import { packSession } from '@/lib/core/metrics/packed-session'
import { sessionRecordOf } from '@/lib/core/metrics/sessions-of'
import { type Choice, TaskStore } from '@/lib/core/metrics/task-store'
import { tasksOf } from '@/lib/core/metrics/tasks-of'
import type { PriceBook } from '@/lib/core/models/price'
import { type ParameterSet, readingVersion } from '@/lib/core/parameters'
import { projectOf } from '@/lib/core/project'
import { isRunning } from '@/lib/live/protocol'
import type { Database } from '@/lib/store/database'
import { readLedger, readPackedSessions, readSessionRecords, type SessionRecords, writeSessionRecords } from '@/lib/store/session-records'
import type { HotSession } from './hot-session'
import type { Ingest } from './ingest'
import { examineLog } from './load'

/** A session whose records take longer than this to make is made again only after so many times as long. */
const DEAR_MS = 50
const REST = 20
/** Times that a session may go on while its log is read for its records. */
const TRIES = 3

/**
 * The task records of all sessions as columns, in memory once somebody has asked for a comparison. A
 * session that changed is read again from what memory holds of it when it has been quiet for a moment,
 * or when somebody asks. Kept in Postgres, so that a start does not replay the logs.
 */
export class Records {
  private readonly store = new TaskStore()
  private readonly stale = new Set<string>()
  /** Stored ones that cannot be used: made again when somebody asks, not at every start. */
  private readonly unmade = new Set<string>()
  /** Sessions so long that reading them again for every question would keep everybody waiting: not before this time, ms. */
  private readonly dear = new Map<string, number>()
  private loading: Promise<void> | undefined
  /** Deleted while what is stored is being read, which is as it was when reading began. */
  private readonly gone = new Set<string>()
  private loaded = false
  private closed = false
  private refreshing: Promise<void> | undefined
  private writing: Promise<void> = Promise.resolve()
  /** Changes whenever any record does: a key for what is computed from them. */
  version = 0

  constructor(
    private readonly database: Database,
    private readonly ingest: Ingest,
    private readonly onProblem: (what: string, error: unknown) => void,
    private readonly book: PriceBook,
  ) {}

  /** What the findings behind the records are read with. */
  get parameterSet(): ParameterSet {
    return this.ingest.parameterSet
  }

  changed(sessionId: string): void {
    this.stale.add(sessionId)
  }

  forget(sessionId: string): void {
    this.stale.delete(sessionId)
    this.unmade.delete(sessionId)
    if (this.loading) this.gone.add(sessionId)
    if (this.store.remove(sessionId)) this.version += 1
  }

  /** A session leaves memory: what its records take is at hand for the last time without reading its log. */
  async leaving(hot: HotSession): Promise<void> {
    if (!this.stale.has(hot.id) || !hot.examination || hot.detected !== hot.head || this.closed) return
    try {
      const ledger = await hot.examination.ledger()
      // It may be back already, and have been asked for.
      if (!ledger || !this.stale.has(hot.id) || this.ingest.peek(hot.id) || this.closed) return
      this.stale.delete(hot.id)
      const made = recordsOf(hot, ledger, this.book)
      this.put(hot.id, made.records)
      this.version += 1
      this.writing = this.writing.then(() => this.write(made)).catch((error: unknown) => this.notMade(hot.id, error))
    } catch (error) {
      this.notMade(hot.id, error)
    }
  }

  /** Up to date with everything committed before the call, but for very long sessions that still run: these may be seconds behind. */
  async upToDate(): Promise<TaskStore> {
    await this.load()
    await this.refresh(0)
    return this.store
  }

  /** The records themselves, session by session, of those that a choice may hold: they are not kept in memory. */
  async *each(choice: Choice): AsyncGenerator<SessionRecords, void, void> {
    const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = choice
    for await (const page of readSessionRecords(this.database.pool, this.ingest.readingVersion, this.book.key)) {
      for (const { id, records } of page) {
        if (projectOf(id) !== choice.project) continue
        // it changed since it was stored
        const found = records ?? (await this.make(id))?.records
        const startedAt = found?.session.startedAt ?? 0
        if (found && startedAt >= since && startedAt < until) yield found
      }
    }
  }

  /** Sessions that run at `now` (ms): no end, and something arrived lately. What runs is in memory. */
  live(now: number): string[] {
    return this.ingest
      .inMemory()
      .filter(({ state, receivedAt }) => isRunning({ endedAt: state.facts.endedAt, receivedAt, lastAt: state.lastAt }, now))
      .map(({ id }) => id)
  }

  /** Reads what is stored, and stores the records of sessions that have been quiet for `quietMs`, so that whoever asks next need not wait. */
  async keepQuiet(quietMs: number): Promise<void> {
    if (this.closed) return
    await this.load()
    if (this.stale.size > 0) await this.refresh(quietMs)
  }

  /** Lets what is under way end; nothing is made from now on. */
  async close(): Promise<void> {
    this.closed = true
    await this.loading?.catch(() => undefined)
    await this.refreshing?.catch(() => undefined)
    await this.writing
  }

  private async load(): Promise<void> {
    if (this.loaded) return
    this.loading ??= this.loadNow()
    try {
      await this.loading
      this.loaded = true
    } finally {
      this.loading = undefined
      this.gone.clear()
    }
  }

  private async loadNow(): Promise<void> {
    for await (const page of readPackedSessions(this.database.pool, this.ingest.readingVersion, this.book.key)) {
      for (const { id, packed } of page) {
        if (this.store.has(id) || this.gone.has(id)) continue
        if (packed) this.store.put(projectOf(id), packed)
        else this.unmade.add(id)
      }
      if (this.closed) return
      // others want to be answered meanwhile
      await new Promise((resume) => setImmediate(resume))
    }
    this.version += 1
  }

  private put(id: string, { session, tasks }: SessionRecords): void {
    this.store.put(projectOf(id), packSession(session, tasks))
  }

  private async refresh(quietMs: number): Promise<void> {
    // one after the other: two would read the same sessions
    await this.refreshing?.catch(() => undefined)
    this.refreshing = this.refreshNow(quietMs)
    await this.refreshing
  }

  private async refreshNow(quietMs: number): Promise<void> {
    const now = Date.now()
    if (quietMs === 0) {
      for (const id of this.unmade) this.stale.add(id)
      this.unmade.clear()
    }
    for (const id of [...this.stale]) {
      if (this.closed) return
      const hot = this.ingest.peek(id)
      if (quietMs > 0 && hot && now - hot.receivedAt < quietMs) continue
      if ((this.dear.get(id) ?? 0) > now) continue
      this.stale.delete(id)
      try {
        const began = performance.now()
        const made = await this.make(id)
        const cost = performance.now() - began
        if (cost > DEAR_MS) this.dear.set(id, Date.now() + REST * cost)
        else this.dear.delete(id)
        if (!made) continue
        this.put(id, made.records)
        this.version += 1
        // What is still to be read again is not kept: its findings are of other parameters.
        if (made.whole) await this.write(made)
      } catch (error) {
        this.notMade(id, error)
      }
    }
  }

  /**
   * Undefined: there is no such session. Whoever loads a session whose findings are stored reads no log,
   * so that nothing in memory knows who owns which tokens: that is what was stored with its records, else
   * it takes an examination. Without it "what is left" would not be measurable, and waste another number.
   */
  private async make(id: string): Promise<Made | undefined> {
    for (let attempt = 1, known: { head: number; reading: number; ledger: Ledger | undefined } | undefined; ; attempt++) {
      const seen = await this.ingest.read(id, (hot) => {
        const { pk, head, detected, set, examination } = hot
        const fits = known?.reading === readingVersion(set)
        if (fits && known?.head === head) return recordsOf(hot, known.ledger, this.book)
        // What is not whole, or goes on meanwhile, says what it can, and is made again when it is quiet.
        if (detected !== head && !examination) return recordsOf(hot, undefined, this.book)
        if (attempt > TRIES || (fits && examination)) return { ...recordsOf(hot, fits ? known?.ledger : undefined, this.book), whole: false }
        return { pk, head, set, examination }
      })
      if (!seen) return undefined
      if ('records' in seen) return seen
      const { pk, head, set, examination } = seen
      const ledger = examination ? await examination.ledger() : await this.findLedger({ pk, id }, head, set)
      if (this.closed) return undefined
      known = { head, reading: readingVersion(set), ledger }
    }
  }

  /** Of a session in whose findings nobody is at work: what was stored with its records, else from its log. */
  private async findLedger(session: { pk: number; id: string }, head: number, set: ParameterSet): Promise<Ledger | undefined> {
    const stored = await readLedger(this.database.pool, session.pk, head, readingVersion(set))
    if (stored) return stored
    const examination = await examineLog(this.database, this.ingest.examiner, session, head, set.parameters, () => this.closed)
    const ledger = await examination?.ledger()
    examination?.end()
    return ledger
  }

  private async write({ pk, head, records, reading }: Made): Promise<void> {
    await writeSessionRecords(this.database.pool, pk, head, records, reading, this.book.key)
  }

  private notMade(id: string, error: unknown): void {
    this.onProblem(`the records of session ${id} could not be made`, error)
  }
}

type Ledger = ReadonlyMap<string, TaskLedger>

export interface Made {
  pk: number
  head: number
  records: SessionRecords
  /** The findings go up to the head. */
  whole: boolean
  reading: number
}

/** `ledger`: undefined where the detector has not read the whole log. */
export function recordsOf({ pk, head, detected, set, state, tallies }: HotSession, ledger: Ledger | undefined, book: PriceBook): Made {
  const records: SessionRecords = { session: sessionRecordOf(state, book), tasks: tasksOf(state, [...tallies.findings.values()], ledger, book) }
  // a copy: the session goes on changing; and the same as what a later start reads back
  return { pk, head, records: JSON.parse(JSON.stringify(records)) as SessionRecords, whole: detected === head, reading: readingVersion(set) }
}
