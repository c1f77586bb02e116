import type { InterventionFlag, InterventionKind, Phase, Trigger } from '../interventions'

/**
 * One delegated task with everything that any figure needs, and nothing that is read only to be
 * looked at. Plain JSON: a projection may store it and hand it back. Made by tasks-of.ts.
 */
export interface TaskRecord {
  sessionId: string
  taskId: string
  title?: string
  groups: TaskGroups
  /** Made up for demonstration: never mixed with real ones in a figure unless asked. */
  simulated: boolean
  delegatedAt?: number
  /** The assignee put something out: a token, a write. Others are counted apart. */
  started: boolean
  /** Sibling of alternatives to be chosen from: left unused it is not cut short. */
  alternative: boolean
  /** The assignee's turns report output tokens; else the token clock cannot be used. */
  tokensKnown: boolean
  tokensEstimated: boolean
  /** How the delegation ended, its completion ending the watch. */
  end: TaskEnd
  /** The same if no cut had counted: what a stricter threshold falls back on. Equal to `end` where nothing was cut. */
  endWithoutCut: TaskEnd
  /** How the work fared when completion does not end the watch, acceptance does. */
  fate: TaskFate
  /** Clocks at the master's first chance to step in, either phase; absent if it never had one. */
  firstOpportunity?: ClockReadings
  /** Chances before `end`: what OR@k needs at least one of. */
  opportunitiesBeforeEnd: number
  interventions: InterventionFact[]
  spend: TaskSpend
  /** Good or bad by each kind of check, where known. */
  outcomes: Partial<Record<OutcomeLevel, Outcome>>
}

export interface TaskGroups {
  masterModel?: string
  subAgentModel?: string
  framework?: string
  workflow?: string
  promptVariant?: string
  format?: string
  tags: string[]
}

/** Since the delegation: output tokens of the assignee; turns of it and its direct master; master turns that could step in. */
export interface ClockReadings {
  tokens: number
  step: number
  opportunity: number
}
export type Clock = keyof ClockReadings

/** Why what would have happened is not known. `running`: the session still does. `requested`: the
 *  assignee had asked for it. `stopped`: ended by nobody the log names as its master. */
export type CensorReason = 'running' | 'session_ended' | 'human' | 'harness' | 'requested' | 'alternative' | 'stopped'

/** `at`: when, absent while it is open. */
export type TaskEnd = { clocks: ClockReadings; at?: number } & (
  | { how: 'cut_short'; kind: InterventionKind; phase: Phase }
  | { how: 'completed' }
  | { how: 'failed' }
  | { how: 'censored'; why: CensorReason }
)

export type TaskFate = { clocks: ClockReadings; at?: number } & (
  | { how: 'cut_short'; kind: InterventionKind; phase: Phase }
  | { how: 'accepted' }
  | { how: 'failed' }
  | { how: 'censored'; why: CensorReason }
)

/** An intervention, without what is read only to be looked at. */
export interface InterventionFact {
  id: string
  kind: InterventionKind
  phase: Phase
  flags: InterventionFlag[]
  trigger: Trigger['kind']
  headline: boolean
  occurredAt: number
  distance: number
  clocks: ClockReadings
  artifact?: string
  survival?: number
  cumulativeSurvival?: number
  destroyed: number
  /** How people judged it. */
  verdicts: { justified: number; unjustified: number; unsure: number }
}

/** Tokens as models count them, except the two of significant tokens (words, numbers, operators of the artifacts). */
export interface TaskSpend {
  outputTokens: number
  inputTokens: number
  /** Absent where a turn's cost is not known. */
  costUsd?: number
  turns: number
  turnsWithoutUsage: number
  /** Significant tokens of the task's that masters destroyed. */
  destroyed: number
  /** Significant tokens that the task wrote, and those of them that are there now; absent where not known. */
  written?: number
  surviving?: number
  /** Tokens, in and out, of turns that were cancelled and left nothing. */
  cancelledTokens: number
  /** Output tokens of master turns that made a call of this task again. */
  redoneTokens: number
}

/** Highest first: never mixed inside one rate. */
export const OUTCOME_LEVELS = ['test', 'build', 'type', 'lint'] as const
export type OutcomeLevel = (typeof OUTCOME_LEVELS)[number]

export interface Outcome {
  /** The task's work before any master changed it: good, bad, or not known. */
  before?: 'good' | 'bad'
  /** After the master's first rewrite of it; only where the same check ran on both. */
  after?: 'good' | 'bad'
  /** The same check gave both answers on one state of the files: left out, and counted. */
  flaky?: true
}

/** One session, for what cannot be told per task. */
export interface SessionRecord {
  sessionId: string
  groups: TaskGroups
  simulated: boolean
  startedAt?: number
  ended: boolean
  /** Undefined where the source does not say how it ended. */
  succeeded?: boolean
  outputTokens: number
  inputTokens: number
  costUsd?: number
  turns: number
  turnsWithoutUsage: number
  tasks: number
}
