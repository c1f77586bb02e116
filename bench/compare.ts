import pg from 'pg'
import { BUILT_IN, readingVersion } from '@/lib/core/parameters'
import { OWN_PRICES } from '@/lib/core/models/price-table'
import { randomSession } from '@/lib/core/metrics/testing/random-records'
import { seededRandom } from '@/lib/core/stats/random'
import { writeSessionRecords } from '@/lib/store/session-records'

export interface CompareSizes {
  sessions: number
  /** Rows of the log a session: its turns. */
  turns: number
  samples: number
}

export interface CompareResult {
  rows: { sessions: number; tasks: number; turns: number }
  /** Seconds. */
  generated: number
  /** Reading all records at the server's start, ms; they are read a page at a time, beside other answers. */
  loaded: number
  measured: Timed[]
}

/** One kind of question; times in ms. `base`: a plain `count(*)` of the same tasks, in turns with it. */
export interface Timed {
  what: string
  p50: number
  p95: number
  base?: { p50: number; p95: number }
  target?: number
}

const DAY = 86_400_000
const TASKS = 3
const DAYS = 365
const TEMPLATES = 1_000
const GROUPINGS = [
  'masterModel',
  'subAgentModel',
  'framework',
  'workflow',
  'promptVariant',
  'format',
  'tag',
  'masterModel,promptVariant',
  'workflow,masterModel',
  'subAgentModel,tag',
]

export async function benchCompare(
  databaseUrl: string,
  start: () => Promise<{ origin: string; stop(): Promise<void> }>,
  sizes: CompareSizes,
): Promise<CompareResult> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  try {
    const began = performance.now()
    const newest = Math.floor(Date.now() / DAY) * DAY
    await generateSessions(pool, sizes, newest)
    const sessionsMade = performance.now()
    const measured: Timed[] = []
    // without a log, then with all of it: what a comparison costs must not depend on the turns
    const without = await ask(pool, start, { ...sizes, newest, only: 'range' })
    const generating = performance.now()
    await generateTurns(pool, sizes)
    const generated = (sessionsMade - began + performance.now() - generating) / 1000
    console.error(`  made in ${generated.toFixed(0)} s`)
    const all = await ask(pool, start, { ...sizes, newest, only: undefined })
    measured.push(...without.measured.map((one) => ({ ...one, what: `${one.what}, no turns in the log` })), ...all.measured)
    const count = async (table: string) => Number((await pool.query<{ count: string }>(`SELECT count(*) FROM ${table}`)).rows[0]?.count)
    const rows = { sessions: await count('session'), tasks: await count('task'), turns: await count('event') }
    return { rows, generated, loaded: all.loaded, measured }
  } finally {
    await pool.end()
  }
}

