import type { AgentId } from './ids'
import type { Intervention } from './interventions'
import { type Agent, type Message, newSessionState, type SessionState, type Task, type ToolCall, type Turn, type Verdict, type Write } from './session'

/**
 * A session's state and findings as text, columns instead of rows, so that 100,000 turns travel and
 * parse fast. `decodeSnapshot(encodeSnapshot(x))` equals x.
 *
 *   rows     { agentId: 'a', startedAt: 1000 }, { agentId: 'a', startedAt: 1020 }
 *   columns  agentId: dictionary ['a'], [0, 0]   startedAt: differences [1000, 20]
 */
export interface Snapshot {
  state: SessionState
  findings: Intervention[]
  /** The sequence that the state includes. */
  head: number
}

const FORMAT = 'backseat-snapshot'
const VERSION = 1

export function encodeSnapshot({ state, findings, head }: Snapshot): string {
  const { id, facts, firstAt, lastAt, totals } = state
  return JSON.stringify({
    format: FORMAT,
    version: VERSION,
    head,
    id,
    facts,
    firstAt,
    lastAt,
    totals,
    agents: [...state.agents.values()],
    tasks: [...state.tasks.values()],
    turns: toColumns([...state.turns.values()]),
    calls: toColumns([...state.calls.values()]),
    writes: toColumns([...state.writes.values()]),
    messages: toColumns([...state.messages.values()]),
    verdicts: [...state.verdicts.values()],
    ...(state.aliases.size > 0 ? { aliases: [...state.aliases] } : {}),
    findings,
  })
}

/** Throws when the text is not a snapshot of this version. */
export function decodeSnapshot(text: string): Snapshot {
  const raw = JSON.parse(text) as Encoded
  if (raw.format !== FORMAT || raw.version !== VERSION) throw new Error(`not a session snapshot of version ${VERSION}`)
  const state = newSessionState(raw.id)
  state.facts = raw.facts
  state.firstAt = raw.firstAt
  state.lastAt = raw.lastAt
  state.totals = raw.totals
  fill(state.agents, raw.agents)
  fill(state.tasks, raw.tasks)
  fill(state.turns, fromColumns<Turn>(raw.turns))
  fill(state.calls, fromColumns<ToolCall>(raw.calls))
  fill(state.writes, fromColumns<Write>(raw.writes))
  fill(state.messages, fromColumns<Message>(raw.messages))
  fill(state.verdicts, raw.verdicts)
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

function fill<K, T extends { id: K }>(map: Map<K, T>, rows: Iterable<T>): void {
  for (const row of rows) map.set(row.id, row)
}

interface Columns {
  length: number
  columns: Record<string, Column>
}

/** In every column null stands for "not known". */
type Column =
  | { as: 'plain'; values: unknown[] }
  /** Whole numbers as differences from the one before: times grow slowly. */
  | { as: 'steps'; values: (number | null)[] }
  /** Few different strings, many times. */
  | { as: 'names'; names: string[]; values: (number | null)[] }

function toColumns<T extends object>(rows: T[]): Columns {
  const fields = new Map<string, unknown[]>()
  rows.forEach((row, index) => {
    for (const [field, value] of Object.entries(row)) {
      if (value === undefined) continue
      let values = fields.get(field)
      if (!values) {
        values = new Array(rows.length).fill(null)
        fields.set(field, values)
      }
      values[index] = value
    }
  })
  const columns: Record<string, Column> = {}
  for (const [field, values] of fields) columns[field] = toColumn(values)
  return { length: rows.length, columns }
}

function toColumn(values: unknown[]): Column {
  if (values.every((value) => value === null || Number.isSafeInteger(value))) {
    let before = 0
    const steps = (values as (number | null)[]).map((value) => {
      if (value === null) return null
      const step = value - before
      before = value
      return step
    })
    // a difference of two safe integers may itself be unsafe, and would not add up again
    if (steps.every((step) => step === null || Number.isSafeInteger(step))) return { as: 'steps', values: steps }
  }
  if (values.every((value) => value === null || typeof value === 'string')) {
    const places = new Map<string, number>()
    const indices = (values as (string | null)[]).map((value) => {
      if (value === null) return null
      const known = places.get(value)
      if (known !== undefined) return known
      places.set(value, places.size)
      return places.size - 1
    })
    if (places.size * 2 < values.length) return { as: 'names', names: [...places.keys()], values: indices }
  }
  return { as: 'plain', values }
}

function fromColumns<T extends object>({ length, columns }: Columns): T[] {
  const rows: Record<string, unknown>[] = Array.from({ length }, () => ({}))
  for (const [field, column] of Object.entries(columns)) {
    let before = 0
    for (let i = 0; i < length; i++) {
      const value = column.values[i]
      if (value === null || value === undefined) continue
      const row = rows[i] as Record<string, unknown>
      if (column.as === 'plain') row[field] = value
      else if (column.as === 'names') row[field] = column.names[value as number]
      else {
        before += value as number
        row[field] = before
      }
    }
  }
  return rows as T[]
}
