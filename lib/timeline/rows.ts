import type { AgentId, CallId, TaskId, TurnId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { type Message, newTouched, type SessionState, type Task, type ToolCall, type Touched, type Turn, turnOutputTokens, type Write } from '@/lib/core/session'
import { Bars, CALL, CANCELLED, DELEGATE, DONE, FAILED, MESSAGE, NOTE, OPEN, RUNNING, TEXT, TOOL, TURN, WRITE, WRITE_EVENT } from './bars'
import { type Edge, newEdge, resolveEdge } from './edges'
import { labelOf } from './labels'
import { type Lane, markDirty, markUnsorted, newLane, pack } from './lane'
import { placeLanes } from './lane-order'
import { markStrikes, resolveStrike, type Strike } from './strikes'

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
  /** Grows with every change; `lanesVersion` only when a lane comes, goes, moves or is told more of. */
  version = 0
  lanesVersion = 0
  /** Bars ever added, for the counter of what is new. */
  get added(): number {
    return this.bars.count
  }

  readonly turnBars = new Map<TurnId, number>()
  readonly callBars = new Map<CallId, number>()
  readonly writeBars = new Map<string, number>()
  private readonly messageBars = new Map<string, number>()
  private readonly laneById = new Map<string, Lane>()
  /** Writes by what they belong to; a call may write several artifacts. */
  readonly callWrites = new Map<CallId, Write[]>()
  readonly turnWrites = new Map<TurnId, Write[]>()
  /** Tasks by the call or turn that delegated them. */
  readonly callTasks = new Map<CallId, Task[]>()
  readonly turnTasks = new Map<TurnId, Task[]>()
  private findingsSeen: ReadonlyMap<string, Intervention> | undefined
  /** Bars that a strike has marked. */
  readonly marked = new Map<number, Marks>()
  private readonly dirty = new Set<Lane>()

  constructor(
    readonly state: SessionState,
    readonly findings: ReadonlyMap<string, Intervention>,
  ) {
    const everything = newTouched()
    everything.session = true
    for (const agent of state.agents.values()) everything.agents.add(agent)
    for (const task of state.tasks.values()) everything.tasks.add(task)
    for (const turn of state.turns.values()) everything.turns.add(turn)
    for (const call of state.calls.values()) everything.calls.add(call)
    for (const write of state.writes.values()) everything.writes.add(write)
    for (const message of state.messages.values()) everything.messages.add(message)
    this.apply(everything, true)
  }

  /** Takes what a fold step changed. `state` and `findings` are the objects given to the constructor, changed in place. */
  apply(touched: Touched, findingsChanged: boolean): void {
    this.version++
    let lanesChanged = touched.agents.size > 0 || touched.tasks.size > 0
    const lanesBefore = this.lanesByNumber.length

    for (const agent of touched.agents) {
      const lane = this.laneOf(agent.id)
      const { role } = agent
      if ((role === 'human' || role === 'harness') && lane.role !== role) {
        lane.role = role
        for (const message of this.state.messages.values()) if (message.from === agent.id) this.upsertMessage(message)
      }
    }
    for (const task of touched.tasks) this.indexTask(task)
    // calls before writes: a write of a known call is no bar of its own
    for (const turn of touched.turns) this.upsertTurn(turn)
    for (const call of touched.calls) this.upsertCall(call)
    for (const write of touched.writes) this.upsertWrite(write)
    for (const message of touched.messages) this.upsertMessage(message)
    if (touched.session && this.state.facts.endedAt !== undefined) for (const lane of this.lanesByNumber) if (lane.unended.size > 0) this.dirty.add(lane)
    for (const lane of this.dirty) {
      if (lane.pending?.sort) this.findUnended(lane)
      for (const bar of lane.unended) this.settle(bar)
    }

    let changedFrom = Number.POSITIVE_INFINITY
    for (const lane of this.dirty) {
      const emptyBefore = lane.firstAt === Number.POSITIVE_INFINITY
      const from = pack(this.bars, lane)
      if (from < changedFrom) changedFrom = from
      if (emptyBefore !== (lane.firstAt === Number.POSITIVE_INFINITY)) lanesChanged = true
    }
    this.dirty.clear()
    if (lanesChanged || lanesBefore !== this.lanesByNumber.length) {
      this.lanes = placeLanes(this.state, this.lanesByNumber)
      this.lanesVersion++
    }
    for (const [id, edge] of this.edges) {
      const task = this.state.tasks.get(id)
      if (task && (edge.latest >= changedFrom || !edge.settled || touched.tasks.has(task))) resolveEdge(this, task, edge)
    }
    this.applyFindings(findingsChanged, changedFrom)
  }

  lookupLane(agentId: string | undefined): Lane | undefined {
    return this.laneById.get(agentId ?? '')
  }

  laneOfBar(bar: number): Lane {
    const lane = this.lanesByNumber[this.bars.lane.at(bar)]
    if (!lane) throw new Error(`bar ${bar} is in no lane`)
    return lane
  }

  label(bar: number): string {
    const known = this.bars.labels[bar]
    if (known !== undefined) return known
    const label = labelOf(this, bar)
    this.bars.labels[bar] = label
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
    let lane = this.laneById.get(id)
    if (!lane) {
      lane = newLane(this.lanesByNumber.length, id)
      this.laneById.set(id, lane)
      this.lanesByNumber.push(lane)
    }
    if (agentId !== undefined) lane.agent = this.state.agents.get(agentId)
    return lane
  }

  private upsertTurn(turn: Turn): void {
    const start = turn.startedAt ?? turn.streamedAt ?? turn.endedAt
    if (start === undefined) throw new Error(`turn ${turn.id} has no time`)
    const lane = this.laneOf(turn.agentId)
    if (start > lane.newestTurn) lane.newestTurn = start
    this.upsert(this.turnBars.get(turn.id), TURN, turn, lane, start, (bar) => {
      this.turnBars.set(turn.id, bar)
      for (const task of this.turnTasks.get(turn.id) ?? []) this.settleEdgeOf(task)
    })
  }

  private upsertCall(call: ToolCall): void {
    const start = call.calledAt ?? call.returnedAt
    if (start === undefined) throw new Error(`call ${call.id} has no time`)
    this.upsert(this.callBars.get(call.id), CALL, call, this.laneOf(call.agentId), start, (bar) => {
      this.callBars.set(call.id, bar)
      // writes that came before their call stood alone until now
      for (const write of this.callWrites.get(call.id) ?? []) {
        const alone = this.writeBars.get(write.id)
        if (alone === undefined) continue
        this.writeBars.delete(write.id)
        this.leave(alone)
      }
    })
  }

  private upsertWrite(write: Write): void {
    if (write.callId !== undefined) {
      listed(this.callWrites, write.callId, write)
      const bar = this.callBars.get(write.callId)
      if (bar !== undefined) return this.settle(bar)
    } else if (write.turnId !== undefined) {
      listed(this.turnWrites, write.turnId, write)
      const bar = this.turnBars.get(write.turnId)
      if (bar !== undefined) return this.settle(bar)
    }
    this.upsert(this.writeBars.get(write.id), WRITE_EVENT, write, this.laneOf(write.agentId), write.at, (bar) => this.writeBars.set(write.id, bar))
  }

  /** Only people's messages are bars: what agents say to one another is in their turns. */
  private upsertMessage(message: Message): void {
    const lane = this.laneOf(message.from)
    if (lane.role !== 'human' && lane.role !== 'harness') return
    this.upsert(this.messageBars.get(message.id), MESSAGE, message, lane, message.at, (bar) => this.messageBars.set(message.id, bar))
  }

  private upsert(known: number | undefined, subjectKind: number, subject: Turn | ToolCall | Write | Message, lane: Lane, start: number, added: (bar: number) => void): void {
    const { bars } = this
    this.dirty.add(lane)
    const bar = known ?? bars.add(subjectKind, subject)
    if (known === undefined || bars.lane.at(bar) !== lane.number) {
      if (known !== undefined) this.leave(bar)
      count(lane, subjectKind, 1)
      bars.lane.data[bar] = lane.number
      bars.start.data[bar] = start
      bars.end.data[bar] = start
      markDirty(bars, lane, start).added.push(bar)
      if (known === undefined) added(bar)
    } else if (bars.start.at(bar) !== start) {
      markUnsorted(lane)
      bars.start.data[bar] = start
    }
    this.settle(bar)
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
    const lane = this.laneOfBar(bar)
    const start = bars.start.at(bar)
    const subject = bars.subjects[bar]
    let end = start
    let state = DONE
    let kind = TEXT
    let tokens: number | undefined
    let mayEnd = false
    switch (bars.subjectKind.at(bar)) {
      case TURN: {
        const turn = subject as Turn
        tokens = turnOutputTokens(turn)
        kind = this.turnWrites.has(turn.id) ? WRITE : TEXT
        const sign = Math.max(start, turn.streamedAt ?? start)
        const task = turn.taskId && this.state.tasks.get(turn.taskId)
        if (turn.endedAt !== undefined) {
          end = turn.endedAt
          state = turn.finish === 'error' ? FAILED : turn.finish === 'cancelled' ? CANCELLED : DONE
        } else if (sign < lane.newestTurn) {
          end = sign
          state = OPEN
        } else if (task && task.endedAt !== undefined && task.endedAt >= start) {
          end = Math.max(sign, task.endedAt)
          state = task.endStatus === 'cancelled' || task.endStatus === 'rejected' ? CANCELLED : OPEN
          if (state === OPEN) end = sign
          mayEnd = true
        } else {
          mayEnd = true
          state = this.state.facts.endedAt === undefined ? RUNNING : OPEN
          end = state === RUNNING ? Number.POSITIVE_INFINITY : sign
        }
        break
      }
      case CALL: {
        const call = subject as ToolCall
        const tasks = this.callTasks.get(call.id)
        kind = tasks ? DELEGATE : this.callWrites.has(call.id) ? WRITE : TOOL
        const waiting = tasks?.some((task) => task.endedAt === undefined) ?? false
        if (call.returnedAt !== undefined) {
          end = call.returnedAt
          state = call.status === 'error' || call.check?.ok === false ? FAILED : call.status === 'cancelled' ? CANCELLED : DONE
        } else if (this.state.facts.endedAt !== undefined || (lane.newestTurn > start && !waiting)) {
          state = OPEN
          mayEnd = waiting
        } else {
          state = RUNNING
          end = Number.POSITIVE_INFINITY
          mayEnd = true
        }
        break
      }
      case WRITE_EVENT:
        kind = WRITE
        break
      default:
        kind = NOTE
    }
    if (mayEnd) lane.unended.add(bar)
    else lane.unended.delete(bar)
    end = Math.max(start, end)
    bars.labels[bar] = undefined
    bars.tokens.data[bar] = tokens ?? Number.NaN
    bars.state.data[bar] = state
    if (bars.end.at(bar) === end && bars.kind.at(bar) === kind) return
    markDirty(bars, lane, start)
    this.dirty.add(lane)
    bars.end.data[bar] = end
    bars.kind.data[bar] = kind
  }

  private indexTask(task: Task): void {
    if (!this.edges.has(task.id)) {
      const edge = newEdge(task.id)
      this.edges.set(task.id, edge)
      this.edgeList.push(edge)
    }
    if (task.callId !== undefined) {
      listed(this.callTasks, task.callId, task)
      const bar = this.callBars.get(task.callId)
      if (bar !== undefined) this.settle(bar)
    } else if (task.turnId !== undefined) {
      listed(this.turnTasks, task.turnId, task)
      const bar = this.turnBars.get(task.turnId)
      if (bar !== undefined) this.bars.labels[bar] = undefined
    }
    if (task.to !== undefined) this.dirty.add(this.laneOf(task.to))
    if (task.by !== undefined) this.dirty.add(this.laneOf(task.by))
  }

  private settleEdgeOf(task: Task): void {
    const edge = this.edges.get(task.id)
    if (edge) edge.settled = false
  }

  private applyFindings(changed: boolean, changedFrom: number): void {
    const first = this.findingsSeen === undefined
    this.findingsSeen = this.findings
    if (!changed && !first) {
      let moved = false
      for (const strike of this.strikes.values()) {
        if (strike.settled && strike.latest < changedFrom) continue
        resolveStrike(this, strike)
        moved = true
      }
      if (moved) markStrikes(this)
      return
    }
    for (const id of this.strikes.keys()) if (!this.findings.has(id)) this.strikes.delete(id)
    for (const [id, finding] of this.findings) {
      const known = this.strikes.get(id)
      if (known && known.finding === finding && known.settled && known.latest < changedFrom) continue
      const strike = known ?? { finding, actorBar: -1, hitBar: -1, cutAt: finding.occurredAt, loud: false, says: '', short: '', latest: 0, settled: false }
      strike.finding = finding
      resolveStrike(this, strike)
      this.strikes.set(id, strike)
    }
    this.strikeList = [...this.strikes.values()].sort((a, b) => a.finding.occurredAt - b.finding.occurredAt || (a.finding.id < b.finding.id ? -1 : 1))
    markStrikes(this)
  }
}

/** The strikes that begin and end at a bar; the first of each, loud ones before others. */
export interface Marks {
  did: Strike | undefined
  hit: Strike | undefined
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
