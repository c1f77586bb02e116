import { CANCELLED, DELEGATE, DONE, FAILED, firstEndingAfter, firstFrom, NOTE, OPEN, RUNNING, WRITE } from './bars'
import { drawAxis, drawGrid } from './draw-axis'
import { drawTaskEdges } from './draw-delegations'
import { clearLabels, drawLabels, keepLabel } from './draw-labels'
import { drawRaster, drawRolledUp } from './draw-raster'
import { drawStrikeEdges } from './draw-strikes'
import { fitted, widthOf } from './draw-text'
import type { Lane, Row } from './lane'
import { rollUpOf } from './layout'
import { fillOf, fillsOf } from './palette'
import { typedAt } from './replay'
import { AXIS, barEnd, barHeightOf, barY, clearHits, laneHeight, laneY, leaveHit, type Scene, scrollTopEdge } from './scene'

/**
 * One frame. Nothing here allocates once its caches are warm; the order is: ground, delegations, bars,
 * the pinned lane, strikes, axis.
 */
export function drawScene(scene: Scene): void {
  const { context: c, palette, width, height, rows } = scene
  c.globalAlpha = 1
  c.fillStyle = palette.bg
  c.fillRect(0, 0, width, height)
  drawGround(scene)
  clearHits(scene)
  clearLabels()

  const top = scrollTopEdge(scene)
  const crowded = barsInView(scene) > 2500
  drawTaskEdges(scene, top, height)
  c.save()
  c.beginPath()
  c.rect(0, top, shownTo(scene), height - top)
  c.clip()
  for (const lane of rows.lanes) {
    if (lane === scene.pinned) continue
    const y = laneY(scene, lane)
    if (y > height || y + laneHeight(scene, lane) < top) continue
    drawLane(scene, lane, crowded)
  }
  c.restore()
  if (scene.pinned) {
    c.fillStyle = palette.bg
    c.fillRect(0, AXIS, width, laneHeight(scene, scene.pinned))
    drawGrid(scene, AXIS, top)
    drawSeparator(scene, top)
    drawTaskEdges(scene, AXIS, top)
    c.save()
    c.beginPath()
    c.rect(0, AXIS, shownTo(scene), top - AXIS)
    c.clip()
    drawLane(scene, scene.pinned, crowded)
    c.restore()
  }
  drawStrikeEdges(scene)
  drawLabels(scene, shownTo(scene))
  drawChosen(scene)
  drawAxis(scene)
}

/** Up to where the picture has anything on it: the moment that a replay shows. */
function shownTo({ replaying, scale, now, width }: Scene): number {
  return replaying ? Math.max(0, Math.min(width, scale.xAt(now))) : width
}

/** How many bars the window and the visible lanes hold. O(sub-rows · log n). */
function barsInView(scene: Scene): number {
  const { rows, scale, width, height } = scene
  const from = scale.timeAt(0)
  const to = scale.timeAt(width)
  let sum = 0
  for (const lane of rows.lanes) {
    const y = laneY(scene, lane)
    if (y > height || y + laneHeight(scene, lane) < AXIS) continue
    for (const row of lane.rows) sum += Math.max(0, firstFrom(rows.bars, row.bars, to) - firstEndingAfter(rows.bars, row.bars, from))
  }
  return sum
}

function drawGround(scene: Scene): void {
  const { context: c, palette, rows, scale, width, height } = scene
  for (const seam of scale.clock.seams) {
    const x0 = scale.xAt(seam.from)
    const x1 = scale.xAt(seam.to)
    if (x1 < 0 || x0 > width) continue
    c.fillStyle = palette.surface
    c.fillRect(x0, AXIS, Math.max(1, x1 - x0), height - AXIS)
  }
  drawGrid(scene, AXIS, height)
  for (const lane of rows.lanes) {
    const y = laneY(scene, lane) + laneHeight(scene, lane)
    if (lane.id === scene.selectedLane) {
      c.fillStyle = palette.surface
      c.fillRect(0, laneY(scene, lane), width, laneHeight(scene, lane))
    }
    if (y > AXIS && y <= height) drawSeparator(scene, y)
  }
}