/** A thousand made-up sessions by the product's own writer, then each many times over by Postgres, spread over a year. */
async function generateSessions(pool: pg.Pool, { sessions, turns }: CompareSizes, newest: number): Promise<void> {
  const random = seededRandom(7)
  const templates = Math.min(TEMPLATES, sessions)
  // a start that SQL finds in the text and replaces
  const mark = 1_111_111_111_111
  for (let i = 1; i <= templates; i++) {
    const { session, tasks } = randomSession(`template-${i}-`, random, mark, TASKS)
    const kinds = [...new Set(tasks.flatMap(({ interventions }) => interventions.map(({ kind }) => kind)))].sort()
    const { groups } = session
    await pool.query(
      `INSERT INTO session (pk, id, head, received_at, sort_at, title, framework, format, workflow, prompt_variant, tags, simulated, started_at, ended_at, end_status, master_model, master_name, kinds, counts, detected, detector_version)
       VALUES ($1, $2, $3, 0, 0, $4, $5, $6, $7, $8, $9, $10, 0, 0, 'completed', $11, 'lead', $12, $13, $3, $14)`,
      [
        i,
        session.sessionId,
        turns,
        `Made-up session ${i}`,
        groups.framework,
        groups.format,
        groups.workflow,
        groups.promptVariant,
        groups.tags,
        session.simulated,
        groups.masterModel,
        kinds,
        JSON.stringify({
          lastAt: 0,
          agents: 4,
          tasks: TASKS,
          openTasks: 0,
          turns,
          toolCalls: 40,
          inputTokens: session.inputTokens,
          outputTokens: session.outputTokens,
          tokensEstimated: false,
          interventions: {},
          tasksCutShort: 0,
        }),
        readingVersion(BUILT_IN),
      ],
    )
    await writeSessionRecords(pool, i, turns, { session, tasks }, readingVersion(BUILT_IN), OWN_PRICES.key)
  }
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(
      'CREATE TEMP TABLE template ON COMMIT DROP AS SELECT s.*, r.version, r.body::text AS body, r.packed, r.packed_version FROM session s JOIN session_records r ON r.session_pk = s.pk',
    )
    await client.query('TRUNCATE session, session_records')
    // 1 % still run: begun lately, and heard of a minute ago
    await client.query(
      `INSERT INTO session (pk, id, head, received_at, sort_at, title, framework, format, workflow, prompt_variant, tags, simulated, started_at, ended_at, end_status, master_model, master_name, kinds, counts, detected, detector_version)
       SELECT i, t.id || i, t.head, CASE WHEN i % 100 = 0 THEN $3::float8 ELSE at END, at, t.title || ' / ' || i, t.framework, t.format, t.workflow, t.prompt_variant, t.tags, t.simulated, at,
         CASE WHEN i % 100 = 0 THEN NULL ELSE at + 600000 END, t.end_status, t.master_model, t.master_name, t.kinds, (jsonb_set(t.counts::jsonb, '{lastAt}', to_jsonb($3::float8)))::json, t.head, t.detector_version
       FROM (SELECT i, $2::float8 - (i * ${DAYS}::float8 / $1) * ${DAY} AS at FROM generate_series(1, $1::int) i) g JOIN template t ON t.pk = 1 + g.i % $4`,
      [sessions, newest, Date.now() - 60_000, templates],
    )
    await client.query(
      `INSERT INTO session_records (session_pk, head, version, body, packed, packed_version)
       SELECT s.pk, s.head, t.version, replace(replace(t.body, t.id, s.id), '${mark}', (s.started_at::bigint)::text)::json,
         replace(replace(t.packed, t.id, s.id), '${mark}', (s.started_at::bigint)::text), t.packed_version FROM session s JOIN template t ON t.pk = 1 + s.pk % $1`,
      [templates],
    )
    await client.query('COMMIT')
  } finally {
    client.release()
  }
  await pool.query(
    `INSERT INTO task (session_pk, id, by_model, to_model, delegated_at, status)
     SELECT s.pk, t->>'taskId', t->'groups'->>'masterModel', t->'groups'->>'subAgentModel', s.started_at, 'completed'
     FROM session s JOIN session_records r ON r.session_pk = s.pk, json_array_elements(r.body->'tasks') t`,
  )
  await pool.query(`SELECT setval(pg_get_serial_sequence('session', 'pk'), $1)`, [sessions])
  await pool.query('VACUUM ANALYZE session, session_records, task')
}

/** The turns of every session as rows of the log. The key by ids is left out here and says so in the report. */
async function generateTurns(pool: pg.Pool, { turns }: CompareSizes): Promise<void> {
  await pool.query('ALTER TABLE event DROP CONSTRAINT event_pkey')
  await pool.query('DROP INDEX IF EXISTS event_session_pk_id_key')
  await pool.query(
    `INSERT INTO event (session_pk, sequence, id, occurred_at, type, data)
     SELECT s.pk, n, 'e' || n, s.started_at + n * 1000, 'turn.ended', '{}' FROM session s, generate_series(1, $1::int) n`,
    [turns],
  )
  await pool.query('ALTER TABLE event ADD PRIMARY KEY (session_pk, sequence)')
  await pool.query('VACUUM ANALYZE event')
}

