import type { Pool } from 'pg'
import { canonicalModel } from '@/lib/core/models/name'
import { DEFAULT_PROJECT, type ProjectId } from '@/lib/core/project'
import type { Facet, SessionFacets, SessionSummary, SessionsPage } from '@/lib/live/protocol'
import { QUIET_AFTER_MS, RECORDED_BEFORE_MS } from '@/lib/live/protocol'
import type { Database } from './database'
import { type StoredSession, summaryOf } from './session-row'

export interface SessionsFilter {
  /** Part of the title or of the id, without regard to case. */
  q?: string
  state?: 'running' | 'ended'
  model?: string
  framework?: string
  workflow?: string
  promptVariant?: string
  /** Sessions with a task delegated by, and to, these models. */
  delegatingModel?: string
  subAgentModel?: string
  /** Sessions with any delegated task. */
  delegated?: boolean
  /** Sessions (or, of models, a task of theirs) of which the source does not say these. */
  without?: readonly Nameable[]
  /** Start of the session, ms; `until` is not included. */
  since?: number
  until?: number
  simulated?: boolean
  tag?: string
  /** Sessions with at least one intervention of this kind. */
  kind?: string
  cursor?: Cursor
  limit: number
}

/** What a source may leave unsaid. */
export const NAMEABLE = ['master', 'worker', 'framework', 'workflow', 'prompt', 'tag'] as const
export type Nameable = (typeof NAMEABLE)[number]

export interface Cursor {
  sortAt: number
  pk: number
}

export async function findSession(database: Database, id: string): Promise<SessionSummary | undefined> {
  const { rows } = await database.pool.query<StoredSession>('SELECT * FROM session WHERE id = $1 AND head > 0', [id])
  return rows[0] && summaryOf(rows[0])
}

export async function findSessions(database: Database, ids: readonly string[]): Promise<SessionSummary[]> {
  const { rows } = await database.pool.query<StoredSession>('SELECT * FROM session WHERE id = ANY($1::text[]) AND head > 0', [ids])
  return rows.map(summaryOf)
}

/** What a list of things from many sessions calls them, by key. */
export async function findTitles(
  pool: Pool,
  pks: readonly number[],
): Promise<Map<number, Pick<StoredSession, 'pk' | 'id' | 'title' | 'simulated' | 'started_at'>>> {
  const { rows } = await pool.query<Pick<StoredSession, 'pk' | 'id' | 'title' | 'simulated' | 'started_at'>>({
    name: 'backseat_titles',
    text: 'SELECT pk, id, title, simulated, started_at FROM session WHERE pk = ANY($1::bigint[])',
    values: [pks],
  })
  return new Map(rows.map((row) => [row.pk, row]))
}

/** A session of a million events takes Postgres longer to delete than Prisma's five seconds. */
const DELETING = { maxWait: 10_000, timeout: 600_000 }

/** Takes a session out of every table. False when there is none. */
export async function deleteSession(database: Database, id: string): Promise<boolean> {
  return database.prisma.$transaction(async (transaction) => {
    // Holding the row keeps every writer out; whoever comes next begins the session anew.
    const [held] = await transaction.$queryRaw<{ pk: bigint }[]>`SELECT pk FROM session WHERE id = ${id} FOR UPDATE`
    if (!held) return false
    const where = { sessionPk: held.pk }
    await transaction.event.deleteMany({ where })
    await transaction.content.deleteMany({ where })
    await transaction.task.deleteMany({ where })
    await transaction.intervention.deleteMany({ where })
    await transaction.snapshot.deleteMany({ where })
    await transaction.comment.deleteMany({ where: { sessionId: id } })
    await transaction.shareLink.deleteMany({ where: { sessionId: id } })
    await transaction.searchHead.deleteMany({ where })
    await transaction.searchItem.deleteMany({ where })
    await transaction.webhookDelivery.deleteMany({ where: { sessionId: id } })
    await transaction.$executeRaw`DELETE FROM session_records WHERE session_pk = ${held.pk}`
    await transaction.session.delete({ where: { pk: held.pk } })
    return true
  }, DELETING)
}

