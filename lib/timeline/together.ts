import type { ClockKind, Hideable } from '@/lib/view/view'
import { withAir } from './camera'
import { type CommonAxis, clockOn, commonAxis, positionOf, unitOf } from './common-axis'
import { type Idle, OFFER_FROM } from './idle'
import type { ReplayStatus } from './replay'
import { type Player, ReplayControl } from './replay-control'
import type { Rows } from './rows'
import { type Clock, wallClock } from './scale'
import { type Stepped, stepTogether } from './step-together'
import { rounded, WindowTeller } from './window-teller'
import { type WorkClock, workClock } from './work-clock'

/** What all timelines of a page show alike, as the address has it: places are ms, tokens or steps since the aligned moment. */
export interface CommonView {
  clock: ClockKind
  folded: boolean
  /** Undefined: all of all runs. */
  window: { from: number; to: number } | undefined
  /** Where a run goes on and the window is not all: its newest moment stays in view. */
  follows: boolean
  /** Replaying: the place that is shown. */
  at: number | undefined
}

/** What a stage is to those that it stands beside. */
export interface Led {
  readonly rows: Rows
  /** Epoch ms. */
  readonly idle: Pick<Idle, 'gaps'>
  /** Epoch ms: the end of what is known. */
  readonly end: number
  readonly live: boolean
  /** Shows these units, or all, gliding or at once. */
  lookAt(units: [number, number] | undefined, glide: boolean): void
  /** The axis is another one. */
  reclock(): void
  countFrom(zero: number | undefined): void
  request(): void
}

/** What leads a stage that stands beside others: their axis, window and moment. */
export interface Lead {
  readonly player: Player
  /** The moment that is shown, epoch ms; undefined: all that is known. */
  at(): number | undefined
  clock(): Clock
  /** Where the axis begins and ends, units. */
  reach(): [number, number]
  /** Whether any of the runs goes on. */
  readonly live: boolean
  /** Once a frame: what follows a run that goes on moves with it. */
  keepUp(): void
  /** What is in view, units; undefined: all of it. */
  window(): [number, number] | undefined
  /** A person moved this stage's window there. */
  moved(units: [number, number], gliding: boolean): void
  fit(): void
  /** Idle stretches were found anew, or the rows are others. */
  changed(): void
}

interface Events {
  onView(patch: Partial<Pick<CommonView, 'window' | 'follows' | 'at'>>): void
  onReplay(status: ReplayStatus | undefined): void
  /** Share of time in which no run is under way, where folding it is worth an offer or it is folded. */
  onIdle(share: number | undefined): void
  /** Whether any of the runs goes on. */
  onLive(live: boolean): void
}

interface Run {
  stage: Led
  clock: Clock
  /** What it counts, where the axis counts work. */
  work: WorkClock | undefined
  lead: Lead
}

// While a run goes on the axis grows in steps, so that the picture does not creep.
const GROWS = 0.3
// What plays stays this share of the window away from its right edge, as on a session's own page.
const AHEAD = 0.12
// Following moves by no less of the window: half a pixel.
const LEAST_MOVE = 0.0005

/** Timelines on one axis: each shows its own run, and all of them the same stretch, in the same clock, at the same moment of a replay. */
export class Together {
  /** Its `at` is a place on the axis. */
  readonly replay: ReplayControl
  private readonly runs = new Map<string, Run>()
  private readonly zeros = new Map<string, number>()
  private view: CommonView = { clock: 'time', folded: false, window: undefined, follows: false, at: undefined }
  private axis: CommonAxis = { kind: 'time', idle: { gaps: [], share: 0, busy: 0 }, time: wallClock(0) }
  /** In view, units. */
  private units: [number, number] | undefined
  private readonly teller = new WindowTeller(() => this.tellWindow())
  private frame = 0
  private grownTo = Number.NEGATIVE_INFINITY
  private toldLive = false
  private toldIdle: number | undefined

  constructor(private readonly events: Events) {
    this.replay = new ReplayControl(() => this.extent(), {
      request: () => this.request(),
      onView: ({ at }) => events.onView({ at }),
      onReplay: (status) => events.onReplay(status),
    })
  }

  /** A stage joins. Gives what leads it, and the way out. */
  enter(key: string, stage: Led): { lead: Lead; leave: () => void } {
    const { replay } = this
    const run: Run = { stage, clock: wallClock(0), work: undefined, lead: this.leadOf(() => run) }
    this.runs.set(key, run)
    stage.countFrom(this.zeros.get(key))
    this.recount()
    replay.setView(this.view)
    replay.again()
    return {
      lead: run.lead,
      leave: () => {
        if (this.runs.get(key) !== run) return
        this.runs.delete(key)
        this.recount()
      },
    }
  }

  close(): void {
    cancelAnimationFrame(this.frame)
    this.frame = -1
    this.teller.stop()
  }

  /** The moment of a run that stands at 0, epoch ms; undefined: its first. */
  align(key: string, zero: number | undefined): void {
    if (this.zeros.get(key) === zero) return
    if (zero === undefined) this.zeros.delete(key)
    else this.zeros.set(key, zero)
    this.runs.get(key)?.stage.countFrom(zero)
    this.recount()
  }

