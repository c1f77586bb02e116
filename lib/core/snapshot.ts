import { ByteReader, ByteWriter } from './bytes'
import { type Column, ColumnSet } from './columns'
import { encodeRows } from './columns-write'
import { FindingTable } from './finding-table'
import type { AgentId, CallId, EventId, TaskId, TurnId } from './ids'
import type { Intervention } from './interventions'
import { type Agent, type Message, newSessionState, type SessionState, type Task, type ToolCall, type Turn, type Verdict, type Write } from './session'
import { readCall, readFinding, readMessage, readTask, readTurn, readWrite } from './snapshot-rows'
import { Table } from './table'

/**
 * A session's state and findings as bytes, columns instead of rows, so that 100,000 turns are small
 * and read fast. `decodeSnapshot(encodeSnapshot(x))` equals x.
 *
 *   magic, version, length of the first part, length of the second (4 bytes each, little-endian)
 *   first    what a picture is drawn from: structure, clocks, counts
 *   second   texts, places in the source, explanations, the stamps that the fold needs to go on
 *
 * A browser draws the first while the second is still on its way.
 */
export interface Snapshot {
  state: SessionState
  findings: Intervention[]
  /** The sequence that the state includes. */
  head: number
}

const MAGIC = 0x54534b42 // "BKST"
/**
 * Of the bytes. A snapshot of another version is never guessed at: the server makes a stored one again
 * from its log, a page asks to be reloaded, a saved file brings its own reader along.
 *   4  findings, and tasks of everything, by row number
 */
export const SNAPSHOT_VERSION = 4
const PREFIX = 16

interface Head extends Pick<SessionState, 'id' | 'facts' | 'firstAt' | 'lastAt' | 'totals'> {
  head: number
  agents: Agent[]
  verdicts: Verdict[]
  aliases: [AgentId, AgentId][]
}

/** What goes into the second part. */
const LATE = {
  turns: /^(output|reasoning|source)\b/,
  calls: /^(arguments|result|source|reads)\b/,
  writes: /^source\b/,
  messages: /^$/,
  tasks: /^(stamps|brief|result|endReason)\b/,
  findings: /^(explanation\.(?!unitFinished)|(master|target)\.source\b|trigger\.(because|eventId)\b)/,
} as const

export function encodeSnapshot({ state, findings, head }: Snapshot): Uint8Array {
  const { id, facts, firstAt, lastAt, totals, turns, calls, writes, messages, agents, tasks, verdicts, aliases } = state
  const first = new ByteWriter()
  const second = new ByteWriter()
  const parts = [first, second]
  const small: Head = { head, id, facts, firstAt, lastAt, totals, agents: [...agents.values()], verdicts: [...verdicts.values()], aliases: [...aliases] }
  first.text(JSON.stringify(small))
  const late = (pattern: RegExp) => (path: string) => (pattern.test(path) ? 1 : 0)
  const turnId = rowsById(turns)
  const callId = rowsById(calls)
  const taskId = rowsById(tasks)
  const eventId = rowsById(writes)
  const side = (name: string) => ({ [`${name}.turnId`]: turnId, [`${name}.callId`]: callId, [`${name}.eventId`]: eventId })
  const write = <T extends object>(rows: Iterable<T>, pattern: RegExp, references: Record<string, ReadonlyMap<string, number>>) =>
    encodeRows([...rows], parts, late(pattern), { references })
  write(turns.values(), LATE.turns, { taskId })
  write(calls.values(), LATE.calls, { turnId, taskId })
  write(writes.values(), LATE.writes, { turnId, callId, taskId })
  write(messages.values(), LATE.messages, { turnId, taskId })
  write(tasks.values(), LATE.tasks, { turnId, callId, parentTaskId: taskId })
  write(findings, LATE.findings, { taskId, ...side('master'), ...side('target') })
  const prefix = new DataView(new ArrayBuffer(PREFIX))
  for (const [i, value] of [MAGIC, SNAPSHOT_VERSION, first.length, second.length].entries()) prefix.setUint32(i * 4, value, true)
  const bytes = new Uint8Array(PREFIX + first.length + second.length)
  bytes.set(new Uint8Array(prefix.buffer))
  bytes.set(first.written(), PREFIX)
  bytes.set(second.written(), PREFIX + first.length)
  return bytes
}

