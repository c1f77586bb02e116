import { QUIET_AFTER_MS, RECORDED_BEFORE_MS } from '@/lib/live/protocol'
import { DEFAULT_VIEW, sameSelection, sameWindow, type View, type Window } from '@/lib/view/view'
import { Camera } from './camera'
import { drawScene } from './draw'
import { type Hit, hitAt } from './hit'
import { findIdle, type Idle, idleClock } from './idle'
import { layoutLanes } from './layout'
import { Moves } from './moves'
import { News, type StageStatus } from './news'
import { drawOverview, newOverview, type Overview, sumActivity } from './overview'
import { readPalette } from './palette'
import type { Rows } from './rows'
import type { ReplayStatus } from './replay'
import { ReplayControl } from './replay-control'
import { wallClock } from './scale'
import { AXIS, newHits, type Scene } from './scene'
import { barOfSelection } from './select'
import { fitCanvas, readFonts, watchSurface } from './surface'
import { workClock } from './work-clock'

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
  /** A replay began, moved on (some times a second) or ended. */
  onReplay(status: ReplayStatus | undefined): void
}

// A run that says nothing for this long stops the clock: what follows is not known.
const SILENCE = 180_000
// Sums over all bars are redone at most this often.
const SUM_MS = 300
const IDLE_MS = 2000
const IDLE_AFTER_MS = 300
const COMMIT_MS = 180

