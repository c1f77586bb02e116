import type { Window } from '@/lib/view/view'
import { type Clock, Scale } from './scale'

const GLIDE_MS = 170

/** All of an axis, with room at the right for what a cut says; what goes on has its room already. */
export function withAir([a, b]: [number, number], live: boolean): [number, number] {
  return [a - (b - a) * 0.012, b + (b - a) * (live ? 0 : 0.035)]
}

// A live window leaves this share of itself free after now.
const AHEAD = 0.12

/**
 * What is in view and where that is going: the scale of the picture, the scale of the strip above it,
 * and the session's extent. Knows no DOM; times of frames come in, in ms of any clock.
 */
export class Camera {
  readonly scale: Scale
  readonly strip: Scale
  private readonly span = { from: 0, to: 1, live: false }
  /** The axis that others share: where it begins and ends, units, and whether one of them goes on. Else they are the session's. */
  shared: { reach(): [number, number]; readonly live: boolean } | undefined
  private glide: { from: [number, number]; to: [number, number]; began: number } | undefined

  constructor(clock: Clock) {
    this.scale = new Scale(clock)
    this.strip = new Scale(clock)
  }

  get gliding(): boolean {
    return this.glide !== undefined
  }

  /** The session's extent. While it runs it grows in steps, so that the picture does not creep. Returns whether the strip moved. */
  extend(from: number, now: number, live: boolean): boolean {
    const { span, strip } = this
    const end = Math.max(now, from + 1)
    if (!live) {
      span.from = from
      span.to = end
    } else if (!span.live || span.from !== from || end > span.to) {
      span.from = from
      span.to = Math.max(end + (end - from) * 0.3, from + 20_000)
    }
    span.live = live
    const [u0, u1] = this.fitted()
    if (u0 === strip.u0 && u1 === strip.u1) return false
    strip.set(u0, u1)
    return true
  }

  private ends(): [number, number] {
    if (this.shared) return this.shared.reach()
    const { clock } = this.scale
    const a = clock.unitAt(this.span.from)
    return [a, Math.max(a + 1, clock.unitAt(this.span.to))]
  }

  /** All of it, with room at the right for what a cut says; what the strip shows. */
  fitted(): [number, number] {
    const ends = this.ends()
    return withAir(ends, this.shared ? this.shared.live : this.span.live)
  }

  unitsOf(window: Window): [number, number] {
    const { clock } = this.scale
    return window.kind === 'fit' ? this.fitted() : [clock.unitAt(window.from), clock.unitAt(window.to)]
  }

  /** Where it is going, or stands. */
  aim(): [number, number] {
    return this.glide?.to ?? [this.scale.u0, this.scale.u1]
  }

  /** Another clock, what is in view in its units. */
  replaceClock(clock: Clock, units: [number, number]): void {
    this.scale.clock = this.strip.clock = clock
    this.go(units)
  }

  /** Goes there, gliding from `began` on; without it at once. */
  go([u0, u1]: [number, number], began?: number): void {
    const { scale } = this
    if (began === undefined || scale.width <= 1) {
      this.glide = undefined
      scale.set(u0, u1)
      return
    }
    const aim = this.aim()
    if (aim[0] === u0 && aim[1] === u1) return
    this.glide = { from: [scale.u0, scale.u1], to: [u0, u1], began }
  }

  halt(): void {
    this.glide = undefined
  }

  step(at: number): void {
    if (!this.glide) return
    const t = Math.max(0, Math.min(1, (at - this.glide.began) / GLIDE_MS))
    const ease = 1 - (1 - t) ** 3
    const { from, to } = this.glide
    this.scale.set(from[0] + (to[0] - from[0]) * ease, from[1] + (to[1] - from[1]) * ease)
    if (t < 1) return
    this.scale.set(to[0], to[1])
    this.glide = undefined
  }

  /** The same breadth of time with now near its right edge. */
  withNow(now: number): [number, number] {
    const [u0, u1] = this.aim()
    const end = this.scale.clock.unitAt(now) + (u1 - u0) * AHEAD
    return [end - (u1 - u0), end]
  }

  /** Whether now has reached the edge or lies out of view. */
  losesNow(now: number): boolean {
    const x = this.scale.xAt(now)
    return x < 0 || x > this.scale.width * (1 - AHEAD)
  }

  /** [from, to] (epoch ms) with some air, in the present breadth if they fit into it. */
  around(from: number, to: number): [number, number] {
    const { scale } = this
    const a = scale.clock.unitAt(from)
    const b = scale.clock.unitAt(to)
    const span = Math.max(scale.u1 - scale.u0, (b - a) * 1.25)
    const u0 = b - a > span * 0.6 ? (a + b - span) / 2 : a - span * 0.3
    return [u0, u0 + span]
  }

  /** At least a strip of the session stays in view. */
  clamp(): void {
    const { scale } = this
    const breadth = scale.u1 - scale.u0
    const [a, b] = this.fitted()
    const least = breadth * 0.15
    if (scale.u1 < a + least) scale.set(a + least - breadth, a + least)
    else if (scale.u0 > b - least) scale.set(b - least, b - least + breadth)
  }

  /** Another clock, the same stretch of time in view; all of it if all of it was. */
  setClock(clock: Clock, fit: boolean): void {
    const { scale, strip } = this
    const from = scale.timeAt(0)
    const to = scale.timeAt(scale.width)
    scale.clock = strip.clock = clock
    this.glide = undefined
    if (fit) {
      this.go(this.fitted())
      return
    }
    const u0 = clock.unitAt(from)
    scale.set(u0, Math.max(u0 + 1e-3, clock.unitAt(to)))
  }

  /** The window in epoch ms, as fine as a pixel can tell; undefined where even that is nothing. */
  window(): Window | undefined {
    const { clock } = this.scale
    const [u0, u1] = this.aim()
    const digits = u1 - u0 > 5000 ? 1 : 1000
    const round = (t: number) => Math.round(t * digits) / digits
    const window = { kind: 'range' as const, from: round(clock.timeAt(u0)), to: round(clock.timeAt(u1)) }
    return window.from < window.to ? window : undefined
  }
}
