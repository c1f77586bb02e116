import { countBelow } from '@/lib/core/sorted'
import type { Bars } from './bars'
import type { Lane } from './lane'

/** Frames have at least so many times what the sums take to themselves. */
const REST = 40

/**
 * How many bars of some lanes were under way, at any moment, without looking at each: sorted starts
 * and ends with their running sums give the area under that count between two moments by four binary
 * searches.
 */
export class RollUp {
  private starts = new Float64Array(0)
  private ends = new Float64Array(0)
  private startSums = new Float64Array(0)
  private endSums = new Float64Array(0)
  private origin = 0
  private madeOf = -1
  private notBefore = Number.NEGATIVE_INFINITY
  /** The largest count. */
  peak = 0

  /** Made anew when `version` has moved on, but at most every `everyMs`, and the less often the longer it takes. O(n log n) in the lanes' bars. */
  refresh(bars: Bars, lanes: readonly Lane[], version: number, everyMs: number): void {
    const began = performance.now()
    if (this.madeOf === version || began < this.notBefore) return
    this.madeOf = version
    this.make(bars, lanes)
    const now = performance.now()
    this.notBefore = now + Math.max(everyMs, REST * (now - began))
  }

  private make(bars: Bars, lanes: readonly Lane[]): void {
    let n = 0
    for (const lane of lanes) n += lane.shown.length
    const starts = new Float64Array(n)
    const ends = new Float64Array(n)
    let k = 0
    for (const { shown } of lanes)
      for (let i = 0; i < shown.length; i++, k++) {
        starts[k] = bars.start.at(shown.at(i))
        ends[k] = bars.end.at(shown.at(i))
      }
    starts.sort()
    ends.sort()
    this.origin = n > 0 ? (starts[0] as number) : 0
    this.starts = starts
    this.ends = ends
    this.startSums = this.sums(starts)
    this.endSums = this.sums(ends)
    this.peak = 0
    for (let i = 0, j = 0; i < n; i++) {
      while (j < n && (ends[j] as number) <= (starts[i] as number)) j++
      if (i + 1 - j > this.peak) this.peak = i + 1 - j
    }
  }

  /** Relative to the first start, near which sums keep their digits. */
  private sums(values: Float64Array): Float64Array<ArrayBuffer> {
    const sums = new Float64Array(values.length + 1)
    for (let i = 0; i < values.length; i++) sums[i + 1] = (sums[i] as number) + ((values[i] as number) - this.origin)
    return sums
  }

  /** Bar-milliseconds before `time`. What runs does so on. */
  areaBefore(time: number): number {
    const begun = countBelow(this.starts, time)
    const over = countBelow(this.ends, time)
    const t = time - this.origin
    return begun * t - (this.startSums[begun] as number) - (over * t - (this.endSums[over] as number))
  }
}