function drawSeparator({ context: c, palette, width }: Scene, y: number): void {
  c.fillStyle = palette.grid
  c.fillRect(0, Math.round(y) - 1, width, 1)
}

function drawLane(scene: Scene, lane: Lane, crowded: boolean): void {
  const { rows, scale, width } = scene
  const { bars } = rows
  const from = scale.timeAt(0)
  const to = scale.timeAt(width)
  for (const row of lane.rows) {
    const y = AXIS + row.y - (lane === scene.pinned ? 0 : scene.scroll)
    const first = firstEndingAfter(bars, row.bars, from)
    const last = firstFrom(bars, row.bars, to)
    const n = last - first
    if (n <= 0) continue
    if (n > (crowded ? width / 16 : width / 4)) {
      drawRaster(scene, lane, row, y)
      taken.fill(0)
      drawLoudOnly(scene, lane, row, y)
    } else {
      for (let i = first; i < last; i++) {
        const bar = row.bars.at(i)
        drawBar(scene, lane, bar, y, row.height)
        if (bars.until.at(bar) === bars.start.at(bar)) drawLabelBeside(scene, bar, i + 1 < row.bars.length ? row.bars.at(i + 1) : -1, y, row.height)
      }
    }
  }
  if (lane.members.length > 0 || lane.group) drawRollUp(scene, lane)
}

// Sums over all that is rolled up are made anew at most so often, ms.
const ROLL_UP_MS = 500

/** What stands for many lanes: how much was under way in them, and on top, each for itself, what a master destroyed. */
function drawRollUp(scene: Scene, lane: Lane): void {
  const { rows } = scene
  const strip = rollUpOf(lane)
  if (!strip) return
  const y = AXIS + strip.y - (lane === scene.pinned ? 0 : scene.scroll)
  const under = lane.group?.lanes ?? lane.members
  lane.rollUp.refresh(rows.bars, under, rows.version, ROLL_UP_MS)
  drawRolledUp(scene, lane, under[0] ?? lane, y, strip.height)
  taken.fill(0)
  for (const member of lane.members) for (const row of member.rows) drawLoudOnly(scene, member, row, y)
}

// The pixels of a line on which what a master did has been drawn; cleared before each line.
let taken = new Uint8Array(4096)

/** What a master did is drawn for itself however many bars fall on a pixel; one pixel once. */
function drawLoudOnly(scene: Scene, lane: Lane, row: Row, y: number): void {
  const { rows, scale, width } = scene
  const { start, until, state } = rows.bars
  if (width > taken.length) taken = new Uint8Array(Math.ceil(width))
  rows.sortLoud()
  const { loud } = row
  const from = scale.timeAt(0)
  const to = scale.timeAt(width)
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
    if (until.at(bar) < from || end < 0) continue
    if (at >= from) taken[x] = 1
    // thinner than two pixels all look alike: those that follow pixel by pixel are drawn as one
    if (scene.replaying || state.at(bar) === OPEN || end - scale.xAt(at) >= 2) drawBar(scene, lane, bar, y, row.height, 1)
    else if (x === right) right = x + 1
    else {
      if (right > left) fillLoud(scene, left, right, y, row.height)
      left = x
      right = x + 1
    }
  }
  if (right > left) fillLoud(scene, left, right, y, row.height)
}

function fillLoud({ context: c, palette }: Scene, left: number, right: number, y: number, height: number): void {
  c.fillStyle = palette.destroyed
  c.fillRect(left, y, right - left, height)
}

