import type { Pool, PoolClient } from 'pg'
import { FINDING_COLUMNS, type FindingRow } from './findings'
import { FACT_COLUMNS, type SessionRow } from './session-row'
import { TASK_COLUMNS, type TaskRow } from './task-row'
import { writableJson } from './writable-json'

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
  turnId: string | undefined
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
 *   moved    UPDATE session ... WHERE head = expected           decides who may write
 *   ...      INSERT INTO event, content, task, intervention     only for those in `moved`
 */
export async function writeSessions(pool: Pool | PoolClient, writes: readonly SessionWrite[]): Promise<Set<number>> {
  const only = writes.length === 1 ? writes[0] : undefined
  if (only && isOneEvent(only)) return writeOneEvent(pool, only)
  const has: Parts = { facts: false, events: false, contents: false, tasks: false, findings: false }
  for (const write of writes) {
    if (write.row.facts) has.facts = true
    if (write.events.length > 0) has.events = true
    if (write.contents.length > 0) has.contents = true
    if (write.tasks.length > 0) has.tasks = true
    if (write.findings.length > 0) has.findings = true
  }
  const values: unknown[] = sessionColumns(writes)
  if (has.facts) values.push(writableJson(writes.flatMap(({ pk, row }) => (row.facts ? [{ pk, ...row.facts }] : []))))
  if (has.events) values.push(...eventColumns(writes))
  if (has.contents) values.push(...contentColumns(writes))
  if (has.tasks) values.push(writableJson(writes.flatMap(({ pk, tasks }) => tasks.map((task) => ({ session_pk: pk, ...task })))))
  if (has.findings) values.push(writableJson(writes.flatMap(({ pk, findings }) => findings.map((finding) => ({ session_pk: pk, ...finding })))))
  const { name, text } = statement(has)
  const result = await pool.query<{ pk: number }>({ name, text, values })
  return new Set(result.rows.map((row) => row.pk))
}

function isOneEvent({ row, events, contents, tasks, findings }: SessionWrite): boolean {
  return events.length === 1 && !row.facts && contents.length === 0 && tasks.length === 0 && findings.length === 0
}

/**
 * What most commits are while tokens stream: without lists to be taken apart, and rows to be sent back, there is less
 * for Postgres and for us to do. The count of rows says whether it was written.
 */
const ONE_EVENT = `WITH moved AS (
    UPDATE session SET head = $3, received_at = $4, detected = $5, counts = $6::json WHERE pk = $1 AND head = $2 RETURNING pk
  ) INSERT INTO event (session_pk, sequence, id, occurred_at, type, turn_id, data) SELECT pk, $3, $7, $8, $9, $10, $11::json FROM moved`

async function writeOneEvent(pool: Pool | PoolClient, { pk, expected, head, row, events }: SessionWrite): Promise<Set<number>> {
  const values: unknown[] = [pk, expected, head, row.receivedAt, row.detected, JSON.stringify(row.counts)]
  for (const { id, occurredAt, type, turnId, data } of events) values.push(id, occurredAt, type, turnId ?? null, data)
  const { rowCount } = await pool.query({ name: 'backseat_write_one', text: ONE_EVENT, values })
  return new Set(rowCount === 1 ? [pk] : [])
}

/*
 * Columns travel as one text each, split again by Postgres at a character that JSON, ids and types
 * cannot hold: array literals would have every quote escaped here and unescaped there.
 */
const SEPARATOR = '\u001e'

const column = (values: readonly string[]) => values.join(SEPARATOR)
const numbers = (values: readonly number[]) => `{${values.join(',')}}`

function sessionColumns(writes: readonly SessionWrite[]): unknown[] {
  return [
    numbers(writes.map((write) => write.pk)),
    numbers(writes.map((write) => write.expected)),
    numbers(writes.map((write) => write.head)),
    numbers(writes.map((write) => write.row.receivedAt)),
    numbers(writes.map((write) => write.row.detected)),
    column(writes.map((write) => JSON.stringify(write.row.counts))),
  ]
}

function eventColumns(writes: readonly SessionWrite[]): unknown[] {
  const pks: number[] = []
  const sequences: number[] = []
  const ids: string[] = []
  const times: number[] = []
  const types: string[] = []
  const turns: string[] = []
  const data: string[] = []
  for (const { pk, events } of writes) {
    for (const event of events) {
      pks.push(pk)
      sequences.push(event.sequence)
      ids.push(event.id)
      times.push(event.occurredAt)
      types.push(event.type)
      turns.push(event.turnId ?? '')
      data.push(event.data)
    }
  }
  return [numbers(pks), numbers(sequences), column(ids), numbers(times), column(types), column(turns), column(data)]
}

/** The bodies as one, cut by Postgres: bytes as they are. */
function contentColumns(writes: readonly SessionWrite[]): unknown[] {
  const pks: number[] = []
  const hashes: string[] = []
  const starts: number[] = []
  const lengths: number[] = []
  const bodies: Buffer[] = []
  let start = 1
  for (const { pk, contents } of writes) {
    for (const { hash, body } of contents) {
      pks.push(pk)
      hashes.push(hash)
      starts.push(start)
      lengths.push(body.length)
      bodies.push(body)
      start += body.length
    }
  }
  return [numbers(pks), column(hashes), numbers(starts), numbers(lengths), Buffer.concat(bodies)]
}

