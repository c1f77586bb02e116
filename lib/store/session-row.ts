import { canonicalModel } from '@/lib/core/models/name'
import type { SessionSummary, Strip } from '@/lib/live/protocol'

/**
 * A session's row has two halves. Counts change with every commit and are one JSON value; facts
 * change rarely, are columns that lists filter and sort by, and are written when they differ.
 */
export interface SessionRow {
  receivedAt: number
  /** The head up to which the stored findings go. */
  detected: number
  counts: Counts
  /** Undefined: as they are. */
  facts: Facts | undefined
}

export type Counts = Pick<
  SessionSummary,
  | 'lastAt'
  | 'agents'
  | 'tasks'
  | 'openTasks'
  | 'turns'
  | 'toolCalls'
  | 'inputTokens'
  | 'outputTokens'
  | 'tokensEstimated'
  | 'costUsd'
  | 'spent'
  | 'interventions'
  | 'tasksCutShort'
  | 'setAside'
>

/** Columns of `session`, with their types in Postgres. */
export const FACT_COLUMNS = {
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
  master_model: 'text',
  master_name: 'text',
  kinds: 'text[]',
  strip: 'json',
  detector_version: 'int',
} as const

export interface Facts {
  sort_at: number
  title: string | undefined
  framework: string | undefined
  format: string | undefined
  workflow: string | undefined
  prompt_variant: string | undefined
  tags: string[]
  simulated: boolean
  started_at: number | undefined
  ended_at: number | undefined
  end_status: string | undefined
  master_model: string | undefined
  master_name: string | undefined
  kinds: string[]
  /** Undefined: as it is. */
  strip: Strip | undefined
  detector_version: number
}

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
  master_model: string | null
  master_name: string | null
  kinds: string[] | null
  counts: Counts
  detected: number
  strip: Strip | null
  detector_version: number
}

export function countsOf(summary: SessionSummary): Counts {
  return {
    lastAt: summary.lastAt,
    agents: summary.agents,
    tasks: summary.tasks,
    openTasks: summary.openTasks,
    turns: summary.turns,
    toolCalls: summary.toolCalls,
    inputTokens: summary.inputTokens,
    outputTokens: summary.outputTokens,
    tokensEstimated: summary.tokensEstimated,
    costUsd: summary.costUsd,
    spent: summary.spent,
    interventions: summary.interventions,
    tasksCutShort: summary.tasksCutShort,
    setAside: summary.setAside,
  }
}

export function factsOf(summary: SessionSummary, sortAt: number, detectorVersion: number): Facts {
  return {
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
    master_model: summary.masterModel,
    master_name: summary.masterName,
    kinds: Object.keys(summary.interventions).sort(),
    strip: summary.strip,
    detector_version: detectorVersion,
  }
}

export function summaryOf(row: StoredSession): SessionSummary {
  return {
    ...row.counts,
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
    receivedAt: row.received_at,
    head: row.head,
    masterModel: canonicalModel(row.master_model ?? undefined),
    masterName: row.master_name ?? undefined,
    strip: row.strip ?? undefined,
  }
}

function endStatusOf(text: string | null): SessionSummary['endStatus'] {
  return text === 'completed' || text === 'failed' || text === 'cancelled' ? text : undefined
}
