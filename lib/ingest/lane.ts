import type { AppendResult } from '@/lib/live/protocol'
import type { Examination } from './examiner'
import type { HotSession } from './hot-session'
import type { Incoming } from './parse'

/** One batch's events of one session. */
export interface Part {
  incoming: Incoming[]
  /** The batch's answer, to which this part adds. */
  result: AppendResult
  attempts: number
  /** To be written by itself: it, or a neighbour, broke a statement. */
  alone: boolean
  done(error?: unknown): void
}

/** An examination that has read the log up to `upTo`. */
export interface Settle {
  examination: Examination
  upTo: number
}

const FLUSH_MS = 5

interface Reader {
  see(hot: HotSession | undefined): void
  fail(error: unknown): void
}

/** What waits for one session: parts to write in the order they came, readers, a finished reading of the log. */
export class Lane {
  readonly parts: Part[] = []
  readonly readers: Reader[] = []
  settle: Settle | undefined
  /** The log is to be read again: what examined the session met something that lies before what it had taken, or is gone. */
  again = false
  /** Findings wait to be written by themselves. */
  flush = false
  /** Batches that have been given away to be examined, and are not yet. */
  examining = 0
  /** In a group under way, or being loaded. */
  busy = false
  /** In the list of those that are ready. */
  queued = false
  rebuilding = false
  private timer: NodeJS.Timeout | undefined
  private flushTimer: NodeJS.Timeout | undefined
  private lastMs = 0
  private lastEnd = 0

  constructor(readonly sessionId: string) {}

  /** Its next part broke a statement, or lost a race: it must not hold others up. See also HotSessions.isContested. */
  wantsToBeAlone(): boolean {
    const part = this.parts[0]
    return part !== undefined && (part.alone || part.attempts > 0)
  }

  takeParts(limit: number): Part[] {
    if (this.parts[0]?.alone) return this.parts.splice(0, 1)
    let count = 0
    let events = 0
    for (const part of this.parts) {
      if (part.alone || (count > 0 && events + part.incoming.length > limit)) break
      events += part.incoming.length
      count++
    }
    return this.parts.splice(0, count)
  }

  takeSettle(): Settle | undefined {
    const { settle } = this
    this.settle = undefined
    if (settle) this.rebuilding = false
    return settle
  }

  hasWork(): boolean {
    return this.parts.length > 0 || this.readers.length > 0 || this.settle !== undefined || this.flush || this.again
  }

  isIdle(): boolean {
    return !this.busy && !this.queued && !this.rebuilding && !this.flushTimer && this.examining === 0 && !this.hasWork()
  }

  /** Findings are written by themselves when no batch takes them along first. */
  flushSoon(start: () => void): void {
    this.flushTimer ??= setTimeout(() => {
      this.flushTimer = undefined
      this.flush = true
      start()
    }, FLUSH_MS)
  }

  /** Whether findings wait: whoever takes the lane writes them now. */
  takeFlush(): boolean {
    const wanted = this.flush || this.flushTimer !== undefined
    this.flush = false
    if (this.flushTimer) clearTimeout(this.flushTimer)
    this.flushTimer = undefined
    return wanted
  }

  failReaders(error: unknown): void {
    for (const reader of this.readers.splice(0)) reader.fail(error)
  }

  /**
   * Milliseconds until the log may be read again. Readings take at most a fifth of the time, so that
   * a long session whose events keep coming out of order is never read over and over.
   */
  rebuildWait(): number {
    return this.lastEnd === 0 ? 0 : Math.max(0, this.lastEnd + 4 * this.lastMs + 20 - performance.now())
  }

  rebuildLater(start: () => Promise<void>): void {
    if (this.rebuilding) return
    this.rebuilding = true
    this.timer = setTimeout(() => {
      this.timer = undefined
      void start().finally(() => {
        if (!this.settle) this.rebuilding = false
      })
    }, this.rebuildWait())
  }

  /** Gives up a reading that has not begun, or whose result nobody wants any more. One under way ends by itself. */
  stopRebuild(): void {
    if (!this.settle && !this.timer) return
    this.settle?.examination.end()
    this.settle = undefined
    if (this.timer) clearTimeout(this.timer)
    this.timer = undefined
    this.rebuilding = false
  }

  async timed<T>(read: () => Promise<T>): Promise<T> {
    const start = performance.now()
    try {
      return await read()
    } finally {
      this.lastEnd = performance.now()
      this.lastMs = this.lastEnd - start
    }
  }
}
