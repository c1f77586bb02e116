import type { ClockShift } from '@/lib/core/causality'
import { type Column, Names, Numbers } from '@/lib/core/columns'
import type { AgentId, CallId, EventId, TurnId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { type Message, newTouched, type SessionState, type Task, type ToolCall, type Touched, type Turn, type Write } from '@/lib/core/session'
import { look, type Table, tableOf } from '@/lib/core/table'

export type Shifts = ReadonlyMap<AgentId, ClockShift>

/**
 * A session with the times of some agents shifted, for the picture alone: the log, the findings and
 * every figure stay as they were recorded. Rows that lie in columns stay there, with other columns of
 * times; the rest is copied. The texts, agents and facts are the recorded session's own objects.
 */
export class Corrected {
  readonly state: SessionState
  readonly findings = new Map<string, Intervention>()
  private readonly copies = new WeakMap<Intervention, Intervention>()

  constructor(
    private readonly recorded: SessionState,
    private readonly recordedFindings: ReadonlyMap<string, Intervention>,
    readonly shifts: Shifts,
  ) {
    this.state = {
      ...recorded,
      turns: this.inColumns<TurnId, Turn>(recorded.turns, ['startedAt', 'streamedAt', 'endedAt'], (turn) => this.turn(turn)),
      calls: this.inColumns<CallId, ToolCall>(recorded.calls, ['calledAt', 'returnedAt'], (call) => this.call(call)),
      writes: this.inColumns<EventId, Write>(recorded.writes, ['at'], (write) => this.write(write)),
      messages: new Map(),
      tasks: new Map(),
    }
    this.takeRest()
    this.takeFindings()
    this.extent()
  }

  /** Takes what a fold step changed in the recorded session; gives the same in corrected times. */
  apply(touched: Touched, findingsChanged: boolean): Touched {
    const { state } = this
    Object.assign(state, { facts: this.recorded.facts, totals: this.recorded.totals })
    const shifted: Touched = { ...newTouched(), session: touched.session, agents: touched.agents, verdicts: touched.verdicts }
    for (const turn of touched.turns) shifted.turns.add(put(state.turns, turn.id, this.turn(turn)))
    for (const call of touched.calls) shifted.calls.add(put(state.calls, call.id, this.call(call)))
    for (const write of touched.writes) shifted.writes.add(put(state.writes, write.id, this.write(write)))
    for (const message of touched.messages) shifted.messages.add(put(state.messages, message.id, this.message(message)))
    for (const task of touched.tasks) shifted.tasks.add(put(state.tasks, task.id, this.task(task)))
    if (findingsChanged) this.takeFindings()
    this.reach(shifted)
    return shifted
  }

  /** The second part of a snapshot has come: texts, and all that findings say. */
  complete(): void {
    const { recorded, state } = this
    for (const name of ['turns', 'calls', 'writes'] as const) tableOf<string, unknown>(state[name] as Map<string, unknown>)?.extended()
    for (const turn of changedOf<Turn>(recorded.turns)) state.turns.set(turn.id, this.turn(turn))
    for (const call of changedOf<ToolCall>(recorded.calls)) state.calls.set(call.id, this.call(call))
    for (const write of changedOf<Write>(recorded.writes)) state.writes.set(write.id, this.write(write))
    this.takeRest()
    this.takeFindings()
  }

  /** ms that are added to an agent's times. */
  of(agentId: AgentId | undefined): number {
    return agentId === undefined ? 0 : (this.shifts.get(agentId)?.ms ?? 0)
  }

  private turn(turn: Turn): Turn {
    const ms = this.of(turn.agentId)
    return ms === 0 ? turn : { ...turn, startedAt: later(turn.startedAt, ms), streamedAt: later(turn.streamedAt, ms), endedAt: later(turn.endedAt, ms) }
  }

  private call(call: ToolCall): ToolCall {
    const ms = this.of(call.agentId)
    return ms === 0 ? call : { ...call, calledAt: later(call.calledAt, ms), returnedAt: later(call.returnedAt, ms) }
  }

  private write(write: Write): Write {
    const ms = this.of(write.agentId)
    return ms === 0 ? write : { ...write, at: write.at + ms }
  }

  private message(message: Message): Message {
    const ms = this.of(message.from)
    return ms === 0 ? message : { ...message, at: message.at + ms }
  }

  /** Given and taken back by the master's clock, blocked by the assignee's, ended by whoever says so. */
  private task(task: Task): Task {
    const by = this.of(task.by)
    const to = this.of(task.to)
    if (by === 0 && to === 0) return task
    const call = task.callId === undefined ? undefined : look(this.recorded.calls, task.callId)
    const answered = call?.returnedAt === task.endedAt && call?.agentId === task.by
    const ended = answered ? by : this.of(task.endedBy ?? task.to)
    return {
      ...task,
      delegatedAt: later(task.delegatedAt, by),
      blockedAt: later(task.blockedAt, to),
      endedAt: later(task.endedAt, ended),
      acceptedAt: later(task.acceptedAt, by),
    }
  }

  private takeRest(): void {
    for (const message of this.recorded.messages.values()) this.state.messages.set(message.id, this.message(message))
    for (const task of this.recorded.tasks.values()) this.state.tasks.set(task.id, this.task(task))
  }

  private takeFindings(): void {
    this.findings.clear()
    for (const [id, finding] of this.recordedFindings) {
      const ms = this.of(finding.master.agentId)
      let copy = ms === 0 ? finding : this.copies.get(finding)
      if (!copy) {
        copy = { ...finding, occurredAt: finding.occurredAt + ms }
        this.copies.set(finding, copy)
      }
      this.findings.set(id, copy)
    }
  }

  /** From the earliest to the latest moment of all that is drawn. O(session), without an object for each. */
  private extent(): void {
    const { state } = this
    const { startedAt, endedAt } = state.facts
    state.firstAt = startedAt
    state.lastAt = endedAt
    for (const [map, names] of [
      [state.turns, ['startedAt', 'streamedAt', 'endedAt']],
      [state.calls, ['calledAt', 'returnedAt']],
      [state.writes, ['at']],
    ] as const) {
      const table = tableOf<string, unknown>(map as Map<string, unknown>)
      for (const name of names) for (const at of table?.columns.numbers(name) ?? []) this.widen(at)
    }
    this.reach({
      turns: changedOf<Turn>(state.turns),
      calls: changedOf<ToolCall>(state.calls),
      writes: changedOf<Write>(state.writes),
      messages: state.messages.values(),
      tasks: state.tasks.values(),
    })
  }

  private reach(some: { turns: Iterable<Turn>; calls: Iterable<ToolCall>; writes: Iterable<Write>; messages: Iterable<Message>; tasks: Iterable<Task> }): void {
    for (const { startedAt, streamedAt, endedAt } of some.turns) this.widen(startedAt, streamedAt, endedAt)
    for (const { calledAt, returnedAt } of some.calls) this.widen(calledAt, returnedAt)
    for (const { at } of some.writes) this.widen(at)
    for (const { at } of some.messages) this.widen(at)
    for (const { delegatedAt, endedAt, acceptedAt } of some.tasks) this.widen(delegatedAt, endedAt, acceptedAt)
  }

  private widen(...times: (number | undefined)[]): void {
    const { state } = this
    for (const at of times) {
      if (at === undefined || Number.isNaN(at)) continue
      if (state.firstAt === undefined || at < state.firstAt) state.firstAt = at
      if (state.lastAt === undefined || at > state.lastAt) state.lastAt = at
    }
  }

  private inColumns<K extends string, V extends { id: K }>(map: ReadonlyMap<K, V>, times: readonly string[], copy: (value: V) => V): Map<K, V> {
    const table = tableOf(map)
    const all = table ? table.over(table.columns.with(this.shifted(table, times))) : new Map<K, V>()
    for (const value of changedOf<V>(map)) all.set(value.id, copy(value))
    return all
  }

  private shifted<K extends string, V>({ columns, rows }: Table<K, V>, times: readonly string[]): Map<string, Column> {
    const agents = columns.column('agentId')
    const byCode = agents instanceof Names ? agents.names.map((name) => this.of(name as AgentId)) : undefined
    const shiftAt = (row: number) => (agents instanceof Names ? (byCode?.[agents.codes[row] as number] ?? 0) : this.of(agents?.at(row) as AgentId | undefined))
    const replaced = new Map<string, Column>()
    for (const name of times) {
      const recorded = columns.numbers(name)
      if (!recorded) continue
      const values = new Float64Array(rows)
      for (let row = 0; row < rows; row++) values[row] = (recorded[row] as number) + shiftAt(row)
      replaced.set(name, new Numbers(values))
    }
    return replaced
  }
}

/** What differs from the columns or was added to them; of a plain map everything. */
function changedOf<V>(map: ReadonlyMap<string, V>): Iterable<V> {
  const table = tableOf<string, V>(map)
  return table ? [...table.changed, ...table.added] : map.values()
}

function put<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.set(key, value)
  return value
}

function later(at: number | undefined, ms: number): number | undefined {
  return at === undefined ? undefined : at + ms
}
