import { readingVersion } from '@/lib/core/parameters'
import { encodeSnapshot } from '@/lib/core/snapshot'
import type { Database } from '@/lib/store/database'
import { lookupSession } from '@/lib/store/log'
import { packSnapshot, readSnapshot, writeSnapshot } from '@/lib/store/snapshots'
import type { Ingest } from './ingest'

export interface PackedSnapshot {
  head: number
  /** gzip of encodeSnapshot. */
  body: Buffer
}

/** From this head on a snapshot may be somewhat old: making one takes longer than sending the tail that follows it. */
const LONG = 20_000
const MAY_LAG = 2_000
/** Shorter logs are replayed quickly enough. */
const WORTH_KEEPING = 2_000
/** Of the log, that has come since the last one was stored: replaying so much is quicker than making another. */
const WORTH_ANOTHER = 0.02
const CACHE_BYTES = 64 * 1024 * 1024

/** Snapshots of sessions, made when asked for, in memory while they are wanted, in Postgres for long ones. */
export class Snapshots {
  private readonly cache = new Map<string, PackedSnapshot>()
  private readonly making = new Map<string, Promise<PackedSnapshot | undefined>>()
  /** Sessions whose findings changed, or that were deleted, since the snapshot that is being made looked at them. */
  private readonly overtaken = new Set<string>()
  private readonly stored = new Map<string, number>()
  private bytes = 0

  constructor(
    private readonly database: Database,
    private readonly ingest: Ingest,
    private readonly onProblem: (what: string, error: unknown) => void,
  ) {}

  /** Undefined when there is no such session. */
  async find(sessionId: string): Promise<PackedSnapshot | undefined> {
    const hot = this.ingest.peek(sessionId)
    const session = hot ?? (await lookupSession(this.database.pool, sessionId))
    if (!session || session.head === 0) return undefined
    const cached = this.cache.get(sessionId)
    if (cached && session.head - cached.head <= (session.head >= LONG ? MAY_LAG : 0) && cached.head <= session.head) {
      this.remember(sessionId, cached)
      return cached
    }
    if (!hot) {
      const stored = await readSnapshot(this.database.pool, session.pk)
      if (stored && stored.head === session.head && stored.detectorVersion === this.ingest.readingVersion) {
        this.stored.set(sessionId, stored.head)
        return this.remember(sessionId, { head: stored.head, body: stored.body })
      }
    }
    const made = await this.make(sessionId)
    // One that was under way already may lack what has been acknowledged since it began.
    return made && made.head < session.head && made.head < LONG ? this.make(sessionId) : made
  }

  /**
   * Findings changed, perhaps without a new event: what is kept may have the right head and the wrong
   * findings. A long one is kept all the same, for viewers are told what changed since its head.
   */
  findingsChanged(sessionId: string): void {
    this.stored.delete(sessionId)
    if (this.making.has(sessionId)) this.overtaken.add(sessionId)
    const cached = this.cache.get(sessionId)
    if (!cached || cached.head >= LONG) return
    this.bytes -= cached.body.length
    this.cache.delete(sessionId)
  }

  /** The session is gone. */
  forget(sessionId: string): void {
    this.stored.delete(sessionId)
    if (this.making.has(sessionId)) this.overtaken.add(sessionId)
    const cached = this.cache.get(sessionId)
    if (cached) this.bytes -= cached.body.length
    this.cache.delete(sessionId)
  }

  /** Stores what has grown much since and is quiet now, so that a cold start does not replay it. Begins nothing after `withinMs`. */
  async keepQuiet(now: number, quietMs: number, withinMs = Number.POSITIVE_INFINITY): Promise<void> {
    const start = performance.now()
    for (const hot of this.ingest.inMemory()) {
      if (performance.now() - start > withinMs) return
      if (now - hot.receivedAt < quietMs || !this.isWorthStoring(hot.id, hot.head)) continue
      await this.make(hot.id).catch((error: unknown) => this.onProblem(`keeping a snapshot of ${hot.id} failed`, error))
    }
  }

  private make(sessionId: string): Promise<PackedSnapshot | undefined> {
    const under = this.making.get(sessionId)
    if (under) return under
    const made = this.makeNow(sessionId).finally(() => {
      this.making.delete(sessionId)
      this.overtaken.delete(sessionId)
    })
    this.making.set(sessionId, made)
    return made
  }

  private async makeNow(sessionId: string): Promise<PackedSnapshot | undefined> {
    const encoded = await this.ingest.read(sessionId, (hot) => {
      this.overtaken.delete(sessionId)
      const { state, head, tallies } = hot
      const findings = [...tallies.findings.values()].sort((a, b) => a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : 1))
      return { pk: hot.pk, head, version: readingVersion(hot.set), bytes: encodeSnapshot({ state, findings, head }) }
    })
    if (!encoded) return undefined
    const packed = { head: encoded.head, body: await packSnapshot(encoded.bytes) }
    // Right when it was looked at, and wrong for whoever asks later: its head says nothing of findings.
    const overtaken = this.overtaken.has(sessionId)
    if (!overtaken || packed.head >= LONG) this.remember(sessionId, packed)
    if (!overtaken && this.isWorthStoring(sessionId, packed.head)) {
      this.stored.set(sessionId, packed.head)
      writeSnapshot(this.database.pool, encoded.pk, { ...packed, detectorVersion: encoded.version }).catch((error: unknown) => {
        this.stored.delete(sessionId)
        this.onProblem(`storing the snapshot of ${sessionId} failed`, error)
      })
    }
    return packed
  }

  private isWorthStoring(sessionId: string, head: number): boolean {
    const stored = this.stored.get(sessionId)
    return stored === undefined ? head >= WORTH_KEEPING : head - stored >= Math.max(WORTH_KEEPING / 2, head * WORTH_ANOTHER)
  }

  private remember(sessionId: string, packed: PackedSnapshot): PackedSnapshot {
    const before = this.cache.get(sessionId)
    if (before) this.bytes -= before.body.length
    this.cache.delete(sessionId)
    this.cache.set(sessionId, packed)
    this.bytes += packed.body.length
    for (const [id, { body }] of this.cache) {
      if (this.bytes <= CACHE_BYTES || id === sessionId) break
      this.cache.delete(id)
      this.bytes -= body.length
    }
    return packed
  }
}
