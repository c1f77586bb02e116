import { COUNTED_KINDS } from '@/lib/core/interventions'
import { firstFrom } from './bars'
import { Floats } from './columns'
import { eachCell, eachLaneInView } from './cuts'
import { clipped, curve, edgeOfBar, head } from './draw-curves'
import { keepLabel } from './draw-labels'
import { widthOf } from './draw-text'
import { drawGlyph, toneOf } from './glyphs'
import { Kept } from './kept'
import type { Lane } from './lane'
import { AXIS, barEnd, barHeightOf, barY, isShown, laneHeight, laneY, leaveHit, type Scene, scrollTopEdge, standing } from './scene'
import type { Strike } from './strike'
import { strikeLabel } from './strikes'

/** Interventions, over everything. */
export function drawStrikeEdges(scene: Scene): void {
  clipped(scene, AXIS, scene.height, drawStrikes)
}

// With more than this in view, arrows stay away and each pixel of a lane shows one cut; with more than that, quiet signs stand some pixels apart.
const MANY_LOUD = 120
const MANY_SIGNS = 800
const SIGNS_APART = 13

/** Every intervention of the window. Where they are many, their arrows stay away; their cuts never do. */
function drawStrikes(scene: Scene): void {
  const { rows, scale, width } = scene
  const { strikeSpans: spans, loudSpans, strikeMarks } = rows
  const left = scale.timeAt(-60)
  const right = scale.timeAt(width + 60)
  if (loudSpans.countUpTo(left, right, MANY_LOUD + 1) > MANY_LOUD) drawAllCuts(scene)
  else {
    const end = loudSpans.placeFrom(right)
    for (let place = loudSpans.nextEnding(0, left); place < end; place = loudSpans.nextEnding(place + 1, left)) drawAlone(scene, loudSpans.at(place))
  }
  if (spans.countUpTo(left, right, MANY_SIGNS + 1) > MANY_SIGNS) eachLaneInView(scene, drawSigns)
  else {
    const end = spans.placeFrom(right)
    for (let place = spans.nextEnding(0, left); place < end; place = spans.nextEnding(place + 1, left)) {
      const index = spans.at(place)
      if (strikeMarks.loud.at(index) === 0) drawAlone(scene, index)
    }
  }
  const chosen = scene.selectedStrike
  if (chosen && isVisible(scene, chosen)) drawOne(scene, chosen, chosen.index, false)
}

// Cuts that stand pixel by pixel in one sub-row, to be drawn as one: px, and the newest that a pointer can hit.
const run = { left: 0, right: 0, top: 0, height: 0, hitX: Number.NEGATIVE_INFINITY }
// A pointer is no more exact than this, px.
const HITS_APART = 4

/** A crowd of cuts: rectangles (x, y, width, height) and what they leave for the pointer (index, x, y). */
interface Crowd {
  rects: Floats
  hits: Floats
}
const crowds = new Kept<Crowd>()
// That which is being found.
let crowd: Crowd = { rects: new Floats(), hits: new Floats() }

/** A crowd of cuts: hundreds of arrows would hide what they point at; the cuts and the bars that made them stay. */
function drawAllCuts(scene: Scene): void {
  const { context: c, palette, rows } = scene
  c.fillStyle = palette.destroyed
  const { rects, hits } = crowds.get(scene, scene, rows.strikesTold, (old) => {
    crowd = old ?? { rects: new Floats(), hits: new Floats() }
    crowd.rects.truncate(0)
    crowd.hits.truncate(0)
    eachLaneInView(scene, addCuts)
    return { made: crowd, lasts: true }
  })
  for (let i = 0; i < rects.length; i += 4) c.fillRect(rects.at(i), rects.at(i + 1), rects.at(i + 2), rects.at(i + 3))
  for (let i = 0; i < hits.length; i += 3) leaveHit(scene, hits.at(i), hits.at(i + 1), hits.at(i + 2), hits.at(i + 1) + 6)
}

function addCuts(scene: Scene, lane: Lane): void {
  run.height = 0
  run.hitX = Number.NEGATIVE_INFINITY
  eachCell(scene, lane, true, 1, addCut)
  endRun()
}

