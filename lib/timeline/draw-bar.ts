import { CANCELLED, DELEGATE, DONE, FAILED, NOTE, OPEN, RUNNING, WRITE } from './bars'
import { keepLabel } from './draw-labels'
import { fitted, widthOf } from './draw-text'
import type { Lane } from './lane'
import { fillOf, fillsOf } from './palette'
import { typedAt } from './replay'
import { barEnd, leaveHit, type Scene, scrollTopEdge } from './scene'

/** One bar with what became of it, and its words where there is room. `least`: px that it has at least where a master touched it. */
export function drawBar(scene: Scene, lane: Lane, bar: number, y: number, h: number, least = 3): void {
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
export function drawLabelBeside(scene: Scene, bar: number, next: number, y: number, h: number): void {
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
