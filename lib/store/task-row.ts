/** The columns of `task`, with their types in Postgres. */
export const TASK_COLUMNS = {
  id: 'text',
  by: 'text',
  to: 'text',
  by_model: 'text',
  to_model: 'text',
  title: 'text',
  parent_task_id: 'text',
  group: 'text',
  background: 'boolean',
  delegated_at: 'float8',
  blocked_at: 'float8',
  ended_at: 'float8',
  accepted_at: 'float8',
  status: 'text',
  ended_by: 'text',
  turns: 'int',
  output_tokens: 'bigint',
  tokens_estimated: 'boolean',
  writes: 'int',
  headline_id: 'text',
  headline_kind: 'text',
  headline_phase: 'text',
  headline_at: 'float8',
  headline_tokens: 'float8',
  headline_step: 'int',
  headline_opportunity: 'int',
  interventions: 'json',
} as const

/** One delegated task, as metrics over many sessions read it. */
export interface TaskRow {
  id: string
  by?: string
  to?: string
  by_model?: string
  to_model?: string
  title?: string
  parent_task_id?: string
  group?: string
  background: boolean
  delegated_at?: number
  blocked_at?: number
  ended_at?: number
  accepted_at?: number
  status: string
  ended_by?: string
  turns: number
  /** Absent where no turn reports usage. */
  output_tokens?: number
  tokens_estimated: boolean
  writes: number
  headline_id?: string
  headline_kind?: string
  headline_phase?: string
  headline_at?: number
  headline_tokens?: number
  headline_step?: number
  headline_opportunity?: number
  interventions: Record<string, number>
}

/** Sums of hostile numbers can leave what Postgres' bigint and a double hold exactly. */
export function boundedCount(count: number): number {
  return Math.max(0, Math.min(Math.round(count), Number.MAX_SAFE_INTEGER))
}