function addCut(scene: Scene, index: number): boolean {
  const { rows, scale } = scene
  const strike = rows.strikeList[index] as Strike
  if (!isVisible(scene, strike)) return false
  if (strike === scene.selectedStrike) return true
  const { hitBar, cutAt } = strike
  const hit = hitBar >= 0 ? rows.lanesByNumber[rows.bars.lane.at(hitBar)] : rows.lookupLane(strike.finding.assigneeId)
  if (!hit || hit.place < 0) return true
  const top = hitBar >= 0 ? barY(scene, hit, hitBar) : laneY(scene, hit) + laneHeight(scene, hit) / 2 - 8
  const height = hitBar >= 0 ? barHeightOf(hit, rows.bars, hitBar) : 16
  // scrolled out of sight: its pixel is free for what is rolled up below it
  if (top + height / 2 < scrollTopEdge(scene) && standing(hit) !== scene.pinned) return false
  const x = scale.xAt(cutAt)
  if (run.height === 0 || run.top !== top || run.height !== height || x < run.left || x > run.right + 0.5) {
    endRun()
    run.left = run.right = x
    run.top = top
    run.height = height
  } else run.right = Math.max(run.right, x)
  if (Math.abs(x - run.hitX) >= HITS_APART) {
    run.hitX = x
    crowd.hits.push3(index, x, top + height / 2)
  }
  return true
}

function endRun(): void {
  if (run.height === 0) return
  crowd.rects.push4(run.left - 0.5, run.top - 1, run.right - run.left + 1.5, run.height + 2)
}

/** A crowd of quiet signs in a lane. */
function drawSigns(scene: Scene, lane: Lane): void {
  eachCell(scene, lane, false, SIGNS_APART, addSign)
}

function addSign(scene: Scene, index: number): boolean {
  const strike = scene.rows.strikeList[index] as Strike
  if (!isVisible(scene, strike)) return false
  if (strike !== scene.selectedStrike) drawOne(scene, strike, index, true)
  return true
}

/** The chosen one comes last, on top of all. */
function drawAlone(scene: Scene, index: number): void {
  const strike = scene.rows.strikeList[index] as Strike
  if (strike !== scene.selectedStrike && isVisible(scene, strike)) drawOne(scene, strike, index, false)
}

function isVisible({ hidden, replaying, now }: Scene, strike: Strike): boolean {
  return isShown(hidden, strike) && !(replaying && strike.occurredAt > now)
}

function drawOne(scene: Scene, strike: Strike, index: number, plain: boolean): void {
  if (strike.loud) drawStrike(scene, strike, index)
  else if (!strike.aside && (COUNTED_KINDS.has(strike.kind) || strike.kind === 'peer_overwrite')) drawMild(scene, strike, index, plain)
  else drawQuiet(scene, strike, index)
}

function drawStrike(scene: Scene, strike: Strike, index: number): void {
  const { context: c, palette, rows, scale } = scene
  const { bars } = rows
  const chosen = strike === scene.selectedStrike
  const hit = strike.hitBar >= 0 ? rows.lanesByNumber[bars.lane.at(strike.hitBar)] : rows.lookupLane(strike.finding.assigneeId)
  if (!hit || hit.place < 0) return
  const x1 =
    strike.hitBar >= 0
      ? Math.min(scale.xAt(strike.cutAt), Math.max(scale.xAt(bars.start.at(strike.hitBar)) + 3, scale.xAt(barEnd(scene, strike.hitBar)) - 1.5))
      : scale.xAt(strike.cutAt)
  const hitTop = strike.hitBar >= 0 ? barY(scene, hit, strike.hitBar) : laneY(scene, hit) + laneHeight(scene, hit) / 2 - 8
  const hitHeight = strike.hitBar >= 0 ? barHeightOf(hit, bars, strike.hitBar) : 16

  drawArrow(scene, strike, hit, x1, hitTop)
  const middle = hitTop + hitHeight / 2
  if (middle < scrollTopEdge(scene) && standing(hit) !== scene.pinned) return
  // the cut itself
  c.fillStyle = palette.destroyed
  c.fillRect(x1 - 1, hitTop - 2, 2, hitHeight + 4)
  drawBacked(scene, strike, x1, middle, chosen ? 13 : 11, palette.destroyed)
  leaveHit(scene, index, x1, middle, drawCutLabel(scene, strike, hit, x1, middle))
}

