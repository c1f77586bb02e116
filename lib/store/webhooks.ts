import type { Pool } from 'pg'
import type { NotifyRule } from '@/lib/core/notify/rule'
import type { ProjectId } from '@/lib/core/project'
import type { SessionSummary } from '@/lib/live/protocol'
import { inProject } from './sessions'
import { type StoredSession, summaryOf } from './session-row'

export interface StoredWebhook {
  id: string
  projectId: ProjectId
  name: string
  url: string
  shape: string
  rule: NotifyRule
  secret: string
  createdBy: string
  createdAt: number
}

export type DeliveryState = 'waiting' | 'delivered' | 'given up'

export interface StoredDelivery {
  id: number
  webhookId: string
  key: string
  sessionId: string | null
  body: string
  state: DeliveryState
  attempts: number
  nextAt: number
  createdAt: number
  endedAt: number | null
  status: number | null
  error: string | null
}

const WEBHOOK = 'id, project_id AS "projectId", name, url, shape, rule, secret, created_by AS "createdBy", created_at AS "createdAt"'
const DELIVERY =
  'd.id, d.webhook_id AS "webhookId", d.key, d.session_id AS "sessionId", d.body, d.state, d.attempts, d.next_at AS "nextAt", d.created_at AS "createdAt", d.ended_at AS "endedAt", d.status, d.error'

export async function listWebhooks(pool: Pool, project?: ProjectId): Promise<StoredWebhook[]> {
  const { rows } = await pool.query<StoredWebhook>(
    `SELECT ${WEBHOOK} FROM webhook ${project === undefined ? '' : 'WHERE project_id = $1'} ORDER BY created_at, id`,
    project === undefined ? [] : [project],
  )
  return rows
}

export async function addWebhook(pool: Pool, webhook: StoredWebhook): Promise<void> {
  const { id, projectId, name, url, shape, rule, secret, createdBy, createdAt } = webhook
  await pool.query('INSERT INTO webhook (id, project_id, name, url, shape, rule, secret, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
    id,
    projectId,
    name,
    url,
    shape,
    JSON.stringify(rule),
    secret,
    createdBy,
    createdAt,
  ])
}

/** With what was told and what still waits. Its name, or undefined when the project has no such webhook. */
export async function removeWebhook(pool: Pool, project: ProjectId, id: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ name: string }>(
    `WITH gone AS (DELETE FROM webhook WHERE id = $1 AND project_id = $2 RETURNING id, name),
       theirs AS (DELETE FROM webhook_delivery WHERE webhook_id IN (SELECT id FROM gone))
     SELECT name FROM gone`,
    [id, project],
  )
  return rows[0]?.name
}

/** False: this was told before. */
export async function addDelivery(
  pool: Pool,
  { webhookId, key, sessionId, body, at }: { webhookId: string; key: string; sessionId: string | null; body: string; at: number },
): Promise<number | undefined> {
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO webhook_delivery (webhook_id, key, session_id, body, state, next_at, created_at)
     SELECT id, $2, $3, $4, 'waiting', $5, $5 FROM webhook WHERE id = $1 ON CONFLICT (webhook_id, key) DO NOTHING RETURNING id`,
    [webhookId, key, sessionId, body, at],
  )
  return rows[0]?.id
}

/** Which of these were told already. */
export async function toldKeys(pool: Pool, webhookId: string, keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ key: string }>('SELECT key FROM webhook_delivery WHERE webhook_id = $1 AND key = ANY($2::text[])', [webhookId, keys])
  return new Set(rows.map(({ key }) => key))
}

export type DueDelivery = StoredDelivery & { url: string; secret: string }

/**
 * Takes what is due, so that nobody else sends it until `until`; the attempt is counted. At most `each` of one webhook: who
 * does not answer must not keep others waiting. `only`: this one, if it is due.
 */
export async function takeDue(
  pool: Pool,
  now: number,
  until: number,
  { limit, each, only }: { limit: number; each: number; only?: number | undefined },
): Promise<DueDelivery[]> {
  const { rows } = await pool.query<DueDelivery>(
    `UPDATE webhook_delivery d SET attempts = attempts + 1, next_at = $2 FROM webhook w
     WHERE w.id = d.webhook_id AND d.id IN (
       SELECT id FROM webhook_delivery WHERE state = 'waiting' AND next_at <= $1 AND id IN (
         SELECT id FROM (
           SELECT id, next_at, row_number() OVER (PARTITION BY webhook_id ORDER BY next_at, id) AS place
           FROM webhook_delivery WHERE state = 'waiting' AND next_at <= $1 ${only === undefined ? '' : 'AND id = $5'}) due
         WHERE place <= $4 ORDER BY place, next_at LIMIT $3)
       FOR UPDATE SKIP LOCKED)
     RETURNING ${DELIVERY}, w.url, w.secret`,
    only === undefined ? [now, until, limit, each] : [now, until, limit, each, only],
  )
  return rows
}

export interface Outcome {
  state: DeliveryState
  /** Of `waiting`: when it is tried again. */
  nextAt: number
  endedAt: number | undefined
  status: number | undefined
  error: string | undefined
}

export async function endAttempt(pool: Pool, id: number, { state, nextAt, endedAt, status, error }: Outcome): Promise<void> {
  await pool.query('UPDATE webhook_delivery SET state = $2, next_at = $3, ended_at = $4, status = $5, error = $6 WHERE id = $1', [
    id,
    state,
    nextAt,
    endedAt ?? null,
    status ?? null,
    error?.replaceAll('\0', '').slice(0, 500) ?? null,
  ])
}

/** Newest first; `before`: older than this one. */
export async function listDeliveries(pool: Pool, project: ProjectId, limit: number, before?: number, webhook?: string): Promise<StoredDelivery[]> {
  const { rows } = await pool.query<StoredDelivery>(
    `SELECT ${DELIVERY} FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
     WHERE w.project_id = $1 AND ($3::bigint IS NULL OR d.id < $3) AND ($4::text IS NULL OR w.id = $4) ORDER BY d.id DESC LIMIT $2`,
    [project, limit, before ?? null, webhook ?? null],
  )
  return rows
}

/** What ended before this time, ms, is forgotten, but for its key: what was told is not told again. */
export async function forgetDeliveries(pool: Pool, before: number): Promise<void> {
  await pool.query("UPDATE webhook_delivery SET body = '' WHERE state <> 'waiting' AND ended_at < $1 AND body <> ''", [before])
}

/** Sessions of a project without an end that were heard of since. */
export async function openSessions(pool: Pool, project: ProjectId, since: number): Promise<SessionSummary[]> {
  const { rows } = await pool.query<StoredSession>(
    `SELECT * FROM session WHERE head > 0 AND ended_at IS NULL AND received_at >= $1 AND ${inProject(project)} ORDER BY received_at DESC LIMIT 2000`,
    [since],
  )
  return rows.map(summaryOf)
}
