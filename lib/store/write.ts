import type { Pool, PoolClient } from 'pg'
import type { FindingRow } from './findings'
import type { SessionRow } from './session-row'
import { SESSION_COLUMNS } from './session-row'
import { TASK_COLUMNS, type TaskRow } from './task-row'

/**
 * Everything that one commit changes in one session. `expected` is the head that the numbering was
 * made from; if another process has moved it since, nothing of this session is written.
 */
export interface SessionWrite {
  pk: number
  expected: number
  head: number
  row: SessionRow
  events: EventRow[]
  contents: ContentRow[]
  tasks: TaskRow[]
  findings: FindingRow[]
}

export interface EventRow {
  sequence: number
  id: string
  occurredAt: number
  type: string
  /** Of turn.streamed only. */
  turnId: string | null
  /** The whole event as JSON. */
  data: string
}

export interface ContentRow {
  hash: string
  body: Buffer
}

/**
 * Writes all of them in one statement, so in one round trip and one transaction. Returns the keys of
 * the sessions that were written; the others had been moved by another process.
 *
 *   given    what the sessions' rows shall be
 *   moved    UPDATE session ... WHERE head = expected      decides who may write
 *   ...      INSERT INTO event, content, task, intervention    only for those in `moved`
 */
export async function writeSessions(pool: Pool | PoolClient, writes: readonly SessionWrite[]): Promise<Set<number>> {
  const values: unknown[] = [printRows(writes.map((w) => ({ pk: w.pk, expected: w.expected, head: w.head, ...w.row })))]
  const has = { events: false, contents: false, tasks: false, findings: false }
  for (const write of writes) {
    if (write.events.length > 0) has.events = true
    if (write.contents.length > 0) has.contents = true
    if (write.tasks.length > 0) has.tasks = true
    if (write.findings.length > 0) has.findings = true
  }
  if (has.events) values.push(...eventColumns(writes))
  if (has.contents) values.push(...contentColumns(writes))
  if (has.tasks) values.push(printRows(writes.flatMap((w) => w.tasks.map((task) => ({ session_pk: w.pk, ...task })))))
  if (has.findings) values.push(printRows(writes.flatMap((w) => w.findings.map((finding) => ({ session_pk: w.pk, ...finding })))))
  const { name, text } = statement(has)
  const result = await pool.query<{ pk: number }>({ name, text, values })
  return new Set(result.rows.map((row) => row.pk))
}

function eventColumns(writes: readonly SessionWrite[]): unknown[] {
  const pks: number[] = []
  const sequences: number[] = []
  const ids: string[] = []
  const times: number[] = []
  const types: string[] = []
  const turns: (string | null)[] = []
  const data: string[] = []
  for (const write of writes) {
    for (const event of write.events) {
      pks.push(write.pk)
      sequences.push(event.sequence)
      ids.push(event.id)
      times.push(event.occurredAt)
      types.push(event.type)
      turns.push(event.turnId)
      data.push(event.data)
    }
  }
  return [pks, sequences, ids, times, types, turns, data]
}

function contentColumns(writes: readonly SessionWrite[]): unknown[] {
  const pks: number[] = []
  const hashes: string[] = []
  const bodies: Buffer[] = []
  for (const write of writes) {
    for (const content of write.contents) {
      pks.push(write.pk)
      hashes.push(content.hash)
      bodies.push(content.body)
    }
  }
  return [pks, hashes, bodies]
}

/**
 * Rows as JSON that Postgres can turn into text columns: its text holds neither U+0000 nor half a
 * surrogate pair, so in projections (never in the log) both become U+FFFD.
 */
const UNWRITABLE = /\0|\p{Surrogate}/gu

function printRows(rows: readonly object[]): string {
  const text = JSON.stringify(rows)
  if (!/\\u(0000|d[89a-f])/.test(text)) return text
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'string' ? value.replace(UNWRITABLE, '\ufffd') : value))
}

interface Parts {
  events: boolean
  contents: boolean
  tasks: boolean
  findings: boolean
}

const statements = new Map<string, { name: string; text: string }>()

