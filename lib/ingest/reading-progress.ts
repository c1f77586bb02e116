import type { Progress } from '@/lib/core/parameter-trial'

/** A rate from less than this says nothing. */
const LEAST_MS = 700

/** How far a reading of many logs has come, and how long it will take. */
export class ReadingProgress {
  private start: number | undefined
  private sessions: number
  private events: number
  private readonly eventsAtStart: number

  /** `done`: what an earlier start of the same reading had read already. */
  constructor(
    private readonly all: { sessions: number; events: number },
    done: { sessions: number; events: number } = { sessions: 0, events: 0 },
  ) {
    this.sessions = done.sessions
    this.events = done.events
    this.eventsAtStart = done.events
  }

  /** The reading begins now: what waited before is no part of its rate. */
  begin(): void {
    this.start ??= performance.now()
  }

  read(events: number): void {
    this.events += events
  }

  /** A session is done, of which `left` events had not been counted as read. */
  finished(left: number): void {
    this.sessions++
    this.events += left
  }

  answer(): Progress {
    const elapsed = this.start === undefined ? 0 : performance.now() - this.start
    const read = this.events - this.eventsAtStart
    const rate = elapsed < LEAST_MS || read === 0 ? undefined : (read / elapsed) * 1000
    const events = { done: Math.min(this.events, this.all.events), all: this.all.events }
    return {
      sessions: { done: this.sessions, all: this.all.sessions },
      events,
      ...(rate === undefined ? {} : { rate, remaining: (events.all - events.done) / rate }),
    }
  }
}
