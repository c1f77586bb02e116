import { Activity } from './activity'
import { Coverage } from './coverage'
import { type Idle, idleOf } from './idle'
import { type Overview, sumStrip } from './overview'
import type { Rows } from './rows'
import type { Scene } from './scene'

// What is said of all bars at once is said anew at most this often.
const STRIP_MS = 300
const IDLE_MS = 2000
const IDLE_AFTER_MS = 300
/** What is under way grows on the strip, too: after so many pixels it is summed again. */
const GROWN = 4
/** Of a frame, for looking at all bars once. */
const SLICE_MS = 4

/** What is known of all bars at once: the strip's columns and the idle stretches. Both are kept as bars come, and told at most some times a second. */
export class Sums {
  idle: Idle = { gaps: [], share: 0, busy: 0 }
  private stripStale = true
  private idleStale = true
  private summedAt = Number.NEGATIVE_INFINITY
  private summedX = 0
  // the first picture does not wait for what only a pill says
  private idleAt = performance.now() + IDLE_AFTER_MS
  private coverage: Coverage
  private activity: Activity

  constructor(
    readonly strip: Overview,
    private rows: Rows,
  ) {
    this.coverage = new Coverage(rows)
    this.activity = new Activity(rows, strip.scale)
    this.watch()
  }

  /** Bars have come or changed. */
  changed(): void {
    this.stripStale = this.idleStale = true
  }

  /** All is different: other rows. */
  replaced(rows: Rows): void {
    this.close()
    this.rows = rows
    this.coverage = new Coverage(rows)
    this.activity = new Activity(rows, this.strip.scale)
    this.watch()
    this.changed()
    this.idleAt = performance.now() + IDLE_AFTER_MS
  }

  private watch(): void {
    this.rows.watchers.add(this.coverage).add(this.activity)
  }

  close(): void {
    this.rows.watchers.delete(this.coverage)
    this.rows.watchers.delete(this.activity)
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

  /** Looks for idle stretches if it is time, in slices where all bars are to be looked at; returns whether it knows them anew. */
  lookForIdle(at: number, until: number): boolean {
    if (!this.idleStale || at <= this.idleAt) return false
    if (!this.coverage.build(() => performance.now() > at + SLICE_MS)) return false
    this.idleAt = at + IDLE_MS
    this.findIdle(until)
    return true
  }

  /** At once. */
  findIdle(until: number): void {
    this.coverage.build()
    this.idleStale = false
    this.idle = idleOf(this.coverage, until)
  }

  /** Sums the strip if it is time. */
  sum(at: number, { live, now, hidden }: Scene, end: number): void {
    if (live && this.strip.scale.xAt(now) - this.summedX > GROWN) this.stripStale = true
    if (!this.stripStale || at - this.summedAt <= STRIP_MS * this.weight) return
    this.stripStale = false
    this.summedAt = at
    this.summedX = this.strip.scale.xAt(now)
    sumStrip(this.strip, this.activity, this.rows, end, hidden)
  }

  /** Under a filter all bars are counted anew: the seldomer, the more there are. */
  private get weight(): number {
    return this.rows.isFiltered ? Math.max(1, this.rows.bars.count / 20_000) : 1
  }
}
