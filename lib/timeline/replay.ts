import type { Idle } from './idle'

export const SPEEDS = [0.5, 1, 2, 4, 8, 16, 32, 64] as const

/** What the controls of a replay show; `at` as in `Replay`. */
export interface ReplayStatus {
  at: number
  playing: boolean
  speed: number
}

/**
 * Playing a session back. `at` is the moment that is shown (epoch ms, or a place on the axis that several
 * runs share); while it plays it moves on with the frames, and the address is told of it now and then.
 */
export class Replay {
  /** Undefined: nothing is replayed, everything known is shown. */
  at: number | undefined
  playing = false
  speed = 1
  skipsIdle = true
  /** Units of `at` that pass in a ms at single speed: 1 where they are ms themselves. */
  pace = 1
  private steppedAt = 0

  /** The moment for a frame at `frame` ms of any clock. Stops at `end`. */
  step(frame: number, end: number, idle: Idle): number | undefined {
    const elapsed = frame - this.steppedAt
    this.steppedAt = frame
    if (this.at === undefined || !this.playing) return this.at
    // a tab that slept goes on where it was
    this.at = Math.min(end, playedTo(this.at, Math.min(elapsed, 250), this.speed * this.pace, this.skipsIdle ? idle : undefined))
    if (this.at >= end) this.playing = false
    return this.at
  }

  play(frame: number, from: number): void {
    this.at ??= from
    this.playing = true
    this.steppedAt = frame
  }
}

/**
 * The moment after `elapsed` ms of a person's time at `speed`. Idle stretches are leapt over where the
 * person wants that: what is left of the step goes on behind them.
 */
export function playedTo(from: number, elapsed: number, speed: number, skip: Pick<Idle, 'gaps'> | undefined): number {
  let at = from
  let left = elapsed * speed
  for (const gap of skip?.gaps ?? []) {
    if (gap.to <= at) continue
    const before = gap.from - at
    if (before > left) break
    left -= Math.max(0, before)
    at = gap.to
  }
  return at + left
}

/** How much of a text stands there after this share of its time; never half a surrogate pair. */
export function typedAt(text: string, share: number): string {
  const end = Math.max(0, Math.min(text.length, Math.round(text.length * share)))
  const cut = text.slice(0, end)
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}

export function printSpeed(speed: number): string {
  return `${speed >= 10 ? Math.round(speed) : Number(speed.toPrecision(2))}×`
}
