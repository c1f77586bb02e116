import { BUILT_IN, type ParameterSet, readingVersion } from '@/lib/core/parameters'
import type { AppendResult } from '@/lib/live/protocol'
import type { Database } from '@/lib/store/database'
import { lookupSession } from '@/lib/store/log'
import { atMost } from './breath'
import { Committer, type Job } from './commit'
import type { Examiner } from './examiner'
import { Overloaded } from './failures'
import type { Committed, HotSession } from './hot-session'
import { HotSessions } from './hot-sessions'
import { Inflow } from './inflow'
import { Lane, type Part } from './lane'
import { catchUp, loadKnownIds, loadOrBegin, loadSession } from './load'
import { type Parsed, splitBySession } from './parse'
import { Readings } from './readings'
import { RowsBehind } from './rows-behind'
import { StatementPace } from './statement-pace'

/** More than this waiting to be written and producers are told to come back later. */
const MAX_WAITING_EVENTS = 50_000
/** Events of one statement, unless one batch alone has more. */
const GROUP_EVENTS = 2_000
/** Who looks at a session waits so long for what has been given away to be examined; then it is shown without. */
const LOOK_WAITS_MS = 250
/** What is still being examined so long after the end was called for is left. */
const CLOSING_MS = 3_000

export interface IngestOptions {
  database: Database
  examiner: Examiner
  onCommit(committed: Committed): void
  /** Memory lets go of a session, all of which is committed: what takes its whole log to know is at hand until this is done. */
  onLeave?(hot: HotSession): Promise<void>
  /** Something that nobody waits for went wrong. */
  onProblem(what: string, error: unknown): void
  /** Server's clock, ms. */
  now?(): number
  /** What findings are read with; the built-in parameters if left out. */
  set?: ParameterSet
  /** How many sessions, and how many events of all of them, memory may hold. */
  room?: { sessions: number; events: number }
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
  private readonly hot: HotSessions
  private readonly lanes = new Map<string, Lane>()
  private ready: Lane[] = []
  private readonly pace = new StatementPace(() => this.pump())
  private waitingEvents = 0
  private pumpScheduled = false
  private closing = false
  private readonly rowsBehind: RowsBehind
  private readonly now: () => number
  private readonly inflow: Inflow
  private readonly readings: Readings
  private readonly committer: Committer
  private set: ParameterSet

  constructor(private readonly options: IngestOptions) {
    this.now = options.now ?? Date.now
    this.inflow = new Inflow(this.now)
    this.hot = new HotSessions(options.room)
    this.set = options.set ?? BUILT_IN
    const shared = { ...options, hot: this.hot, now: this.now, makeReady: (lane: Lane) => this.makeReady(lane) }
    this.readings = new Readings({ ...shared, closing: () => this.closing })
    this.committer = new Committer({
      ...shared,
      readLater: (lane) => this.readings.later(lane),
      examined: (lane) => {
        if (!lane.busy && !lane.queued) this.release(lane)
      },
      finish: (part, error) => this.finish(part, error),
    })
    this.rowsBehind = new RowsBehind({ ...options, atRest: () => [...this.hot.values()].filter(({ id }) => !this.lanes.get(id)?.busy) })
  }