/** From inside the bar that did it to the edge of the bar that it hit, at `x1`. */
function drawArrow(scene: Scene, strike: Strike, hit: Lane, x1: number, hitTop: number): void {
  const { context: c, palette, rows, scale } = scene
  const { bars } = rows
  const chosen = strike === scene.selectedStrike
  const actor = strike.actorBar >= 0 ? rows.lanesByNumber[bars.lane.at(strike.actorBar)] : rows.lookupLane(strike.finding.master.agentId)
  if (!actor || actor.place < 0) return
  const down = laneY(scene, actor) <= laneY(scene, hit)
  const barX = strike.actorBar >= 0 ? scale.xAt(bars.start.at(strike.actorBar)) : scale.xAt(strike.occurredAt)
  const barX1 = strike.actorBar >= 0 ? scale.xAt(barEnd(scene, strike.actorBar)) : barX
  const x0 = Math.min(Math.max(x1, barX + 1), Math.max(barX + 1, barX1 - 3))
  const y0 = edgeOfBar(scene, actor, strike.actorBar, down)
  const y1 = edgeOfBar(scene, hit, strike.hitBar, !down)
  const tip = y1 - (down ? 1 : -1)
  // between lanes that stand close, a smaller head and a tighter turn
  const free = Math.max(4, Math.min(19, hitTop - laneY(scene, hit)))
  const size = Math.max(3.5, Math.min(7, free * 0.5)) + (chosen ? 1 : 0)
  const air = Math.max(1, Math.min(6, free - size * 1.1))
  // a breath of ground beside the stroke, so that it reads across what it crosses
  c.globalAlpha = 0.75
  c.strokeStyle = palette.bg
  c.lineWidth = 5
  const neck = tip - (down ? size : -size) * 1.1
  curve(c, x0, y0 + (down ? 1 : -1), x1, neck, 'end', air)
  c.globalAlpha = 1
  c.strokeStyle = palette.destroyed
  c.lineWidth = chosen ? 2.75 : 1.9
  curve(c, x0, y0, x1, neck, 'end', air)
  c.fillStyle = palette.destroyed
  head(c, x1, tip, down ? 1 : -1, size)
  c.fill()
}

/** Beside the cut, where the lane is free; what finds no room is said by tooltip, list and tree. */
function drawCutLabel(scene: Scene, strike: Strike, lane: Lane, x: number, y: number): number {
  const { context: c, palette, rows, scale, fonts, width } = scene
  const { bars } = rows
  const row = strike.hitBar >= 0 ? lane.rows[bars.row.at(strike.hitBar)] : lane.rows[0]
  if (row && row.height < 14) return x + 6
  let free = width
  if (row) {
    const next = firstFrom(bars, row.bars, strike.cutAt + 0.001)
    if (next < row.bars.length) free = Math.min(free, scale.xAt(bars.start.at(row.bars.at(next))))
    // a bar goes on under it: its own words stand there
    if (next > 0 && bars.until.at(row.bars.at(next - 1)) > strike.cutAt + 1) free = x
  }
  const { hits } = scene
  for (let i = 0; i < hits.x.length; i++) if (Math.abs(hits.y.at(i) - y) < 12 && hits.right.at(i) > x + 8 && hits.x.at(i) < x + 150) return x + 6
  c.font = fonts.small
  const room = free - x - 18
  const { says, short } = strikeLabel(strike)
  const text = widthOf(c, says) <= room ? says : widthOf(c, short) <= room ? short : ''
  if (text === '') return x + 6
  keepLabel(text, x + 12, y + 0.5, palette.destroyed)
  return x + 14 + widthOf(c, text)
}