function rowsById(map: ReadonlyMap<string, unknown>): Map<string, number> {
  const rows = new Map<string, number>()
  for (const id of map.keys()) rows.set(id, rows.size)
  return rows
}

/** How long the parts are, as soon as there are 16 bytes. Throws when the bytes are no snapshot of this version. */
export function snapshotLengths(bytes: Uint8Array): { first: number; all: number } | undefined {
  if (bytes.length < PREFIX) return undefined
  const prefix = new DataView(bytes.buffer, bytes.byteOffset, PREFIX)
  if (prefix.getUint32(0, true) !== MAGIC || prefix.getUint32(4, true) !== SNAPSHOT_VERSION)
    throw new Error(`not a session snapshot of version ${SNAPSHOT_VERSION}`)
  const first = PREFIX + prefix.getUint32(8, true)
  return { first, all: first + prefix.getUint32(12, true) }
}

/** The whole, as plain maps that whoever folds may own. Throws when the bytes are not a snapshot of this version. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const opened = openSnapshot(bytes)
  const lengths = snapshotLengths(bytes)
  if (!lengths || bytes.length < lengths.all) throw new Error('the snapshot ends in the middle')
  opened.complete(bytes)
  const { state, findings, head } = opened.snapshot
  for (const name of ['turns', 'calls', 'writes', 'messages', 'tasks'] as const)
    Object.assign(state, { [name]: plain(state[name] as ReadonlyMap<string, unknown>) })
  return { state, findings: [...findings.values()], head }
}

function plain<T>(map: ReadonlyMap<string, T>): Map<string, T> {
  const all = new Map<string, T>()
  for (const id of map.keys()) all.set(id, map.get(id) as T)
  return all
}

/** Whether bytes, of which the beginning is enough, are of the version that is read here. */
export function isReadable(bytes: Uint8Array): boolean {
  try {
    return snapshotLengths(bytes) !== undefined
  } catch {
    return false
  }
}

/** Undefined for a snapshot of another version: whoever kept it builds it again from the log. */
export function parseSnapshot(bytes: Uint8Array): Snapshot | undefined {
  return isReadable(bytes) ? decodeSnapshot(bytes) : undefined
}

export interface OpenedSnapshot {
  /** Over columns: nothing but what is asked for becomes an object. Texts, sources and explanations are missing until `complete`. */
  snapshot: Omit<Snapshot, 'findings'> & { findings: FindingTable }
  /** Takes the whole snapshot: texts are there from then on. Must come before anything is folded into the state or found. */
  complete(bytes: Uint8Array): void
}

/** From the first part alone, or more. Throws when the bytes are not a snapshot of this version. */
export function openSnapshot(bytes: Uint8Array): OpenedSnapshot {
  const opening = new SnapshotOpening()
  if (!opening.take(bytes)) throw new Error('the snapshot ends in the middle')
  return opening.opened()
}

/** What a picture is made of, table by table: decoded while the rest is still on its way. Findings come last. */
const PICTURE = [
  ['agentId', 'taskId', 'startedAt', 'streamedAt', 'endedAt', 'usage.outputTokens', 'streamedTokens', 'finish'],
  ['agentId', 'taskId', 'turnId', 'calledAt', 'returnedAt', 'status', 'check.ok'],
  ['agentId', 'taskId', 'turnId', 'callId', 'at'],
  ['from'],
  ['by', 'to', 'turnId', 'callId', 'delegatedAt', 'endedAt', 'acceptedAt', 'endStatus', 'evidence.kind'],
] as const

