import type { Timer } from '../player'

/** A clock that stands still until it is moved, and the timers that hang on it. */
export class FakeTime {
  private waiting: { at: number; callback: () => void }[] = []

  constructor(private now: number) {}

  readonly clock = () => this.now

  readonly timer: Timer = (ms, callback) => {
    const entry = { at: this.now + ms, callback }
    this.waiting.push(entry)
    return () => {
      this.waiting = this.waiting.filter((other) => other !== entry)
    }
  }

  async advance(ms: number): Promise<void> {
    const until = this.now + ms
    await settle()
    for (let next = this.earliest(until); next; next = this.earliest(until)) {
      this.now = Math.max(this.now, next.at)
      this.waiting = this.waiting.filter((other) => other !== next)
      next.callback()
      await settle()
    }
    this.now = until
  }

  /** Moves from timer to timer until the promise is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false
    const mark = () => {
      settled = true
    }
    promise.then(mark, mark)
    for (await settle(); !settled; await settle()) {
      const next = this.earliest(Number.POSITIVE_INFINITY)
      if (!next) throw new Error('nothing is left to wait for, and the promise has not settled')
      await this.advance(next.at - this.now)
    }
    return promise
  }

  private earliest(until: number) {
    return this.waiting.filter((entry) => entry.at <= until).sort((a, b) => a.at - b.at)[0]
  }
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve()
}
