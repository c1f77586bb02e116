import type { Row } from './lane'
import { columnAfter, rasterRow } from './lod'
import type { Fills } from './palette'
import type { Clock, Scale } from './scale'

/** Where the columns of pixels stand: by how many whole pixels they have moved since they last stood for other stretches of time. */
export interface Stand {
  /** Grows when no column is what another was. */
  epoch: number
  /** Whole pixels to the right in time, since the epoch began. */
  moved: number
  /** The window now, and at the beginning of the epoch: what moves is measured from there, so that nothing adds up. */
  u0: number
  u1: number
  from: number
  breadth: number
  width: number
  clock: Clock | undefined
}

export function newStand(): Stand {
  return { epoch: 0, moved: 0, u0: Number.NaN, u1: Number.NaN, from: Number.NaN, breadth: Number.NaN, width: Number.NaN, clock: undefined }
}

// As good as whole, px: a column that is off by this has the same colour.
const NEARLY = 1e-5

/** Brings it up to date; returns whether the columns stand for other times than before. A clock's units are even along the axis, whatever times they stand for. */
export function standOf(stand: Stand, { u0, u1, width, clock }: Scale): boolean {
  if (stand.u0 === u0 && stand.u1 === u1 && stand.width === width && stand.clock === clock) return false
  stand.u0 = u0
  stand.u1 = u1
  const pixel = stand.breadth / width
  const exact = (u0 - stand.from) / pixel
  const moved = Math.round(exact)
  if (stand.clock === clock && stand.width === width && Math.abs(exact - moved) < NEARLY && Math.abs(u1 - u0 - stand.breadth) / pixel < NEARLY) {
    stand.moved = moved
    return true
  }
  stand.epoch++
  stand.moved = 0
  stand.from = u0
  stand.breadth = u1 - u0
  stand.width = width
  stand.clock = clock
  return true
}

/** A sub-row's pixels as they were drawn last. */
export interface Line {
  readonly pixels: Uint32Array
  epoch: number
  moved: number
  colours: Fills['bytes'] | undefined
  now: number
}

export function newLine(pixels: Uint32Array): Line {
  return { pixels, epoch: Number.NaN, moved: 0, colours: undefined, now: Number.NaN }
}

/**
 * Brings a line up to date. While the columns stand only those are counted again that have anything after
 * `Row.changedFrom` or after what was the present; where they have moved, those that have come into view.
 */
export function bringLine(line: Line, row: Row, times: Float64Array, stand: Stand, now: number, colours: Fills['bytes']): void {
  const { pixels } = line
  const width = pixels.length
  let from = 0
  if (line.epoch === stand.epoch && line.colours === colours) {
    from = columnAfter(times, width, Math.min(row.changedFrom, line.now === now ? Number.POSITIVE_INFINITY : Math.min(line.now, now)))
    const by = Math.max(-width, Math.min(width, stand.moved - line.moved))
    if (by > 0) {
      pixels.copyWithin(0, by)
      from = Math.min(from, width - by)
    } else if (by < 0) {
      pixels.copyWithin(-by, 0)
      rasterRow(row, times, width, now, colours, pixels, 0, Math.min(from, -by))
    }
  }
  if (from < width) rasterRow(row, times, width, now, colours, pixels, from)
  row.changedFrom = Number.POSITIVE_INFINITY
  line.epoch = stand.epoch
  line.moved = stand.moved
  line.colours = colours
  line.now = now
}
