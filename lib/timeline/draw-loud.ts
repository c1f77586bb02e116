import { firstFrom, OPEN } from './bars'
import { Ints } from './columns'
import { drawBar } from './draw-bar'
import { Kept } from './kept'
import type { Lane, Row } from './lane'
import { barEnd, type Scene } from './scene'

// The pixels of a line on which what a master did has been drawn; cleared before each line.
let taken = new Uint8Array(4096)

/** Call before the sub-rows of a line. */
export function beginLoudLine(): void {
  taken.fill(0)
}

/** Pairs: left and right edge of a filled stretch, px, or -1 and a bar. */
const kept = new Kept<Ints>()

/** What a master did is drawn for itself however many bars fall on a pixel; one pixel once. */
export function drawLoudOnly(scene: Scene, lane: Lane, row: Row, y: number): void {
  const { context: c, palette, rows } = scene
  rows.sortLoud()
  if (row.loud.length === 0) return
  const steps = kept.get(scene, row, rows.loudTold, (old) => stepsOf(scene, row, old))
  // the sub-rows of what is rolled up share a line
  const line = taken
  let filling = false
  for (let i = 0; i < steps.length; i += 2) {
    const left = steps.at(i)
    const right = steps.at(i + 1)
    if (left < 0) {
      line[Math.max(0, Math.round(scene.scale.xAt(rows.bars.start.at(right))))] = 1
      drawBar(scene, lane, right, y, row.height, 1)
      filling = false
    } else {
      line.fill(1, left, right)
      if (!filling) c.fillStyle = palette.destroyed
      filling = true
      c.fillRect(left, y, right - left, row.height)
    }
  }
}

function stepsOf(scene: Scene, row: Row, steps = new Ints()): { made: Ints; lasts: boolean } {
  const { rows, scale, width, now } = scene
  const { start, until, state } = rows.bars
  if (width > taken.length) taken = new Uint8Array(Math.ceil(width))
  const { loud } = row
  const from = scale.timeAt(0)
  const to = scale.timeAt(width)
  steps.truncate(0)
  let lasts = true
  let left = 0
  let right = -1
  // in a sub-row bars follow one another, so the last that begins before the window may reach into it
  for (let i = Math.max(0, firstFrom(rows.bars, loud, from) - 1); i < loud.length; ) {
    const bar = loud.at(i)
    const at = start.at(bar)
    if (at > to) break
    const x = Math.max(0, Math.round(scale.xAt(at)))
    if (taken[x] === 1) {
      i = Math.max(i + 1, firstFrom(rows.bars, loud, scale.timeAt(x + 0.5), i))
      continue
    }
    i++
    const end = scale.xAt(barEnd(scene, bar))
    // what runs may have grown by the next frame
    if (until.at(bar) > now) lasts = false
    if (until.at(bar) < from || end < 0) continue
    if (at >= from) taken[x] = 1
    // thinner than two pixels all look alike: those that follow pixel by pixel are drawn as one
    if (scene.replaying || state.at(bar) === OPEN || end - scale.xAt(at) >= 2) steps.push2(-1, bar)
    else if (x === right) right = x + 1
    else {
      if (right > left) steps.push2(left, right)
      left = x
      right = x + 1
    }
  }
  if (right > left) steps.push2(left, right)
  return { made: steps, lasts }
}
