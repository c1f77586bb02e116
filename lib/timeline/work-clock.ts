import { countBelow, countUpTo } from '@/lib/core/sorted'
import { TURN } from './bars'
import type { Rows } from './rows'
import type { Clock } from './scale'

/**
 * A clock that counts work: a second in which many tokens came, or many turns passed, is wide, and one
 * in which nothing happened is almost nothing. It stays a clock: monotone, continuous, exactly
 * invertible (law L11), because a sliver of it runs on with the time.
 *
 *   time    |---- idle ----|=turn=|      |==turn==|
 *   tokens  |=turn=|==turn==|
 */
export interface WorkClock extends Clock {
  counts: 'tokens' | 'steps'
  /** How much work lies before a moment: what the axis says there. */
  workAt(time: number): number
  /** The inverse, to the earliest such moment. */
  timeOfWork(work: number): number
}

// So much of the axis is left to mere time.
const SLIVER = 0.04

/** O(n log n) in turns. `now`: until when what runs has lasted. */
export function workClock(rows: Rows, counts: 'tokens' | 'steps', now: number): WorkClock {
  const { bars } = rows
  const origin = rows.state.firstAt ?? 0
  // at each moment the pace changes by so much: work a ms
  const moments: number[] = []
  const changes: number[] = []
  for (let bar = 0; bar < bars.count; bar++) {
    if (bars.subjectKind.at(bar) !== TURN || bars.lane.at(bar) < 0) continue
    const tokens = bars.tokens.at(bar)
    const work = counts === 'steps' ? 1 : Number.isNaN(tokens) ? 0 : tokens
    if (work <= 0) continue
    const from = bars.start.at(bar) - origin
    // what has no length still takes a moment
    const to = Math.max(from + 1, Math.min(bars.end.at(bar), Math.max(now, bars.start.at(bar))) - origin)
    moments.push(from, to)
    changes.push(work / (to - from), -work / (to - from))
  }
  const order = Uint32Array.from(moments.keys()).sort((a, b) => (moments[a] as number) - (moments[b] as number))
  const times: number[] = []
  const works: number[] = []
  let pace = 0
  let work = 0
  for (const i of order) {
    const at = moments[i] as number
    const before = times.length - 1
    if (before >= 0) work += Math.max(0, pace) * (at - (times[before] as number))
    if (before >= 0 && times[before] === at) works[before] = work
    else {
      times.push(at)
      works.push(work)
    }
    pace += changes[i] as number
  }
  const n = times.length
  const length = Math.max(1, n > 0 ? (times[n - 1] as number) - (times[0] as number) : 1)
  const total = Math.max(1, work)
  const drift = (total * SLIVER) / length
  const units = Float64Array.from(works, (value, i) => value + drift * (times[i] as number))
  const at = Float64Array.from(times)
  const done = Float64Array.from(works)
  return {
    counts,
    seams: [],
    unitAt(time) {
      const ms = time - origin
      return valueAt(at, done, ms) + drift * ms
    },
    timeAt(unit) {
      const i = countUpTo(units, unit) - 1
      if (i < 0) return origin + (n > 0 ? (at[0] as number) + (unit - (units[0] as number)) / drift : unit / drift)
      if (i === n - 1) return origin + (at[i] as number) + (unit - (units[i] as number)) / drift
      const share = (unit - (units[i] as number)) / ((units[i + 1] as number) - (units[i] as number))
      return origin + (at[i] as number) + share * ((at[i + 1] as number) - (at[i] as number))
    },
    workAt: (time) => valueAt(at, done, time - origin),
    timeOfWork(value) {
      const i = Math.max(0, countBelow(done, value) - 1)
      if (i >= n - 1) return origin + (at[n - 1] ?? 0)
      const step = (done[i + 1] as number) - (done[i] as number)
      const share = step > 0 ? Math.max(0, value - (done[i] as number)) / step : 0
      return origin + (at[i] as number) + Math.min(1, share) * ((at[i + 1] as number) - (at[i] as number))
    },
  }
}

/** Linear between the points, flat beside them. */
function valueAt(at: Float64Array, values: Float64Array, x: number): number {
  const i = countUpTo(at, x) - 1
  if (i < 0) return 0
  if (i === at.length - 1) return values[i] as number
  const share = (x - (at[i] as number)) / ((at[i + 1] as number) - (at[i] as number))
  return (values[i] as number) + share * ((values[i + 1] as number) - (values[i] as number))
}
