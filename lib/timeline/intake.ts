import type { AgentId, CallId, TaskId, TurnId } from '@/lib/core/ids'
import type { Message, Task, ToolCall, Turn, Write } from '@/lib/core/session'
import type { Table } from '@/lib/core/table'
import { NOWHERE } from './bar-watcher'
import { CALL, MESSAGE, OPEN, TURN, WRITE_EVENT } from './bars'
import { Ints } from './columns'
import { type Lane, markDirty, markUnsorted, newLane } from './lane'
import { outcomeOf, untilOf } from './outcome'
import type { Rows } from './rows'
import { type columnarOf, takeColumns } from './rows-columns'
import { takeTasks } from './task-columns'

/**
 * How turns, calls, writes, messages and tasks become bars and edges of `Rows`: each is put into its
 * lane when it is first told, again when more is told of it, and settled once a batch.
 */
export class Intake {
  /** Lanes whose bars changed since they were last packed. */
  readonly dirty = new Set<Lane>()
  /** Calls that came before their turn. */
  private readonly earlyCalls = new Map<TurnId, number[]>()
  private lastLane: Lane | undefined
  private lastWrite: { callId: CallId | undefined; bar: number } = { callId: undefined, bar: -1 }
  private readonly unsettled = new Ints()

  constructor(private readonly rows: Rows) {}

  /** Tasks that lie in columns; before the bars, of which some delegate them. */
  tasks(table: Table<TaskId, Task>, tables: NonNullable<ReturnType<typeof columnarOf>>): void {
    takeTasks(this.rows, table, tables, this)
  }

  /** What lies in columns, whole. What was changed since is taken one by one after it. */
  tables(tables: NonNullable<ReturnType<typeof columnarOf>>): void {
    const { calls, writes } = tables
    const { callTasks } = this.rows
    const delegating = new Set<number>()
    for (const id of callTasks.named) delegating.add(calls.rowOf(id))
    takeColumns(this.rows, tables, {
      laneOf: (agentId) => this.laneOf(agentId as AgentId | undefined),
      queue: (bar) => this.queue(bar),
      early: (turnId, call) => listed(this.earlyCalls, turnId as TurnId, call),
      orphan: (row) => {
        const write = writes.peek(row)
        if (write.callId !== undefined) this.rows.callWrites.add(write.callId, write)
        else if (write.turnId !== undefined) this.rows.turnWrites.add(write.turnId, write)
      },
      delegates: (row) => callTasks.hasRow(row) || (delegating.size > 0 && delegating.has(row)),
    })
    for (const lane of this.rows.lanesByNumber) if (lane.pending) this.dirty.add(lane)
  }

  laneOf(agentId: AgentId | undefined): Lane {
    const id = agentId ?? ''
    // work comes in runs of one agent
    if (this.lastLane?.id === id && this.lastLane.agent) return this.lastLane
    let lane = this.rows.laneById.get(id)
    if (!lane) {
      lane = newLane(this.rows.lanesByNumber.length, id)
      this.rows.laneById.set(id, lane)
      this.rows.lanesByNumber.push(lane)
    }
    if (agentId !== undefined) lane.agent = this.rows.state.agents.get(agentId)
    this.lastLane = lane
    return lane
  }

