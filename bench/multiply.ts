import type pg from 'pg'
import type { SessionId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { newSessionState, type SessionState } from '@/lib/core/session'
import { decodeSnapshot, encodeSnapshot } from '@/lib/core/snapshot'
import { packSnapshot, readSnapshot, unpackSnapshot, writeSnapshot } from '@/lib/store/snapshots'

export interface Multiplied {
  sessionId: string
  turns: number
  lanes: number
  findings: number
  /** Of its snapshot: as it is sent, and unpacked. */
  bytes: number
  plainBytes: number
}

/**
 * A session of so many times the agents, turns and findings of one that went through the real ingest, as if
 * as many teams had done the same a little later each. It is written as Backseat keeps a session that is
 * quiet: its row, its snapshot, what figures and searches read of it. It has no log, so nothing can be
 * appended to it and what it says stands in the columns alone.
 */
export async function multiply(pool: pg.Pool, templateId: string, copies: number, sessionId: string): Promise<Multiplied> {
  const { rows } = await pool.query<{ pk: number; counts: Record<string, unknown> }>('SELECT pk, counts FROM session WHERE id = $1', [templateId])
  const template = rows[0]
  const stored = template && (await readSnapshot(pool, template.pk))
  if (!template || !stored) throw new Error(`no snapshot of ${templateId} was kept`)
  const snapshot = decodeSnapshot(await unpackSnapshot(stored.body))
  const { state, findings } = many(snapshot.state, snapshot.findings, copies, sessionId as SessionId)
  const head = snapshot.head * copies
  const plain = encodeSnapshot({ state, findings, head })
  const body = await packSnapshot(plain)
  const counts = Object.fromEntries(
    Object.entries(template.counts).map(([key, value]) => [key, typeof value === 'number' && key !== 'lastAt' ? value * copies : value]),
  )
  const pk = await copyRow(pool, 'session', 'pk', template.pk, { id: sessionId, title: `${state.turns.size} turns (simulated)`, head, detected: head, counts })
  await writeSnapshot(pool, pk, { head, detectorVersion: stored.detectorVersion, body })
  for (const table of ['session_records', 'search_head'])
    await copyRow(pool, table, 'session_pk', template.pk, { session_pk: pk, head, ...(table === 'search_head' ? { detected: head } : {}) })
  return { sessionId, turns: state.turns.size, lanes: state.agents.size, findings: findings.length, bytes: body.length, plainBytes: plain.length }
}

/** The row again with some values changed; gives its new key. */
async function copyRow(pool: pg.Pool, table: string, key: string, of: number, changed: Record<string, unknown>): Promise<number> {
  const { rows: columns } = await pool.query<{ name: string }>('SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1', [table])
  const names = columns.map(({ name }) => name).filter((name) => name !== 'pk')
  const values = Object.keys(changed)
  const parts = names.map((name) => (name in changed ? `$${values.indexOf(name) + 2}` : `"${name}"`))
  const { rows } = await pool.query<{ key: string }>(
    `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')}) SELECT ${parts.join(', ')} FROM ${table} WHERE ${key} = $1 RETURNING ${key} AS key`,
    [of, ...values.map((name) => changed[name])],
  )
  return Number(rows[0]?.key)
}

/** Between the beginnings of two teams, ms: no two bars of theirs lie exactly on one another. */
const APART_MS = 137

function many(of: SessionState, findings: readonly Intervention[], copies: number, id: SessionId): { state: SessionState; findings: Intervention[] } {
  const state = newSessionState(id)
  state.facts = of.facts
  state.firstAt = of.firstAt
  state.lastAt = of.lastAt === undefined ? undefined : of.lastAt + (copies - 1) * APART_MS
  for (const key of Object.keys(of.totals) as (keyof typeof of.totals)[]) state.totals[key] = of.totals[key] * copies
  // side by side, for all teams work at once: times rise from row to row as in a log
  const copied = <T extends { id: string }>(rows: Iterable<T>): T[] => {
    const all: T[] = []
    for (const row of rows) for (let copy = 0; copy < copies; copy++) all.push(copyOf(row, copy) as T)
    return all
  }
  const into = <T extends { id: string }>(map: Map<T['id'], T>, rows: Iterable<T>) => {
    for (const row of copied(rows)) map.set(row.id, row)
  }
  into(state.agents, of.agents.values())
  into(state.tasks, of.tasks.values())
  into(state.turns, of.turns.values())
  into(state.calls, of.calls.values())
  into(state.writes, of.writes.values())
  into(state.messages, of.messages.values())
  return { state, findings: copied(findings) }
}

const IDS = new Set([
  'id',
  'agentId',
  'parentId',
  'taskId',
  'parentTaskId',
  'turnId',
  'callId',
  'eventId',
  'by',
  'to',
  'endedBy',
  'assigneeId',
  'path',
  'artifact',
])
const TIMES = new Set([
  'startedAt',
  'streamedAt',
  'endedAt',
  'calledAt',
  'returnedAt',
  'delegatedAt',
  'blockedAt',
  'acceptedAt',
  'joinedAt',
  'occurredAt',
  'at',
])
/** What holds further ids. */
const INNER = new Set(['master', 'target', 'trigger'])

function copyOf(row: object, copy: number): object {
  const made: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(row)) {
    if (IDS.has(key) && typeof value === 'string') made[key] = `${value}~${copy}`
    else if (TIMES.has(key) && typeof value === 'number') made[key] = value + copy * APART_MS
    else if (INNER.has(key) && typeof value === 'object' && value !== null) made[key] = copyOf(value, copy)
    else made[key] = value
  }
  return made
}
