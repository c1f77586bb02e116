import type { AgentId, CallId, EventId, TaskId, TurnId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import type { Message, SessionState, Task, ToolCall, Touched, Turn, Write } from '@/lib/core/session'
import { isAboutStanding } from '@/lib/core/set-aside'
import type { Table } from '@/lib/core/table'
import { DEFAULT_LANES, type LaneView } from '@/lib/view/lanes'
import { BarIndex, WritesOf } from './bar-index'
import { Bars, CALL, MESSAGE, OPEN, TURN, WRITE_EVENT } from './bars'
import { Floats, Ints } from './columns'
import { type Edge, newEdge, resolveEdges } from './edges'
import { Intervals } from './intervals'
import { labelOf } from './labels'
import { type Lane, markDirty, markUnsorted, newLane, pack } from './lane'
import { placeLanes } from './lane-order'
import { outcomeOf, untilOf } from './outcome'
import { columnarOf, takeColumns } from './rows-columns'
import { applyFindings, type Strike } from './strikes'

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
  readonly edges = new Map<TaskId, Edge>()
  readonly strikes = new Map<string, Strike>()
  /** The same as lists, for drawing: no iterator a frame. Strikes by time. */
  readonly edgeList: Edge[] = []
  strikeList: Strike[] = []
  /** Of each in the lists, by its index: from when to when it reaches, epoch ms. What is out of view is not looked at. */
  readonly edgeSpans = new Intervals()
  readonly strikeSpans = new Intervals()
  /** The loud ones alone. */
  readonly loudSpans = new Intervals()
  /** Beside the list of strikes: when each cuts (epoch ms), the number of the lane that it hits (-1: none), 1 where it is loud. */
  readonly strikeMarks = { cut: new Floats(), lane: new Ints(), loud: new Ints() }
  /** Grows with every change; `lanesVersion` only when a lane comes, goes, moves or is told more of. */
  version = 0
  lanesVersion = 0
  /** Bars ever added, for the counter of what is new. */
  get added(): number {
    return this.bars.count
  }

  readonly turnBars = new BarIndex<TurnId>()
  readonly callBars = new BarIndex<CallId>()
  readonly writeBars = new BarIndex<EventId>()
  private readonly messageBars = new Map<string, number>()
  private readonly laneById = new Map<string, Lane>()
  /** Writes by what they belong to; a call may write several artifacts. */
  readonly callWrites = new WritesOf<CallId>()
  readonly turnWrites = new WritesOf<TurnId>()
  /** Tasks by the call or turn that delegated them. */
  readonly callTasks = new Map<CallId, TaskId[]>()
  readonly turnTasks = new Map<TurnId, TaskId[]>()
  private readonly taskNumbers = new Map<string, number>()
  /** Whether the findings have been taken once. */
  findingsSeen = false
  /** Bars that a strike has marked. */
  readonly marked = new Map<number, Marks>()
  /** Calls that came before their turn. */
  private readonly earlyCalls = new Map<TurnId, number[]>()
  private loudVersion = -1
  private laneView: LaneView = DEFAULT_LANES
  private lastLane: Lane | undefined
  private lastWrite: { callId: CallId | undefined; bar: number } = { callId: undefined, bar: -1 }
  private readonly dirty = new Set<Lane>()
  private readonly unsettled = new Ints()

  constructor(
    readonly state: SessionState,
    readonly findings: ReadonlyMap<string, Intervention>,
    view: LaneView = DEFAULT_LANES,
  ) {
    this.laneView = view
    const { agents, tasks, turns, calls, writes, messages } = state
    const tables = columnarOf(state)
    if (!tables) this.bars.reserve(turns.size + calls.size)
    this.take(
      {
        session: true,
        agents: agents.values(),
        tasks: tasks.values(),
        turns: tables ? since(tables.turns) : turns.values(),
        calls: tables ? since(tables.calls) : calls.values(),
        writes: tables ? since(tables.writes) : writes.values(),
        messages: messages.values(),
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
    this.version++
    let lanesChanged = false
    let judged = findingsChanged
    for (const verdict of touched.verdicts) if (isAboutStanding(verdict)) judged = true
    const lanesBefore = this.lanesByNumber.length
    const people = new Set<AgentId>()

    for (const agent of touched.agents) {
      lanesChanged = true
      const lane = this.laneOf(agent.id)
      const { role } = agent
      if ((role === 'human' || role === 'harness') && lane.role !== role) {
        lane.role = role
        people.add(agent.id)
      }
    }
    for (const task of touched.tasks) {
      lanesChanged = true
      this.indexTask(task)
    }
    // the columns' bars have the first numbers: none is given away before
    if (tables) this.takeTables(tables)
    if (people.size > 0)
      for (const message of this.state.messages.values()) if (message.from !== undefined && people.has(message.from)) this.upsertMessage(message)
    // calls before writes: a write of a known call is no bar of its own
    for (const turn of touched.turns) this.upsertTurn(turn)
    for (const call of touched.calls) this.upsertCall(call)
    for (const write of touched.writes) this.upsertWrite(write)
    for (const message of touched.messages) this.upsertMessage(message)
    if (touched.session && this.state.facts.endedAt !== undefined) for (const lane of this.lanesByNumber) if (lane.unended.size > 0) this.dirty.add(lane)
    this.settleAll()

    let changedFrom = Number.POSITIVE_INFINITY
    for (const lane of this.dirty) {
      const { firstAt } = lane
      const subRows = lane.rows.length
      const from = pack(this.bars, lane)
      if (from < changedFrom) changedFrom = from
      if (lane.firstAt !== firstAt) lanesChanged = true
      if (lane.rows.length !== subRows) this.lanesVersion++
    }
    this.dirty.clear()
    if (lanesChanged || lanesBefore !== this.lanesByNumber.length) {
      this.placeAll()
    }
    resolveEdges(this, changedFrom)
    applyFindings(this, judged, changedFrom)
  }

  /** What lies in columns, whole. What was changed since is taken one by one after it. */
  private takeTables(tables: NonNullable<ReturnType<typeof columnarOf>>): void {
    const { calls, writes } = tables
    const delegating = new Set<number>()
    for (const id of this.callTasks.keys()) delegating.add(calls.rowOf(id))
    takeColumns(this, tables, {
      laneOf: (agentId) => this.laneOf(agentId as AgentId | undefined),
      queue: (bar) => this.queue(bar),
      early: (turnId, call) => listed(this.earlyCalls, turnId as TurnId, call),
      orphan: (row) => {
        const write = writes.peek(row)
        if (write.callId !== undefined) this.callWrites.add(write.callId, write)
        else if (write.turnId !== undefined) this.turnWrites.add(write.turnId, write)
      },
      delegates: (row) => delegating.has(row),
    })
    for (const lane of this.lanesByNumber) if (lane.pending) this.dirty.add(lane)
  }

  /** Which lanes are shown, and how. */
  arrange(view: LaneView): void {
    if (this.laneView === view) return
    this.laneView = view
    this.placeAll()
    this.version++
  }

  /** Lanes that the view leaves out altogether; those that another stands for do not count. */
  hiddenLanes = 0

  private placeAll(): void {
    this.lanes = placeLanes(this.state, this.lanesByNumber, this.laneView)
    this.hiddenLanes = 0
    for (const lane of this.lanesByNumber) if (lane.place < 0 && lane.firstAt !== Number.POSITIVE_INFINITY) this.hiddenLanes++
    this.lanesVersion++
  }

  /** Tasks by number, for columns to hold. */
  taskNumber(id: string): number {
    let number = this.taskNumbers.get(id)
    if (number === undefined) {
      number = this.taskNumbers.size
      this.taskNumbers.set(id, number)
    }
    return number
  }

  /** Texts have come that labels are made of. */
  forgetLabels(): void {
    this.bars.labels.clear()
    this.version++
  }

  lookupLane(agentId: string | undefined): Lane | undefined {
    return this.laneById.get(agentId ?? '')
  }

  laneOfBar(bar: number): Lane {
    const lane = this.lanesByNumber[this.bars.lane.at(bar)]
    if (!lane) throw new Error(`bar ${bar} is in no lane`)
    return lane
  }

  /** Sorts the marked bars into their sub-rows, once a version. O(marked bars). */
  sortLoud(): void {
    if (this.loudVersion === this.version) return
    this.loudVersion = this.version
    for (const lane of this.lanesByNumber) for (const row of lane.rows) row.loud.truncate(0)
    for (const [bar, { did, hit }] of this.marked) {
      if (!did?.loud && !hit?.loud) continue
      this.lanesByNumber[this.bars.lane.at(bar)]?.rows[this.bars.row.at(bar)]?.loud.push(bar)
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

  private laneOf(agentId: AgentId | undefined): Lane {
    const id = agentId ?? ''
    // work comes in runs of one agent
    if (this.lastLane?.id === id && this.lastLane.agent) return this.lastLane
    let lane = this.laneById.get(id)
    if (!lane) {
      lane = newLane(this.lanesByNumber.length, id)
      this.laneById.set(id, lane)
      this.lanesByNumber.push(lane)
    }
    if (agentId !== undefined) lane.agent = this.state.agents.get(agentId)
    this.lastLane = lane
    return lane
  }

  /** Each bar once, turns last: where they end on the screen depends on their calls. */
  private settleAll(): void {
    for (const lane of this.dirty) {
      if (lane.pending?.sort) this.findUnended(lane)
      for (const bar of lane.unended) this.queue(bar)
    }
    const { subjectKind, queued } = this.bars
    // a call that is settled may add its turn
    for (let i = 0; i < this.unsettled.length; i++) {
      const bar = this.unsettled.at(i)
      if (subjectKind.at(bar) !== TURN) this.settle(bar)
    }
    for (let i = 0; i < this.unsettled.length; i++) {
      const bar = this.unsettled.at(i)
      if (subjectKind.at(bar) === TURN) this.settle(bar)
      queued.data[bar] = 0
    }
    this.unsettled.truncate(0)
  }

  private queue(bar: number): void {
    const { queued } = this.bars
    if (queued.at(bar) === 1) return
    queued.data[bar] = 1
    this.unsettled.push(bar)
  }

  private upsertTurn(turn: Turn): void {
    const start = turn.startedAt ?? turn.streamedAt ?? turn.endedAt
    if (start === undefined) throw new Error(`turn ${turn.id} has no time`)
    const lane = this.laneOf(turn.agentId)
    if (start > lane.newestTurn) lane.newestTurn = start
    const known = this.turnBars.get(turn.id)
    const bar = this.upsert(known, TURN, turn, lane, start)
    if (known !== undefined) return
    this.turnBars.set(turn.id, bar)
    if (this.earlyCalls.size > 0) {
      for (const call of this.earlyCalls.get(turn.id) ?? []) this.chain(bar, call)
      this.earlyCalls.delete(turn.id)
    }
    if (this.writeBars.size > 0) this.absorb(this.turnWrites.get(turn.id))
  }

  private upsertCall(call: ToolCall): void {
    const start = call.calledAt ?? call.returnedAt
    if (start === undefined) throw new Error(`call ${call.id} has no time`)
    const known = this.callBars.get(call.id)
    const bar = this.upsert(known, CALL, call, this.laneOf(call.agentId), start)
    const turn = call.turnId === undefined ? undefined : this.turnBars.get(call.turnId)
    if (turn !== undefined) {
      this.chain(turn, bar)
      this.queue(turn)
    } else if (call.turnId !== undefined) listed(this.earlyCalls, call.turnId, bar)
    if (known !== undefined) return
    this.callBars.set(call.id, bar)
    if (this.writeBars.size > 0) this.absorb(this.callWrites.get(call.id))
  }

  private chain(turn: number, bar: number): void {
    const { call, turn: turnOf } = this.bars
    if (turnOf.at(bar) === turn) return
    turnOf.data[bar] = turn
    call.data[bar] = call.at(turn)
    call.data[turn] = bar
  }

  /** Writes that came before the call or turn they belong to stood alone until now. */
  private absorb(writes: readonly Write[] | undefined): void {
    for (const write of writes ?? []) {
      const alone = this.writeBars.get(write.id)
      if (alone === undefined) continue
      this.writeBars.delete(write.id)
      this.leave(alone)
    }
  }

  private upsertWrite(write: Write): void {
    if (write.callId !== undefined) {
      this.callWrites.add(write.callId, write)
      // a streamed write is many events of one call
      const bar = this.lastWrite.callId === write.callId ? this.lastWrite.bar : this.callBars.get(write.callId)
      if (bar !== undefined) {
        if (this.lastWrite.bar !== bar) this.lastWrite = { callId: write.callId, bar }
        return this.queue(bar)
      }
    } else if (write.turnId !== undefined) {
      this.turnWrites.add(write.turnId, write)
      const bar = this.turnBars.get(write.turnId)
      if (bar !== undefined) return void this.queue(bar)
    }
    this.writeBars.set(write.id, this.upsert(this.writeBars.get(write.id), WRITE_EVENT, write, this.laneOf(write.agentId), write.at))
  }

  /** Only people's messages are bars: what agents say to one another is in their turns. */
  private upsertMessage(message: Message): void {
    const lane = this.laneOf(message.from)
    if (lane.role !== 'human' && lane.role !== 'harness') return
    this.messageBars.set(message.id, this.upsert(this.messageBars.get(message.id), MESSAGE, message, lane, message.at))
  }

  private upsert(known: number | undefined, subjectKind: number, subject: Turn | ToolCall | Write | Message, lane: Lane, start: number): number {
    const { bars } = this
    this.dirty.add(lane)
    const bar = known ?? bars.add(subjectKind, subject)
    if (known !== undefined) bars.replace(bar, subject)
    bars.task.data[bar] = subject.taskId === undefined ? -1 : this.taskNumber(subject.taskId)
    if (known === undefined || bars.lane.at(bar) !== lane.number) {
      if (known !== undefined) this.leave(bar)
      count(lane, subjectKind, 1)
      bars.lane.data[bar] = lane.number
      bars.start.data[bar] = start
      bars.end.data[bar] = start
      bars.until.data[bar] = start
      markDirty(bars, lane, start).added.push(bar)
    } else if (bars.start.at(bar) !== start) {
      markUnsorted(lane)
      bars.start.data[bar] = start
    }
    this.queue(bar)
    return bar
  }

  private leave(bar: number): void {
    const lane = this.lanesByNumber[this.bars.lane.at(bar)]
    if (!lane) return
    count(lane, this.bars.subjectKind.at(bar), -1)
    lane.unended.delete(bar)
    this.bars.lane.data[bar] = -1
    markUnsorted(lane)
    this.dirty.add(lane)
  }

  /** After starts have changed: what is newest, and so what may be running, is found anew. O(lane). */
  private findUnended(lane: Lane): void {
    const { bars } = this
    lane.newestTurn = Number.NEGATIVE_INFINITY
    const all = lane.pending ? [...lane.pending.added] : []
    for (let i = 0; i < lane.order.length; i++) if (bars.lane.at(lane.order.at(i)) === lane.number) all.push(lane.order.at(i))
    for (const bar of all) if (bars.subjectKind.at(bar) === TURN) lane.newestTurn = Math.max(lane.newestTurn, bars.start.at(bar))
    for (const bar of all) if (bars.end.at(bar) === Number.POSITIVE_INFINITY || bars.state.at(bar) === OPEN) lane.unended.add(bar)
  }

  /** Sets end, state, kind and tokens from the subject as it is now. */
  private settle(bar: number): void {
    const { bars } = this
    const lane = this.lanesByNumber[bars.lane.at(bar)]
    // absorbed by another since it was queued
    if (!lane) return
    const start = bars.start.at(bar)
    const { end, state, kind, tokens, mayEnd } = outcomeOf(this, bar, lane)
    if (mayEnd) lane.unended.add(bar)
    else lane.unended.delete(bar)
    bars.labels.delete(bar)
    bars.tokens.data[bar] = tokens
    bars.state.data[bar] = state
    const until = bars.subjectKind.at(bar) === TURN ? untilOf(bars, bar, lane, end) : end
    if (bars.end.at(bar) === end && bars.until.at(bar) === until && bars.kind.at(bar) === kind) return
    markDirty(bars, lane, start)
    this.dirty.add(lane)
    bars.end.data[bar] = end
    bars.until.data[bar] = until
    bars.kind.data[bar] = kind
    if (bars.subjectKind.at(bar) === CALL) {
      const turn = bars.turn.at(bar)
      if (turn >= 0) this.queue(turn)
    }
  }

  private indexTask(task: Task): void {
    const known = this.edges.get(task.id)
    if (known) known.settled = false
    else {
      const edge = newEdge(task.id)
      this.edges.set(task.id, edge)
      this.edgeList.push(edge)
    }
    if (task.callId !== undefined) {
      listed(this.callTasks, task.callId, task.id)
      const bar = this.callBars.get(task.callId)
      if (bar !== undefined) this.queue(bar)
    } else if (task.turnId !== undefined) {
      listed(this.turnTasks, task.turnId, task.id)
      const bar = this.turnBars.get(task.turnId)
      if (bar !== undefined) this.bars.labels.delete(bar)
    }
    if (task.to !== undefined) this.dirty.add(this.laneOf(task.to))
    if (task.by !== undefined) this.dirty.add(this.laneOf(task.by))
  }
}

/** The strikes that begin and end at a bar; the first of each, loud ones before others. */
export interface Marks {
  did: Strike | undefined
  hit: Strike | undefined
}

/** What `Touched` says, or all of a state. */
type Changed = { [K in keyof Touched]: Touched[K] extends Set<infer T> ? Iterable<T> : Touched[K] }

function* since<T>(table: Pick<Table<string, T>, 'changed' | 'added'>): Generator<T> {
  yield* table.changed
  yield* table.added
}

function listed<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (!list) map.set(key, [value])
  else if (!list.includes(value)) list.push(value)
}

function count(lane: Lane, subjectKind: number, by: 1 | -1): void {
  if (subjectKind === TURN) lane.turns += by
  else if (subjectKind === CALL) lane.calls += by
  else if (subjectKind === WRITE_EVENT) lane.writes += by
}
