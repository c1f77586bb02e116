import type { Rows } from './rows'
import { type Clock, foldedClock, type Seam } from './scale'

/** Stretches in which no bar was under way. */
export interface Idle {
  gaps: Seam[]
  /** Share of the session's length, 0 to 1. */
  share: number
  /** Ms in which something was under way. */
  busy: number
}

// A pause shorter than this is the rhythm of the work, not idleness; also relative to the work itself.
const MIN_GAP = 10_000
const MIN_GAP_SHARE = 0.02
// What is left of time at both sides of a seam, so that bars do not touch it.
const MARGIN = 250

/** Folding is offered when it wins this much. */
export const OFFER_FROM = 0.5

/**
 * The idle stretches of a session, long enough to be worth folding. `now`: until when running bars
 * last. O(n log n) in bars, by two sorted lists: nothing is under way where as many have ended as have
 * begun.
 */
export function findIdle(rows: Rows, now: number): Idle {
  const { bars } = rows
  const starts = new Float64Array(bars.count + 2)
  const ends = new Float64Array(bars.count + 2)
  let n = 0
  for (let bar = 0; bar < bars.count; bar++) {
    if (bars.lane.at(bar) < 0) continue
    starts[n] = bars.start.at(bar)
    ends[n] = Math.min(Math.max(now, bars.start.at(bar)), bars.end.at(bar))
    n++
  }
  if (n === 0) return { gaps: [], share: 0, busy: 0 }
  // what is told before the first bar or after the last is something that happened, too
  for (const at of [rows.state.firstAt, rows.state.lastAt]) {
    if (at === undefined) continue
    starts[n] = ends[n] = at
    n++
  }
  const from = starts.subarray(0, n).sort()
  const to = ends.subarray(0, n).sort()
  const candidates: Seam[] = []
  let idle = 0
  for (let i = 1; i < n; i++) {
    const gap = (from[i] as number) - (to[i - 1] as number)
    // as sorted: the i-th start comes after i ends, so nothing is under way between them
    if (gap > 0) {
      idle += gap
      if (gap >= MIN_GAP) candidates.push({ from: to[i - 1] as number, to: from[i] as number })
    }
  }
  const length = (to[n - 1] as number) - (from[0] as number)
  const busy = length - idle
  const least = Math.max(MIN_GAP, busy * MIN_GAP_SHARE)
  const gaps = candidates.filter((gap) => gap.to - gap.from >= least).map((gap) => ({ from: gap.from + MARGIN, to: gap.to - MARGIN }))
  const folded = gaps.reduce((sum, gap) => sum + (gap.to - gap.from), 0)
  return { gaps, share: length > 0 ? folded / length : 0, busy }
}

/** A clock that draws each gap as a narrow seam. The width is a power of two, so that it rarely changes as a session grows. */
export function idleClock(origin: number, idle: Idle): Clock {
  const shown = idle.busy + idle.gaps.length
  const width = 2 ** Math.round(Math.log2(Math.max(500, shown * 0.02)))
  return foldedClock(origin, idle.gaps, width)
}