async function ask(
  pool: pg.Pool,
  start: () => Promise<{ origin: string; stop(): Promise<void> }>,
  { samples, newest, only }: CompareSizes & { newest: number; only: 'range' | undefined },
): Promise<{ measured: Timed[]; loaded: number }> {
  const server = await start()
  try {
    const began = performance.now()
    await get(`${server.origin}/api/v1/compare?by=framework&since=${newest}`)
    const loaded = performance.now() - began
    const random = seededRandom(11)
    const measured: Timed[] = []
    // ranges begin anew for each question: an answer that is kept would prove nothing
    const range = (days: number) => {
      const since = Math.round(newest - DAYS * DAY + random() * (DAYS - days) * DAY)
      return { since, until: since + days * DAY }
    }
    const times = async (what: string, days: number, count: number, path: string, groupings: readonly string[], target?: number) => {
      const ours: number[] = []
      const base: number[] = []
      for (let i = -groupings.length; i < count; i++) {
        const { since, until } = days < DAYS ? range(days) : { since: Math.round(newest - DAYS * DAY - i - 1_000), until: newest + DAY }
        const took = await timed(() =>
          get(`${server.origin}/api/v1/${path}?by=${groupings[(i + groupings.length) % groupings.length]}&since=${since}&until=${until}`),
        )
        const counted = await timed(() =>
          pool.query('SELECT count(*) FROM task t JOIN session s ON s.pk = t.session_pk WHERE s.sort_at >= $1 AND s.sort_at < $2', [since, until]),
        )
        // the first round warms up
        if (i < 0) continue
        ours.push(took)
        base.push(counted)
      }
      measured.push({ what, ...percentilesOf(ours), base: percentilesOf(base), ...(target === undefined ? {} : { target }) })
      console.error(`  ${what}: p50 ${measured.at(-1)?.p50.toFixed(0)} ms, p95 ${measured.at(-1)?.p95.toFixed(0)} ms`)
    }
    await times('compare, any grouping, a range of 30 days', 30, samples, 'compare', GROUPINGS, 100)
    if (only === undefined) {
      await times('compare, any grouping, all tasks', DAYS, Math.ceil(samples / 4), 'compare', GROUPINGS)
      await times('what is below its first screen, 30 days', 30, Math.ceil(samples / 4), 'compare/details', GROUPINGS)
      for (const [what, query] of LISTS) measured.push(await lists(server.origin, what, query, samples))
    }
    return { measured, loaded }
  } finally {
    await server.stop()
  }
}

const LISTS: [string, string][] = [
  ['sessions, no facet', ''],
  ['sessions by master model', 'model=model-b'],
  ['sessions by framework', 'framework=crew'],
  ['sessions by workflow', 'workflow=docs'],
  ['sessions by prompt', 'prompt=trust'],
  ['sessions by tag', 'tag=pilot'],
  ['sessions by kind of intervention', 'kind=takeover'],
  ['sessions by sub-agent model', 'worker=worker-y'],
  ['sessions that run', 'state=running'],
  ['sessions that ended', 'state=ended'],
  ['sessions, two facets', 'framework=graph&tag=team-b'],
]

/** Page after page, as somebody scrolls. */
async function lists(origin: string, what: string, query: string, samples: number): Promise<Timed> {
  const took: number[] = []
  let cursor = ''
  for (let i = -5; i < samples; i++) {
    const began = performance.now()
    const { next } = (await get(`${origin}/api/v1/sessions?limit=50&${query}${cursor && `&cursor=${cursor}`}`)) as { next?: string }
    if (i >= 0) took.push(performance.now() - began)
    cursor = next ?? ''
  }
  const timedList = { what, ...percentilesOf(took), target: 30 }
  console.error(`  ${what}: p50 ${timedList.p50.toFixed(1)} ms, p95 ${timedList.p95.toFixed(1)} ms`)
  return timedList
}

async function get(url: string): Promise<unknown> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

async function timed(what: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await what()
  return performance.now() - began
}

function percentilesOf(values: readonly number[]): { p50: number; p95: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95) }
}
