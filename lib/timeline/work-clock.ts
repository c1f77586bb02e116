import { countUpTo } from '@/lib/core/sorted'
import { TURN } from './bars'
import type { Rows } from './rows'
import type { Clock } from './scale'

/**
 * A clock that counts work: a unit is a token, or a turn. A second in which much came is wide, one in which
 * nothing happened is almost nothing. It stays a clock: monotone, continuous, exactly invertible (law L11),
 * because a pause takes a sliver of the work after it, which is that much narrower for it. Where work that
 * hangs together ends, the unit is the work done so far, to the last token: two runs may share the axis.
 *
 *   time    |=turn=|---- pause ----|=turn=|==turn==|
 *   units   0=======100-103=========================400
 */
export interface WorkClock extends Clock {
  counts: 'tokens' | 'steps'
  /** All of it; 0 where nobody tells any. */
  total: number
  /** Ms in which it was done. */
  busy: number
}

// Of the work that follows it, and never more than that of all: so much a pause takes.
const SLIVER = 0.04
const MOST = 0.005
// Within work time runs on a little, too: one turn's pace may drown another's.
const TRICKLE = 1e-6

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
  // whether work goes on after the moment
  const goes: boolean[] = []
  let pace = 0
  let open = 0
  let work = 0
  for (const i of order) {
    const at = moments[i] as number
    const before = times.length - 1
    if (before >= 0) work += Math.max(0, pace) * (at - (times[before] as number))
    const change = changes[i] as number
    open += change > 0 ? 1 : -1
    // what is left over of adding and taking away is no work
    pace = open === 0 ? 0 : pace + change
    if (before >= 0 && times[before] === at) {
      works[before] = work
      goes[before] = open > 0
    } else {
      times.push(at)
      works.push(work)
      goes.push(open > 0)
    }
  }
  const n = times.length
  // a run that begins with a pause
  if (n > 0 && (times[0] as number) > 0) {
    times.unshift(0)
    works.unshift(0)
    goes.unshift(false)
  }
  const at = Float64Array.from(times)
  const units = unitsOf(times, works, goes)
  const last = at.length - 1
  const length = Math.max(1, last >= 0 ? (at[last] as number) - (at[0] as number) : (rows.state.lastAt ?? origin) - origin)
  // before the first work and after the last; all of it where there is none
  const drift = (last >= 0 ? Math.max(1, work) * SLIVER : 1) / length
  let busy = 0
  for (let i = 0; i < last; i++) if (goes[i]) busy += (at[i + 1] as number) - (at[i] as number)
  return {
    counts,
    total: work,
    busy,
    seams: [],
    unitAt(time) {
      const ms = time - origin
      if (last < 0) return ms * drift
      const i = countUpTo(at, ms) - 1
      if (i < 0) return (units[0] as number) + (ms - (at[0] as number)) * drift
      if (i >= last) return (units[last] as number) + (ms - (at[last] as number)) * drift
      return (units[i] as number) + shareOf(at, i, ms) * ((units[i + 1] as number) - (units[i] as number))
    },
    timeAt(unit) {
      if (last < 0) return origin + unit / drift
      const i = countUpTo(units, unit) - 1
      if (i < 0) return origin + (at[0] as number) + (unit - (units[0] as number)) / drift
      if (i >= last) return origin + (at[last] as number) + (unit - (units[last] as number)) / drift
      return origin + (at[i] as number) + shareOf(units, i, unit) * ((at[i + 1] as number) - (at[i] as number))
    },
  }
}

/** The unit of each moment at which the pace changes; strictly ascending. */
function unitsOf(times: readonly number[], works: readonly number[], goes: readonly boolean[]): Float64Array {
  const units = new Float64Array(times.length)
  const total = works.at(-1) ?? 0
  let paused = false
  for (let from = 0; from < times.length; ) {
    const before = works[from] as number
    if (!goes[from]) {
      units[from++] = before
      paused = true
      continue
    }
    let to = from
    while (goes[to]) to++
    const work = (works[to] as number) - before
    const pause = paused ? Math.min(work * SLIVER, total * MOST) : 0
    const trickle = work * TRICKLE
    const began = times[from] as number
    const length = (times[to] as number) - began
    for (let i = from; i < to; i++)
      units[i] = before + pause + ((works[i] as number) - before) * (1 - (pause + trickle) / work) + (trickle * ((times[i] as number) - began)) / length
    // its end is the next pause's beginning
    from = to
    paused = false
  }
  return units
}

/** Where `x` lies between the values `i` and `i + 1`, 0 to 1. */
function shareOf(values: Float64Array, i: number, x: number): number {
  return (x - (values[i] as number)) / ((values[i + 1] as number) - (values[i] as number))
}
