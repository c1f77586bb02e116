import type { Camera } from './camera'
import type { Lane } from './lane'
import { AXIS, laneHeight, type Scene } from './scene'

interface MovesHooks {
  /** The picture must be drawn anew. */
  request(): void
  /** A person moved the window: it stays where they put it. */
  moved(): void
}

/** Zooming, panning, scrolling and bringing things into view: what a person does to the window. */
export class Moves {
  /** Less than a pixel by which the picture lags behind the hand. */
  private rest = 0
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)')

  constructor(
    private readonly scene: Scene,
    private readonly camera: Camera,
    /** Scrolls the lanes. */
    private readonly scroller: HTMLElement,
    private readonly hooks: MovesHooks,
  ) {}

  /** When a glide that begins at `at` began; undefined where nothing may glide. */
  glideFrom(at: number): number | undefined {
    return this.still.matches ? undefined : at
  }

  /** To `units` of the clock; gliding unless the person wants no motion. */
  goTo(units: [number, number], glide = true): void {
    this.camera.go(units, glide ? this.glideFrom(performance.now()) : undefined)
    this.hooks.request()
  }

  zoomAt(x: number, factor: number): void {
    this.camera.halt()
    const { scale } = this.scene
    // closer than a microsecond a pixel, or wider than 400 years, nothing can be told apart
    const span = (scale.u1 - scale.u0) / factor
    if (span < scale.width * 1e-3 || span > 1.3e13) return
    scale.zoomAt(x, factor)
    this.hooks.moved()
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
    this.hooks.moved()
  }

  /** By whole pixels, the rest with the next: what has been drawn of a crowd can then be moved as it is. */
  panPixels(dx: number): void {
    this.camera.halt()
    const whole = Math.round(dx + this.rest)
    this.rest += dx - whole
    this.scene.scale.pan(whole)
    this.camera.clamp()
    this.hooks.moved()
  }

  panBy(share: number): void {
    const [u0, u1] = this.camera.aim()
    const by = (u1 - u0) * share
    this.goTo([u0 + by, u1 + by])
    this.hooks.moved()
  }

  /** Returns whether there was anything left to scroll. */
  scrollPixels(dy: number): boolean {
    const { scroller } = this
    const before = scroller.scrollTop
    scroller.scrollTop = before + dy
    return scroller.scrollTop !== before
  }

  overflows(): boolean {
    return this.scene.layout.height > this.scene.height - AXIS
  }

  zoomedIn(): boolean {
    const [from, to] = this.stripWindow()
    return from > 1 || to < this.camera.strip.width - 1
  }

  /** Shows [from, to] (epoch ms) with some air, unless it is in view already. */
  bringIn(from: number, to: number, glide: boolean): void {
    const { scale, width } = this.scene
    if (scale.xAt(from) >= 8 && scale.xAt(to) <= width - 8) return
    this.goTo(this.camera.around(from, to), glide)
    this.hooks.moved()
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
    const { scroller } = this
    const covered = this.scene.pinned ? laneHeight(this.scene, this.scene.pinned) : 0
    if (top - covered < scroller.scrollTop) scroller.scrollTop = top - covered
    else if (bottom + AXIS > scroller.scrollTop + this.scene.height) scroller.scrollTop = bottom + AXIS - this.scene.height
  }

  /** Brings what is selected into view: its lane, or its time as well. */
  reveal(what: 'lane' | 'all'): void {
    const { selectedStrike: strike, selectedLane, selected, rows } = this.scene
    if (selectedLane !== undefined) this.bringLane(rows.lookupLane(selectedLane))
    const bar = strike && strike.hitBar >= 0 ? strike.hitBar : selected
    if (bar < 0) return
    this.bringLane(rows.laneOfBar(bar))
    if (what === 'lane') return
    if (strike) this.bringIn(Math.min(strike.cutAt, strike.occurredAt), strike.occurredAt, true)
    else this.bringBar(bar)
  }

  zoomToBar(bar: number): void {
    const { rows, scale, now } = this.scene
    const a = scale.clock.unitAt(rows.bars.start.at(bar))
    const b = scale.clock.unitAt(Math.min(rows.bars.end.at(bar), Math.max(now, rows.bars.start.at(bar))))
    const span = Math.max(50, b - a)
    this.goTo([a - span * 0.3, a + span * 1.3])
    this.hooks.moved()
  }

  /** Shows exactly this, for the overview's drag; px on the strip. */
  setFromStrip(x0: number, x1: number): void {
    const { strip } = this.camera
    this.camera.halt()
    const unit = (x: number) => strip.u0 + (x / strip.width) * (strip.u1 - strip.u0)
    this.scene.scale.set(unit(Math.min(x0, x1)), unit(Math.max(x0, x1)))
    this.hooks.moved()
  }

  stripWindow(): [number, number] {
    const { strip } = this.camera
    const { u0, u1 } = this.scene.scale
    const x = (u: number) => ((u - strip.u0) / (strip.u1 - strip.u0)) * strip.width
    return [x(u0), x(u1)]
  }
}
