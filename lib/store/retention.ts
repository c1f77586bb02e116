import { isProjectId, type ProjectId } from '@/lib/core/project'
import type { Database } from './database'
import { inProject } from './sessions'

const DAY = 86_400_000

/** For how many days after the last word of a session it is kept; undefined: for ever. */
export async function readRetention({ prisma }: Database, project: ProjectId): Promise<number | undefined> {
  return (await prisma.project.findUnique({ where: { id: project } }))?.retentionDays ?? undefined
}

export async function setRetention({ prisma }: Database, project: ProjectId, days: number | undefined): Promise<void> {
  await prisma.project.update({ where: { id: project }, data: { retentionDays: days ?? null } })
}

export async function projectsWithRetention({ prisma }: Database): Promise<{ project: ProjectId; days: number }[]> {
  const rows = await prisma.project.findMany({ where: { retentionDays: { not: null } } })
  return rows.flatMap(({ id, retentionDays }) => (isProjectId(id) && retentionDays !== null ? [{ project: id, days: retentionDays }] : []))
}

/** Sessions of which nothing was heard for so many days, the longest silent first. `now` by the server's clock, ms. */
export async function silentSessions({ pool }: Database, project: ProjectId, days: number, now: number, limit: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM session WHERE head > 0 AND received_at < $1 AND ${inProject(project)} ORDER BY received_at LIMIT $2`,
    [now - days * DAY, limit],
  )
  return rows.map(({ id }) => id)
}

export async function countSilent({ pool }: Database, project: ProjectId, days: number, now: number): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM session WHERE head > 0 AND received_at < $1 AND ${inProject(project)}`, [
    now - days * DAY,
  ])
  return rows[0]?.n ?? 0
}
