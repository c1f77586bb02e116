import { hash } from 'node:crypto'
import type { Pool } from 'pg'
import type { Intervention } from '@/lib/core/interventions'
import type { FindingsChange } from '@/lib/live/protocol'

/** The columns of `intervention`, with their types in Postgres. */
export const FINDING_COLUMNS = {
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
} as const

/** One row of `intervention`; `data` is the whole finding. */
export interface FindingRow {
  id: string
  kind: string
  phase: string
  trigger: string
  flags: string[]
  task_id: string
  artifact?: string
  survival?: number
  destroyed: number
  headline: boolean
  occurred_at: number
  detector_version: number
  data: Intervention
  /** The session's head when this row last changed. */
  changed_at: number
  withdrawn: boolean
}

// A path may be 4,096 characters long and an index entry of Postgres holds 2,700 bytes.
const LONGEST_KEY = 600

/** The name of its row. */
function keyOf(id: string): string {
  return id.length <= LONGEST_KEY ? id : hash('sha256', id)
}

/** Findings by id, also those that a later reading withdrew. */
export async function findFindings(pool: Pool, pk: number, ids: readonly string[]): Promise<Map<string, Intervention>> {
  const { rows } = await pool.query<{ data: Intervention }>('SELECT data FROM intervention WHERE session_pk = $1 AND id = ANY($2::text[])', [
    pk,
    ids.map(keyOf),
  ])
  return new Map(rows.map(({ data }) => [data.id, data]))
}

export function findingRow(finding: Intervention, head: number, detectorVersion: number, withdrawn: boolean): FindingRow {
  return {
    id: keyOf(finding.id),
    kind: finding.kind,
    phase: finding.phase,
    trigger: finding.trigger.kind,
    flags: finding.flags,
    task_id: finding.taskId,
    artifact: finding.artifact,
    survival: finding.survival,
    destroyed: finding.destroyed,
    headline: finding.headline,
    occurred_at: finding.occurredAt,
    detector_version: detectorVersion,
    data: finding,
    changed_at: head,
    withdrawn,
  }
}

/** Findings that stand, oldest first. */
export async function readFindings(pool: Pool, pk: number): Promise<Intervention[]> {
  const { rows } = await pool.query<{ data: Intervention }>({
    name: 'backseat_findings',
    text: 'SELECT data FROM intervention WHERE session_pk = $1 AND NOT withdrawn ORDER BY occurred_at, id',
    values: [pk],
  })
  return rows.map((row) => row.data)
}

/**
 * What changed for a viewer who has come as far as `after`. Findings can change without a new event
 * (a reading of the whole log ends late), so those that changed at `after` itself are sent again.
 */
export async function readFindingsSince(pool: Pool, pk: number, after: number): Promise<FindingsChange> {
  const { rows } = await pool.query<{ data: Intervention; withdrawn: boolean }>({
    name: 'backseat_findings_since',
    text: 'SELECT data, withdrawn FROM intervention WHERE session_pk = $1 AND changed_at >= $2 ORDER BY occurred_at, id',
    values: [pk, after],
  })
  const change: FindingsChange = { changed: [], removed: [] }
  for (const row of rows) {
    if (row.withdrawn) change.removed.push(row.data.id)
    else change.changed.push(row.data)
  }
  return change
}
