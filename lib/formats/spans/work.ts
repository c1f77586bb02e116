import type { EventOf, Source, Usage } from '@/lib/core/event'

/**
 * One unit of work as tracing systems tell it: a span or a run, understood. Every dialect of spans becomes
 * this; `WorkTree` turns it into events.
 */
export interface Work {
  traceId: string
  id: string
  /** May never come: a parent in another process, or one that was not exported. */
  parentId?: string
  name: string
  kind: WorkKind
  /** Epoch ms. */
  startedAt: number
  /** Unknown while it runs. */
  endedAt?: number
  /** An agent's own span: who it is. Any other: who did it, where the span says so itself. */
  agent?: AgentNames
  /** Who directs this agent, where the span says so. */
  parentAgent?: string
  session: SessionHints
  model?: string
  provider?: string
  /** Of this one model call; sums that other spans repeat are not taken. */
  usage?: Usage
  finish?: EventOf<'turn.ended'>['finish']
  input?: string
  output?: string
  reasoning?: string
  /** Ids of the tool calls that a model's answer asks for. */
  asksFor?: string[]
  tool?: ToolUse
  /** `returns`: whoever hands over waits for the answer, as with any other call. */
  handoff?: { from?: string; to: string; returns?: boolean }
  outcome?: 'ok' | 'error' | 'cancelled'
  /** What went wrong, in the source's words. */
  trouble?: string
  source: Source
  /** Concluded by us, and how: no span says it. */
  inferred?: string
  /** Values that have no field of ours. */
  attributes?: Record<string, string | number | boolean>
}

/** `container`: workflows, chains, graphs: they hold others and are nobody. */
export type WorkKind = 'agent' | 'model' | 'tool' | 'handoff' | 'container'

export interface AgentNames {
  name?: string
  id?: string
  type?: string
}

export interface ToolUse {
  name: string
  /** The id that the model gave the call. */
  callId?: string
  /** The same, where it is known too late to be the call's id with us. */
  askedAs?: string
  arguments?: string
  result?: string
}

export interface SessionHints {
  /** The conversation that this belongs to; else the trace is the session. */
  conversation?: string
  title?: string
  framework?: string
  workflow?: string
  workingDirectory?: string
  tags?: string[]
}

/** What an agent is called, for its id: its name; its number only where it has none. */
export function agentKey(names: AgentNames | undefined): string | undefined {
  return names?.name ?? names?.id
}