  /** Each bar once, turns last: where they end on the screen depends on their calls. */
  settleAll(): void {
    for (const lane of this.dirty) {
      if (lane.pending?.sort) this.findUnended(lane)
      for (const bar of lane.unended) this.queue(bar)
    }
    const { subjectKind, queued } = this.rows.bars
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

  queue(bar: number): void {
    const { queued } = this.rows.bars
    if (queued.at(bar) === 1) return
    queued.data[bar] = 1
    this.unsettled.push(bar)
  }

  turn(turn: Turn): void {
    const start = turn.startedAt ?? turn.streamedAt ?? turn.endedAt
    if (start === undefined) throw new Error(`turn ${turn.id} has no time`)
    const lane = this.laneOf(turn.agentId)
    if (start > lane.newestTurn) lane.newestTurn = start
    const known = this.rows.turnBars.get(turn.id)
    const bar = this.upsert(known, TURN, turn, lane, start)
    if (known !== undefined) return
    this.rows.turnBars.set(turn.id, bar)
    if (this.earlyCalls.size > 0) {
      for (const call of this.earlyCalls.get(turn.id) ?? []) this.chain(bar, call)
      this.earlyCalls.delete(turn.id)
    }
    if (this.rows.writeBars.size > 0) this.absorb(this.rows.turnWrites.get(turn.id))
  }

  call(call: ToolCall): void {
    const start = call.calledAt ?? call.returnedAt
    if (start === undefined) throw new Error(`call ${call.id} has no time`)
    const known = this.rows.callBars.get(call.id)
    const bar = this.upsert(known, CALL, call, this.laneOf(call.agentId), start)
    const turn = call.turnId === undefined ? undefined : this.rows.turnBars.get(call.turnId)
    if (turn !== undefined) {
      this.chain(turn, bar)
      this.queue(turn)
    } else if (call.turnId !== undefined) listed(this.earlyCalls, call.turnId, bar)
    if (known !== undefined) return
    this.rows.callBars.set(call.id, bar)
    if (this.rows.writeBars.size > 0) this.absorb(this.rows.callWrites.get(call.id))
  }

  private chain(turn: number, bar: number): void {
    const { call, turn: turnOf } = this.rows.bars
    if (turnOf.at(bar) === turn) return
    turnOf.data[bar] = turn
    call.data[bar] = call.at(turn)
    call.data[turn] = bar
  }

  /** Writes that came before the call or turn they belong to stood alone until now. */
  private absorb(writes: readonly Write[] | undefined): void {
    for (const write of writes ?? []) {
      const alone = this.rows.writeBars.get(write.id)
      if (alone === undefined) continue
      this.rows.writeBars.delete(write.id)
      this.leave(alone)
    }
  }

  write(write: Write): void {
    if (write.callId !== undefined) {
      this.rows.callWrites.add(write.callId, write)
      // a streamed write is many events of one call
      const bar = this.lastWrite.callId === write.callId ? this.lastWrite.bar : this.rows.callBars.get(write.callId)
      if (bar !== undefined) {
        if (this.lastWrite.bar !== bar) this.lastWrite = { callId: write.callId, bar }
        return this.queue(bar)
      }
    } else if (write.turnId !== undefined) {
      this.rows.turnWrites.add(write.turnId, write)
      const bar = this.rows.turnBars.get(write.turnId)
      if (bar !== undefined) return void this.queue(bar)
    }
    this.rows.writeBars.set(write.id, this.upsert(this.rows.writeBars.get(write.id), WRITE_EVENT, write, this.laneOf(write.agentId), write.at))
  }

  /** Only people's messages are bars: what agents say to one another is in their turns. */
  message(message: Message): void {
    const lane = this.laneOf(message.from)
    if (lane.role !== 'human' && lane.role !== 'harness') return
    this.rows.messageBars.set(message.id, this.upsert(this.rows.messageBars.get(message.id), MESSAGE, message, lane, message.at))
  }

  private upsert(known: number | undefined, subjectKind: number, subject: Turn | ToolCall | Write | Message, lane: Lane, start: number): number {
    const { bars } = this.rows
    this.dirty.add(lane)
    const bar = known ?? bars.add(subjectKind, subject)
    if (known !== undefined) bars.replace(bar, subject)
    bars.task.data[bar] = subject.taskId === undefined ? -1 : this.rows.taskNumber(subject.taskId)
    if (known === undefined || bars.lane.at(bar) !== lane.number) {
      if (known !== undefined) this.leave(bar)
      count(lane, subjectKind, 1)
      bars.lane.data[bar] = lane.number
      bars.start.data[bar] = start
      bars.end.data[bar] = start
      bars.until.data[bar] = start
      markDirty(bars, lane, start).added.push(bar)
      this.moved(bar, NOWHERE, NOWHERE, start, start)
    } else if (bars.start.at(bar) !== start) {
      const before = bars.start.at(bar)
      markUnsorted(lane)
      bars.start.data[bar] = start
      this.moved(bar, before, bars.end.at(bar), start, bars.end.at(bar))
    }
    this.queue(bar)
    return bar
  }

  private moved(bar: number, fromBefore: number, toBefore: number, from: number, to: number): void {
    for (const watcher of this.rows.watchers) watcher.moved(bar, fromBefore, toBefore, from, to)
  }

  private leave(bar: number): void {
    const lane = this.rows.lanesByNumber[this.rows.bars.lane.at(bar)]
    if (!lane) return
    count(lane, this.rows.bars.subjectKind.at(bar), -1)
    lane.unended.delete(bar)
    this.moved(bar, this.rows.bars.start.at(bar), this.rows.bars.end.at(bar), NOWHERE, NOWHERE)
    this.rows.bars.lane.data[bar] = -1
    markUnsorted(lane)
    this.dirty.add(lane)
  }

  /** After starts have changed: what is newest, and so what may be running, is found anew. O(lane). */
  private findUnended(lane: Lane): void {
    const { bars } = this.rows
    lane.newestTurn = Number.NEGATIVE_INFINITY
    const all = lane.pending ? [...lane.pending.added] : []
    for (let i = 0; i < lane.order.length; i++) if (bars.lane.at(lane.order.at(i)) === lane.number) all.push(lane.order.at(i))
    for (const bar of all) if (bars.subjectKind.at(bar) === TURN) lane.newestTurn = Math.max(lane.newestTurn, bars.start.at(bar))
    for (const bar of all) if (bars.end.at(bar) === Number.POSITIVE_INFINITY || bars.state.at(bar) === OPEN) lane.unended.add(bar)
  }

  /** Sets end, state, kind and tokens from the subject as it is now. */
  private settle(bar: number): void {
    const { bars } = this.rows
    const lane = this.rows.lanesByNumber[bars.lane.at(bar)]
    // absorbed by another since it was queued
    if (!lane) return
    const start = bars.start.at(bar)
    const { end, state, kind, tokens, mayEnd } = outcomeOf(this.rows, bar, lane)
    if (mayEnd) lane.unended.add(bar)
    else lane.unended.delete(bar)
    bars.labels.delete(bar)
    bars.tokens.data[bar] = tokens
    bars.state.data[bar] = state
    const until = bars.subjectKind.at(bar) === TURN ? untilOf(bars, bar, lane, end) : end
    // a filter may judge otherwise what looks the same
    if (!this.rows.isFiltered && bars.end.at(bar) === end && bars.until.at(bar) === until && bars.kind.at(bar) === kind) return
    markDirty(bars, lane, start)
    this.dirty.add(lane)
    if (bars.end.at(bar) !== end) this.moved(bar, start, bars.end.at(bar), start, end)
    bars.end.data[bar] = end
    bars.until.data[bar] = until
    bars.kind.data[bar] = kind
    if (bars.subjectKind.at(bar) === CALL) {
      const turn = bars.turn.at(bar)
      if (turn >= 0) this.queue(turn)
    }
  }

  task(task: Task): void {
    const known = this.rows.edges.get(task.id)
    if (known) known.settled = false
    else this.rows.edges.add(task.id, this.rows.taskNumber(task.id))
    if (task.callId !== undefined) {
      this.rows.callTasks.add(task.callId, task.id)
      const bar = this.rows.callBars.get(task.callId)
      if (bar !== undefined) this.queue(bar)
    } else if (task.turnId !== undefined) {
      this.rows.turnTasks.add(task.turnId, task.id)
      const bar = this.rows.turnBars.get(task.turnId)
      if (bar !== undefined) this.rows.bars.labels.delete(bar)
    }
    if (task.to !== undefined) this.look(this.laneOf(task.to))
    if (task.by !== undefined) this.look(this.laneOf(task.by))
  }

  /** The lane may show otherwise. */
  look(lane: Lane | undefined): void {
    if (lane) this.dirty.add(lane)
  }
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
