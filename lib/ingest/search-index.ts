import type { Database } from '@/lib/store/database'
import { lookupSession } from '@/lib/store/log'
import { forgetSearch, sessionsBehindSearch } from '@/lib/store/search'
import type { Ingest } from './ingest'
import { searchSlice, type SeeSession } from './search-slice'

/** From a commit until it is read for searching. */
const AFTER_MS = 300
/** After a full slice others have the database for so many times as long as it took: ingest goes before searching. */
const REST = 3
/** After the last slice of a session. */
const SHORT_REST = 0.5
const MOST_REST_MS = 2_000
/** Without a commit for so long a session is quiet. */
const QUIET_MS = 3_000
/** What another process left unread, when it was killed. */
const SWEEP_MS = 300_000
const RETRY_MS = 2_000

interface Behind {
  /** Server's clock, ms. */
  changedAt: number
  /** It is read again when nothing has come for a moment. */
  quiet: boolean
  /** What was committed can be found, but for turns that still stream. */
  complete: boolean
}

/**
 * Makes what was committed findable, a moment later and one slice at a time. How far it has come is
 * kept in Postgres with the rows it made, in one transaction: after a kill it goes on from there.
 */
export class SearchIndex {
  private readonly behind = new Map<string, Behind>()
  private readonly streamed = new Map<string, Map<string, number>>()
  private readonly anew = new Set<string>()
  private timer: NodeJS.Timeout | undefined
  private readonly sweeper: NodeJS.Timeout
  private working: Promise<void> | undefined
  private closed = false
  private stopResting: () => void = () => {}

  constructor(
    private readonly database: Database,
    private readonly ingest: Pick<Ingest, 'read' | 'isPressed'>,
    private readonly onProblem: (what: string, error: unknown) => void,
  ) {
    this.sweeper = setInterval(() => void this.sweep(), SWEEP_MS)
    this.sweeper.unref()
  }

  /** Something of the session was committed, here or by another process. */
  changed(sessionId: string): void {
    this.behind.set(sessionId, { changedAt: Date.now(), quiet: false, complete: false })
    this.wake(AFTER_MS)
  }

  forget(sessionId: string): void {
    this.behind.delete(sessionId)
    this.streamed.delete(sessionId)
    this.anew.delete(sessionId)
  }

  /** Sessions of which something cannot be found yet. */
  get waiting(): number {
    let count = 0
    for (const { complete } of this.behind.values()) if (!complete) count += 1
    return count
  }

  isWaiting(sessionId: string): boolean {
    return this.behind.get(sessionId)?.complete === false
  }

  /** Looks for sessions that were left behind; at the start also for turns that were streaming when a server was killed. */
  async sweep(atStart = false): Promise<void> {
    try {
      for (const id of await sessionsBehindSearch(this.database.pool, atStart))
        if (!this.behind.has(id)) this.behind.set(id, { changedAt: 0, quiet: true, complete: false })
      if (this.behind.size > 0) this.wake(0)
    } catch (error) {
      this.onProblem('looking for sessions that cannot be searched yet failed', error)
    }
  }

  async close(): Promise<void> {
    this.closed = true
    clearInterval(this.sweeper)
    if (this.timer) clearTimeout(this.timer)
    this.stopResting()
    await this.working
  }

  private wake(ms: number): void {
    if (this.closed || this.timer || this.working) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.working = this.work().finally(() => {
        this.working = undefined
        const next = this.nextIn()
        if (next !== undefined) this.wake(next)
      })
    }, ms)
    this.timer.unref()
  }

  /** Until there is something to do, ms. */
  private nextIn(): number | undefined {
    let soonest: number | undefined
    const now = Date.now()
    for (const { changedAt, quiet } of this.behind.values()) {
      const due = Math.max(AFTER_MS, changedAt + (quiet ? QUIET_MS : 0) - now)
      if (soonest === undefined || due < soonest) soonest = due
    }
    return soonest
  }

  /** One slice of each session that is behind. */
  private async work(): Promise<void> {
    for (const [sessionId, entry] of [...this.behind]) {
      if (this.closed) return
      if (entry.quiet && Date.now() - entry.changedAt < QUIET_MS) continue
      const began = performance.now()
      let rest = SHORT_REST
      try {
        if (await this.slice(sessionId, entry)) rest = REST
      } catch (error) {
        this.onProblem(`session ${sessionId} cannot be searched further yet`, error)
        await this.rest(RETRY_MS)
      }
      // While many events arrive, searching falls behind: it takes Postgres as long as all the rest of them.
      await this.rest(this.ingest.isPressed ? MOST_REST_MS : Math.min(MOST_REST_MS, rest * (performance.now() - began)))
    }
  }

  /** True: there is more of this session. */
  private async slice(sessionId: string, entry: Behind): Promise<boolean> {
    if (this.anew.has(sessionId) && entry.quiet) {
      const session = await lookupSession(this.database.pool, sessionId)
      if (session) await forgetSearch(this.database.pool, session.pk)
      this.anew.delete(sessionId)
    }
    const see: SeeSession = (look) => this.ingest.read(sessionId, ({ state }) => look(state))
    let streamed = this.streamed.get(sessionId)
    if (!streamed) {
      streamed = new Map()
      this.streamed.set(sessionId, streamed)
    }
    const done = await searchSlice(this.database, { sessionId, see, quiet: entry.quiet, streamed })
    if (streamed.size === 0) this.streamed.delete(sessionId)
    if (done?.renamed) this.anew.add(sessionId)
    if (!done?.complete) return done !== undefined
    // it changed meanwhile: there is a newer entry
    if (this.behind.get(sessionId) !== entry) return false
    const later = done.open > 0 || this.anew.has(sessionId)
    if (later && !entry.quiet) this.behind.set(sessionId, { changedAt: Math.max(entry.changedAt, Date.now() - QUIET_MS), quiet: true, complete: true })
    else if (!later) this.behind.delete(sessionId)
    return false
  }

  private rest(ms: number): Promise<void> {
    if (this.closed) return Promise.resolve()
    return new Promise((resume) => {
      const timer = setTimeout(resume, ms)
      this.stopResting = () => {
        clearTimeout(timer)
        resume()
      }
    })
  }
}
