import type { ClockKind } from '@/lib/view/view'
import { type Idle, idleClock, leastGap } from './idle'
import { type Clock, type Seam, wallClock } from './scale'
import type { WorkClock } from './work-clock'

/**
 * One axis for several runs. A unit of it is the same to each of them, and 0 is the moment at which they
 * are aligned: `task` of both, or their beginnings.
 *
 *   A     0=====|task|=====|---- idle ----|====|
 *   B           |task|==|-------- idle --------|=====|
 *   axis        0                 ~ folded where neither is under way
 */
export interface CommonAxis {
  kind: ClockKind
  /** Stretches in which none of the runs is under way; ms since the aligned moment. */
  idle: Idle
  /** Time since the aligned moment in units, folded where that is asked for; what counts work has none of its own. */
  time: Clock
}

/** A run on the axis, epoch ms: the aligned moment, its first and its last, and where it is idle. */
export interface RunSpan {
  zero: number
  from: number
  to: number
  gaps: readonly Seam[]
}

export function commonAxis(kind: ClockKind, folded: boolean, runs: readonly RunSpan[]): CommonAxis {
  const idle = commonIdle(runs)
  return { kind, idle, time: folded && idle.gaps.length > 0 ? idleClock(0, idle) : wallClock(0) }
}

/** The axis as a run's own clock: its times, the axis' units. `work`: what the run counts, where the axis counts that. */
export function clockOn({ time }: CommonAxis, zero: number, work: WorkClock | undefined): Clock {
  if (!work)
    return {
      unitAt: (at) => time.unitAt(at - zero),
      timeAt: (unit) => time.timeAt(unit) + zero,
      seams: time.seams.map(({ from, to }) => ({ from: from + zero, to: to + zero })),
    }
  const before = work.unitAt(zero)
  return { ...work, unitAt: (at: number) => work.unitAt(at) - before, timeAt: (unit: number) => work.timeAt(unit + before) }
}

/** What a link says of a place on the axis: ms since the aligned moment, also where time is folded, else tokens or steps since then. */
export function positionOf({ kind, time }: CommonAxis, unit: number): number {
  return kind === 'time' ? time.timeAt(unit) : unit
}

/** The inverse. */
export function unitOf({ kind, time }: CommonAxis, position: number): number {
  return kind === 'time' ? time.unitAt(position) : position
}

/** Before its first moment and after its last a run is as idle as in between. O(n log n) in idle stretches. */
export function commonIdle(runs: readonly RunSpan[]): Idle {
  const busy = runs.flatMap(({ zero, from, to, gaps }) => {
    const ends = [from, ...gaps.flatMap((gap) => [gap.from, gap.to]), to]
    const stretches: Seam[] = []
    for (let i = 0; i + 1 < ends.length; i += 2) {
      const [begun, over] = [ends[i] as number, ends[i + 1] as number]
      if (begun <= over) stretches.push({ from: begun - zero, to: over - zero })
    }
    return stretches
  })
  busy.sort((a, b) => a.from - b.from)
  const between: Seam[] = []
  let over = busy[0]?.from ?? 0
  let idle = 0
  for (const { from, to } of busy) {
    if (from > over) {
      between.push({ from: over, to: from })
      idle += from - over
    }
    over = Math.max(over, to)
  }
  const length = over - (busy[0]?.from ?? 0)
  const gaps = between.filter(({ from, to }) => to - from >= leastGap(length - idle))
  const folded = gaps.reduce((sum, { from, to }) => sum + (to - from), 0)
  return { gaps, share: length > 0 ? folded / length : 0, busy: length - idle }
}