/** Newest first. `now` by the server's clock, ms. */
export async function listSessions(database: Database, project: ProjectId, filter: SessionsFilter, now: number): Promise<SessionsPage> {
  const values: unknown[] = []
  const bind = (value: unknown) => `$${values.push(value)}`
  const where = ['head > 0', inProject(project)]
  if (filter.q) {
    const pattern = bind(`%${filter.q.replace(/[\\%_]/g, '\\$&')}%`)
    where.push(`(title ILIKE ${pattern} OR id ILIKE ${pattern})`)
  }
  if (filter.state === 'running') where.push(running(bind(now - QUIET_AFTER_MS)))
  if (filter.state === 'ended') where.push(`NOT ${running(bind(now - QUIET_AFTER_MS))}`)
  if (filter.model) where.push(`master_model = ANY(${bind(await modelsCalled(database, filter.model))}::text[])`)
  if (filter.framework) where.push(`framework = ${bind(filter.framework)}`)
  if (filter.workflow) where.push(`workflow = ${bind(filter.workflow)}`)
  if (filter.promptVariant) where.push(`prompt_variant = ${bind(filter.promptVariant)}`)
  if (filter.since !== undefined) where.push(`sort_at >= ${bind(filter.since)}`)
  if (filter.until !== undefined) where.push(`sort_at < ${bind(filter.until)}`)
  if (filter.simulated !== undefined) where.push(`simulated = ${bind(filter.simulated)}`)
  const without = new Set(filter.without)
  if (without.has('framework')) where.push('framework IS NULL')
  if (without.has('workflow')) where.push('workflow IS NULL')
  if (without.has('prompt')) where.push('prompt_variant IS NULL')
  if (without.has('tag')) where.push(`COALESCE(cardinality(tags), 0) = 0`)
  // one task must meet all that is asked of a task
  const task: string[] = []
  if (filter.delegatingModel) task.push(`t.by_model = ANY(${bind(oneName(filter.delegatingModel))}::text[])`)
  if (filter.subAgentModel) task.push(`t.to_model = ANY(${bind(oneName(filter.subAgentModel))}::text[])`)
  if (without.has('master')) task.push('t.by_model IS NULL')
  if (without.has('worker')) task.push('t.to_model IS NULL')
  if (task.length > 0 || filter.delegated)
    where.push(`EXISTS (SELECT FROM task t WHERE t.session_pk = session.pk AND ${['t.delegated_at IS NOT NULL', ...task].join(' AND ')})`)
  if (filter.tag) where.push(`tags @> ARRAY[${bind(filter.tag)}]::text[]`)
  if (filter.kind) where.push(`kinds @> ARRAY[${bind(filter.kind)}]::text[]`)
  if (filter.cursor) where.push(`(sort_at, pk) < (${bind(filter.cursor.sortAt)}, ${bind(filter.cursor.pk)})`)
  const page = database.pool.query<StoredSession>(
    `SELECT * FROM session WHERE ${where.join(' AND ')} ORDER BY sort_at DESC, pk DESC LIMIT ${bind(filter.limit + 1)}`,
    values,
  )
  const [{ rows }, facets] = await Promise.all([page, facetsOf(database, project, now)])
  const shown = rows.slice(0, filter.limit)
  const last = shown.at(-1)
  return {
    sessions: shown.map(summaryOf),
    ...(rows.length > filter.limit && last ? { next: printCursor({ sortAt: last.sort_at, pk: last.pk }) } : {}),
    facets,
  }
}

export function printCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.sortAt, cursor.pk])).toString('base64url')
}

/** Undefined when the text is not a cursor that we printed. */
export function parseCursor(text: string): Cursor | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (!Array.isArray(value)) return undefined
    const [sortAt, pk]: unknown[] = value
    return typeof sortAt === 'number' && Number.isSafeInteger(pk) && typeof pk === 'number' ? { sortAt, pk } : undefined
  } catch {
    return undefined
  }
}

/** `projectOf` of lib/core/project.ts, asked of a row. A project's id holds nothing that means something in a pattern or a text of SQL. */
export function inProject(project: ProjectId): string {
  return project === DEFAULT_PROJECT ? `(id NOT LIKE '~%' OR id LIKE '~${DEFAULT_PROJECT}~%')` : `id LIKE '~${project}~%'`
}