  setView(next: CommonView): void {
    const before = this.view
    this.view = next
    const own = next.window !== undefined && this.teller.isOwn({ kind: 'range', ...next.window })
    const another = before.clock !== next.clock || before.folded !== next.folded
    if (another) this.recount()
    if (!own && (before.window?.from !== next.window?.from || before.window?.to !== next.window?.to))
      this.goTo(next.window && this.unitsOf(next.window), !another)
    this.replay.setView(next)
    this.request()
  }

  /** The run's moment at a place of the axis, epoch ms; undefined where it is not shown. */
  momentOf(key: string, place: number): number | undefined {
    return this.runs.get(key)?.clock.timeAt(unitOf(this.axis, place))
  }

  /** Where a moment of a run stands. */
  placeOf(key: string, moment: number): number | undefined {
    const run = this.runs.get(key)
    return run && positionOf(this.axis, run.clock.unitAt(moment))
  }

  /** The next (or previous) intervention of any run: from the selected one, else from the moment of the replay or the window's edge. */
  nextStrike(current: { key: string; id: string } | undefined, by: 1 | -1, hidden: ReadonlySet<Hideable>): Stepped | undefined {
    const [from, to] = this.units ?? this.known()
    const edge = positionOf(this.axis, by > 0 ? from : to)
    const runs = [...this.runs].map(([key, { stage, clock }]) => ({
      key,
      rows: stage.rows,
      placeOf: (moment: number) => positionOf(this.axis, clock.unitAt(moment)),
    }))
    return stepTogether(runs, current, this.replay.at ?? edge, by, hidden)
  }

  /** The same window and moment in another clock, by the run that is there. */
  inClock(clock: ClockKind): Pick<CommonView, 'window' | 'at'> {
    const axis = commonAxis(clock, this.view.folded, this.spans())
    const there = (place: number): number | undefined => {
      const unit = unitOf(this.axis, place)
      const runs = [...this.runs.entries()]
      const [key, run] =
        runs.find(([, { stage, clock: own }]) => unit >= own.unitAt(stage.rows.state.firstAt ?? 0) && unit <= own.unitAt(stage.end)) ?? runs[0] ?? []
      if (key === undefined || run === undefined) return undefined
      const other = clockOn(axis, this.zeroOf(key, run), clock === 'time' ? undefined : workClock(run.stage.rows, clock, run.stage.end))
      return positionOf(axis, other.unitAt(run.clock.timeAt(unit)))
    }
    const window = this.units && this.placesOf(this.units)
    const from = window && there(window.from)
    const to = window && there(window.to)
    const at = this.replay.at === undefined ? undefined : there(this.replay.at)
    return {
      window: from !== undefined && to !== undefined && from < to ? rounded({ from, to }) : undefined,
      at: at === undefined ? undefined : Math.round(at * 1_000) / 1_000,
    }
  }

  fit(): void {
    this.goTo(undefined, true)
    this.teller.stop()
    this.events.onView({ window: undefined, follows: false })
  }

  /** What goes on is followed, or what is in view stays. */
  toggleFollow(): void {
    const follows = this.units !== undefined && !this.view.follows
    if (follows) {
      this.view = { ...this.view, follows }
      this.events.onView({ follows })
      this.request()
      return
    }
    this.units ??= withAir(this.reach(), this.toldLive)
    this.view = { ...this.view, follows }
    this.tellWindow()
  }

  /** First and last place of what is known of all runs. */
  extent(): [number, number] {
    const [from, to] = this.known()
    return [positionOf(this.axis, from), positionOf(this.axis, to)]
  }

  private leadOf(run: () => Run): Lead {
    const { replay } = this
    const together = this
    const moment = () => (replay.at === undefined ? undefined : run().clock.timeAt(unitOf(this.axis, replay.at)))
    return {
      player: {
        get at() {
          return moment()
        },
        get playing() {
          return replay.playing
        },
        get speed() {
          return replay.speed
        },
        get skipsIdle() {
          return replay.skipsIdle
        },
        playOrPause: () => replay.playOrPause(),
        seek: (at) => replay.seek(positionOf(this.axis, run().clock.unitAt(at))),
        leave: () => replay.leave(),
        setSpeed: (speed, skipsIdle) => replay.setSpeed(speed, skipsIdle),
      },
      at: moment,
      clock: () => run().clock,
      reach: () => this.reach(),
      get live() {
        return together.toldLive
      },
      // all are drawn in the frame after it has moved, not this one before the others
      keepUp: () => {
        if (this.ahead()) this.request()
      },
      window: () => this.units,
      moved: (units, gliding) => this.moved(run(), units, gliding),
      fit: () => this.fit(),
      changed: () => this.recount(run()),
    }
  }

  private zeroOf(key: string, { stage }: Run): number {
    return this.zeros.get(key) ?? stage.rows.state.firstAt ?? 0
  }

  private spans() {
    return [...this.runs].map(([key, run]) => {
      const { rows, idle, end } = run.stage
      return { zero: this.zeroOf(key, run), from: rows.state.firstAt ?? 0, to: end, gaps: idle.gaps }
    })
  }

