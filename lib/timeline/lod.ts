import { countUpTo } from '@/lib/core/sorted'
import { TEXT, WRITE } from './bars'
import type { Row } from './lane'
import type { Rgb } from './palette'
import type { RollUp } from './roll-up'

/**
 * One sub-row as one line of pixels, when it holds more bars than columns: each pixel shows how much
 * of its time was covered, and by what, exactly. The running sums in `Row` give that in O(log n) a
 * pixel, so a million bars cost what a thousand do.
 *
 * `times` holds width + 1 moments, the borders of the columns. Writes ABGR words to `pixels`, from the
 * column `from` to before `to`; what was not covered stays transparent.
 */
export function rasterRow(
  row: Row,
  times: Float64Array,
  width: number,
  now: number,
  colours: { text: Rgb; tool: Rgb; write: Rgb },
  pixels: Uint32Array,
  from = 0,
  to = width,
): void {
  const n = row.bars.length
  const start = row.start.data
  const end = row.until.data
  const kind = row.kind.data
  const sumText = row.text.data
  const sumTool = row.tool.data
  const sumWrite = row.write.data
  const { text: ct, tool: cl, write: cw } = colours
  pixels.fill(0, from, to)
  let i = countUpTo(end, times[from] as number, n)
  // what is without length and lies on a border belongs to the column that begins there, wherever this begins
  while (i > 0 && (start[i - 1] as number) >= (times[from] as number)) i--

  for (let x = from; x < to && i < n; x++) {
    const ta = times[x] as number
    const tb = times[x + 1] as number
    if ((start[i] as number) >= tb) continue
    // the first index that starts at or after tb: a few steps, then galloping from there
    let j = i + 1
    while (j < n && j - i < STEPS && (start[j] as number) < tb) j++
    if (j - i === STEPS) {
      let low = j - 1
      let step = 1
      while (low + step < n && (start[low + step] as number) < tb) {
        low += step
        step *= 2
      }
      let high = Math.min(n, low + step)
      while (low + 1 < high) {
        const middle = (low + high) >> 1
        if ((start[middle] as number) < tb) low = middle
        else high = middle
      }
      j = low + 1
    }

    let text = 0
    let tool = 0
    let write = 0
    // the first and the last may stick out of the column; between them the sums know
    for (let e = i; e < j; e = e === i && j - 1 > i ? j - 1 : j) {
      const covered = Math.min(now, end[e] as number, tb) - Math.max(start[e] as number, ta)
      if (covered > 0) {
        const k = kind[e]
        if (k === TEXT) text += covered
        else if (k === WRITE) write += covered
        else tool += covered
      }
    }
    if (j - i > 2) {
      text += (sumText[j - 2] as number) - (sumText[i] as number)
      tool += (sumTool[j - 2] as number) - (sumTool[i] as number)
      write += (sumWrite[j - 2] as number) - (sumWrite[i] as number)
    }
    const covered = text + tool + write
    const share = Math.min(1, covered / (tb - ta))
    // bars without length still show that something happened
    const weight = covered > 0 ? 1 / covered : 0
    if (covered <= 0) tool = 1
    const w = weight === 0 ? 1 : weight
    const red = (text * ct[0] + tool * cl[0] + write * cw[0]) * w
    const green = (text * ct[1] + tool * cl[1] + write * cw[1]) * w
    const blue = (text * ct[2] + tool * cl[2] + write * cw[2]) * w
    const alpha = 90 + 165 * share
    pixels[x] = ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0

    i = (end[j - 1] as number) > tb ? j - 1 : j
  }
}

// Bars of a column that are looked at one by one.
const STEPS = 12

/** The same for a strip of lanes that are rolled up: the more was under way in a pixel's time, the fuller it is. */
export function rasterCounts(rollUp: RollUp, times: Float64Array, width: number, now: number, colour: Rgb, pixels: Uint32Array): void {
  pixels.fill(0, 0, width)
  const [red, green, blue] = colour
  let from = Math.min(now, times[0] as number)
  let before = rollUp.areaBefore(from)
  for (let x = 0; x < width; x++) {
    const to = Math.min(now, times[x + 1] as number)
    if (to <= from) continue
    const area = rollUp.areaBefore(to)
    const share = (area - before) / (to - from) / Math.max(1, rollUp.peak)
    from = to
    before = area
    if (share < 1e-6) continue
    const alpha = Math.round(60 + 195 * Math.sqrt(Math.min(1, share)))
    pixels[x] = ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0
  }
}

/** The times at the borders of `width` columns, for `rasterRow`; linear between `from` and `to` unless the clock folds. */
export function columnTimes(timeAt: (x: number) => number, width: number, times: Float64Array): void {
  for (let x = 0; x <= width; x++) times[x] = timeAt(x)
}

/** The first column that has anything after `time`; `width` if none. */
export function columnAfter(times: Float64Array, width: number, time: number): number {
  let low = 0
  let high = width
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle + 1] as number) < time) low = middle + 1
    else high = middle
  }
  return low
}
