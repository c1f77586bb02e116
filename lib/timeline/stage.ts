import { DEFAULT_VIEW, sameSelection, sameWindow, type View } from '@/lib/view/view'
import { Camera } from './camera'
import { heightOfAll } from './clip-size'
import { clockOf } from './clock-choice'
import { drawScene } from './draw'
import { type Hit, hitAt } from './hit'
import type { Idle } from './idle'
import { layoutLanes } from './layout'
import { Moves } from './moves'
import { News } from './news'
import { drawOverview, newOverview } from './overview'
import { type AskPace, Paces } from './paces'
import { readPalette } from './palette'
import { Present } from './present'
import { type Player, ReplayControl } from './replay-control'
import type { Rows } from './rows'
import { wallClock } from './scale'
import { AXIS, newScene, pinnedLane, type Scene } from './scene'
import { markSelection } from './select'
import type { StageElements, StageEvents } from './stage-events'
import { Sums } from './sums'
import { Surface } from './surface'
import type { Lead, Led, Together } from './together'
import { WindowTeller } from './window-teller'

// A frame that only the clock or a sum asks for comes at most so much later.
const LATER_MS = 300

/** The picture: holds what moves at the pointer's speed, draws at most once a frame. */
export class Stage implements Led {
  readonly scene: Scene
  readonly move: Moves
  private readonly camera: Camera
  private readonly sums: Sums
  private readonly present = new Present()
  private view: View = DEFAULT_VIEW
  private viewed = false
  private frame = 0
  private layoutStale = true
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly teller = new WindowTeller(() => this.tellWindow())
  private readonly news = new News()
  private reveal: 'lane' | 'all' | undefined
  private lanesSeen = -1
  private drawn = -1
  private readonly surface: Surface
  /** Its own; `player` is what a person plays. */
  readonly replay: ReplayControl
  private lead: Lead | undefined
  /** Height of the picture while a film takes all lanes, px. */
  private allLanes: number | undefined
  private part: () => void = () => {}
  /** Script time of the newest frames, ms; for the bench. */
  readonly frameTimes: number[] = []
  timing = false
  private readonly finger = matchMedia('(pointer: coarse)')

  constructor(
    private readonly elements: StageElements,
    private readonly events: StageEvents,
    rows: Rows,
  ) {
    const context = elements.canvas.getContext('2d', { alpha: false })
    const strip = elements.overview.getContext('2d')
    if (!context || !strip) throw new Error('this browser gives no 2D canvas')
    this.camera = new Camera(wallClock(rows.state.firstAt ?? 0))
    this.sums = new Sums(newOverview(strip, this.camera.strip), rows)
    this.scene = newScene(context, rows, this.camera.scale, readPalette(elements.canvas, context))
    this.move = new Moves(this.scene, this.camera, elements.scroller, { request: () => this.request(), moved: () => this.moved() })
    this.replay = new ReplayControl(() => [this.scene.origin, this.present.end], {
      request: () => this.request(),
      onView: (patch) => this.events.onView(patch),
      onReplay: (status) => this.events.onReplay(status),
    })
    this.news.look(this.scene.rows)
    const again = () => this.request()
    this.surface = new Surface(elements, this.scene, this.sums.strip, () => this.resize(), again)
    this.resize()
  }

  /** Stands beside others from now on: axis, window and replay are theirs together. */
  join(together: Together, key: string): void {
    const { lead, leave } = together.enter(key, this)
    this.lead = lead
    this.part = leave
    this.camera.shared = lead
    this.reclock()
  }

  /** What is played: its own run, or all that stand beside one another. */
  get player(): Player {
    return this.lead?.player ?? this.replay
  }

  get rows(): Rows {
    return this.scene.rows
  }

  /** Epoch ms: the end of what is known. */
  get end(): number {
    return Math.max(this.present.end, this.scene.rows.state.lastAt ?? 0)
  }

  get live(): boolean {
    return this.scene.live
  }

  /** When hits of a search are, epoch ms; undefined: nothing is searched for. */
  setFound(at: readonly number[] | undefined): void {
    this.sums.strip.found = at ?? []
    this.sums.stripChanged(true)
    this.request()
  }

  /** Stretches in which nothing was under way. */
  get idle(): Idle {
    return this.sums.idle
  }