/** One prepared statement for each combination of tables, so that Postgres plans each only once. */
function statement(has: Parts): { name: string; text: string } {
  const name = `backseat_write${has.events ? '_e' : ''}${has.contents ? '_c' : ''}${has.tasks ? '_t' : ''}${has.findings ? '_f' : ''}`
  let known = statements.get(name)
  if (!known) {
    known = { name, text: statementText(has) }
    statements.set(name, known)
  }
  return known
}

const quoted = (column: string) => `"${column}"`

function statementText(has: Parts): string {
  const columns = Object.entries(SESSION_COLUMNS)
  const given = ['pk bigint', 'expected int', 'head int', ...columns.map(([name, type]) => `${quoted(name)} ${type}`)].join(', ')
  // A strip is written about once a second; without one the old stays.
  const set = columns.map(([name]) => (name === 'strip' ? 'strip = coalesce(g.strip, s.strip)' : `${quoted(name)} = g.${quoted(name)}`)).join(', ')
  const steps = [
    `given AS (SELECT * FROM json_to_recordset($1::json) AS g(${given}))`,
    `moved AS (UPDATE session s SET head = g.head, ${set} FROM given g WHERE s.pk = g.pk AND s.head = g.expected RETURNING s.pk)`,
  ]
  let next = 2
  const parameter = () => `$${next++}`
  if (has.events) {
    const [pk, sequence, id, at, type, turn, data] = Array.from({ length: 7 }, parameter)
    steps.push(
      `new_events AS (INSERT INTO event (session_pk, sequence, id, occurred_at, type, turn_id, data)
         SELECT e.pk, e.sequence, e.id, e.at, e.type, e.turn, e.data::json
         FROM unnest(${pk}::bigint[], ${sequence}::int[], ${id}::text[], ${at}::float8[], ${type}::text[], ${turn}::text[], ${data}::text[]) AS e(pk, sequence, id, at, type, turn, data)
         WHERE e.pk IN (SELECT pk FROM moved))`,
    )
  }
  if (has.contents) {
    const [pk, hash, body] = Array.from({ length: 3 }, parameter)
    steps.push(
      `new_contents AS (INSERT INTO content (session_pk, hash, body)
         SELECT c.pk, c.hash, c.body FROM unnest(${pk}::bigint[], ${hash}::text[], ${body}::bytea[]) AS c(pk, hash, body)
         WHERE c.pk IN (SELECT pk FROM moved) ON CONFLICT DO NOTHING)`,
    )
  }
  if (has.tasks) steps.push(`new_tasks AS (${upsert('task', TASK_COLUMNS, parameter())})`)
  if (has.findings) steps.push(`new_findings AS (${upsert('intervention', FINDING_COLUMNS, parameter())})`)
  return `WITH ${steps.join(',\n')} SELECT pk FROM moved`
}

function upsert(table: string, columns: Readonly<Record<string, string>>, parameter: string): string {
  const names = Object.keys(columns).map(quoted)
  const shape = ['session_pk bigint', ...Object.entries(columns).map(([name, type]) => `${quoted(name)} ${type}`)].join(', ')
  const set = names.filter((name) => name !== '"id"').map((name) => `${name} = excluded.${name}`)
  return `INSERT INTO ${table} (session_pk, ${names.join(', ')})
    SELECT r.session_pk, ${names.map((name) => `r.${name}`).join(', ')} FROM json_to_recordset(${parameter}::json) AS r(${shape})
    WHERE r.session_pk IN (SELECT pk FROM moved)
    ON CONFLICT (session_pk, id) DO UPDATE SET ${set.join(', ')}`
}

const FINDING_COLUMNS = {
  id: 'text',
  kind: 'text',
  phase: 'text',
  trigger: 'text',
  flags: 'text[]',
  task_id: 'text',
  artifact: 'text',
  survival: 'float8',
  destroyed: 'float8',
  headline: 'boolean',
  occurred_at: 'float8',
  detector_version: 'int',
  data: 'json',
  changed_at: 'int',
  withdrawn: 'boolean',
} as const satisfies Record<keyof FindingRow, string>