/** A milder intervention: a thin grey line and a hollow diamond. */
function drawMild(scene: Scene, strike: Strike, index: number, plain: boolean): void {
  const { context: c, palette, rows, scale } = scene
  const { bars } = rows
  if (strike.hitBar < 0) return
  const hit = rows.lanesByNumber[bars.lane.at(strike.hitBar)]
  if (!hit || hit.place < 0) return
  const actor = strike.actorBar < 0 ? undefined : rows.lanesByNumber[bars.lane.at(strike.actorBar)]
  const x = scale.xAt(strike.cutAt)
  const top = barY(scene, hit, strike.hitBar)
  const h = barHeightOf(hit, bars, strike.hitBar)
  c.strokeStyle = palette.unknown
  c.globalAlpha = strike === scene.selectedStrike ? 1 : 0.9
  c.lineWidth = strike === scene.selectedStrike ? 1.75 : 1.1
  if (actor && actor !== hit && actor.place >= 0 && !plain) {
    const down = laneY(scene, actor) < laneY(scene, hit)
    const x0 = Math.max(scale.xAt(bars.start.at(strike.actorBar)) + 2, Math.min(x, scale.xAt(barEnd(scene, strike.actorBar)) - 3))
    curve(c, x0, edgeOfBar(scene, actor, strike.actorBar, down), x, edgeOfBar(scene, hit, strike.hitBar, !down) - (down ? 4 : -4))
  }
  const y = top + h / 2
  if (y >= scrollTopEdge(scene) || standing(hit) === scene.pinned) {
    // Where a loud one stands already, that one is seen.
    if (strike === scene.selectedStrike || !isTaken(scene, x, y, 10)) drawBacked(scene, strike, x, y, 10, palette[toneOf(strike.kind)])
    leaveHit(scene, index, x, y, x + 6)
  }
  c.globalAlpha = 1
}

/** What is only reported, and what a person set aside: its sign on the bar, where there is room for it. */
function drawQuiet(scene: Scene, strike: Strike, index: number): void {
  const { context: c, palette, rows, scale } = scene
  const bar = strike.hitBar >= 0 ? strike.hitBar : strike.actorBar
  if (bar < 0) return
  const lane = rows.lanesByNumber[rows.bars.lane.at(bar)]
  if (!lane || lane.place < 0) return
  const chosen = strike === scene.selectedStrike
  const height = barHeightOf(lane, rows.bars, bar)
  const x = scale.xAt(strike.cutAt)
  const y = barY(scene, lane, bar) + height / 2
  if (height < 10 || (y < scrollTopEdge(scene) && standing(lane) !== scene.pinned)) return
  if (!chosen && isTaken(scene, x, y, 13)) return
  c.globalAlpha = chosen ? 1 : strike.aside ? 0.75 : 0.9
  drawBacked(scene, strike, x, y, strike.aside ? 10 : 9, strike.aside ? palette.unknown : palette[toneOf(strike.kind)])
  if (strike.aside) {
    c.strokeStyle = palette.text
    c.lineWidth = 1.4
    c.beginPath()
    c.moveTo(x - 8, y)
    c.lineTo(x + 8, y)
    c.stroke()
  }
  c.globalAlpha = 1
  leaveHit(scene, index, x, y, x + 6)
}

// Marks are left in the order of time, in a crowd lane by lane: what stands near was left lately.
const LATELY = 256

/** Whether another mark stands within so many pixels. */
function isTaken({ hits }: Scene, x: number, y: number, within: number): boolean {
  const least = Math.max(0, hits.x.length - LATELY)
  for (let i = hits.x.length - 1; i >= least; i--) if (Math.abs(hits.y.at(i) - y) < 8 && Math.abs(hits.x.at(i) - x) < within) return true
  return false
}

/** The kind's sign on a disc of the ground, so that it reads on any bar. */
function drawBacked({ context: c, palette }: Scene, strike: Strike, x: number, y: number, size: number, colour: string): void {
  c.fillStyle = palette.bg
  c.beginPath()
  c.arc(x, y, size * 0.72, 0, 2 * Math.PI)
  c.fill()
  c.fillStyle = colour
  drawGlyph(c, strike.kind, x, y, size)
}
