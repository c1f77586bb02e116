import type { Coverage } from './coverage'
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

/** Ms of idle time that are worth folding where so many are not idle. */
export function leastGap(busy: number): number {
  return Math.max(MIN_GAP, busy * MIN_GAP_SHARE) - 2 * MARGIN
}

/** The idle stretches of a session, long enough to be worth folding. `now`: until when running bars last. O(stretches that were busy). */
export function idleOf(coverage: Coverage, now: number): Idle {
  const candidates: Seam[] = []
  let idle = 0
  let began = Number.NaN
  let over = Number.NaN
  coverage.each(now, (from, to) => {
    if (Number.isNaN(began)) {
      began = from
      over = to
      return
    }
    const gap = from - over
    if (gap > 0) idle += gap
    if (gap >= MIN_GAP) candidates.push({ from: over, to: from })
    if (to > over) over = to
  })
  if (Number.isNaN(began)) return { gaps: [], share: 0, busy: 0 }
  const length = over - began
  const busy = length - idle
  const least = leastGap(busy) + 2 * MARGIN
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