interface Parts {
  facts: boolean
  events: boolean
  contents: boolean
  tasks: boolean
  findings: boolean
}

const statements = new Map<string, { name: string; text: string }>()

/** One prepared statement for each combination of tables, so that Postgres plans each only once. */
function statement(has: Parts): { name: string; text: string } {
  const name = `backseat_write${has.facts ? '_s' : ''}${has.events ? '_e' : ''}${has.contents ? '_c' : ''}${has.tasks ? '_t' : ''}${has.findings ? '_f' : ''}`
  let known = statements.get(name)
  if (!known) {
    known = { name, text: statementText(has) }
    statements.set(name, known)
  }
  return known
}

const quoted = (name: string) => `"${name}"`

function statementText(has: Parts): string {
  let next = 7
  const parameters = (count: number) => Array.from({ length: count }, () => `$${next++}`)
  const split = (parameter: string | undefined) => `string_to_table(${parameter}::text, E'\\x1e')`
  const steps: string[] = []
  const given = `ROWS FROM (unnest($1::bigint[]), unnest($2::int[]), unnest($3::int[]), unnest($4::float8[]), unnest($5::int[]), ${split('$6')}) AS g(pk, expected, head, received_at, detected, counts)`
  let facts = ''
  let set = ''
  if (has.facts) {
    const shape = Object.entries(FACT_COLUMNS).map(([name, type]) => `${quoted(name)} ${type}`)
    facts = `LEFT JOIN json_to_recordset(${parameters(1)[0]}::json) AS f(pk bigint, ${shape.join(', ')}) ON f.pk = g.pk`
    // A strip is drawn about once a second; without one the old stays. Facts may become unknown again, but only all together.
    set = Object.keys(FACT_COLUMNS)
      .map((name) =>
        name === 'strip'
          ? ', strip = coalesce(f.strip, s.strip)'
          : `, ${quoted(name)} = CASE WHEN f.pk IS NULL THEN s.${quoted(name)} ELSE f.${quoted(name)} END`,
      )
      .join('')
  }
  steps.push(
    `moved AS (UPDATE session s SET head = g.head, received_at = g.received_at, detected = g.detected, counts = g.counts::json${set}
       FROM ${given} ${facts} WHERE s.pk = g.pk AND s.head = g.expected RETURNING s.pk)`,
  )
  const mayWrite = '= ANY (ARRAY(SELECT pk FROM moved))'
  if (has.events) {
    const [pk, sequence, id, at, type, turn, data] = parameters(7)
    steps.push(
      `new_events AS (INSERT INTO event (session_pk, sequence, id, occurred_at, type, turn_id, data)
         SELECT e.pk, e.sequence, e.id, e.at, e.type, e.turn, e.data::json
         FROM ROWS FROM (unnest(${pk}::bigint[]), unnest(${sequence}::int[]), ${split(id)}, unnest(${at}::float8[]), ${split(type)}, string_to_table(${turn}::text, E'\\x1e', ''), ${split(data)})
           AS e(pk, sequence, id, at, type, turn, data)
         WHERE e.pk ${mayWrite})`,
    )
  }
  if (has.contents) {
    const [pk, hash, start, length, bodies] = parameters(5)
    steps.push(
      `new_contents AS (INSERT INTO content (session_pk, hash, body)
         SELECT c.pk, c.hash, substring(${bodies}::bytea FROM c.start FOR c.length)
         FROM ROWS FROM (unnest(${pk}::bigint[]), ${split(hash)}, unnest(${start}::int[]), unnest(${length}::int[])) AS c(pk, hash, start, length)
         WHERE c.pk ${mayWrite} ON CONFLICT DO NOTHING)`,
    )
  }
  if (has.tasks) steps.push(`new_tasks AS (${upsert('task', TASK_COLUMNS, parameters(1)[0], mayWrite)})`)
  if (has.findings) steps.push(`new_findings AS (${upsert('intervention', FINDING_COLUMNS, parameters(1)[0], mayWrite)})`)
  return `WITH ${steps.join(',\n')} SELECT pk FROM moved`
}

function upsert(table: string, columns: Readonly<Record<string, string>>, parameter: string | undefined, mayWrite: string): string {
  const names = Object.keys(columns).map(quoted)
  const shape = ['session_pk bigint', ...Object.entries(columns).map(([name, type]) => `${quoted(name)} ${type}`)].join(', ')
  const set = names.filter((name) => name !== '"id"').map((name) => `${name} = excluded.${name}`)
  return `INSERT INTO ${table} (session_pk, ${names.join(', ')})
    SELECT r.session_pk, ${names.map((name) => `r.${name}`).join(', ')} FROM json_to_recordset(${parameter}::json) AS r(${shape})
    WHERE r.session_pk ${mayWrite}
    ON CONFLICT (session_pk, id) DO UPDATE SET ${set.join(', ')}`
}
