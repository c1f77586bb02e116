import { findIdle, type Idle } from './idle'
import { type Overview, sumActivity } from './overview'
import type { Rows } from './rows'
import type { Scene } from './scene'

// Sums over all bars are redone at most this often.
const STRIP_MS = 300
const IDLE_MS = 2000
const IDLE_AFTER_MS = 300
/** What is under way grows on the strip, too: after so many pixels it is summed again. */
const GROWN = 4

/** What is known of all bars at once: the strip's columns and the idle stretches, at most some times a second. */
export class Sums {
  idle: Idle = { gaps: [], share: 0, busy: 0 }
  private stripStale = true
  private idleStale = true
  private summedAt = Number.NEGATIVE_INFINITY
  private summedX = 0
  // the first picture does not wait for what only a pill says
  private idleAt = performance.now() + IDLE_AFTER_MS

  constructor(readonly strip: Overview) {}

  /** Bars have come or changed. */
  changed(): void {
    this.stripStale = this.idleStale = true
  }

  /** All is different: other rows. */
  replaced(): void {
    this.changed()
    this.idleAt = performance.now() + IDLE_AFTER_MS
  }

  /** The strip shows something else of the same bars. `atOnce`: in the next frame. */
  stripChanged(atOnce = false): void {
    this.stripStale = true
    if (atOnce) this.summedAt = Number.NEGATIVE_INFINITY
  }

  /** Whether something is still to be summed. */
  get waiting(): boolean {
    return this.stripStale || this.idleStale
  }

  /** Looks for idle stretches if it is time; returns whether it did. */
  lookForIdle(at: number, rows: Rows, until: number): boolean {
    if (!this.idleStale || at <= this.idleAt) return false
    this.idleStale = false
    this.idleAt = at + IDLE_MS * weightOf(rows)
    this.findIdle(rows, until)
    return true
  }

  findIdle(rows: Rows, until: number): void {
    this.idle = findIdle(rows, until)
  }

  /** Sums the strip if it is time. */
  sum(at: number, { rows, live, now, hidden }: Scene, end: number): void {
    if (live && this.strip.scale.xAt(now) - this.summedX > GROWN) this.stripStale = true
    if (!this.stripStale || at - this.summedAt <= STRIP_MS * weightOf(rows)) return
    this.stripStale = false
    this.summedAt = at
    this.summedX = this.strip.scale.xAt(now)
    sumActivity(this.strip, rows, end, hidden)
  }
}

/** Sums over all bars come the seldomer the more there are. */
function weightOf({ bars }: Rows): number {
  return Math.max(1, bars.count / 20_000)
}