  /** Takes a parsed batch. Answers once everything new in it is committed. Throws Overloaded, or what Postgres said. */
  append(parsed: Parsed): Promise<AppendResult> {
    const { events } = parsed
    const result: AppendResult = { accepted: 0, duplicate: 0, rejected: [...parsed.rejected] }
    if (events.length === 0) return Promise.resolve(result)
    if (this.closing || (this.waitingEvents > 0 && this.waitingEvents + events.length > MAX_WAITING_EVENTS)) return Promise.reject(new Overloaded(1))
    this.inflow.add(events.length)
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
  async read<T>(sessionId: string, look: (hot: HotSession) => T): Promise<T | undefined> {
    const examined = this.hot.peek(sessionId)?.examined
    if (examined) {
      this.options.examiner.hurry()
      await atMost(examined, LOOK_WAITS_MS)
    }
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

  /** Who looks for interventions. */
  get examiner(): Examiner {
    return this.options.examiner
  }

  /** Many events are arriving: what can be made later leaves the machine to ingest. */
  get isPressed(): boolean {
    return this.inflow.isPressed
  }

  /** The session as it is in memory, or undefined; no promise that it is committed. */
  peek(sessionId: string): HotSession | undefined {
    return this.hot.lookup(sessionId)
  }

  inMemory(): HotSession[] {
    return [...this.hot.values()]
  }

  /** Another process wrote to this session, events or findings: what we hold of it may be old. */
  heard(sessionId: string): void {
    const hot = this.hot.lookup(sessionId)
    if (!hot) return
    hot.behind = true
    this.hot.contest(sessionId)
  }

  /** Signals of other processes may have been missed. */
  missed(): void {
    for (const hot of this.hot.values()) hot.behind = true
  }

  /** What findings are read with, and the number stored with them. */
  get parameterSet(): ParameterSet {
    return this.set
  }

  get readingVersion(): number {
    return readingVersion(this.set)
  }

  /**
   * From now on everything is read with these parameters. What memory holds of sessions is let go: whoever
   * needs one loads it again, sees that its findings are of another reading, and reads its log.
   */
  adopt(set: ParameterSet): void {
    this.set = set
    for (const { id } of [...this.hot.values()]) this.hot.drop(id)
  }

  /** Forgets a session that has been deleted. */
  forget(sessionId: string): void {
    this.hot.drop(sessionId)
  }

  /** Writes what is waiting and takes nothing more. */
  async close(): Promise<void> {
    this.closing = true
    this.rowsBehind.stop()
    const patience = performance.now() + CLOSING_MS
    while (this.lanes.size > 0) {
      // Findings of what is being examined are found again when the session is next loaded.
      if (performance.now() > patience) await this.options.examiner.close()
      for (const lane of this.lanes.values()) lane.stopRebuild()
      await new Promise((resolve) => setTimeout(resolve, 5))
      for (const lane of this.lanes.values()) this.makeReady(lane)
    }
    await this.rowsBehind.close()
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
    while (this.ready.length > 0 && this.pace.mayBegin(this.ready)) {
      const group: Job[] = []
      let events = 0
      while (events < GROUP_EVENTS) {
        const lane = this.ready[0]
        // A part that broke a statement, and a session that others write to, get one of their own.
        if (!lane || (group.length > 0 && this.wantsToBeAlone(lane))) break
        this.ready.shift()
        lane.queued = false
        const job = this.take(lane)
        if (!job) continue
        group.push(job)
        for (const part of job.parts) events += part.incoming.length
        if (this.wantsToBeAlone(lane) || job.parts[0]?.alone || (job.parts[0]?.attempts ?? 0) > 0) break
      }
      if (group.length === 0) return
      const ended = this.pace.begin()
      const written = () => {
        ended()
        this.pump()
      }
      void this.committer.commit(group, written).finally(() => {
        for (const { lane, following } of group) {
          if (following) void following.finally(() => this.release(lane))
          else this.release(lane)
        }
        written()
      })
    }
  }

  /** What this lane has to write now; lets its readers look, and loads the session if it is not in memory. */
  private take(lane: Lane): Job | undefined {
    const hot = this.hot.lookup(lane.sessionId)
    const writes = lane.parts.length > 0
    if (!hot || (writes && (!hot.known || (!hot.examination && !hot.detectorFailed && hot.head === 0)))) {
      if (writes || lane.readers.length > 0) this.load(lane, hot, writes)
      else {
        // What waited were findings of a session that memory no longer holds: whoever loads it finds them again.
        lane.stopRebuild()
        lane.takeFlush()
        lane.again = false
        this.release(lane)
      }
      return undefined
    }
    if (hot.behind) {
      this.catchUp(lane, hot)
      return undefined
    }
    if (lane.again) {
      this.readAgain(lane, hot)
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
    return { lane, hot, parts, settle, undo: undefined, answered: false, following: undefined }
  }

  private wantsToBeAlone(lane: Lane): boolean {
    return lane.wantsToBeAlone() || this.hot.isContested(lane.sessionId)
  }

  private release(lane: Lane): void {
    lane.busy = false
    if (lane.hasWork()) this.makeReady(lane)
    else if (lane.isIdle()) {
      this.lanes.delete(lane.sessionId)
      for (const hot of this.hot.evict((id) => this.lanes.has(id))) {
        this.rowsBehind.leave(hot)
        this.leave(hot)
      }
    }
  }

  private leave(hot: HotSession): void {
    const left = hot.behind ? undefined : this.options.onLeave?.(hot)
    void Promise.resolve(left)
      .catch((error: unknown) => this.options.onProblem(`letting go of session ${hot.id} failed`, error))
      .finally(() => hot.forget())
  }

  /** Its log, for another examination: now if it is short, else beside the writing. */
  private readAgain(lane: Lane, hot: HotSession): void {
    lane.again = false
    if (hot.examination) {
      this.makeReady(lane)
      return
    }
    lane.busy = true
    void this.readings.read(lane, hot).finally(() => this.release(lane))
  }

  /** Takes in what other processes have written since. */
  private catchUp(lane: Lane, hot: HotSession): void {
    lane.busy = true
    const catching = async () => {
      // Before we look: what is heard meanwhile is looked for again.
      hot.behind = false
      const session = await lookupSession(this.options.database.pool, hot.id)
      if (!session || session.pk !== hot.pk || session.head < hot.head || !(await catchUp(this.options.database, hot, session.head))) {
        this.hot.drop(hot.id)
        return
      }
      // What came lay before what the detector had taken.
      if (hot.known && !hot.examination) await this.readings.read(lane, hot)
    }
    catching()
      .catch((error: unknown) => {
        this.hot.drop(hot.id)
        lane.failReaders(error)
        for (const part of lane.parts.splice(0)) this.finish(part, error)
      })
      .finally(() => this.release(lane))
  }

  private load(lane: Lane, known: HotSession | undefined, writes: boolean): void {
    lane.busy = true
    lane.again = false
    // A reading that ended for what memory held before was with the parameters of then.
    if (!known) lane.stopRebuild()
    const loading = async () => {
      let hot = known
      for (;;) {
        hot ??= writes
          ? await loadOrBegin(this.options.database, lane.sessionId, this.now(), this.set, this.options.examiner)
          : await loadSession(this.options.database, lane.sessionId, this.set)
        if (!hot) {
          for (const reader of lane.readers.splice(0)) reader.see(undefined)
          return
        }
        if (writes && !hot.known) hot.known = await loadKnownIds(this.options.database, hot)
        if (!hot.isForgotten && hot.set === this.set) break
        // Other parameters were adopted, or the session was deleted, while this was read.
        hot.forget()
        hot = undefined
      }
      this.hot.put(hot)
      // Also for somebody who only looks, when the server was killed between the events and their findings.
      if (!hot.examination && (writes || hot.detected < hot.head)) await this.readings.read(lane, hot)
    }
    loading()
      .catch((error: unknown) => {
        this.hot.drop(lane.sessionId)
        lane.failReaders(error)
        for (const part of lane.parts.splice(0)) this.finish(part, error)
      })
      .finally(() => this.release(lane))
  }

  private finish(part: Part, error: unknown): void {
    this.waitingEvents -= part.incoming.length
    part.done(error)
  }
}