/** `isRunning` of lib/live/protocol.ts, asked of a row. */
function running(since: string): string {
  return `(ended_at IS NULL AND received_at > ${since} AND COALESCE(received_at - (counts->>'lastAt')::float8 <= ${RECORDED_BEFORE_MS}, true))`
}

/** A model's one name, and as it was asked for: rows hold the one name, those of earlier versions what the source said. */
function oneName(model: string): string[] {
  return [...new Set([model, canonicalModel(model) ?? model])]
}

/** From one name to the next by the index: as many steps as there are names, however many the sessions. */
const MASTER_MODELS = `WITH RECURSIVE names AS (
    (SELECT master_model AS name FROM session WHERE master_model IS NOT NULL ORDER BY master_model LIMIT 1)
    UNION ALL
    SELECT (SELECT master_model FROM session WHERE master_model > names.name ORDER BY master_model LIMIT 1) FROM names WHERE names.name IS NOT NULL
  ) SELECT name FROM names WHERE name IS NOT NULL`

/** Every name under which rows of earlier versions may hold this model, in whichever project: what is asked for stays one project's. */
async function modelsCalled(database: Database, model: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>({ name: 'backseat_master_models', text: MASTER_MODELS })
  const wanted = canonicalModel(model)
  return [...oneName(model), ...rows.map(({ name }) => name).filter((name) => canonicalModel(name) === wanted)]
}

interface Counted {
  facets: SessionFacets
  /** When, ms; and how long it took. */
  at: number
  took: number
  again: Promise<void> | undefined
}

const counted = new WeakMap<Database, Map<ProjectId, Counted>>()
/** Counting that is quicker than this is done for every answer. */
const QUICK_MS = 15
/** Longer counts are shown for so many times as long as they took, then counted again behind the answer. */
const SHOWN = 20

/** Facets count all sessions of a project: over very many they are a few seconds old, so that the list itself is not. */
async function facetsOf(database: Database, project: ProjectId, now: number): Promise<SessionFacets> {
  let own = counted.get(database)
  if (!own) {
    own = new Map()
    counted.set(database, own)
  }
  const known = own.get(project)
  const count = async () => {
    const began = performance.now()
    const facets = await readFacets(database, project, now)
    const took = performance.now() - began
    own.set(project, { facets, at: now, took, again: undefined })
    return facets
  }
  if (!known || known.took < QUICK_MS) return count()
  if (now - known.at >= SHOWN * known.took && !known.again) {
    known.again = count()
      .then(() => undefined)
      // asked again with the next list
      .catch(() => {
        known.again = undefined
      })
  }
  return known.facets
}

async function readFacets(database: Database, project: ProjectId, now: number): Promise<SessionFacets> {
  const { rows } = await database.pool.query<{ facet: string; value: string; count: number }>({
    name: `backseat_facets_${project}`,
    text: `SELECT facet, value, count(*) AS count FROM session,
        LATERAL (
          SELECT 'model' AS facet, master_model AS value
          UNION ALL SELECT 'framework', framework
          UNION ALL SELECT 'workflow', workflow
          UNION ALL SELECT 'tag', unnest(tags)
          UNION ALL SELECT 'kind', unnest(kinds)
          UNION ALL SELECT 'state', CASE WHEN ${running('$1')} THEN 'running' ELSE 'ended' END
        ) facets
      WHERE head > 0 AND ${inProject(project)} AND value IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 2`,
    values: [now - QUIET_AFTER_MS],
  })
  const of = (facet: string): Facet[] => rows.filter((row) => row.facet === facet).map(({ value, count }) => ({ value, count }))
  return { model: byOneName(of('model')), framework: of('framework'), workflow: of('workflow'), tag: of('tag'), kind: of('kind'), state: of('state') }
}

function byOneName(facets: readonly Facet[]): Facet[] {
  const counts = new Map<string, number>()
  for (const { value, count } of facets) {
    const name = canonicalModel(value) ?? value
    counts.set(name, (counts.get(name) ?? 0) + count)
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}
