import type { Comment } from '@/lib/core/comment'
import type { EventOf } from '@/lib/core/event'
import type { ProjectId } from '@/lib/core/project'
import { recentComments } from './comments'
import type { Database } from './database'
import { inProject } from './sessions'

/** One line of what happened in a project. Times by the server's clock, ms; of a verdict as its event says. */
export type Activity =
  | ({ kind: 'comment'; title?: string } & Comment)
  | {
      kind: 'verdict'
      id: string
      at: number
      sessionId: string
      title?: string
      reviewer: string
      verdict: EventOf<'verdict.given'>['verdict']
      interventionId?: string
      note?: string
    }
  | { kind: 'link'; id: string; at: number; by: string; to: 'session' | 'intervention' | 'compare'; sessionId?: string; title?: string; audience: string }
  /** Sessions of one source that came in within the same hour: `at` the newest, `from` the oldest. */
  | { kind: 'sessions'; id: string; at: number; from: number; count: number; format?: string; sessionId: string; title?: string; simulated: boolean }

const HOUR = 3_600_000
/** Arrivals longer before a page's moment than this are not in it: the list of sessions has them. */
const LOOKED_BACK = 90 * 24 * HOUR

/**
 * What happened before `before`, newest first, at most `limit`. It is read from where it is kept anyway (comments, the
 * log, links, sessions), so what is deleted there is in no feed.
 */
export async function readActivity(database: Database, project: ProjectId, before: number, limit: number, withLinks: boolean): Promise<Activity[]> {
  const [comments, verdicts, links, arrivals] = await Promise.all([
    recentComments(database, project, before, limit),
    recentVerdicts(database, project, before, limit),
    withLinks ? recentLinks(database, project, before, limit) : [],
    recentArrivals(database, project, before, limit),
  ])
  const all: Activity[] = [...comments.map((comment): Activity => ({ kind: 'comment', ...comment })), ...verdicts, ...links, ...arrivals]
  const page = all.sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)).slice(0, limit)
  const titles = await titlesOf(
    database,
    page.flatMap(({ sessionId }) => sessionId ?? []),
  )
  const names = await namesOf(
    database,
    page.flatMap((line) => (line.kind === 'verdict' ? line.reviewer : line.kind === 'link' ? line.by : [])),
  )
  const named = (line: Activity): Activity => {
    if (line.kind === 'verdict') return { ...line, reviewer: names.get(line.reviewer) ?? line.reviewer }
    return line.kind === 'link' ? { ...line, by: names.get(line.by) ?? line.by } : line
  }
  return page.map(named).map((line) => {
    const title = line.sessionId === undefined ? undefined : titles.get(line.sessionId)
    return title === undefined ? line : { ...line, title }
  })
}

async function recentVerdicts({ pool }: Database, project: ProjectId, before: number, limit: number): Promise<Activity[]> {
  const { rows } = await pool.query<{ id: string; data: EventOf<'verdict.given'> }>(
    `SELECT s.id, e.data FROM event e JOIN (SELECT pk, id FROM session WHERE head > 0 AND ${inProject(project)}) s ON s.pk = e.session_pk
     WHERE e.type = 'verdict.given' AND e.occurred_at < $1 ORDER BY e.occurred_at DESC LIMIT $2`,
    [before, limit],
  )
  // What agents of the run judged is the run's own affair.
  return rows.flatMap(({ id: sessionId, data: { id, occurredAt, reviewer, verdict, interventionId, note } }) => {
    if (reviewer === undefined) return []
    return [
      {
        kind: 'verdict' as const,
        id: `${sessionId} ${id}`,
        at: occurredAt,
        sessionId,
        reviewer,
        verdict,
        ...(interventionId === undefined ? {} : { interventionId }),
        ...(note === undefined ? {} : { note }),
      },
    ]
  })
}

async function recentLinks({ prisma }: Database, project: ProjectId, before: number, limit: number): Promise<Activity[]> {
  const rows = await prisma.shareLink.findMany({
    where: { projectId: project, createdAt: { lt: before } },
    orderBy: { createdAt: 'desc' },
    take: limit,
    select: { id: true, createdAt: true, createdBy: true, kind: true, sessionId: true, audience: true },
  })
  return rows.map(({ id, createdAt, createdBy, kind, sessionId, audience }) => ({
    kind: 'link',
    id,
    at: createdAt,
    by: createdBy,
    to: kind === 'compare' || kind === 'intervention' ? kind : 'session',
    audience,
    ...(sessionId === null ? {} : { sessionId }),
  }))
}

/** Counted by the hour, so that an import is one line; a line's time is that of its newest, which pages can rely on. */
async function recentArrivals({ pool }: Database, project: ProjectId, before: number, limit: number): Promise<Activity[]> {
  const hoursEnd = Number.isFinite(before) ? (Math.floor(before / HOUR) + 1) * HOUR : Number.MAX_SAFE_INTEGER
  const { rows } = await pool.query<{ format: string | null; simulated: boolean; at: number; from: number; count: number; id: string }>(
    `SELECT COALESCE(format, framework) AS format, simulated, max(arrived_at) AS at, min(arrived_at) AS "from", count(*)::int AS count,
       (array_agg(id ORDER BY arrived_at DESC))[1] AS id
     FROM session WHERE head > 0 AND arrived_at < $1 AND arrived_at >= $2 AND ${inProject(project)}
     GROUP BY floor(arrived_at / ${HOUR}), 1, 2 HAVING max(arrived_at) < $3 ORDER BY at DESC LIMIT $4`,
    [hoursEnd, Math.min(before, Date.now()) - LOOKED_BACK, before, limit],
  )
  return rows.map(({ format, id, ...line }) => ({ kind: 'sessions', id: `arrived ${id}`, sessionId: id, ...line, ...(format === null ? {} : { format }) }))
}

/** What people are called, by the address under which they are noted. */
async function namesOf({ prisma }: Database, emails: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(emails)].filter((email) => email.includes('@'))
  const users = wanted.length === 0 ? [] : await prisma.authUser.findMany({ where: { email: { in: wanted } }, select: { email: true, name: true } })
  return new Map(users.map(({ email, name }) => [email, name]))
}

async function titlesOf({ pool }: Database, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; title: string | null }>('SELECT id, title FROM session WHERE id = ANY($1::text[])', [[...new Set(ids)]])
  return new Map(rows.flatMap(({ id, title }): [string, string][] => (title === null ? [] : [[id, title]])))
}