  /** The axis anew, for all. `changed`: whose rows are not what they were. */
  private recount(changed?: Run): void {
    const { clock, folded } = this.view
    // folding moves what is in view; in another clock the address says what that is
    const held = this.units && this.axis.kind === clock ? this.placesOf(this.units) : this.view.window
    if (this.axis.kind !== clock) this.grownTo = Number.NEGATIVE_INFINITY
    this.axis = commonAxis(clock, folded, this.spans())
    const paces: number[] = []
    for (const [key, run] of this.runs) {
      // counting all of a long run is felt: only what has changed is counted anew
      if (clock === 'time') run.work = undefined
      else if (run === changed || run.work?.counts !== clock) run.work = workClock(run.stage.rows, clock, run.stage.end)
      run.clock = clockOn(this.axis, this.zeroOf(key, run), run.work)
      if (run.work && run.work.total > 0) paces.push(run.work.total / run.work.busy)
    }
    // work passes as fast as in the run that does it fastest while it works
    this.replay.pace = paces.length > 0 ? Math.max(...paces) : 1
    this.units = held && this.unitsOf(held)
    for (const { stage } of this.runs.values()) stage.reclock()
    const { share, gaps } = this.axis.idle
    const told = clock === 'time' && gaps.length > 0 && (folded || share >= OFFER_FROM) ? share : undefined
    if (told === this.toldIdle) return
    this.toldIdle = told
    this.events.onIdle(told)
  }

  private placesOf([from, to]: [number, number]): { from: number; to: number } {
    return { from: positionOf(this.axis, from), to: positionOf(this.axis, to) }
  }

  private unitsOf({ from, to }: { from: number; to: number }): [number, number] {
    return [unitOf(this.axis, from), unitOf(this.axis, to)]
  }

  /** Units of the first and last moment that any run knows. */
  private known(): [number, number] {
    let from = Number.POSITIVE_INFINITY
    let to = Number.NEGATIVE_INFINITY
    for (const { stage, clock } of this.runs.values()) {
      from = Math.min(from, clock.unitAt(stage.rows.state.firstAt ?? 0))
      to = Math.max(to, clock.unitAt(stage.end))
    }
    return from < to ? [from, to] : [0, 1]
  }

  private reach(): [number, number] {
    const [from, to] = this.known()
    let live = false
    for (const { stage } of this.runs.values()) live ||= stage.live
    const before = this.grownTo
    if (!live || to > before) this.grownTo = live ? to + (to - from) * GROWS : to
    if (live !== this.toldLive) {
      this.toldLive = live
      this.events.onLive(live)
    } else if (before === this.grownTo) return [from, Math.max(from + 1, before)]
    // the others stand still, maybe, and have the same axis
    for (const { stage } of this.runs.values()) stage.request()
    return [from, Math.max(from + 1, this.grownTo)]
  }

  private goTo(units: [number, number] | undefined, glide: boolean): void {
    this.units = units
    for (const { stage } of this.runs.values()) stage.lookAt(units, glide)
  }

  private moved(by: Run, units: [number, number], gliding: boolean): void {
    this.units = units
    for (const run of this.runs.values()) if (run !== by) run.stage.lookAt(units, gliding)
    if (this.view.follows) {
      this.view = { ...this.view, follows: false }
      this.events.onView({ follows: false })
    }
    this.teller.soon()
  }

  /** Where a window that follows has to be, if that is felt. */
  private ahead(): [number, number] | undefined {
    const { units, view, replay } = this
    if (!units || !view.follows || replay.at !== undefined) return undefined
    let now = Number.NEGATIVE_INFINITY
    for (const { stage, clock } of this.runs.values()) if (stage.live) now = Math.max(now, clock.unitAt(stage.end))
    const breadth = units[1] - units[0]
    const end = now + breadth * AHEAD
    if (now === Number.NEGATIVE_INFINITY || (now >= units[0] && end - units[1] < breadth * LEAST_MOVE)) return undefined
    return [end - breadth, end]
  }

  private tellWindow(): void {
    if (!this.units) return
    const window = rounded(this.placesOf(this.units))
    this.teller.now({ kind: 'range', ...window })
    this.view = { ...this.view, window }
    this.events.onView({ window, follows: this.view.follows })
  }

  private request(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(this.step)
  }

  private readonly step = (): void => {
    this.frame = 0
    const now = performance.now()
    const { replay, axis, units } = this
    const at = replay.step(now, this.extent()[1], axis.kind === 'time' ? axis.idle : NO_IDLE)
    if (at !== undefined && replay.playing && units) {
      const unit = unitOf(axis, at)
      const breadth = units[1] - units[0]
      if (unit < units[0] || unit > units[1] - breadth * AHEAD) {
        const end = unit + breadth * AHEAD
        this.goTo([end - breadth, end], false)
      }
    }
    const ahead = this.ahead()
    if (ahead) this.goTo(ahead, false)
    for (const { stage } of this.runs.values()) stage.request()
    replay.tell(now)
    if (replay.playing || ahead) this.request()
  }
}

const NO_IDLE = { gaps: [], share: 0, busy: 0 }