function drawBar(scene: Scene, lane: Lane, bar: number, y: number, h: number, least = 3): void {
  const { context: c, palette, rows, scale, width } = scene
  const { bars } = rows
  const x0 = scale.xAt(bars.start.at(bar))
  const x1 = scale.xAt(barEnd(scene, bar))
  const kind = bars.kind.at(bar)
  // a turn that goes on in its calls does not look as if it ended there
  const whole = bars.until.at(bar) === bars.end.at(bar)
  const runs = scene.replaying && bars.start.at(bar) <= scene.now && bars.end.at(bar) > scene.now
  const state = runs ? RUNNING : whole ? bars.state.at(bar) : DONE
  const marks = scene.replaying ? rows.marked.get(bar) : undefined
  // in a replay a deed shows from its moment on
  const share = marks?.hit && marks.hit.occurredAt > scene.now ? -1 : bars.destroyed.at(bar)
  const loud = bars.acted.at(bar) === 1 && !(marks?.did && marks.did.occurredAt > scene.now)
  const fills = fillsOf(palette, lane)
  const plain = !loud && share < 0
  // a pixel of air between bars that touch
  const w = Math.max(kind === NOTE ? 6 : plain ? 1.5 : least, x1 - x0 - (x1 - x0 > 4 ? 1.5 : 0))
  const dim = scene.lens === 'interventions' && plain && bars.acted.at(bar) === 0
  c.globalAlpha = dim ? 0.3 : state === OPEN ? 0.6 : 1
  c.fillStyle = loud ? palette.destroyed : fillOf(fills, kind)

  // far outside the window a path only costs: clip by hand
  const left = Math.max(x0, -20)
  const right = Math.min(x0 + w, width + 20)
  if (w < 6) {
    if (share >= 0 && !loud) c.fillStyle = palette.destroyed
    c.fillRect(left, y, right - left, h)
    c.globalAlpha = 1
    return
  }
  const radius = Math.min(4, w / 3, h / 3)
  c.beginPath()
  if (kind === NOTE) c.roundRect(left, y + h / 4, right - left, h / 2, h / 4)
  else if (state === RUNNING) c.roundRect(left, y, right - left, h, [radius, 0, 0, radius])
  else if (state === CANCELLED) {
    // a cut corner: it did not end by itself
    const cut = Math.min(8, w / 3, h / 2)
    c.moveTo(left, y)
    c.lineTo(right - cut, y)
    c.lineTo(right, y + cut)
    c.lineTo(right, y + h)
    c.lineTo(left, y + h)
    c.closePath()
  } else c.roundRect(left, y, right - left, h, radius)
  c.fill()

  let struckTo = Number.POSITIVE_INFINITY
  if (share >= 0 && !loud) {
    // what was lost, from the cut backwards; what the agent does after it is another matter
    const cutAt = rows.marked.get(bar)?.hit?.cutAt ?? Number.POSITIVE_INFINITY
    const cut = Math.min(x0 + w, Math.max(x0 + Math.min(w, 3), scale.xAt(Math.min(cutAt, barEnd(scene, bar)))))
    const from = Math.max(left, cut - Math.max(Math.min(cut - x0, 10), (cut - x0) * share))
    struckTo = share >= 0 && cut < x0 + w - 1 ? cut : Number.POSITIVE_INFINITY
    c.fillStyle = palette.hatch
    c.save()
    c.clip()
    c.translate(cut, y)
    c.fillRect(from - cut, 0, Math.min(cut, right) - from, h)
    c.restore()
    c.strokeStyle = palette.destroyed
    c.globalAlpha = dim ? 0.3 : 0.65
    c.lineWidth = 1
    c.stroke()
    c.globalAlpha = 1
  } else if (kind === WRITE && !loud) {
    // an artifact is being made: a stripe of the role's colour
    c.fillStyle = fills.accent
    c.fillRect(left, y + radius, 2.5, h - 2 * radius)
  } else if (kind === DELEGATE || state === OPEN) {
    c.strokeStyle = fills.accent
    c.lineWidth = 1
    c.globalAlpha *= 0.5
    c.stroke()
    c.globalAlpha = dim ? 0.3 : 1
  }
  if (state === FAILED && !loud) {
    c.fillStyle = palette.unknown
    c.fillRect(left, y + h - 2.5, right - left, 2.5)
  }
  if (state === RUNNING) {
    c.fillStyle = loud ? palette.onDestroyed : fills.accent
    c.fillRect(x0 + w - 2, y, 2, h)
  }
  if (bar === scene.hovered) {
    c.strokeStyle = palette.text
    c.globalAlpha = 0.45
    c.lineWidth = 1
    c.stroke()
  }
  c.globalAlpha = dim ? 0.35 : 1
  // work that goes on after the cut has its words after it
  const goesOn = struckTo < x0 + w - 60
  if (h >= 14 && w >= 22) drawLabel(scene, bar, Math.max(goesOn ? struckTo : left, left, 0), Math.min(right, width), y, h, share >= 0 && !loud && !goesOn, loud)
  c.globalAlpha = 1
}