/** The picture: holds what moves at the pointer's speed, draws at most once a frame. */
export class Stage {
  readonly scene: Scene
  readonly move: Moves
  private readonly camera: Camera
  private readonly strip: Overview
  private view: View = DEFAULT_VIEW
  private viewed = false
  private frame = 0
  private stale = { layout: true, palette: true, sums: true, idle: true }
  private lastSum = Number.NEGATIVE_INFINITY
  private summedX = 0
  // the first picture does not wait for what only a pill says
  private idleAt = performance.now() + IDLE_AFTER_MS
  private idle: Idle = { gaps: [], share: 0, busy: 0 }
  private mayLive = false
  private heardAt: number | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private commitTimer: ReturnType<typeof setTimeout> | undefined
  private committed: Window | undefined
  private readonly news = new News()
  private reveal: 'lane' | 'all' | undefined
  private lanesSeen = -1
  private drawn = -1
  private readonly unwatch: () => void
  readonly replay: ReplayControl
  /** Epoch ms: the end of what is known, whatever moment is shown. */
  private end = 0
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
      replaying: false,
      origin: rows.state.firstAt ?? 0,
      selected: -1,
      hovered: -1,
      selectedStrike: undefined,
      selectedTask: undefined,
      selectedLane: undefined,
      lens: 'all',
      hidden: new Set(),
      hits: newHits(),
    }
    this.move = new Moves(this.scene, this.camera, elements.scroller, { request: () => this.request(), moved: () => this.moved() })
    this.replay = new ReplayControl(() => [this.scene.origin, this.end], {
      request: () => this.request(),
      onView: (patch) => this.events.onView(patch),
      onReplay: (status) => this.events.onReplay(status),
    })
    this.news.look(this.scene.rows)
    this.unwatch = watchSurface(
      [elements.scroller, elements.overview],
      () => this.resize(),
      () => this.repaintTheme(),
    )
    this.resize()
  }

  /** When hits of a search are, epoch ms; undefined: nothing is searched for. */
  setFound(at: readonly number[] | undefined): void {
    this.strip.found = at ?? []
    this.stale.sums = true
    this.lastSum = Number.NEGATIVE_INFINITY
    this.request()
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
    this.idleAt = performance.now() + IDLE_AFTER_MS
    this.news.look(this.scene.rows)
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
    const more = this.news.look(rows)
    if (more && this.view.follow === 'interventions' && this.scene.live) {
      const newest = rows.strikeList.findLast((strike) => strike.loud)
      if (newest) {
        this.move.bringIn(newest.finding.occurredAt, newest.finding.occurredAt, true)
        this.events.onView({ selection: { kind: 'intervention', id: newest.finding.id } })
      }
    }
    this.readSelection()
    this.request()
  }

  /** Whether whatever comes will be heard at once, and something may. */
  setLive(live: boolean): void {
    if (this.mayLive === live) return
    this.mayLive = live
    this.tellTime(performance.now())
    this.request()
  }

  setView(view: View): void {
    const before = this.view
    const first = !this.viewed
    this.viewed = true
    this.view = view
    this.scene.lens = view.lens
    if (before.hidden !== view.hidden) this.stale.sums = true
    this.scene.hidden = new Set(view.hidden)
    const followed = before.follow !== view.follow
    if (followed) {
      this.news.resume()
      if (view.follow === 'paused') this.news.pause(this.scene.rows)
    }
    this.readSelection()
    if (before.folded !== view.folded || before.clock !== view.clock) this.applyClock()
    this.replay.setView(view)
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
    if (scene.selectedLane !== undefined) this.move.bringLane(scene.rows.lookupLane(scene.selectedLane))
    const bar = strike && strike.hitBar >= 0 ? strike.hitBar : scene.selected
    if (bar < 0) return
    this.move.bringLane(scene.rows.laneOfBar(bar))
    if (reveal === 'lane') return
    if (strike) this.move.bringIn(Math.min(strike.cutAt, strike.finding.occurredAt), strike.finding.occurredAt, true)
    else this.move.bringBar(bar)
  }

  onScroll(): void {
    this.scene.scroll = this.elements.scroller.scrollTop
    this.events.onLanes()
    this.request()
  }

  fit(): void {
    this.committed = { kind: 'fit' }
    clearTimeout(this.commitTimer)
    this.move.goTo(this.camera.fitted())
    this.events.onView({ window: { kind: 'fit' }, follow: 'main' })
    this.view = { ...this.view, window: { kind: 'fit' }, follow: 'main' }
    this.news.resume()
    this.request()
  }

  bringNow(glide: boolean): void {
    if (this.view.window.kind === 'fit') this.moveToView(glide)
    else this.move.goTo(this.camera.withNow(this.scene.now), glide)
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
    if (stale.idle && began > this.idleAt) {
      stale.idle = false
      this.idleAt = began + IDLE_MS * this.weight()
      this.idle = findIdle(scene.rows, Math.max(this.end, scene.now))
      if (this.view.folded || this.view.clock !== 'time') this.applyClock()
    }
    this.moveCamera(began)
    // what is under way grows on the strip, too
    if (scene.live && this.strip.scale.xAt(scene.now) - this.summedX > 4) stale.sums = true
    if (stale.sums && began - this.lastSum > SUM_MS * this.weight()) {
      stale.sums = false
      this.lastSum = began
      this.summedX = this.strip.scale.xAt(scene.now)
      sumActivity(this.strip, scene.rows, this.end, scene.hidden)
    }
    drawScene(scene)
    this.tellDrawn()
    const [from, to] = this.move.stripWindow()
    drawOverview(this.strip, scene, from, to)
    this.replay.tell(began)
    const status = this.news.status(scene, this.view, this.idle)
    if (status) this.events.onStatus(status)
    if (this.timing) this.frameTimes.push(performance.now() - began)
    if (this.camera.gliding || this.replay.playing) this.request()
    else if (scene.live || stale.sums || stale.idle) this.requestLater()
  }

  /** When now is, and whether it moves: a recording that says nothing of its end is over all the same. */
  private tellTime(at: number): void {
    const { scene } = this
    const { state } = scene.rows
    const last = state.lastAt ?? 0
    const since = Date.now() - last
    scene.origin = state.firstAt ?? 0
    // what arrives now may have been recorded long ago
    const heard = this.heardAt !== undefined && since <= RECORDED_BEFORE_MS ? at - this.heardAt : Number.POSITIVE_INFINITY
    // just opened: the clocks of source and viewer may agree well enough to tell
    const quiet = Math.min(heard, since >= -SILENCE ? Math.max(0, since) : Number.POSITIVE_INFINITY)
    scene.live = this.mayLive && quiet < QUIET_AFTER_MS
    this.end = last + (scene.live ? Math.min(heard === Number.POSITIVE_INFINITY ? quiet : heard, SILENCE) : 0)
    const shown = this.replay.step(at, this.end, this.idle)
    scene.replaying = shown !== undefined
    // what is replayed is not live, however much comes meanwhile
    if (shown !== undefined) scene.live = false
    scene.now = Math.min(shown ?? this.end, this.end)
  }

  private moveCamera(at: number): void {
    const { scene, camera, view } = this
    if (camera.extend(scene.origin, this.end, scene.live)) this.stale.sums = true
    if (this.replay.playing && view.window.kind !== 'fit' && camera.losesNow(scene.now)) camera.go(camera.withNow(scene.now))
    if (view.window.kind === 'fit' && view.follow !== 'paused') camera.go(camera.fitted(), this.move.glideFrom(at))
    else if (scene.live && view.follow === 'main' && !camera.gliding && camera.losesNow(scene.now)) camera.go(camera.withNow(scene.now))
    camera.step(at)
  }

  private moveToView(glide: boolean): void {
    const { scene, camera, view } = this
    camera.extend(scene.rows.state.firstAt ?? 0, Math.max(this.end, scene.now), scene.live)
    this.move.goTo(camera.unitsOf(view.window), glide)
  }

  private applyClock(): void {
    const { scene, camera, view } = this
    const origin = scene.rows.state.firstAt ?? 0
    const fit = view.window.kind === 'fit'
    if (view.clock !== 'time') camera.setClock(workClock(scene.rows, view.clock, Math.max(this.end, scene.now)), fit)
    else {
      if (view.folded && this.idle.gaps.length === 0) this.idle = findIdle(scene.rows, scene.now)
      camera.setClock(view.folded && this.idle.gaps.length > 0 ? idleClock(origin, this.idle) : wallClock(origin), fit)
    }
    this.stale.sums = true
    this.lastSum = Number.NEGATIVE_INFINITY
  }

  /** A person moved the window: it stays where they put it, and the address says so a moment later. */
  private moved(): void {
    this.request()
    if (this.view.window.kind === 'fit' || (this.scene.live && this.view.follow === 'main')) {
      this.view = { ...this.view, window: { kind: 'range', from: 0, to: 1 }, follow: 'paused' }
      this.news.pause(this.scene.rows)
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

  /** How many bars the picture shows, for whoever waits for it or measures it. */
  private tellDrawn(): void {
    const { bars } = this.scene.rows
    if (this.drawn === bars.count) return
    this.drawn = bars.count
    this.elements.canvas.dataset.drawn = String(bars.count)
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
}
