import { isDated } from '@/lib/core/dated'
import { widthOf } from './draw-text'
import { AXIS, type Scene, workOf } from './scene'
import { printDuration, printElapsed, tickStep } from './ticks'
import type { WorkClock } from './work-clock'

const COUNT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** Lines at the ticks, between two heights. */
export function drawGrid(scene: Scene, from: number, to: number): void {
  const { context: c, palette, scale, width } = scene
  c.fillStyle = palette.grid
  const work = workOf(scene)
  if (work) return eachWorkTick(scene, work, (x) => c.fillRect(x, from, 1, to - from))
  const step = tickStep((scale.u1 - scale.u0) / width, 96)
  const zero = zeroOf(scene)
  const first = Math.ceil((scale.timeAt(0) - zero) / step) * step
  const last = scale.timeAt(width) - zero
  if ((last - first) / step > 400) return drawFoldedGrid(scene, from, to, step)
  for (let t = first; t <= last; t += step) c.fillRect(Math.round(scale.xAt(zero + t)), from, 1, to - from)
}

/** The moment that the axis counts from. */
function zeroOf({ zero, origin }: Scene): number {
  return zero ?? origin
}

/** Where time is folded, ticks stand between the seams only. */
function drawFoldedGrid(scene: Scene, from: number, to: number, step: number): void {
  eachFoldedTick(scene, step, (x) => scene.context.fillRect(x, from, 1, to - from))
}

/** Ticks at round amounts of work, at least 84 px apart; a unit of the clock is one of work. */
function eachWorkTick({ scale, width }: Scene, work: WorkClock, tick: (x: number, amount: number) => void): void {
  if (work.total <= 0) return
  const least = (84 / width) * (scale.u1 - scale.u0)
  const power = 10 ** Math.floor(Math.log10(least))
  const step = Math.max(1, power * (least <= power ? 1 : least <= 2 * power ? 2 : least <= 5 * power ? 5 : 10))
  for (let k = Math.ceil(scale.u0 / step); k * step <= scale.u1; k++) tick(Math.round(((k * step - scale.u0) / (scale.u1 - scale.u0)) * width), k * step)
}

function eachFoldedTick(scene: Scene, step: number, tick: (x: number, t: number) => void): void {
  const { scale, width } = scene
  const origin = zeroOf(scene)
  const pixels = step * scale.density
  for (let x = 0; x < width; ) {
    const t = scale.timeAt(x) - origin
    const next = Math.ceil(t / step) * step
    const at = scale.xAt(origin + next)
    if (at <= width) tick(Math.round(at), next)
    // at least one tick's breadth on, which may leap a seam
    x = Math.max(x + pixels, at + pixels / 2)
  }
}

