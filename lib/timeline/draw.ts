import { firstEndingAfter, firstFrom } from './bars'
import { drawAxis, drawGrid } from './draw-axis'
import { drawBar, drawLabelBeside } from './draw-bar'
import { drawTaskEdges } from './draw-delegations'
import { clearLabels, drawLabels } from './draw-labels'
import { beginLoudLine, drawLoudOnly } from './draw-loud'
import { drawRaster, drawRolledUp } from './draw-raster'
import { drawStrikeEdges } from './draw-strikes'
import type { Lane } from './lane'
import { rollUpOf } from './layout'
import { AXIS, barEnd, barHeightOf, barY, clearHits, laneHeight, laneY, type Scene, scrollTopEdge } from './scene'

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
      beginLoudLine()
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
  beginLoudLine()
  for (const member of lane.members) for (const row of member.rows) drawLoudOnly(scene, member, row, y)
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