function drawLabel(scene: Scene, bar: number, left: number, right: number, y: number, h: number, struck: boolean, loud: boolean): void {
  const { context: c, palette, fonts } = scene
  const pad = h >= 24 ? 8 : 6
  const room = right - left - 2 * pad + 2
  if (room < 8) return
  c.font = h >= 24 ? fonts.label : fonts.small
  const whole = fitted(c, scene.rows, bar, room)
  if (whole === '') return
  const typing = scene.replaying && isTyping(scene, bar)
  const text = typing ? typedSoFar(scene, bar, whole) : whole
  c.textBaseline = 'middle'
  c.textAlign = 'left'
  const x = left + pad
  const middle = Math.round(y + h / 2) + 0.5
  if (struck) {
    // legible over the hatching: the ground's colour behind the words
    c.strokeStyle = palette.destroyedFill
    c.lineWidth = 5
    c.lineJoin = 'round'
    c.strokeText(text, x, middle)
  }
  c.fillStyle = loud ? palette.onDestroyed : palette.text
  c.fillText(text, x, middle)
  if (struck) c.fillRect(x, middle - 0.5, c.measureText(text).width, 1)
  // drawn, not written: fonts need not have the sign
  if (typing) c.fillRect(Math.round(x + c.measureText(text).width) + 1, Math.round(middle) - 6, 4, 12)
}

function isTyping({ rows, now }: Scene, bar: number): boolean {
  const end = rows.bars.end.at(bar)
  return end > now && end !== Number.POSITIVE_INFINITY
}

/** In a replay words come as they were told; where that is not known, evenly. */
function typedSoFar({ rows, now, paces }: Scene, bar: number, text: string): string {
  const start = rows.bars.start.at(bar)
  const end = rows.bars.end.at(bar)
  return typedAt(text, paces?.shareOf(rows, bar, now) ?? (now - start) / (end - start))
}

/** What has no length says what it is beside itself, where there is room before the next. */
function drawLabelBeside(scene: Scene, bar: number, next: number, y: number, h: number): void {
  const { context: c, palette, fonts, scale, rows, width } = scene
  if (h < 14 || (rows.bars.destroyed.at(bar) >= 0 && rows.bars.acted.at(bar) !== 1)) return
  const x = scale.xAt(rows.bars.start.at(bar)) + 11
  const room = Math.min(width, next < 0 ? width : scale.xAt(rows.bars.start.at(next))) - x - 8
  if (room < 36 || x < 0) return
  // what is scrolled away under the lane on top does not stand on it
  if (rows.laneOfBar(bar) !== scene.pinned && y + h / 2 < scrollTopEdge(scene) + 6) return
  c.font = fonts.small
  const text = fitted(c, rows, bar, Math.min(room, 220))
  keepLabel(text, x, Math.round(y + h / 2) + 0.5, rows.bars.acted.at(bar) === 1 ? palette.destroyed : palette.quiet)
  leaveHit(scene, -1, x, y + h / 2, x + widthOf(c, text))
}

/** The selected bar's ring. */
function drawChosen(scene: Scene): void {
  const { context: c, palette, rows, scale } = scene
  const bar = scene.selected
  if (bar < 0 || bar >= rows.bars.count) return
  // a replay has not come to it yet
  if (scene.replaying && rows.bars.start.at(bar) > scene.now) return
  const lane = rows.lanesByNumber[rows.bars.lane.at(bar)]
  if (!lane || lane.place < 0) return
  const y = barY(scene, lane, bar)
  const h = barHeightOf(lane, rows.bars, bar)
  if (lane !== scene.pinned && y + h < scrollTopEdge(scene)) return
  const x0 = Math.max(-10, scale.xAt(rows.bars.start.at(bar)))
  const x1 = Math.min(scene.width + 10, Math.max(x0 + 3, scale.xAt(barEnd(scene, bar)) - 1.5))
  c.strokeStyle = palette.selection
  c.lineWidth = 1.5
  c.beginPath()
  c.roundRect(x0 - 3, y - 3, x1 - x0 + 6, h + 6, 6)
  c.stroke()
}
