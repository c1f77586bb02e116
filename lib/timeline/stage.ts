import { DEFAULT_VIEW, sameSelection, sameWindow, type View, type Window } from '@/lib/view/view'
import { Camera } from './camera'
import { drawScene } from './draw'
import { type Hit, hitAt } from './hit'
import { findIdle, type Idle, idleClock, OFFER_FROM } from './idle'
import type { Lane } from './lane'
import { layoutLanes } from './layout'
import { drawOverview, newOverview, type Overview, sumActivity } from './overview'
import { readPalette } from './palette'
import type { Rows } from './rows'
import { wallClock } from './scale'
import { AXIS, laneHeight, newHits, type Scene } from './scene'
import { barOfSelection } from './select'
import { fitCanvas, readFonts, watchSurface } from './surface'

export interface StageElements {
  /** Scrolls the lanes; holds the canvas. */
  scroller: HTMLElement
  canvas: HTMLCanvasElement
  overview: HTMLCanvasElement
}

export interface StageEvents {
  onView(patch: Partial<View>): void
  /** The pointer came upon something else; `x`, `y` on the canvas. */
  onHover(hit: Hit | undefined, x: number, y: number): void
  /** Lanes moved, came or went: the headers follow. */
  onLanes(): void
  onStatus(status: StageStatus): void
}

/** What the quiet controls beside the picture say. */
export interface StageStatus {
  live: boolean
  /** Since the picture stood still: bars and loud interventions that arrived. */
  newBars: number
  newStrikes: number
  /** Share of idle time, when folding it is worth an offer or it is folded; else undefined. */
  idle: number | undefined
  fitted: boolean
}

// A run that says nothing for this long stops the clock: what follows is not known.
const SILENCE = 180_000
// Sums over all bars are redone at most this often.
const SUM_MS = 300
const IDLE_MS = 2000
const COMMIT_MS = 180

