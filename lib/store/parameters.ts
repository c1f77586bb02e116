import type { Pool, PoolClient } from 'pg'
import { DETECTOR_PARAMETERS, type DetectorParameters } from '@/lib/core/interventions'
import type { TrialSession } from '@/lib/core/parameter-trial'
import { BUILT_IN, type ParameterSet } from '@/lib/core/parameters'

export interface StoredSet extends ParameterSet {
  /** Server's clock, ms. */
  keptAt: number
}

/** Sets that were kept, newest first. What a later program added has its own value there. */
export async function readParameterSets(pool: Pool): Promise<StoredSet[]> {
  const { rows } = await pool.query<{ version: number; parameters: Partial<DetectorParameters>; kept_at: number }>(
    'SELECT version, parameters, kept_at FROM parameter_set ORDER BY version DESC',
  )
  return rows.map(({ version, parameters, kept_at }) => ({ version, parameters: { ...DETECTOR_PARAMETERS, ...parameters }, keptAt: kept_at }))
}

/** The set in force: the newest that was kept, else the one that comes with the program. */
export async function readActiveSet(pool: Pool): Promise<ParameterSet> {
  const { rows } = await pool.query<{ version: number; parameters: Partial<DetectorParameters> }>(
    'SELECT version, parameters FROM parameter_set ORDER BY version DESC LIMIT 1',
  )
  return rows[0] ? { version: rows[0].version, parameters: { ...DETECTOR_PARAMETERS, ...rows[0].parameters } } : BUILT_IN
}

export interface StoredTrial {
  id: number
  parameters: DetectorParameters
  /** The version in force when it began. */
  against: number
  begunAt: number
}

export async function readTrial(pool: Pool): Promise<StoredTrial | undefined> {
  const { rows } = await pool.query<{ id: number; parameters: Partial<DetectorParameters>; against: number; begun_at: number }>(
    'SELECT id, parameters, against, begun_at FROM parameter_trial ORDER BY id DESC LIMIT 1',
  )
  const row = rows[0]
  return row && { id: row.id, parameters: { ...DETECTOR_PARAMETERS, ...row.parameters }, against: row.against, begunAt: row.begun_at }
}

/** Puts a new trial in the place of any other. */
export async function beginTrial(pool: Pool, parameters: DetectorParameters, against: number, now: number): Promise<StoredTrial> {
  return inTransaction(pool, async (client) => {
    await client.query('LOCK TABLE parameter_trial IN EXCLUSIVE MODE')
    const { rows } = await client.query<{ id: number }>('SELECT coalesce(max(id), 0) + 1 AS id FROM parameter_trial')
    const id = rows[0]?.id ?? 1
    await client.query('DELETE FROM parameter_trial')
    await client.query('DELETE FROM parameter_trial_session')
    await client.query('INSERT INTO parameter_trial (id, parameters, against, begun_at) VALUES ($1, $2, $3, $4)', [
      id,
      JSON.stringify(parameters),
      against,
      now,
    ])
    return { id, parameters, against, begunAt: now }
  })
}

export async function discardTrial(pool: Pool, id: number): Promise<void> {
  await inTransaction(pool, (client) => removeTrial(client, id))
}

/** From now on the trial's parameters are in force. Undefined when it is gone, or another set was kept since it began. */
export async function keepTrial(pool: Pool, id: number, now: number): Promise<ParameterSet | undefined> {
  return inTransaction(pool, async (client) => {
    await client.query('LOCK TABLE parameter_trial IN EXCLUSIVE MODE')
    const { rows } = await client.query<{ version: number }>(
      `INSERT INTO parameter_set (version, parameters, kept_at)
       SELECT t.against + 1, t.parameters, $2 FROM parameter_trial t
       WHERE t.id = $1 AND t.against = (SELECT coalesce(max(version), 0) FROM parameter_set) RETURNING version`,
      [id, now],
    )
    if (!rows[0]) return undefined
    await removeTrial(client, id)
    const kept = await client.query<{ parameters: Partial<DetectorParameters> }>('SELECT parameters FROM parameter_set WHERE version = $1', [rows[0].version])
    return { version: rows[0].version, parameters: { ...DETECTOR_PARAMETERS, ...kept.rows[0]?.parameters } }
  })
}

async function removeTrial(client: PoolClient, id: number): Promise<void> {
  await client.query('DELETE FROM parameter_trial WHERE id = $1', [id])
  await client.query('DELETE FROM parameter_trial_session WHERE trial_id = $1', [id])
}

/** Nothing is kept of a trial that is gone. */
export async function writeTrialSession(pool: Pool, trial: number, pk: number, head: number, result: TrialSession): Promise<void> {
  await pool.query(
    `INSERT INTO parameter_trial_session (trial_id, session_pk, head, result) SELECT id, $2, $3, $4::json FROM parameter_trial WHERE id = $1
     ON CONFLICT (trial_id, session_pk) DO UPDATE SET head = excluded.head, result = excluded.result`,
    [trial, pk, head, JSON.stringify(result)],
  )
}

export async function readTrialSessions(pool: Pool, trial: number): Promise<Map<number, { head: number; result: TrialSession }>> {
  const { rows } = await pool.query<{ session_pk: number; head: number; result: TrialSession }>(
    'SELECT session_pk, head, result FROM parameter_trial_session WHERE trial_id = $1',
    [trial],
  )
  return new Map(rows.map(({ session_pk, head, result }) => [session_pk, { head, result }]))
}

export interface ToRead {
  pk: number
  id: string
  head: number
}

/** Sessions with a log, newest first; with `otherThan`, only those whose findings were read with something else. */
export async function sessionsToRead(pool: Pool, otherThan?: number): Promise<ToRead[]> {
  const { rows } = await pool.query<ToRead>(
    'SELECT pk, id, head FROM session WHERE head > 0 AND ($1::int IS NULL OR detector_version <> $1) ORDER BY sort_at DESC, pk DESC',
    [otherThan ?? null],
  )
  return rows
}

async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}
