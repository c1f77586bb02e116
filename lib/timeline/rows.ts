import type { AgentId, CallId, EventId, TurnId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import type { SessionState, Touched, Write } from '@/lib/core/session'
import { isAboutStanding } from '@/lib/core/set-aside'
import { type Table, tableOf } from '@/lib/core/table'
import { DEFAULT_LANES, type LaneView } from '@/lib/view/lanes'
import { ALL_WORK, type WorkFilter } from '@/lib/view/work'
import type { BarWatcher } from './bar-watcher'
import { BarIndex, TasksOf, WritesOf } from './bar-index'
import { Bars, firstFrom } from './bars'
import { Floats, Ints } from './columns'
import { Cuts } from './cuts'
import { type Edge, Edges, resolveEdges } from './edges'
import { Intake } from './intake'
import { Intervals } from './intervals'
import { labelOf } from './labels'
import { type Lane, pack } from './lane'
import { GroupHeads } from './lane-groups'
import { placeLanes } from './lane-order'
import { columnarOf, messagesFrom } from './rows-columns'
import { isNotMeant, type Sift, siftAll, siftOf } from './sift'
import type { Strike } from './strike'
import { Strikes } from './strike-index'
import { BarMarks, isLoud, type Marks } from './strike-marks'
import { StrikeOrder } from './strike-order'
import { applyFindings, siftStrikes } from './strikes'

/**
 * What the timeline and its tree are drawn from: lanes, bars, edges and strikes of one session.
 *
 * A function of (state, findings): whatever way it came about, event by event or all at once, equal
 * states give equal rows. `apply` costs O(batch) when time moves on; a batch that reaches into the
 * past costs as much as the lanes' part after it.
 */
export class Rows {
  readonly bars = new Bars()
  readonly lanesByNumber: Lane[] = []
  /** In the order of the screen, hidden ones left out. */
  lanes: Lane[] = []
  readonly edgeList: Edge[] = []
  /** By their tasks. */
  readonly edges = new Edges(this.edgeList)
  readonly strikes = new Strikes()
  /** The same as a list by time, for drawing: no iterator a frame. */
  readonly strikeList: Strike[] = []
  /** Of each in the lists, by its index: from when to when it reaches, epoch ms. What is out of view is not looked at. */
  readonly edgeSpans = new Intervals()
  readonly strikeSpans = new Intervals()
  /** The loud ones alone. */
  readonly loudSpans = new Intervals()
  /** Beside the list of strikes: when each cuts (epoch ms), the number of the lane on which it shows (-1: none), 1 where it is loud. */
  readonly strikeMarks = { cut: new Floats(), lane: new Ints(), loud: new Ints() }
  readonly cuts = new Cuts()
  readonly strikeOrder = new StrikeOrder(this)
  /** Grows with every change; `lanesVersion` only when a lane comes, goes, moves or is told more of. */
  version = 0
  lanesVersion = 0
  /** Grows with what the session tells, and not with how it is looked at. */
  told = 0
  /** Grows with every filter: bars may be left out that were not. */
  sifted = 0
  /** Told what becomes of each bar. */
  readonly watchers = new Set<BarWatcher>()
  /** Grows when any strike, or a bar that one hit, is other than it was or stands elsewhere. */
  strikesTold = 0
  /** The same of loud bars, and of delegations. */
  loudTold = 0
  edgesTold = 0
  /** Bars ever added, for the counter of what is new. */
  get added(): number {
    return this.bars.count
  }

  readonly turnBars = new BarIndex<TurnId>()
  readonly callBars = new BarIndex<CallId>()
  readonly writeBars = new BarIndex<EventId>()
  readonly messageBars = new Map<string, number>()
  readonly laneById = new Map<string, Lane>()
  /** Writes by what they belong to; a call may write several artifacts. */
  readonly callWrites = new WritesOf<CallId>()
  readonly turnWrites = new WritesOf<TurnId>()
  /** Tasks by the call or turn that delegated them. */
  readonly callTasks = new TasksOf<CallId>()
  readonly turnTasks = new TasksOf<TurnId>()
  private readonly taskNumbers = new Map<string, number>()
  /** Whether the findings have been taken once. */
  findingsSeen = false
  readonly marks = new BarMarks(this.bars, this.lanesByNumber)
  /** The marks, or sub-rows of marked bars, are other than when the loud ones were sorted. */
  private loudStale = true
  private laneView: LaneView = DEFAULT_LANES
  private readonly heads = new GroupHeads()
  private work: WorkFilter = ALL_WORK
  private sift: Sift | undefined
  private readonly intake = new Intake(this)

  constructor(
    readonly state: SessionState,
    readonly findings: ReadonlyMap<string, Intervention>,
    view: LaneView = DEFAULT_LANES,
  ) {
    this.laneView = view
    const { agents, tasks, turns, calls, writes, messages } = state
    const tables = columnarOf(state)
    if (!tables) this.bars.reserve(turns.size + calls.size)
    const taskTable = tables && tableOf(tasks)
    // all of them come at once: put in order once, when they are asked for
    this.edgeSpans.clear()
    this.take(
      {
        session: true,
        agents: agents.values(),
        tasks: taskTable ? since(taskTable) : tasks.values(),
        turns: tables ? since(tables.turns) : turns.values(),
        calls: tables ? since(tables.calls) : calls.values(),
        writes: tables ? since(tables.writes) : writes.values(),
        // whose messages are bars is known when the agents are: they are taken with their lanes
        messages: tableOf(messages) ? [] : messages.values(),
        verdicts: [],
      },
      true,
      tables,
    )
  }

  /** Takes what a fold step changed. `state` and `findings` are the objects given to the constructor, changed in place. */
  apply(touched: Touched, findingsChanged: boolean): void {
    this.take(touched, findingsChanged)
  }

  private take(touched: Changed, findingsChanged: boolean, tables?: ReturnType<typeof columnarOf>): void {
    const { intake } = this
    this.version++
    this.told++
    let lanesChanged = false
    let judged = findingsChanged
    for (const verdict of touched.verdicts) if (isAboutStanding(verdict)) judged = true
    const lanesBefore = this.lanesByNumber.length
    const people = new Set<AgentId>()

    for (const agent of touched.agents) {
      lanesChanged = true
      const lane = intake.laneOf(agent.id)
      const { role } = agent
      if ((role === 'human' || role === 'harness') && lane.role !== role) {
        lane.role = role
        people.add(agent.id)
      }
    }
    const taskTable = tables && tableOf(this.state.tasks)
    if (tables && taskTable) intake.tasks(taskTable, tables)
    for (const task of touched.tasks) {
      lanesChanged = true
      intake.task(task)
    }
    // the columns' bars have the first numbers: none is given away before
    if (tables) intake.tables(tables)
    if (people.size > 0) for (const message of messagesFrom(this.state.messages, people)) intake.message(message)
    // calls before writes: a write of a known call is no bar of its own
    for (const turn of touched.turns) intake.turn(turn)
    for (const call of touched.calls) intake.call(call)
    for (const write of touched.writes) intake.write(write)
    for (const message of touched.messages) intake.message(message)
    if (touched.session && this.state.facts.endedAt !== undefined) for (const lane of this.lanesByNumber) if (lane.unended.size > 0) intake.dirty.add(lane)
    intake.settleAll()

    let changedFrom = Number.POSITIVE_INFINITY
    let placesChanged = lanesBefore !== this.lanesByNumber.length
    for (const lane of intake.dirty) {
      const { firstAt } = lane
      const subRows = lane.rows.length
      const from = pack(this.bars, lane, this.sift)
      if (this.sift && lane.place < 0 !== isNotMeant(this, lane.order)) placesChanged = true
      if (from < changedFrom) changedFrom = from
      if (lane.firstAt !== firstAt) lanesChanged = true
      if (lane.rows.length !== subRows) this.lanesVersion++
    }
    intake.dirty.clear()
    if (lanesChanged || placesChanged) this.placeAll()
    resolveEdges(this, changedFrom)
    if (applyFindings(this, judged, changedFrom) || this.sift || changedFrom <= this.strikeOrder.until) this.strikesTold++
    this.loudStale = true
    if (!this.sift) return
    // names and models of agents, and whom a call delegates to, are told of many bars at once
    if (lanesChanged && this.work.models.length + this.work.words.length > 0) this.refilter()
    else siftStrikes(this)
  }

  /** Which lanes are shown, and how. */
  arrange(view: LaneView): void {
    if (this.laneView === view) return
    this.laneView = view
    this.placeAll()
    this.version++
  }

  /** What of the work is shown. O(bars), once: frames have the less to do. */
  filter(work: WorkFilter): void {
    if (this.work === work) return
    this.work = work
    this.refilter()
  }

  get isFiltered(): boolean {
    return this.sift !== undefined
  }

  private refilter(): void {
    this.sift = siftOf(this, this.work)
    this.sifted++
    siftAll(this, this.sift)
    this.loudStale = true
    this.strikesTold++
    siftStrikes(this)
    this.placeAll()
    this.version++
  }

  /** Lanes that the view leaves out altogether; those that another stands for do not count. */
  hiddenLanes = 0

  private placeAll(): void {
    const isOut = this.sift && ((lane: Lane) => isNotMeant(this, lane.order))
    this.lanes = placeLanes(this.state, this.lanesByNumber, this.laneView, isOut, this.heads)
    this.hiddenLanes = 0
    for (const lane of this.lanesByNumber) if (lane.place < 0 && lane.firstAt !== Number.POSITIVE_INFINITY) this.hiddenLanes++
    this.lanesVersion++
  }

  /** Tasks by number, for columns to hold: those that lie in columns by their row. */
  taskNumber(id: string): number {
    const table = tableOf(this.state.tasks)
    const row = table ? table.rowOf(id) : -1
    if (row >= 0) return row
    let number = this.taskNumbers.get(id)
    if (number === undefined) {
      number = (table?.rows ?? 0) + this.taskNumbers.size
      this.taskNumbers.set(id, number)
    }
    return number
  }

  /** Texts have come that labels are made of. */
  forgetLabels(): void {
    this.bars.labels.clear()
    this.version++
    this.told++
    if (this.work.words !== '') this.refilter()
  }

  lookupLane(agentId: string | undefined): Lane | undefined {
    return this.laneById.get(agentId ?? '')
  }

  laneOfBar(bar: number): Lane {
    const lane = this.lanesByNumber[this.bars.lane.at(bar)]
    if (!lane) throw new Error(`bar ${bar} is in no lane`)
    return lane
  }

  /** Bars that strikes have marked. */
  get marked(): ReadonlyMap<number, Marks> {
    return this.marks.of
  }

  /** By number of lane, the turns and calls whose work a master had destroyed by this moment, epoch ms. */
  lostBy(moment: number): Map<number, number> {
    const lost = new Map<number, number>()
    for (const [bar, { touching }] of this.marks.of) {
      if (!touching.some((strike) => strike.loud && strike.hitBar === bar && strike.occurredAt <= moment)) continue
      const lane = this.bars.lane.at(bar)
      lost.set(lane, (lost.get(lane) ?? 0) + 1)
    }
    return lost
  }

  /** Puts the loud bars into the lists of their sub-rows: of each lane what may differ since it was asked for last, in the order of time. */
  sortLoud(): void {
    if (!this.loudStale) return
    this.loudStale = false
    const { bars } = this
    for (const lane of this.lanesByNumber) {
      const { loudFrom, order, rows } = lane
      if (loudFrom === Number.POSITIVE_INFINITY) continue
      lane.loudFrom = Number.POSITIVE_INFINITY
      for (const { loud } of rows) {
        const kept = firstFrom(bars, loud, loudFrom)
        if (kept < loud.length) this.loudTold++
        loud.truncate(kept)
      }
      for (let i = firstFrom(bars, order, loudFrom); i < order.length; i++) {
        const bar = order.at(i)
        if (!isLoud(bars, bar) || bars.out.at(bar) !== 0) continue
        rows[bars.row.at(bar)]?.loud.push(bar)
        this.loudTold++
      }
    }
  }

  label(bar: number): string {
    const known = this.bars.labels.get(bar)
    if (known !== undefined) return known
    const label = labelOf(this, bar)
    this.bars.labels.set(bar, label)
    return label
  }

  /** The bar that shows this write: its call's, its turn's or its own. */
  lookupWriteBar(write: Write): number | undefined {
    return (write.callId && this.callBars.get(write.callId)) ?? this.writeBars.get(write.id) ?? (write.turnId && this.turnBars.get(write.turnId))
  }

  lookupMessageBar(id: string): number | undefined {
    return this.messageBars.get(id)
  }
}

/** What `Touched` says, or all of a state. */
type Changed = { [K in keyof Touched]: Touched[K] extends Set<infer T> ? Iterable<T> : Touched[K] }

function* since<T>(table: Pick<Table<string, T>, 'changed' | 'added'>): Generator<T> {
  yield* table.changed
  yield* table.added
}
