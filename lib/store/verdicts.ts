import type { Pool } from 'pg'
import type { EventOf } from '@/lib/core/event'
import type { Intervention } from '@/lib/core/interventions'
import type { ProjectId } from '@/lib/core/project'
import { inProject } from './sessions'

export interface StoredVerdict {
  sessionId: string
  verdict: EventOf<'verdict.given'>
}

/** Everything that was judged in the project's sessions. */
export async function readVerdicts(pool: Pool, project: ProjectId): Promise<StoredVerdict[]> {
  const { rows } = await pool.query<{ id: string; data: EventOf<'verdict.given'> }>(
    `SELECT s.id, e.data FROM event e JOIN (SELECT pk, id FROM session WHERE head > 0 AND ${inProject(project)}) s ON s.pk = e.session_pk
     WHERE e.type = 'verdict.given' ORDER BY e.session_pk, e.sequence`,
  )
  return rows.map(({ id, data }) => ({ sessionId: id, verdict: data }))
}

export interface StoredFinding {
  sessionId: string
  title: string | undefined
  simulated: boolean
  finding: Intervention
}

/** Standing findings of these kinds, in an order that `seed` alone decides: a sample that stays the same from page to page. */
export async function sampleFindings(pool: Pool, project: ProjectId, kinds: readonly string[], seed: string, limit: number): Promise<StoredFinding[]> {
  const { rows } = await pool.query<{ id: string; title: string | null; simulated: boolean; data: Intervention }>(
    `SELECT s.id, s.title, s.simulated, i.data FROM intervention i JOIN (SELECT pk, id, title, simulated FROM session WHERE head > 0 AND ${inProject(project)}) s ON s.pk = i.session_pk
     WHERE NOT i.withdrawn AND i.kind = ANY($1::text[]) ORDER BY md5($2 || s.id || i.id) LIMIT $3`,
    [kinds, seed, limit],
  )
  return rows.map(({ id, title, simulated, data }) => ({ sessionId: id, title: title ?? undefined, simulated, finding: data }))
}

/** Findings by session and id, withdrawn ones too: what was judged stays judged. */
export async function findJudged(pool: Pool, wanted: readonly { sessionId: string; id: string }[]): Promise<Map<string, Intervention>> {
  const { rows } = await pool.query<{ session: string; data: Intervention }>(
    `SELECT s.id AS session, i.data FROM unnest($1::text[], $2::text[]) AS w(session, id) JOIN session s ON s.id = w.session JOIN intervention i ON i.session_pk = s.pk AND i.id = w.id`,
    [wanted.map(({ sessionId }) => sessionId), wanted.map(({ id }) => id)],
  )
  return new Map(rows.map(({ session, data }) => [`${session}\n${data.id}`, data]))
}