/** Ticks, seams and, while it runs, now. */
export function drawAxis(scene: Scene): void {
  const { context: c, palette, scale, width, height, fonts } = scene
  const origin = zeroOf(scene)
  c.fillStyle = palette.bg
  c.fillRect(0, 0, width, AXIS)
  c.fillStyle = palette.border
  c.fillRect(0, AXIS - 1, width, 1)
  c.font = fonts.mono
  c.textBaseline = 'middle'
  c.textAlign = 'left'
  c.fillStyle = palette.quiet
  const work = workOf(scene)
  const step = tickStep((scale.u1 - scale.u0) / width, 96)
  const first = Math.ceil((scale.timeAt(0) - origin) / step) * step
  const last = scale.timeAt(width) - origin
  const dated = isDated(origin)
  if (work) {
    let free = Number.NEGATIVE_INFINITY
    eachWorkTick(scene, work, (x, amount) => {
      const text = amount === 0 ? `0 ${work.counts}` : COUNT.format(amount).replace('-', '−')
      if (x < free || x + 5 + widthOf(c, text) > width) return
      c.fillText(text, x + 5, AXIS / 2)
      free = x + 14 + widthOf(c, text)
    })
  } else if ((last - first) / step > 400) {
    let free = 0
    eachFoldedTick(scene, step, (x, t) => {
      if (x < free) return
      c.fillText(dated ? printElapsed(t, step) : stepText(t), x + 5, AXIS / 2)
      free = x + 70
    })
  } else {
    let free = Number.NEGATIVE_INFINITY
    for (let t = first; t <= last; t += step) {
      const x = Math.round(scale.xAt(origin + t))
      if (x < free) continue
      const text = dated ? tickText(t, step) : stepText(t)
      // half a time says another time
      if (x + 5 + widthOf(c, text) > width) break
      c.fillText(text, x + 5, AXIS / 2)
      free = x + 60
    }
  }
  for (const seam of scale.clock.seams) {
    const x0 = scale.xAt(seam.from)
    const x1 = scale.xAt(seam.to)
    if (x1 < 0 || x0 > width) continue
    drawTear(scene, x0, x1)
  }
  drawLeftOut(scene)
  if (scene.live || scene.replaying) {
    const x = scale.xAt(scene.playhead ?? scene.now)
    if (x >= 0 && x <= width) {
      c.fillStyle = palette.text
      c.fillRect(Math.round(x) - 0.5, 8, 1.5, height - 8)
      c.beginPath()
      c.arc(Math.round(x), 9, 4, 0, 2 * Math.PI)
      c.fill()
    }
  }
}

/** Of a recording without times, where a step stands for a second. */
function stepText(t: number): string {
  return t === 0 ? '0 steps' : COUNT.format(t / 1000)
}

// Tick texts repeat from frame to frame.
const ticks = new Map<number, string>()
let ticksStep = 0

function tickText(t: number, step: number): string {
  if (step !== ticksStep || ticks.size > 4000) {
    ticks.clear()
    ticksStep = step
  }
  let text = ticks.get(t)
  if (text === undefined) {
    text = printElapsed(t, step)
    ticks.set(t, text)
  }
  return text
}

/** Folded time is never silent: a torn edge. */
function drawTear({ context: c, palette, height }: Scene, x0: number, x1: number): void {
  const middle = Math.round((x0 + x1) / 2)
  c.strokeStyle = palette.unknown
  c.lineWidth = 1
  c.beginPath()
  for (let y = AXIS, i = 0; y <= height; y += 6, i++) {
    const x = middle + (i % 2 === 0 ? -3 : 3)
    if (i === 0) c.moveTo(x, y)
    else c.lineTo(x, y)
  }
  c.stroke()
}

const SMALLEST_BETWEEN = 4

/** How long each tear leaves out, where that has room: of two that would lie over each other, the longer. */
function drawLeftOut({ context: c, palette, scale, width, fonts }: Scene): void {
  c.font = fonts.small
  const labels: { ms: number; from: number; to: number; text: string }[] = []
  for (const seam of scale.clock.seams) {
    const middle = Math.round((scale.xAt(seam.from) + scale.xAt(seam.to)) / 2)
    if (middle < 0 || middle > width) continue
    const ms = seam.to - seam.from
    const text = printDuration(ms)
    const wide = widthOf(c, text) + 10
    const from = Math.max(0, Math.min(width - wide, middle - wide / 2))
    const label = { ms, from, to: from + wide, text }
    const before = labels.at(-1)
    if (!before || label.from >= before.to + SMALLEST_BETWEEN) labels.push(label)
    else if (ms > before.ms) {
      labels.pop()
      const earlier = labels.at(-1)
      if (!earlier || label.from >= earlier.to + SMALLEST_BETWEEN) labels.push(label)
      else labels.push(before)
    }
  }
  for (const { from, to, text } of labels) {
    c.fillStyle = palette.surface
    c.beginPath()
    c.roundRect(from, AXIS + 2, to - from, 16, 4)
    c.fill()
    c.fillStyle = palette.quiet
    c.fillText(text, from + 5, AXIS + 10.5)
  }
}
