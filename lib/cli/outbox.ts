import { setTimeout as wait } from 'node:timers/promises'
import type { Event } from '@/lib/core/event'
import { addRejected, inBatches, newTotals, type Rejected, type Sent, type Totals } from './send-events'

export type Send = (events: readonly Event[]) => Promise<Sent>

/** Above this much waiting, reading stops until the server has taken some. */
const FULL_EVENTS = 20_000

/**
 * What waits to be sent. Nothing is dropped: while the server is away or busy it is tried again, and
 * ids make it harmless when a batch was taken whose answer got lost.
 */
export class Outbox {
  readonly totals: Totals = newTotals()
  /** Why nothing can be sent just now. */
  trouble: string | undefined
  private waiting: Event[] = []
  private running: Promise<void> | undefined
  private room: (() => void)[] = []
  private stopped = false

  constructor(
    private readonly send: Send,
    private readonly onChange: () => void = () => {},
  ) {}

  get size(): number {
    return this.waiting.length
  }

  /** Returns when there is room for more. */
  async put(events: readonly Event[]): Promise<void> {
    for (const event of events) this.waiting.push(event)
    this.running ??= this.run().finally(() => {
      this.running = undefined
    })
    if (this.waiting.length < FULL_EVENTS || this.stopped) return
    await new Promise<void>((resolve) => this.room.push(resolve))
  }

  /** From now on a server that is away is not waited for. */
  stop(): void {
    this.stopped = true
    for (const resolve of this.room.splice(0)) resolve()
  }

  /** Sends what can still be sent. */
  async close(): Promise<void> {
    this.stop()
    await this.running
  }

  private async run(): Promise<void> {
    let pause = 200
    while (this.waiting.length > 0) {
      const batch = inBatches(this.waiting).next().value
      if (!batch) return
      const sent = await this.send(batch)
      if (sent.kind === 'taken' || sent.kind === 'too_large' || sent.kind === 'refused') {
        pause = 200
        this.trouble = undefined
        await this.answered(batch, sent)
      } else {
        this.trouble = sent.message
        this.onChange()
        if (this.stopped) return
        await wait(sent.kind === 'later' ? sent.afterMs : pause)
        pause = Math.min(2_000, pause * 2)
      }
    }
  }

  private async answered(batch: Event[], sent: Extract<Sent, { kind: 'taken' | 'too_large' | 'refused' }>): Promise<void> {
    if (sent.kind === 'too_large' && batch.length > 1) {
      // one after the other, so that only the one that is too large is refused
      for (const event of batch) {
        const alone = await this.send([event])
        if (alone.kind === 'taken') this.count(alone.accepted, alone.duplicate, alone.rejected)
        else if (alone.kind === 'too_large' || alone.kind === 'refused') addRejected(this.totals, 'one event is larger than the server takes')
        else {
          this.trouble = alone.message
          return
        }
        this.took(1)
      }
      return
    }
    if (sent.kind === 'taken') this.count(sent.accepted, sent.duplicate, sent.rejected)
    else addRejected(this.totals, sent.kind === 'refused' ? sent.message : 'one event is larger than the server takes', batch.length)
    this.took(batch.length)
  }

  private count(accepted: number, duplicate: number, rejected: Rejected[]): void {
    this.totals.accepted += accepted
    this.totals.duplicate += duplicate
    for (const one of rejected) addRejected(this.totals, one.message)
  }

  private took(n: number): void {
    this.waiting.splice(0, n)
    if (this.waiting.length < FULL_EVENTS / 2) for (const resolve of this.room.splice(0)) resolve()
    this.onChange()
  }
}