  /** For a film: the picture as high as all lanes, below what is seen of it; until told otherwise. */
  showAllLanes(all: boolean): void {
    const { scroller } = this.elements
    if (all) scroller.scrollTop = 0
    scroller.style.overflow = all ? 'hidden' : ''
    this.allLanes = all ? heightOfAll(this.scene) : undefined
    this.resize()
  }

  /** The picture, and how far it stands from the left edge of what holds it, CSS pixels. */
  get picture(): { canvas: HTMLCanvasElement; gutter: number } {
    const { canvas, scroller } = this.elements
    return { canvas, gutter: Math.round(canvas.getBoundingClientRect().left - scroller.getBoundingClientRect().left) }
  }

  /** At which pace texts come in a replay. */
  setPaces(ask: AskPace): void {
    this.scene.paces = new Paces(ask, () => this.request())
  }

  destroy(): void {
    cancelAnimationFrame(this.frame)
    this.frame = -1
    this.teller.stop()
    clearTimeout(this.timer)
    this.surface.close()
    this.part()
    this.sums.close()
  }

  /** Another session's rows, or the same one's after a snapshot. */
  setRows(rows: Rows): void {
    this.scene.rows = rows
    this.layoutStale = true
    this.sums.replaced(rows)
    this.news.look(this.scene.rows)
    markSelection(this.scene, this.view.selection)
    if (this.lead) this.lead.changed()
    else this.moveToView(false)
    this.request()
  }

  /** `rows.apply` has run. */
  changed(): void {
    this.present.heard(performance.now())
    this.sums.changed()
    const { rows } = this.scene
    if (rows.lanesVersion !== this.lanesSeen) this.layoutStale = true
    const more = this.news.look(rows)
    if (more && this.view.follow === 'interventions' && this.scene.live) {
      const newest = rows.strikeList.findLast((strike) => strike.loud)
      if (newest) {
        this.move.bringIn(newest.occurredAt, newest.occurredAt, true)
        this.events.onView({ selection: { kind: 'intervention', id: newest.id } })
      }
    }
    markSelection(this.scene, this.view.selection)
    this.request()
  }

  /** Whether whatever comes will be heard at once, and something may. */
  setLive(live: boolean): void {
    if (this.present.mayLive === live) return
    this.present.mayLive = live
    this.tellTime(performance.now())
    this.request()
  }

  setView(view: View): void {
    const before = this.view
    const first = !this.viewed
    this.viewed = true
    this.view = view
    this.scene.lens = view.lens
    if (before.hidden !== view.hidden) this.sums.stripChanged()
    this.scene.hidden = new Set(view.hidden)
    const followed = before.follow !== view.follow
    if (followed) {
      this.news.resume()
      if (view.follow === 'paused') this.news.pause(this.scene.rows)
    }
    markSelection(this.scene, this.view.selection)
    if (!this.lead && (before.folded !== view.folded || before.clock !== view.clock)) this.applyClock()
    this.replay.setView(view)
    const own = this.teller.isOwn(view.window)
    if (first || (!own && !sameWindow(before.window, view.window))) this.moveToView(!first)
    else if (followed && view.follow === 'main' && this.scene.live) this.bringNow(true)
    // a selection made in a list, a link or by a key: into view, if it is not
    if (!sameSelection(before.selection, view.selection)) this.reveal = first ? 'lane' : 'all'
    this.request()
  }

  onScroll(): void {
    this.scene.scroll = this.elements.scroller.scrollTop
    this.events.onLanes()
    this.request()
  }

