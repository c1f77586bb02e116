import { countUpTo } from '@/lib/core/sorted'

/**
 * Time to place and back. A clock turns epoch ms into units along the axis; the scale turns units
 * into pixels. Wall time is one clock, wall time with idle stretches folded another; tokens and steps are
 * two more (`work-clock.ts`).
 *
 * Law L11: `timeAt(xAt(t)) = t` and `xAt` is monotone, for every clock.
 */
export interface Clock {
  /** Units of a moment; monotone, and continuous in both directions. */
  unitAt(time: number): number
  /** The exact inverse of `unitAt`. */
  timeAt(unit: number): number
  /** Where time is drawn shorter than it was; to be marked on the screen. */
  readonly seams: readonly Seam[]
}

/** A folded stretch. Epoch ms. */
export interface Seam {
  from: number
  to: number
}

/** Wall time; a unit is a millisecond since `origin`, near which double precision is best. */
export function wallClock(origin: number): Clock {
  return { unitAt: (time) => time - origin, timeAt: (unit) => unit + origin, seams: [] }
}

/**
 * Wall time with each seam (disjoint, ascending) drawn `width` units wide. Inside a seam time runs on
 * evenly, only faster, so nothing falls together and the inverse is exact.
 */
export function foldedClock(origin: number, seams: readonly Seam[], width: number): Clock {
  // one entry a seam: its beginning and end in ms since origin, and in units
  const n = seams.length
  const from = new Float64Array(n)
  const to = new Float64Array(n)
  const unitFrom = new Float64Array(n)
  const unitTo = new Float64Array(n)
  let saved = 0
  for (let i = 0; i < n; i++) {
    const seam = seams[i] as Seam
    from[i] = seam.from - origin
    to[i] = seam.to - origin
    const length = (to[i] as number) - (from[i] as number)
    const folded = Math.min(width, length)
    unitFrom[i] = (from[i] as number) - saved
    unitTo[i] = (unitFrom[i] as number) + folded
    saved += length - folded
  }
  return {
    seams,
    unitAt(time) {
      const ms = time - origin
      const i = countUpTo(from, ms, n) - 1
      if (i < 0) return ms
      const f = from[i] as number
      const t = to[i] as number
      const uf = unitFrom[i] as number
      const ut = unitTo[i] as number
      return ms >= t ? ut + (ms - t) : uf + ((ms - f) / (t - f)) * (ut - uf)
    },
    timeAt(unit) {
      const i = countUpTo(unitFrom, unit, n) - 1
      if (i < 0) return unit + origin
      const f = from[i] as number
      const t = to[i] as number
      const uf = unitFrom[i] as number
      const ut = unitTo[i] as number
      return origin + (unit >= ut ? t + (unit - ut) : f + ((unit - uf) / (ut - uf)) * (t - f))
    },
  }
}

/** What is in view: `u0` at the left edge, `u1` at the right, `width` pixels between. Changed in place. */
export class Scale {
  u0 = 0
  u1 = 1
  width = 1

  constructor(public clock: Clock) {}

  xAt(time: number): number {
    return ((this.clock.unitAt(time) - this.u0) / (this.u1 - this.u0)) * this.width
  }

  timeAt(x: number): number {
    return this.clock.timeAt(this.u0 + (x / this.width) * (this.u1 - this.u0))
  }

  /** Pixels a unit. */
  get density(): number {
    return this.width / (this.u1 - this.u0)
  }

  set(u0: number, u1: number): void {
    this.u0 = u0
    this.u1 = u1
  }

  /** Zooms by `factor` (above 1: closer) so that what is under `x` stays there. */
  zoomAt(x: number, factor: number): void {
    const anchor = this.u0 + (x / this.width) * (this.u1 - this.u0)
    this.set(anchor - (anchor - this.u0) / factor, anchor + (this.u1 - anchor) / factor)
  }

  pan(pixels: number): void {
    const by = (pixels / this.width) * (this.u1 - this.u0)
    this.set(this.u0 + by, this.u1 + by)
  }
}
