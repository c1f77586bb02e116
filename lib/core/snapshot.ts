import { type Columns, readColumn, toColumns } from './columns'
import type { AgentId } from './ids'
import type { Intervention } from './interventions'
import { type Agent, type Message, newSessionState, type SessionState, type Task, type ToolCall, type Turn, type Verdict, type Write } from './session'

/**
 * A session's state and findings as text, columns instead of rows, so that 100,000 turns travel and
 * parse fast. `decodeSnapshot(encodeSnapshot(x))` equals x.
 */
export interface Snapshot {
  state: SessionState
  findings: Intervention[]
  /** The sequence that the state includes. */
  head: number
}

const FORMAT = 'backseat-snapshot'
const VERSION = 2

export function encodeSnapshot({ state, findings, head }: Snapshot): string {
  const { id, facts, firstAt, lastAt, totals, turns, calls, writes, messages, agents, tasks, verdicts, aliases } = state
  return JSON.stringify({
    format: FORMAT,
    version: VERSION,
    head,
    id,
    facts,
    firstAt,
    lastAt,
    totals,
    agents: [...agents.values()],
    tasks: [...tasks.values()],
    turns: toColumns([...turns.values()]),
    calls: toColumns([...calls.values()]),
    writes: toColumns([...writes.values()]),
    messages: toColumns([...messages.values()]),
    verdicts: [...verdicts.values()],
    ...(aliases.size > 0 ? { aliases: [...aliases] } : {}),
    findings,
  })
}

/** Throws when the text is not a snapshot of this version. */
export function decodeSnapshot(text: string): Snapshot {
  const snapshot = parseSnapshot(text)
  if (!snapshot) throw new Error(`not a session snapshot of version ${VERSION}`)
  return snapshot
}

/** Undefined for a snapshot of another version: whoever kept it builds it again from the log. */
export function parseSnapshot(text: string): Snapshot | undefined {
  const raw = JSON.parse(text) as Encoded
  if (raw.format !== FORMAT || raw.version !== VERSION) return undefined
  const state = newSessionState(raw.id)
  state.facts = raw.facts
  state.firstAt = raw.firstAt
  state.lastAt = raw.lastAt
  state.totals = raw.totals
  for (const agent of raw.agents) state.agents.set(agent.id, agent)
  for (const task of raw.tasks) state.tasks.set(task.id, task)
  readTurns(raw.turns, state.turns)
  readCalls(raw.calls, state.calls)
  readWrites(raw.writes, state.writes)
  readMessages(raw.messages, state.messages)
  for (const verdict of raw.verdicts) state.verdicts.set(verdict.id, verdict)
  state.aliases = new Map(raw.aliases)
  return { state, findings: raw.findings, head: raw.head }
}

interface Encoded extends Pick<SessionState, 'id' | 'facts' | 'firstAt' | 'lastAt' | 'totals'> {
  format: string
  version: number
  head: number
  agents: Agent[]
  tasks: Task[]
  turns: Columns
  calls: Columns
  writes: Columns
  messages: Columns
  verdicts: Verdict[]
  /** Left out when there are none. */
  aliases?: [AgentId, AgentId][]
  findings: Intervention[]
}

/** One reader a field, typed as the field is; a field that is added to a row and not here fails to compile. */
type Readers<T> = { [K in keyof Required<T>]: (row: number) => T[K] }

function readers<T>(columns: Columns, fields: { [K in keyof Required<T>]: true }): Readers<T> {
  return Object.fromEntries(Object.keys(fields).map((field) => [field, readColumn(columns, field)])) as Readers<T>
}

function readTurns(columns: Columns, into: SessionState['turns']): void {
  const of = readers<Turn>(columns, {
    id: true,
    agentId: true,
    taskId: true,
    model: true,
    startedAt: true,
    streamedAt: true,
    endedAt: true,
    streamedTokens: true,
    usage: true,
    finish: true,
    output: true,
    reasoning: true,
    source: true,
  })
  for (let i = 0; i < columns.length; i++) {
    const turn: Turn = {
      id: of.id(i),
      agentId: of.agentId(i),
      taskId: of.taskId(i),
      model: of.model(i),
      startedAt: of.startedAt(i),
      streamedAt: of.streamedAt(i),
      endedAt: of.endedAt(i),
      streamedTokens: of.streamedTokens(i),
      usage: of.usage(i),
      finish: of.finish(i),
      output: of.output(i),
      reasoning: of.reasoning(i),
      source: of.source(i),
    }
    into.set(turn.id, turn)
  }
}

function readCalls(columns: Columns, into: SessionState['calls']): void {
  const of = readers<ToolCall>(columns, {
    id: true,
    agentId: true,
    turnId: true,
    taskId: true,
    name: true,
    arguments: true,
    reads: true,
    calledAt: true,
    returnedAt: true,
    status: true,
    result: true,
    check: true,
    source: true,
  })
  for (let i = 0; i < columns.length; i++) {
    const call: ToolCall = {
      id: of.id(i),
      agentId: of.agentId(i),
      turnId: of.turnId(i),
      taskId: of.taskId(i),
      name: of.name(i),
      arguments: of.arguments(i),
      reads: of.reads(i),
      calledAt: of.calledAt(i),
      returnedAt: of.returnedAt(i),
      status: of.status(i),
      result: of.result(i),
      check: of.check(i),
      source: of.source(i),
    }
    into.set(call.id, call)
  }
}

function readWrites(columns: Columns, into: SessionState['writes']): void {
  const of = readers<Write>(columns, {
    id: true,
    agentId: true,
    path: true,
    change: true,
    at: true,
    order: true,
    taskId: true,
    turnId: true,
    callId: true,
    partial: true,
    from: true,
    source: true,
  })
  for (let i = 0; i < columns.length; i++) {
    const write: Write = {
      id: of.id(i),
      agentId: of.agentId(i),
      path: of.path(i),
      change: of.change(i),
      at: of.at(i),
      order: of.order(i),
      taskId: of.taskId(i),
      turnId: of.turnId(i),
      callId: of.callId(i),
      partial: of.partial(i),
      from: of.from(i),
      source: of.source(i),
    }
    into.set(write.id, write)
  }
}

function readMessages(columns: Columns, into: SessionState['messages']): void {
  const of = readers<Message>(columns, { id: true, from: true, to: true, taskId: true, turnId: true, purpose: true, text: true, at: true, order: true })
  for (let i = 0; i < columns.length; i++) {
    const message: Message = {
      id: of.id(i),
      from: of.from(i),
      to: of.to(i),
      taskId: of.taskId(i),
      turnId: of.turnId(i),
      purpose: of.purpose(i),
      text: of.text(i),
      at: of.at(i),
      order: of.order(i),
    }
    into.set(message.id, message)
  }
}