/** Opens a snapshot as it arrives. */
export class SnapshotOpening {
  private readonly turns = new ColumnSet({ taskId: () => this.tasks.column('id') })
  private readonly calls = new ColumnSet(this.referring('turnId', 'taskId'))
  private readonly writes = new ColumnSet(this.referring('turnId', 'callId', 'taskId'))
  private readonly messages = new ColumnSet(this.referring('turnId', 'taskId'))
  private readonly tasks: ColumnSet = new ColumnSet(this.referring('turnId', 'callId', 'parentTaskId'))
  private readonly findings = new ColumnSet({ ...this.referring('taskId'), ...this.side('master'), ...this.side('target') })
  private readonly sets = [this.turns, this.calls, this.writes, this.messages, this.tasks, this.findings]
  private lengths: { first: number; all: number } | undefined
  private head: Head | undefined
  /** How many of the tables are there, and where the next begins. */
  private there = 0
  private at = PREFIX

  /** All that has come so far. Returns whether the first part is there. Throws when it is not a snapshot of this version. */
  take(bytes: Uint8Array): boolean {
    this.lengths ??= snapshotLengths(bytes)
    if (!this.lengths) return false
    const { first } = this.lengths
    const reader = new ByteReader(bytes.subarray(0, Math.min(bytes.length, first)))
    reader.at = this.at
    try {
      this.head ??= JSON.parse(reader.text()) as Head
      for (this.at = reader.at; this.there < this.sets.length; this.at = reader.at) {
        const set = this.sets[this.there] as ColumnSet
        set.read(reader)
        // as the last table comes with the end, nobody waits for what has been decoded by then
        for (const path of bytes.length < first ? (PICTURE[this.there] ?? []) : []) set.column(path)
        this.there++
      }
    } catch (error) {
      // the rest of it is on its way; what was read of a table is read again
      if (!(error instanceof RangeError) || bytes.length >= first) throw error
    }
    return this.there === this.sets.length
  }

  /** Once the first part is there. */
  opened(): OpenedSnapshot {
    const { head, lengths, sets } = this
    if (!head || !lengths) throw new Error('the snapshot has not come')
    const state = newSessionState(head.id)
    state.facts = head.facts
    state.firstAt = head.firstAt
    state.lastAt = head.lastAt
    state.totals = head.totals
    for (const agent of head.agents) state.agents.set(agent.id, agent)
    for (const verdict of head.verdicts) state.verdicts.set(verdict.id, verdict)
    state.aliases = new Map(head.aliases)
    const tables = [
      new Table<TurnId, Turn>(this.turns, readTurn),
      new Table<CallId, ToolCall>(this.calls, readCall),
      new Table<EventId, Write>(this.writes, readWrite),
      new Table<EventId, Message>(this.messages, readMessage),
      new Table<TaskId, Task>(this.tasks, readTask),
    ] as const
    ;[state.turns, state.calls, state.writes, state.messages, state.tasks] = tables
    const findings = new FindingTable(this.findings, readFinding)
    return {
      snapshot: { state, findings, head: head.head },
      complete(whole) {
        const rest = new ByteReader(whole.subarray(lengths.first, lengths.all))
        for (const set of sets) set.read(rest)
        for (const table of [...tables, findings]) table.extended()
      },
    }
  }

  private side(name: string): Record<string, () => Column | undefined> {
    const { turnId, callId, eventId } = this.referring('turnId', 'callId', 'eventId')
    return { [`${name}.turnId`]: turnId, [`${name}.callId`]: callId, [`${name}.eventId`]: eventId }
  }

  private idsOf(table: (typeof REFERS)[keyof typeof REFERS]): Column | undefined {
    return this[table].column('id')
  }

  /** Fields by the ids of the tables whose rows they refer to. */
  private referring<N extends keyof typeof REFERS>(...names: N[]): Record<N, () => Column | undefined> {
    return Object.fromEntries(names.map((name) => [name, () => this.idsOf(REFERS[name])])) as Record<N, () => Column | undefined>
  }
}

const REFERS = { turnId: 'turns', callId: 'calls', eventId: 'writes', taskId: 'tasks', parentTaskId: 'tasks' } as const
