import type { Hideable } from '@/lib/view/view'
import type { Activity } from './activity'
import type { Palette } from './palette'
import type { Rows } from './rows'
import type { Scale } from './scale'
import { isShown, type Scene } from './scene'

/** The whole session in a strip: how much was under way, where masters struck, and the window. */
export interface Overview {
  context: CanvasRenderingContext2D
  width: number
  height: number
  scale: Scale
  /** Covered agent-time by column, in agents (2.5: two and a half were at work). */
  activity: Float64Array
  peak: number
  /** Loud interventions by column, in all, and at most in one. */
  marks: Uint32Array
  marked: number
  mostMarks: number
  /** When hits of a search are, epoch ms; how many by column, and at most in one. */
  found: readonly number[]
  hits: Uint32Array
  mostHits: number
}

const COLUMN = 4
const BAR = 2.5

export function newOverview(context: CanvasRenderingContext2D, scale: Scale): Overview {
  return {
    context,
    width: 0,
    height: 0,
    scale,
    activity: new Float64Array(0),
    peak: 0,
    marks: new Uint32Array(0),
    marked: 0,
    mostMarks: 0,
    found: [],
    hits: new Uint32Array(0),
    mostHits: 0,
  }
}

/** Sums what was under way, interventions and hits, column by column. At most a few times a second. */
export function sumStrip(overview: Overview, under: Activity, rows: Rows, now: number, hidden: ReadonlySet<Hideable>): void {
  const { width } = overview
  const n = Math.max(1, Math.floor(width / COLUMN))
  if (overview.activity.length !== n) overview.activity = new Float64Array(n)
  const columns = Math.ceil(width / COLUMN) + 1
  if (overview.marks.length !== columns) overview.marks = new Uint32Array(columns)
  overview.peak = under.sum(overview.activity, now)
  sumMarks(overview, rows, hidden)
  sumHits(overview, columns)
}

function sumMarks(overview: Overview, rows: Rows, hidden: ReadonlySet<Hideable>): void {
  const { scale, marks } = overview
  marks.fill(0)
  overview.marked = overview.mostMarks = 0
  for (const strike of rows.strikeList) {
    const column = Math.floor(scale.xAt(strike.occurredAt) / COLUMN)
    if (!strike.loud || !isShown(hidden, strike) || column < 0 || column >= marks.length) continue
    const count = (marks[column] as number) + 1
    marks[column] = count
    if (count > overview.mostMarks) overview.mostMarks = count
    overview.marked++
  }
}

function sumHits(overview: Overview, columns: number): void {
  const { scale, found } = overview
  if (overview.hits.length !== columns) overview.hits = new Uint32Array(columns)
  const { hits } = overview
  hits.fill(0)
  overview.mostHits = 0
  for (const at of found) {
    const column = Math.min(columns - 1, Math.max(0, Math.floor(scale.xAt(at) / COLUMN)))
    const count = (hits[column] as number) + 1
    hits[column] = count
    if (count > overview.mostHits) overview.mostHits = count
  }
}

const HIT_HEIGHT = 9

/** Hits of a search stand on the lower edge, higher where there are more; the root lets one show beside a hundred. */
function drawHits(overview: Overview, palette: Palette): void {
  const { context: c, height, hits, mostHits } = overview
  if (mostHits === 0) return
  c.fillStyle = palette.text
  for (let i = 0; i < hits.length; i++) {
    const count = hits[i] as number
    if (count === 0) continue
    const h = Math.max(4, HIT_HEIGHT * Math.sqrt(count / mostHits))
    c.fillRect(i * COLUMN, height - h, BAR, h)
  }
}

/** One mark an intervention; where they crowd, columns as high as there are many, so that the crowd has a shape. */
function drawMarks(overview: Overview, rows: Rows, hidden: ReadonlySet<Hideable>): void {
  const { context: c, width, height, scale, marks, mostMarks: most } = overview
  const n = Math.ceil(width / COLUMN) + 1
  if (overview.marked > n / 6) {
    for (let i = 0; i < n; i++) {
      const count = marks[i] ?? 0
      if (count > 0) c.fillRect(i * COLUMN, 1, BAR, Math.max(3, (height - 4) * (count / most)))
    }
    return
  }
  for (const strike of rows.strikeList) {
    if (!strike.loud || !isShown(hidden, strike)) continue
    const x = Math.round(scale.xAt(strike.occurredAt))
    c.fillRect(x - 1, 2, 2, height - 4)
    c.fillRect(x - 3, 1, 6, 3)
  }
}

/** `from` and `to`: the window's edges, px on the strip. What the filter hides has no mark here either. */
export function drawOverview(overview: Overview, scene: Scene, from: number, to: number): void {
  const { rows, palette, now, hidden } = scene
  const live = scene.live || scene.replaying
  const { context: c, width, height, activity, peak, scale } = overview
  c.clearRect(0, 0, width, height)
  c.fillStyle = palette.surface
  c.beginPath()
  c.roundRect(0, 0, width, height, 5)
  c.fill()
  const whole = from <= 1 && to >= width - 1
  if (peak > 0) {
    for (let i = 0; i < activity.length; i++) {
      const value = activity[i] as number
      if (value <= 0) continue
      const x = i * COLUMN
      // the root lets one agent show beside a hundred
      const h = Math.max(1.5, (height - 8) * Math.sqrt(value / peak))
      c.fillStyle = palette.unknown
      c.globalAlpha = whole || (x >= from - COLUMN && x <= to) ? 0.62 : 0.28
      c.fillRect(x, height - 2 - h, BAR, h)
    }
  }
  c.globalAlpha = 1
  c.fillStyle = palette.destroyed
  drawMarks(overview, rows, hidden)
  if (live) {
    c.fillStyle = palette.text
    c.fillRect(Math.min(width - 1, scale.xAt(now)), 0, 1.5, height)
  }
  drawHits(overview, palette)
  if (whole) return
  const x0 = Math.max(0.75, Math.min(from, width - 4))
  const x1 = Math.min(width - 0.75, Math.max(to, x0 + 3))
  c.fillStyle = palette.bg
  c.globalAlpha = 0.5
  c.fillRect(0, 0, x0, height)
  c.fillRect(x1, 0, width - x1, height)
  c.globalAlpha = 1
  c.strokeStyle = palette.quiet
  c.lineWidth = 1.5
  c.beginPath()
  c.roundRect(x0, 0.75, x1 - x0, height - 1.5, 4)
  c.stroke()
  c.fillStyle = palette.quiet
  c.fillRect(x0 - 1.5, height / 2 - 5, 3, 10)
  c.fillRect(x1 - 1.5, height / 2 - 5, 3, 10)
}