/** The picture: holds what moves at the pointer's speed, draws at most once a frame. */
export class Stage {
  readonly scene: Scene
  private readonly camera: Camera
  private readonly strip: Overview
  private view: View = DEFAULT_VIEW
  private viewed = false
  private frame = 0
  private stale = { layout: true, palette: true, sums: true, idle: true }
  private lastSum = Number.NEGATIVE_INFINITY
  private summedX = 0
  private lastIdle = Number.NEGATIVE_INFINITY
  private idle: Idle = { gaps: [], share: 0, busy: 0 }
  private heardAt: number | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private commitTimer: ReturnType<typeof setTimeout> | undefined
  private committed: Window | undefined
  private paused: { bars: number; strikes: number } | undefined
  private strikesSeen = 0
  private reveal: 'lane' | 'all' | undefined
  private lanesSeen = -1
  private status: StageStatus = { live: false, newBars: 0, newStrikes: 0, idle: undefined, fitted: true }
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)')
  private readonly unwatch: () => void
  /** Script time of the newest frames, ms; for the bench. */
  readonly frameTimes: number[] = []
  timing = false

  constructor(
    private readonly elements: StageElements,
    private readonly events: StageEvents,
    rows: Rows,
  ) {
    const context = elements.canvas.getContext('2d', { alpha: false })
    const strip = elements.overview.getContext('2d')
    if (!context || !strip) throw new Error('this browser gives no 2D canvas')
    this.camera = new Camera(wallClock(rows.state.firstAt ?? 0))
    this.strip = newOverview(strip, this.camera.strip)
    this.scene = {
      context,
      rows,
      layout: layoutLanes(rows, 0),
      scale: this.camera.scale,
      palette: readPalette(elements.canvas, context),
      fonts: { label: '', small: '', mono: '' },
      width: 0,
      height: 0,
      scroll: 0,
      pinned: undefined,
      now: rows.state.lastAt ?? 0,
      live: false,
      origin: rows.state.firstAt ?? 0,
      selected: -1,
      hovered: -1,
      selectedStrike: undefined,
      selectedTask: undefined,
      selectedLane: undefined,
      lens: 'all',
      hits: newHits(),
    }
    this.strikesSeen = this.loud()
    this.unwatch = watchSurface(
      [elements.scroller, elements.overview],
      () => this.resize(),
      () => this.repaintTheme(),
    )
    this.resize()
  }

  destroy(): void {
    cancelAnimationFrame(this.frame)
    this.frame = -1
    clearTimeout(this.commitTimer)
    clearTimeout(this.timer)
    this.unwatch()
  }

  /** Another session's rows, or the same one's after a snapshot. */
  setRows(rows: Rows): void {
    this.scene.rows = rows
    this.stale.layout = this.stale.sums = this.stale.idle = true
    this.lastIdle = Number.NEGATIVE_INFINITY
    this.strikesSeen = this.loud()
    this.readSelection()
    this.moveToView(false)
    this.request()
  }

  /** `rows.apply` has run. */
  changed(): void {
    this.heardAt = performance.now()
    this.stale.sums = this.stale.idle = true
    const { rows } = this.scene
    if (rows.lanesVersion !== this.lanesSeen) this.stale.layout = true
    const loud = this.loud()
    if (this.view.follow === 'interventions' && this.scene.live && loud > this.strikesSeen) {
      const newest = rows.strikeList.findLast((strike) => strike.loud)
      if (newest) {
        this.bringIn(newest.finding.occurredAt, newest.finding.occurredAt, true)
        this.events.onView({ selection: { kind: 'intervention', id: newest.finding.id } })
      }
    }
    this.strikesSeen = loud
    this.readSelection()
    this.request()
  }

  setLive(live: boolean): void {
    if (this.scene.live === live) return
    this.scene.live = live
    this.request()
  }

  setView(view: View): void {
    const before = this.view
    const first = !this.viewed
    this.viewed = true
    this.view = view
    this.scene.lens = view.lens
    const followed = before.follow !== view.follow
    if (followed) this.paused = view.follow === 'paused' ? { bars: this.scene.rows.added, strikes: this.loud() } : undefined
    this.readSelection()
    if (before.folded !== view.folded) this.applyClock()
    const own = this.committed !== undefined && sameWindow(this.committed, view.window)
    if (first || (!own && !sameWindow(before.window, view.window))) this.moveToView(!first)
    else if (followed && view.follow === 'main' && this.scene.live) this.bringNow(true)
    this.committed = undefined
    // a selection made in a list, a link or by a key: into view, if it is not
    if (!sameSelection(before.selection, view.selection)) this.reveal = first ? 'lane' : 'all'
    this.request()
  }

  private revealSelection(): void {
    const { reveal, scene } = this
    if (!reveal) return
    this.reveal = undefined
    const strike = scene.selectedStrike === undefined ? undefined : scene.rows.strikes.get(scene.selectedStrike)
    if (scene.selectedLane !== undefined) this.bringLane(scene.rows.lookupLane(scene.selectedLane))
    const bar = strike && strike.hitBar >= 0 ? strike.hitBar : scene.selected
    if (bar < 0) return
    this.bringLane(scene.rows.laneOfBar(bar))
    if (reveal === 'lane') return
    if (strike) this.bringIn(Math.min(strike.cutAt, strike.finding.occurredAt), strike.finding.occurredAt, true)
    else this.bringBar(bar)
  }

  // ---- moving about -------------------------------------------------------------------------------

  zoomAt(x: number, factor: number): void {
    this.camera.halt()
    const { scale } = this.scene
    // closer than a microsecond a pixel, or wider than 400 years, nothing can be told apart
    const span = (scale.u1 - scale.u0) / factor
    if (span < scale.width * 1e-3 || span > 1.3e13) return
    scale.zoomAt(x, factor)
    this.moved()
  }

  /** By the keys: about the selection if it is in view, else about the middle, and gliding. */
  zoomBy(factor: number): void {
    const { scale, selected, rows, width } = this.scene
    let x = width / 2
    if (selected >= 0) {
      const at = scale.xAt(rows.bars.start.at(selected))
      if (at >= 0 && at <= width) x = at
    }
    const anchor = scale.u0 + (x / scale.width) * (scale.u1 - scale.u0)
    const [u0, u1] = this.camera.aim()
    this.goTo([anchor - (anchor - u0) / factor, anchor + (u1 - anchor) / factor])
    this.moved()
  }

  panPixels(dx: number): void {
    this.camera.halt()
    this.scene.scale.pan(dx)
    this.camera.clamp()
    this.moved()
  }

  panBy(share: number): void {
    const [u0, u1] = this.camera.aim()
    const by = (u1 - u0) * share
    this.goTo([u0 + by, u1 + by])
    this.moved()
  }

  /** Returns whether there was anything left to scroll. */
  scrollPixels(dy: number): boolean {
    const { scroller } = this.elements
    const before = scroller.scrollTop
    scroller.scrollTop = before + dy
    return scroller.scrollTop !== before
  }

  overflows(): boolean {
    return this.scene.layout.height > this.scene.height - AXIS
  }

  zoomedIn(): boolean {
    const [from, to] = this.stripWindow()
    return from > 1 || to < this.strip.width - 1
  }

  onScroll(): void {
    this.scene.scroll = this.elements.scroller.scrollTop
    this.events.onLanes()
    this.request()
  }

  fit(): void {
    this.committed = { kind: 'fit' }
    clearTimeout(this.commitTimer)
    this.goTo(this.camera.fitted())
    this.events.onView({ window: { kind: 'fit' }, follow: 'main' })
    this.view = { ...this.view, window: { kind: 'fit' }, follow: 'main' }
    this.paused = undefined
    this.request()
  }

  /** Shows [from, to] (epoch ms) with some air, unless it is in view already. */
  bringIn(from: number, to: number, glide: boolean): void {
    const { scale, width } = this.scene
    if (scale.xAt(from) >= 8 && scale.xAt(to) <= width - 8) return
    this.goTo(this.camera.around(from, to), glide)
    this.moved()
  }

  bringBar(bar: number): void {
    const { rows } = this.scene
    if (bar < 0) return
    const start = rows.bars.start.at(bar)
    this.bringIn(start, Math.min(rows.bars.end.at(bar), Math.max(this.scene.now, start)), true)
    this.bringLane(rows.laneOfBar(bar))
  }

  bringLane(lane: Lane | undefined): void {
    if (!lane || lane.place < 0 || lane === this.scene.pinned) return
    const top = this.scene.layout.top[lane.place] ?? 0
    const bottom = top + laneHeight(this.scene, lane)
    const { scroller } = this.elements
    const covered = this.scene.pinned ? laneHeight(this.scene, this.scene.pinned) : 0
    if (top - covered < scroller.scrollTop) scroller.scrollTop = top - covered
    else if (bottom + AXIS > scroller.scrollTop + this.scene.height) scroller.scrollTop = bottom + AXIS - this.scene.height
  }

  zoomToBar(bar: number): void {
    const { rows, scale, now } = this.scene
    const a = scale.clock.unitAt(rows.bars.start.at(bar))
    const b = scale.clock.unitAt(Math.min(rows.bars.end.at(bar), Math.max(now, rows.bars.start.at(bar))))
    const span = Math.max(50, b - a)
    this.goTo([a - span * 0.3, a + span * 1.3])
    this.moved()
  }

  /** Shows exactly this, for the overview's drag; px on the strip. */
  setFromStrip(x0: number, x1: number): void {
    const { scale } = this.strip
    this.camera.halt()
    const unit = (x: number) => scale.u0 + (x / scale.width) * (scale.u1 - scale.u0)
    this.scene.scale.set(unit(Math.min(x0, x1)), unit(Math.max(x0, x1)))
    this.moved()
  }

  stripWindow(): [number, number] {
    const { scale } = this.strip
    const { u0, u1 } = this.scene.scale
    const x = (u: number) => ((u - scale.u0) / (scale.u1 - scale.u0)) * scale.width
    return [x(u0), x(u1)]
  }

  bringNow(glide: boolean): void {
    if (this.view.window.kind === 'fit') this.moveToView(glide)
    else this.goTo(this.camera.withNow(this.scene.now), glide)
  }

  hover(x: number, y: number): void {
    const hit = hitAt(this.scene, x, y)
    const bar = hit?.kind === 'bar' ? hit.bar : -1
    if (bar !== this.scene.hovered) {
      this.scene.hovered = bar
      this.request()
    }
    this.events.onHover(hit, x, y)
  }

  leave(): void {
    this.scene.hovered = -1
    this.events.onHover(undefined, 0, 0)
    this.request()
  }

  hit(x: number, y: number): Hit | undefined {
    return hitAt(this.scene, x, y)
  }

  // ---- one frame ----------------------------------------------------------------------------------

  /** The next frame that would look different by the clock alone: when now has moved half a pixel, or a sum is due. */
  private requestLater(): void {
    if (this.timer !== undefined) return
    const { scene } = this
    const perPixel = scene.live ? 1 / scene.scale.density : SUM_MS
    this.timer = setTimeout(
      () => {
        this.timer = undefined
        this.request()
      },
      Math.max(16, Math.min(SUM_MS, perPixel / 2)),
    )
  }

  request(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(this.draw)
  }

  /** Sums over all bars come the seldomer the more there are. */
  private weight(): number {
    return Math.max(1, this.scene.rows.bars.count / 20_000)
  }

  private readonly draw = (): void => {
    this.frame = 0
    const began = performance.now()
    const { scene, stale } = this
    if (scene.width <= 0) return
    if (stale.palette) {
      stale.palette = false
      this.readTheme()
    }
    this.tellTime(began)
    if (stale.layout) this.relayout()
    this.revealSelection()
    if (stale.idle && began - this.lastIdle > IDLE_MS * this.weight()) {
      stale.idle = false
      this.lastIdle = began
      this.idle = findIdle(scene.rows, scene.now)
      if (this.view.folded) this.applyClock()
    }
    this.moveCamera(began)
    // what is under way grows on the strip, too
    if (scene.live && this.strip.scale.xAt(scene.now) - this.summedX > 4) stale.sums = true
    if (stale.sums && began - this.lastSum > SUM_MS * this.weight()) {
      stale.sums = false
      this.lastSum = began
      this.summedX = this.strip.scale.xAt(scene.now)
      sumActivity(this.strip, scene.rows, scene.now)
    }
    drawScene(scene)
    const [from, to] = this.stripWindow()
    drawOverview(this.strip, scene.rows, scene.palette, from, to, scene.now, scene.live)
    this.tellStatus()
    if (this.timing) this.frameTimes.push(performance.now() - began)
    if (this.camera.gliding) this.request()
    else if (scene.live || stale.sums || stale.idle) this.requestLater()
  }

  private tellTime(at: number): void {
    const { scene } = this
    const { state } = scene.rows
    const last = state.lastAt ?? 0
    scene.origin = state.firstAt ?? 0
    let since = 0
    if (scene.live) {
      if (this.heardAt !== undefined) since = at - this.heardAt
      // just opened: the clocks of source and viewer may agree well enough to tell
      else if (Math.abs(Date.now() - last) < SILENCE) since = Math.max(0, Date.now() - last)
    }
    scene.now = last + Math.min(since, SILENCE)
  }

  private moveCamera(at: number): void {
    const { scene, camera, view } = this
    if (camera.extend(scene.origin, scene.now, scene.live)) this.stale.sums = true
    if (view.window.kind === 'fit' && view.follow !== 'paused') camera.go(camera.fitted(), this.still.matches ? undefined : at)
    else if (scene.live && view.follow === 'main' && !camera.gliding && camera.losesNow(scene.now)) camera.go(camera.withNow(scene.now))
    camera.step(at)
  }

  private goTo(units: [number, number], glide = true): void {
    this.camera.go(units, glide && !this.still.matches ? performance.now() : undefined)
    this.request()
  }

  private moveToView(glide: boolean): void {
    const { scene, camera, view } = this
    camera.extend(scene.rows.state.firstAt ?? 0, scene.now, scene.live)
    this.goTo(camera.unitsOf(view.window), glide)
  }

  private applyClock(): void {
    const { scene, camera, view } = this
    const origin = scene.rows.state.firstAt ?? 0
    if (view.folded && this.idle.gaps.length === 0) this.idle = findIdle(scene.rows, scene.now)
    camera.setClock(view.folded && this.idle.gaps.length > 0 ? idleClock(origin, this.idle) : wallClock(origin), view.window.kind === 'fit')
    this.stale.sums = true
    this.lastSum = Number.NEGATIVE_INFINITY
  }

  /** A person moved the window: it stays where they put it, and the address says so a moment later. */
  private moved(): void {
    this.request()
    if (this.view.window.kind === 'fit' || (this.scene.live && this.view.follow === 'main')) {
      this.view = { ...this.view, window: { kind: 'range', from: 0, to: 1 }, follow: 'paused' }
      this.paused ??= { bars: this.scene.rows.added, strikes: this.loud() }
    }
    clearTimeout(this.commitTimer)
    this.commitTimer = setTimeout(() => this.commit(), COMMIT_MS)
  }

  private commit(): void {
    const window = this.camera.window()
    if (!window) return
    this.committed = window
    this.view = { ...this.view, window }
    this.events.onView({ window, follow: this.view.follow })
  }

  private loud(): number {
    let n = 0
    for (const strike of this.scene.rows.strikeList) if (strike.loud) n++
    return n
  }

  private readSelection(): void {
    const { scene, view } = this
    const { selection } = view
    scene.selected = barOfSelection(scene.rows, selection)
    scene.selectedStrike = selection?.kind === 'intervention' ? selection.id : undefined
    scene.selectedTask = selection?.kind === 'task' ? selection.id : undefined
    scene.selectedLane = selection?.kind === 'agent' ? selection.id : undefined
  }

  private relayout(): void {
    const { scene } = this
    this.stale.layout = false
    this.lanesSeen = scene.rows.lanesVersion
    scene.layout = layoutLanes(scene.rows, scene.height - AXIS)
    const first = scene.rows.lanes[0]
    const overflows = scene.layout.height > scene.height - AXIS
    scene.pinned = overflows && first?.role === 'master' && (scene.layout.top[1] ?? 0) < scene.height * 0.4 ? first : undefined
    scene.scroll = this.elements.scroller.scrollTop
    this.events.onLanes()
  }

  private resize(): void {
    const { scene, elements, strip } = this
    elements.canvas.style.height = `${elements.scroller.clientHeight}px`
    const [width, height] = fitCanvas(elements.canvas, scene.context)
    const first = scene.width === 0 && width > 0
    scene.width = scene.scale.width = Math.max(1, width)
    scene.height = height
    if (width === 0) scene.width = 0
    const [stripWidth, stripHeight] = fitCanvas(elements.overview, strip.context)
    strip.width = strip.scale.width = Math.max(1, stripWidth)
    strip.height = stripHeight
    this.stale.layout = this.stale.sums = true
    this.lastSum = Number.NEGATIVE_INFINITY
    if (first) this.moveToView(false)
    // a canvas that has been resized is empty: not a frame without a picture
    cancelAnimationFrame(this.frame)
    if (this.frame >= 0) this.draw()
  }

  private repaintTheme(): void {
    this.stale.palette = true
    this.request()
  }

  private readTheme(): void {
    const { scene } = this
    scene.palette = readPalette(this.elements.canvas, scene.context)
    readFonts(this.elements.canvas, scene.fonts)
  }

  private tellStatus(): void {
    const { scene, paused, idle, view } = this
    const status: StageStatus = {
      live: scene.live,
      newBars: paused && scene.live ? scene.rows.added - paused.bars : 0,
      newStrikes: paused && scene.live ? Math.max(0, this.strikesSeen - paused.strikes) : 0,
      idle: view.folded || (idle.share >= OFFER_FROM && idle.gaps.length > 0) ? idle.share : undefined,
      fitted: view.window.kind === 'fit',
    }
    const before = this.status
    if (
      before.live === status.live &&
      before.newBars === status.newBars &&
      before.newStrikes === status.newStrikes &&
      before.idle === status.idle &&
      before.fitted === status.fitted
    )
      return
    this.status = status
    this.events.onStatus(status)
  }
}
