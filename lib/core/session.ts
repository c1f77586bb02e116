import type { Content } from './content'
import type { Check, Evidence, Source, Usage } from './event'
import type { AgentId, ArtifactPath, CallId, EventId, SessionId, TaskId, TurnId } from './ids'
import type { Stamp } from './order'
import type { SetAsideReason } from './set-aside'
import type { VerdictReason } from './verdict'

/**
 * What the events of a session add up to: structure, clocks and counts, no content.
 *
 * The fold is a function of the *set* of events: any batching, any order of arrival and any
 * repetition give the same state. Facts that may be told again with other values (a title, a model)
 * keep the stamp of the newest telling; turns and calls, of which there are many, merge field by
 * field by rules that do not depend on order (earliest start, latest end, largest count).
 *
 * The state is owned by whoever folds: `applyEvents` (lib/core/fold.ts) changes it in place and returns it, because a
 * copy of a session of 100,000 turns for each batch would cost more than everything else together.
 */
export interface SessionState {
  id: SessionId
  facts: SessionFacts & Stamped
  agents: Map<AgentId, Agent>
  tasks: Map<TaskId, Task>
  turns: Map<TurnId, Turn>
  calls: Map<CallId, ToolCall>
  /** By event: an artifact may be written many times. */
  writes: Map<EventId, Write>
  messages: Map<EventId, Message>
  verdicts: Map<EventId, Verdict>
  /** Ids that stood for an agent before its name was known; nothing above refers to one of them. */
  aliases: Map<AgentId, AgentId>
  /** Earliest and latest `occurredAt` of any event; undefined before the first. */
  firstAt: number | undefined
  lastAt: number | undefined
  totals: Totals
}

export interface SessionFacts {
  title?: string
  framework?: string
  workflow?: string
  promptVariant?: string
  tags?: string[]
  simulated?: boolean
  format?: string
  workingDirectory?: string
  startedAt?: number
  endedAt?: number
  endStatus?: 'completed' | 'failed' | 'cancelled'
  endReason?: string
}

export interface Agent extends Stamped {
  id: AgentId
  name?: string
  parentId?: AgentId
  role?: 'agent' | 'human' | 'harness'
  agentType?: string
  model?: string
  provider?: string
  joinedAt?: number
  evidence?: Evidence
  /** False while the agent is only mentioned by others: shown, marked, never guessed away. */
  declared: boolean
}

export type TaskEnd = 'completed' | 'failed' | 'cancelled' | 'rejected'
export type TaskStatus = 'open' | 'blocked' | 'accepted' | TaskEnd

export interface Task extends Stamped {
  id: TaskId
  by?: AgentId
  to?: AgentId
  title?: string
  brief?: Content
  outputs?: string[]
  parentTaskId?: TaskId
  turnId?: TurnId
  callId?: CallId
  group?: string
  background?: boolean
  delegatedAt?: number
  blockedAt?: number
  endedAt?: number
  endedBy?: AgentId
  endStatus?: TaskEnd
  endReason?: string
  result?: Content
  acceptedAt?: number
  evidence?: Evidence
}

export interface Turn {
  id: TurnId
  agentId?: AgentId
  taskId?: TaskId
  model?: string
  startedAt?: number
  /** The newest sign of life while it streams. */
  streamedAt?: number
  endedAt?: number
  /** Output tokens as streamed so far; `usage` is the final word. */
  streamedTokens?: number
  usage?: Usage
  finish?: 'stop' | 'tool_calls' | 'length' | 'cancelled' | 'error'
  output?: Content
  reasoning?: Content
  source?: Source
}

export interface ToolCall {
  id: CallId
  agentId?: AgentId
  turnId?: TurnId
  taskId?: TaskId
  name?: string
  arguments?: Content
  reads?: ArtifactPath[]
  calledAt?: number
  returnedAt?: number
  status?: 'ok' | 'error' | 'cancelled'
  result?: Content
  check?: Check
  source?: Source
}

export interface Write {
  id: EventId
  agentId: AgentId
  path: ArtifactPath
  change: 'content' | 'append' | 'edit' | 'patch' | 'delete' | 'move' | 'revert' | 'opaque'
  at: number
  order: number
  taskId?: TaskId
  turnId?: TurnId
  callId?: CallId
  partial?: boolean
  from?: ArtifactPath
  source?: Source
}

export interface Message {
  id: EventId
  from: AgentId
  to?: AgentId
  taskId?: TaskId
  turnId?: TurnId
  purpose: 'user' | 'help_request' | 'answer' | 'steer' | 'result' | 'note'
  text?: Content
  at: number
  order: number
}

export interface Verdict {
  id: EventId
  by?: AgentId
  taskId?: TaskId
  interventionId?: string
  verdict: 'accept' | 'revise' | 'reject' | 'justified' | 'unjustified' | 'unsure' | 'set_aside' | 'restored'
  reason?: SetAsideReason
  /** The person who judged; `by` is an agent of the run. */
  reviewer?: string
  because?: VerdictReason
  note?: string
  at: number
  order: number
}

/** Sums over turns that report usage. `turnsWithoutUsage` says how many do not. */
export interface Totals {
  inputTokens: number
  cachedInputTokens: number
  outputTokens: number
  costUsd: number
  turnsWithUsage: number
  turnsWithEstimate: number
  turnsWithCost: number
}

export interface Stamped {
  /** Which telling each field comes from. */
  stamps: Record<string, Stamp>
}

/** What a fold step changed, for those who keep something beside the state. */
export interface Touched {
  session: boolean
  agents: Set<Agent>
  tasks: Set<Task>
  turns: Set<Turn>
  calls: Set<ToolCall>
  writes: Set<Write>
  messages: Set<Message>
  verdicts: Set<Verdict>
}

export function newTouched(): Touched {
  return {
    session: false,
    agents: new Set(),
    tasks: new Set(),
    turns: new Set(),
    calls: new Set(),
    writes: new Set(),
    messages: new Set(),
    verdicts: new Set(),
  }
}

export function newSessionState(id: SessionId): SessionState {
  return {
    id,
    facts: { stamps: {} },
    agents: new Map(),
    tasks: new Map(),
    turns: new Map(),
    calls: new Map(),
    writes: new Map(),
    messages: new Map(),
    verdicts: new Map(),
    aliases: new Map(),
    firstAt: undefined,
    lastAt: undefined,
    totals: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, costUsd: 0, turnsWithUsage: 0, turnsWithEstimate: 0, turnsWithCost: 0 },
  }
}

export function taskStatus(task: Pick<Task, 'endStatus' | 'acceptedAt' | 'blockedAt'>): TaskStatus {
  if (task.endStatus === 'completed' && task.acceptedAt !== undefined) return 'accepted'
  if (task.endStatus !== undefined) return task.endStatus
  if (task.acceptedAt !== undefined) return 'accepted'
  return task.blockedAt === undefined ? 'open' : 'blocked'
}

/** The one rule of what a turn put out: what its source reported or estimated, else what was counted while it streamed. */
export function turnOutputTokens(turn: Pick<Turn, 'usage' | 'streamedTokens'>): number | undefined {
  return turn.usage?.outputTokens ?? turn.streamedTokens
}

/** The newest moment that a turn is known to have lasted to. */
export function turnEnd(turn: Turn): number | undefined {
  return turn.endedAt ?? turn.streamedAt ?? turn.startedAt
}
