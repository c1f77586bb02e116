import type { SessionSummary, Strip } from '@/lib/live/protocol'

/** The columns of `session` that every commit rewrites, with their types in Postgres. */
export const SESSION_COLUMNS = {
  received_at: 'float8',
  sort_at: 'float8',
  title: 'text',
  framework: 'text',
  format: 'text',
  workflow: 'text',
  prompt_variant: 'text',
  tags: 'text[]',
  simulated: 'boolean',
  started_at: 'float8',
  ended_at: 'float8',
  end_status: 'text',
  last_at: 'float8',
  master_model: 'text',
  master_name: 'text',
  agents: 'int',
  tasks: 'int',
  open_tasks: 'int',
  turns: 'int',
  tool_calls: 'int',
  input_tokens: 'bigint',
  output_tokens: 'bigint',
  tokens_estimated: 'boolean',
  cost_usd: 'float8',
  interventions: 'json',
  tasks_cut_short: 'int',
  strip: 'json',
  detector_version: 'int',
} as const

export type SessionRow = { [K in keyof typeof SESSION_COLUMNS]?: unknown } & { received_at: number; sort_at: number }

/** A row as Postgres returns it. */
export interface StoredSession {
  pk: number
  id: string
  head: number
  received_at: number
  sort_at: number
  title: string | null
  framework: string | null
  format: string | null
  workflow: string | null
  prompt_variant: string | null
  tags: string[] | null
  simulated: boolean
  started_at: number | null
  ended_at: number | null
  end_status: string | null
  last_at: number | null
  master_model: string | null
  master_name: string | null
  agents: number
  tasks: number
  open_tasks: number
  turns: number
  tool_calls: number
  input_tokens: number
  output_tokens: number
  tokens_estimated: boolean
  cost_usd: number | null
  interventions: Record<string, number>
  tasks_cut_short: number
  strip: Strip | null
  detector_version: number
}

export function rowOf(summary: SessionSummary, sortAt: number, detectorVersion: number): SessionRow {
  return {
    received_at: summary.receivedAt,
    sort_at: sortAt,
    title: summary.title,
    framework: summary.framework,
    format: summary.format,
    workflow: summary.workflow,
    prompt_variant: summary.promptVariant,
    tags: summary.tags,
    simulated: summary.simulated,
    started_at: summary.startedAt,
    ended_at: summary.endedAt,
    end_status: summary.endStatus,
    last_at: summary.lastAt,
    master_model: summary.masterModel,
    master_name: summary.masterName,
    agents: summary.agents,
    tasks: summary.tasks,
    open_tasks: summary.openTasks,
    turns: summary.turns,
    tool_calls: summary.toolCalls,
    input_tokens: summary.inputTokens,
    output_tokens: summary.outputTokens,
    tokens_estimated: summary.tokensEstimated,
    cost_usd: summary.costUsd,
    interventions: summary.interventions,
    tasks_cut_short: summary.tasksCutShort,
    strip: summary.strip,
    detector_version: detectorVersion,
  }
}

export function summaryOf(row: StoredSession): SessionSummary {
  return {
    id: row.id,
    title: row.title ?? undefined,
    framework: row.framework ?? undefined,
    format: row.format ?? undefined,
    workflow: row.workflow ?? undefined,
    promptVariant: row.prompt_variant ?? undefined,
    tags: row.tags ?? [],
    simulated: row.simulated,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    endStatus: endStatusOf(row.end_status),
    lastAt: row.last_at ?? undefined,
    receivedAt: row.received_at,
    head: row.head,
    masterModel: row.master_model ?? undefined,
    masterName: row.master_name ?? undefined,
    agents: row.agents,
    tasks: row.tasks,
    openTasks: row.open_tasks,
    turns: row.turns,
    toolCalls: row.tool_calls,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    tokensEstimated: row.tokens_estimated,
    costUsd: row.cost_usd ?? undefined,
    interventions: row.interventions,
    tasksCutShort: row.tasks_cut_short,
    strip: row.strip ?? undefined,
  }
}

function endStatusOf(text: string | null): SessionSummary['endStatus'] {
  return text === 'completed' || text === 'failed' || text === 'cancelled' ? text : undefined
}