  fit(): void {
    if (this.lead) return this.lead.fit()
    this.teller.now({ kind: 'fit' })
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
    const hit = this.hit(x, y)
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

  /** The next frame that would look different by the clock alone: when now has moved half a pixel, or a sum is due. */
  private requestLater(): void {
    if (this.timer !== undefined) return
    const { scene } = this
    const perPixel = scene.live ? 1 / scene.scale.density : LATER_MS
    this.timer = setTimeout(
      () => {
        this.timer = undefined
        this.request()
      },
      Math.max(16, Math.min(LATER_MS, perPixel / 2)),
    )
  }

  request(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(this.draw)
  }

  private readonly draw = (): void => {
    this.frame = 0
    const began = performance.now()
    const { scene, sums, present } = this
    if (scene.width <= 0) return
    this.surface.dress()
    this.tellTime(began)
    if (scene.live) scene.rows.bars.makeRoom()
    if (this.layoutStale) this.relayout()
    if (this.reveal) this.move.reveal(this.reveal)
    this.reveal = undefined
    if (sums.lookForIdle(began, Math.max(present.end, scene.now))) {
      if (this.lead) this.lead.changed()
      else if (this.view.folded || this.view.clock !== 'time') this.applyClock()
    }
    this.moveCamera(began)
    sums.sum(began, scene, present.end)
    drawScene(scene)
    this.tellDrawn()
    drawOverview(sums.strip, scene, ...this.move.stripWindow())
    this.replay.tell(began)
    const status = this.news.status(scene, this.view, sums.idle)
    if (status) this.events.onStatus(status)
    if (this.timing) this.frameTimes.push(performance.now() - began)
    if (this.camera.gliding || this.replay.playing) this.request()
    else if (scene.live || sums.waiting) this.requestLater()
  }

  private readonly shownAt = (at: number, end: number): number | undefined => (this.lead ? this.lead.at() : this.replay.step(at, end, this.sums.idle))

  private tellTime(at: number): void {
    this.present.tell(this.scene, at, this.shownAt)
    this.scene.playhead = this.lead?.at()
  }

  /** Whether all is in view and stays so. */
  private get fits(): boolean {
    return this.lead ? this.lead.window() === undefined : this.view.window.kind === 'fit' && this.view.follow !== 'paused'
  }

  private moveCamera(at: number): void {
    const { scene, camera, view } = this
    if (camera.extend(scene.origin, this.present.end, scene.live)) this.sums.stripChanged()
    if (this.replay.playing && view.window.kind !== 'fit' && camera.losesNow(scene.now)) camera.go(camera.withNow(scene.now))
    this.lead?.keepUp()
    if (this.fits) camera.go(camera.fitted(), this.move.glideFrom(at))
    else if (!this.lead && scene.live && view.follow === 'main' && !camera.gliding && camera.losesNow(scene.now)) camera.go(camera.withNow(scene.now))
    camera.step(at)
  }

  private moveToView(glide: boolean): void {
    const { scene, camera, view } = this
    camera.extend(scene.rows.state.firstAt ?? 0, Math.max(this.present.end, scene.now), scene.live)
    this.move.goTo(this.lead ? (this.lead.window() ?? camera.fitted()) : camera.unitsOf(view.window), glide)
  }

  private applyClock(): void {
    const { scene, view, sums, present } = this
    this.camera.setClock(clockOf(view, scene.rows, sums, scene.now, Math.max(present.end, scene.now)), view.window.kind === 'fit')
    sums.stripChanged(true)
  }

  /** Another timeline beside this one was moved: shows the same, and tells nobody. */
  lookAt(units: [number, number] | undefined, glide: boolean): void {
    this.move.goTo(units ?? this.camera.fitted(), glide)
  }

  reclock(): void {
    const { lead, camera } = this
    if (!lead) return
    camera.replaceClock(lead.clock(), lead.window() ?? camera.fitted())
    this.sums.stripChanged(true)
    this.request()
  }

  /** Epoch ms: the axis counts from there; undefined: from the session's first event. */
  countFrom(zero: number | undefined): void {
    this.scene.zero = zero
    this.request()
  }

  /** A person moved the window: it stays where they put it, and the address says so a moment later. */
  private moved(): void {
    this.request()
    if (this.lead) return this.lead.moved(this.camera.aim(), this.camera.gliding)
    if (this.view.window.kind === 'fit' || (this.scene.live && this.view.follow === 'main')) {
      this.view = { ...this.view, window: { kind: 'range', from: 0, to: 1 }, follow: 'paused' }
      this.news.pause(this.scene.rows)
    }
    this.teller.soon()
  }

  private tellWindow(): void {
    const window = this.camera.window()
    if (!window) return
    this.teller.now(window)
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

  private relayout(): void {
    const { scene } = this
    this.layoutStale = false
    this.lanesSeen = scene.rows.lanesVersion
    scene.layout = layoutLanes(scene.rows, scene.height - AXIS, this.finger.matches)
    scene.pinned = pinnedLane(scene)
    scene.scroll = this.elements.scroller.scrollTop
    this.events.onLanes()
  }

  private resize(): void {
    const { scene } = this
    const first = scene.width === 0
    if (!this.surface.fit(this.allLanes)) return
    this.layoutStale = true
    this.sums.stripChanged(true)
    if (first && scene.width > 0) this.moveToView(false)
    // a canvas that has been resized is empty: not a frame without a picture
    cancelAnimationFrame(this.frame)
    if (this.frame >= 0) this.draw()
  }
}
