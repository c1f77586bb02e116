import type { BarWatcher } from './bar-watcher'
import type { Rows } from './rows'
import type { Clock, Scale } from './scale'

/** So little of a column is what is left of a sum from which all that was added has been taken away. */
const NOTHING = 1e-6

/**
 * How much was under way, column by column of a strip: bars that came to an end are counted once, and
 * taken away again where they change; those that run are added at each sum. Where the strip stands for
 * other times, or a filter leaves bars out, all are counted anew.
 */
export class Activity implements BarWatcher {
  private partial = new Float64Array(1)
  /** Full columns by differences. */
  private full = new Float64Array(2)
  /** Begin of each bar that runs. */
  private readonly running = new Map<number, number>()
  private of: { u0: number; u1: number; width: number; clock: Clock } | undefined
  /** Of the filter. */
  private sifted = -1

  constructor(
    private readonly rows: Rows,
    private readonly scale: Scale,
  ) {}

  moved(bar: number, fromBefore: number, toBefore: number, from: number, to: number): void {
    if (!this.of || this.rows.isFiltered) return
    if (toBefore === Number.POSITIVE_INFINITY) this.running.delete(bar)
    else if (!Number.isNaN(fromBefore)) this.count(fromBefore, toBefore, -1)
    if (to === Number.POSITIVE_INFINITY) this.running.set(bar, from)
    else if (!Number.isNaN(from)) this.count(from, to, 1)
  }

  /** Writes to `activity`, a number a column, how many bars were under way on average, and returns the most. O(columns), and once O(bars). */
  sum(activity: Float64Array, now: number): number {
    const n = activity.length
    this.make(n)
    activity.set(this.partial)
    const full = new Float64Array(this.full)
    for (const start of this.running.values()) this.count(start, Math.max(start, now), 1, activity, full)
    let running = 0
    let peak = 0
    for (let i = 0; i < n; i++) {
      running += full[i] as number
      const sum = (activity[i] as number) + running
      activity[i] = sum < NOTHING ? 0 : sum
      if (sum > peak) peak = sum
    }
    return peak
  }

  private make(n: number): void {
    const { scale, rows, of } = this
    const { u0, u1, width, clock } = scale
    const stands = of && of.u0 === u0 && of.u1 === u1 && of.width === width && of.clock === clock && this.partial.length === n
    if (stands && !rows.isFiltered && this.sifted === rows.sifted) return
    this.of = { u0, u1, width, clock }
    this.sifted = rows.sifted
    this.partial = new Float64Array(n)
    this.full = new Float64Array(n + 1)
    this.running.clear()
    const { bars } = rows
    for (let bar = 0; bar < bars.count; bar++) {
      if (bars.lane.at(bar) < 0 || bars.out.at(bar) !== 0) continue
      const end = bars.end.at(bar)
      if (end === Number.POSITIVE_INFINITY) this.running.set(bar, bars.start.at(bar))
      else this.count(bars.start.at(bar), end, 1)
    }
  }

  private count(start: number, end: number, by: 1 | -1, partial: Float64Array = this.partial, full = this.full): void {
    const { scale } = this
    const n = partial.length
    const per = n / (this.of?.width ?? scale.width)
    const from = Math.max(0, this.xAt(start) * per)
    const to = Math.min(n, this.xAt(end) * per)
    if (to < 0 || from >= n) return
    const first = Math.floor(from)
    const last = Math.min(n - 1, Math.floor(to))
    if (first === last) {
      partial[first] = (partial[first] as number) + by * Math.max(to - from, 0.02)
      return
    }
    partial[first] = (partial[first] as number) + by * (first + 1 - from)
    partial[last] = (partial[last] as number) + by * (to - last)
    full[first + 1] = (full[first + 1] as number) + by
    full[last] = (full[last] as number) - by
  }

  /** As the columns were made, whatever the strip has become since. */
  private xAt(time: number): number {
    const { of } = this
    return of ? ((of.clock.unitAt(time) - of.u0) / (of.u1 - of.u0)) * of.width : 0
  }
}
