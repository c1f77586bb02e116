import type { Hideable } from '@/lib/view/view'
import type { Bars } from './bars'
import { Floats, Ints } from './columns'
import type { Lane } from './lane'
import { type Layout, layoutLanes } from './layout'
import type { Paces } from './paces'
import type { Palette } from './palette'
import type { Rows } from './rows'
import type { Scale } from './scale'
import type { Strike } from './strike'
import type { WorkClock } from './work-clock'

/** Height of the time axis above the lanes, px. */
export const AXIS = 28

/** What one frame is drawn from, and what it leaves for the pointer to hit. Made once, changed in place. */
export interface Scene {
  context: CanvasRenderingContext2D
  rows: Rows
  layout: Layout
  scale: Scale
  palette: Palette
  fonts: Fonts
  /** CSS pixels of the canvas. */
  width: number
  height: number
  /** How far the lanes are scrolled; the first lane stays on top when it is a master's and the lanes overflow. */
  scroll: number
  pinned: Lane | undefined
  /** Epoch ms: until when running bars last. */
  now: number
  live: boolean
  /** `now` is a moment of the past: what came after it is not shown. */
  replaying: boolean
  /** Where the moment of a replay stands that several runs share, epoch ms: this one may have ended before; undefined: at `now`. */
  playhead: number | undefined
  /** Epoch ms that the axis counts from; undefined: the session's first event. */
  zero: number | undefined
  /** Epoch ms of the session's first event. */
  origin: number
  /** Bars that are selected or under the pointer, -1 for none. */
  selected: number
  hovered: number
  selectedStrike: Strike | undefined
  selectedTask: string | undefined
  selectedLane: string | undefined
  lens: 'all' | 'interventions'
  /** Kinds of intervention that the view leaves out. */
  hidden: ReadonlySet<Hideable>
  hits: Hits
  /** At which pace the texts of a replay come. */
  paces?: Paces
}

export interface Fonts {
  label: string
  small: string
  mono: string
}

/**
 * Where the strikes' cut marks stand on the screen: index into `strikeList`, x and y. Index -1: text
 * beside a bar, which no other text may cover.
 */
export interface Hits {
  strike: Ints
  x: Floats
  y: Floats
  /** Right end of the cut's label, or x where there is none. */
  right: Floats
}

/** A scene of nothing yet but its rows; `Stage` fills in the rest. */
export function newScene(context: CanvasRenderingContext2D, rows: Rows, scale: Scale, palette: Palette): Scene {
  const { firstAt = 0, lastAt = 0 } = rows.state
  return {
    context,
    rows,
    layout: layoutLanes(rows, 0),
    scale,
    palette,
    fonts: { label: '', small: '', mono: '' },
    width: 0,
    height: 0,
    scroll: 0,
    pinned: undefined,
    now: lastAt,
    live: false,
    replaying: false,
    zero: undefined,
    playhead: undefined,
    origin: firstAt,
    selected: -1,
    hovered: -1,
    selectedStrike: undefined,
    selectedTask: undefined,
    selectedLane: undefined,
    lens: 'all',
    hidden: new Set(),
    hits: newHits(),
  }
}

export function newHits(): Hits {
  return { strike: new Ints(), x: new Floats(), y: new Floats(), right: new Floats() }
}

/** Top of a lane on the canvas. */
export function laneY(scene: Scene, lane: Lane): number {
  return AXIS + (scene.layout.top[lane.place] ?? 0) - (standing(lane) === scene.pinned ? 0 : scene.scroll)
}

/** The lane that is shown for this one: itself, unless it is rolled up. */
export function standing(lane: Lane): Lane {
  return lane.standIn ?? lane
}

export function laneHeight(scene: Scene, lane: Lane): number {
  return (scene.layout.top[lane.place + 1] ?? 0) - (scene.layout.top[lane.place] ?? 0)
}

/** A first lane that is a master's stays in sight while the others scroll, unless it took nearly half of the picture. */
export function pinnedLane({ rows, layout, height }: Scene): Lane | undefined {
  const first = rows.lanes[0]
  const overflows = layout.height > height - AXIS
  return overflows && first?.role === 'master' && (layout.top[1] ?? 0) < height * 0.4 ? first : undefined
}

/** Where the lanes that scroll begin. */
export function scrollTopEdge(scene: Scene): number {
  return scene.pinned ? AXIS + laneHeight(scene, scene.pinned) : AXIS
}

/** Top of a bar's sub-row on the canvas. */
export function barY(scene: Scene, lane: Lane, bar: number): number {
  const row = lane.rows[scene.rows.bars.row.at(bar)]
  return AXIS + (row?.y ?? 0) - (standing(lane) === scene.pinned ? 0 : scene.scroll)
}

export function barHeightOf(lane: Lane, bars: Bars, bar: number): number {
  return lane.rows[bars.row.at(bar)]?.height ?? 0
}

export function barEnd(scene: Scene, bar: number): number {
  return Math.min(scene.rows.bars.until.at(bar), Math.max(scene.now, scene.rows.bars.start.at(bar)))
}

/** The clock, where it counts work. */
export function workOf({ scale }: Scene): WorkClock | undefined {
  return 'counts' in scale.clock ? (scale.clock as WorkClock) : undefined
}

/** Whether the view shows this intervention at all. */
export function isShown(hidden: ReadonlySet<Hideable>, { kind, aside, out }: Strike): boolean {
  return !out && (hidden.size === 0 || !(hidden.has(kind) || (aside && hidden.has('set_aside'))))
}

export function clearHits({ hits }: Scene): void {
  hits.strike.length = hits.x.length = hits.y.length = hits.right.length = 0
}

export function leaveHit({ hits }: Scene, strike: number, x: number, y: number, right: number): void {
  hits.strike.push(strike)
  hits.x.push(x)
  hits.y.push(y)
  hits.right.push(right)
}
