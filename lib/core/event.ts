import { z } from 'zod'
import { AgentId, ArtifactPath, CallId, EventId, SessionId, TaskId, TurnId } from './ids'
import { SET_ASIDE_REASONS } from './set-aside'
import { VERDICT_REASONS } from './verdict'

/**
 * Canonical events: what happened in a session, in the past tense, appended once and never changed.
 * Every foreign trace becomes these. Names follow OpenTelemetry's GenAI conventions where they have
 * one (agent, tool call, usage); a delegated task, an artifact and an intervention are ours.
 *
 * Times are milliseconds since 1970 (fractions allowed); on the wire an ISO 8601 string will do.
 * An absent field means "not known", never zero.
 */
export const EVENT_VERSION = 1

const Milliseconds = z
  .union([z.number(), z.string()], { error: 'occurredAt must be milliseconds since 1970 or an ISO 8601 string' })
  .transform((value, context) => {
    const ms = typeof value === 'number' ? value : Date.parse(value)
    // Beyond ±8.64e15 no calendar date exists (ECMAScript's time range).
    if (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15) return ms
    context.addIssue({ code: 'custom', message: `occurredAt is not a time: ${JSON.stringify(value).slice(0, 40)}` })
    return z.NEVER
  })

/** More is another unit, or a mistake that would outweigh every other turn of a comparison. */
const MOST_TOKENS = 1_000_000_000
const Tokens = z.number().int().nonnegative().max(MOST_TOKENS, 'must be at most 1,000,000,000: one turn has no more tokens, so this counts something else')
const Count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)

export const ContentSchema = z.union([z.string(), z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/), chars: Count, preview: z.string().max(400) })])

/** Tokens of one model call. `inputTokens` includes cached ones, as OpenTelemetry counts. */
export const UsageSchema = z.strictObject({
  inputTokens: Tokens.optional(),
  cachedInputTokens: Tokens.optional(),
  cacheWriteTokens: Tokens.optional(),
  outputTokens: Tokens.optional(),
  /** Part of `outputTokens`. */
  reasoningTokens: Tokens.optional(),
  costUsd: z.number().nonnegative().optional(),
  /** Counted by our tokenizer because the source gives no usable number. */
  estimated: z.boolean().optional(),
})
export type Usage = z.infer<typeof UsageSchema>

/** Where the foreign file says it: enough for a person to find the place again. */
export const SourceSchema = z.strictObject({
  path: z.string().max(4096).optional(),
  /** 1-based. */
  line: Count.optional(),
  uuid: z.string().max(400).optional(),
  toolUseId: z.string().max(400).optional(),
  messageId: z.string().max(400).optional(),
  spanId: z.string().max(100).optional(),
  traceId: z.string().max(100).optional(),
})
export type Source = z.infer<typeof SourceSchema>

/** Whether the source says it, or we concluded it, and how. */
export const EvidenceSchema = z.strictObject({ kind: z.enum(['declared', 'inferred']), how: z.string().max(400).optional() })
export type Evidence = z.infer<typeof EvidenceSchema>

const shortText = z.string().max(2000)
const Attributes = z.record(z.string().max(200), z.json())

const envelope = {
  /** Version of this vocabulary; left out it means the newest. */
  version: z.literal(EVENT_VERSION).optional(),
  /** Unique in its session and the same at each retry, so that a repetition changes nothing. */
  id: EventId,
  sessionId: SessionId,
  occurredAt: Milliseconds,
  /** The place in the source's own order; settles which came first when times are equal. */
  order: z.number().finite().optional(),
  source: SourceSchema.optional(),
  evidence: EvidenceSchema.optional(),
  /** Anything else worth keeping, stored as it is. Used by nothing but the detector, which takes `trigger`
   *  (one of the kinds of `Trigger`) for what the source says had moved the master. */
  attributes: Attributes.optional(),
}

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) => z.strictObject({ ...envelope, type: z.literal(type), ...shape })

export const CheckSchema = z.strictObject({
  kind: z.enum(['test', 'lint', 'type', 'build', 'other']),
  ok: z.boolean().optional(),
  passed: Count.optional(),
  failed: Count.optional(),
  tool: z.string().max(100).optional(),
})
export type Check = z.infer<typeof CheckSchema>

/** One replacement: `old` must be present in the artifact; `all` replaces every occurrence. */
export const EditSchema = z.strictObject({ old: ContentSchema, new: ContentSchema, all: z.boolean().optional() })

/** What a write did to an artifact. */
export const ChangeSchema = z.discriminatedUnion('kind', [
  /** The whole content after the write. */
  z.strictObject({ kind: z.literal('content'), content: ContentSchema }),
  /** Text added at the end, as a stream delivers it. */
  z.strictObject({ kind: z.literal('append'), text: ContentSchema }),
  /** Search and replace, in order. `before`: the whole content before, where the source has it. */
  z.strictObject({ kind: z.literal('edit'), edits: z.array(EditSchema).min(1).max(1000), before: ContentSchema.optional() }),
  /** A unified diff of this one file, hunks with context lines. */
  z.strictObject({ kind: z.literal('patch'), patch: ContentSchema, before: ContentSchema.optional() }),
  z.strictObject({ kind: z.literal('delete') }),
  /** The artifact lives on under the event's `path`. */
  z.strictObject({ kind: z.literal('move'), from: ArtifactPath }),
  /** Put back to a state before; `content` where known. */
  z.strictObject({ kind: z.literal('revert'), content: ContentSchema.optional() }),
  /** Changed in a way the source does not show (binary, or too large). */
  z.strictObject({ kind: z.literal('opaque'), hash: z.string().max(128).optional() }),
])
export type Change = z.infer<typeof ChangeSchema>

export const EventSchema = z.discriminatedUnion(
  'type',
  [
    event('session.started', {
      title: shortText.optional(),
      framework: z.string().max(100).optional(),
      /** What kind of work this is, to compare like with like ("rest-api"). */
      workflow: z.string().max(200).optional(),
      /** Which variant of the master's prompt was in force. */
      promptVariant: z.string().max(200).optional(),
      tags: z.array(z.string().max(100)).max(50).optional(),
      /** Made up for demonstration or test; shown as such wherever a person sees it. */
      simulated: z.boolean().optional(),
      /** The format that this came in by. */
      format: z.string().max(100).optional(),
      workingDirectory: z.string().max(4096).optional(),
    }),
    event('session.ended', { status: z.enum(['completed', 'failed', 'cancelled']).optional(), reason: shortText.optional() }),
    event('agent.joined', {
      agentId: AgentId,
      name: z.string().max(400).optional(),
      /** The agent that directs this one; none for the root master. */
      parentId: AgentId.optional(),
      role: z.enum(['agent', 'human', 'harness']).optional(),
      /** What it was made for ("code-reviewer"). */
      agentType: z.string().max(200).optional(),
      model: z.string().max(200).optional(),
      provider: z.string().max(100).optional(),
      /** This id stood for that agent while its name was not known: whatever is told of this id is that agent's. Told once. */
      sameAs: AgentId.optional(),
    }),
    event('task.delegated', {
      taskId: TaskId,
      by: AgentId,
      to: AgentId,
      title: shortText.optional(),
      brief: ContentSchema.optional(),
      /** Artifacts that the task is to make: paths or globs. */
      outputs: z.array(z.string().max(4096)).max(200).optional(),
      parentTaskId: TaskId.optional(),
      turnId: TurnId.optional(),
      callId: CallId.optional(),
      /** Siblings of one group are alternatives: an unused one is not overwritten. */
      group: z.string().max(200).optional(),
      /** The master goes on while the task runs. */
      background: z.boolean().optional(),
    }),
    event('task.blocked', { taskId: TaskId, by: AgentId, reason: ContentSchema.optional() }),
    event('task.ended', {
      taskId: TaskId,
      status: z.enum(['completed', 'failed', 'cancelled', 'rejected']),
      by: AgentId.optional(),
      reason: shortText.optional(),
      result: ContentSchema.optional(),
      turnId: TurnId.optional(),
    }),
    event('task.accepted', { taskId: TaskId, by: AgentId.optional(), turnId: TurnId.optional() }),
    event('turn.started', { turnId: TurnId, agentId: AgentId, taskId: TaskId.optional(), model: z.string().max(200).optional() }),
    event('turn.streamed', {
      turnId: TurnId,
      agentId: AgentId.optional(),
      taskId: TaskId.optional(),
      /** Output tokens of this turn so far (a running total, never a difference). */
      outputTokens: Tokens.optional(),
      /** Characters of this turn's output before `text`. */
      offset: Count.optional(),
      text: ContentSchema.optional(),
    }),
    event('turn.ended', {
      turnId: TurnId,
      agentId: AgentId.optional(),
      taskId: TaskId.optional(),
      model: z.string().max(200).optional(),
      usage: UsageSchema.optional(),
      finish: z.enum(['stop', 'tool_calls', 'length', 'cancelled', 'error']).optional(),
      output: ContentSchema.optional(),
      reasoning: ContentSchema.optional(),
    }),
    event('tool.called', {
      callId: CallId,
      agentId: AgentId,
      turnId: TurnId.optional(),
      taskId: TaskId.optional(),
      name: z.string().max(400),
      arguments: ContentSchema.optional(),
      /** Artifacts that the call's answer depends on. */
      reads: z.array(ArtifactPath).max(1000).optional(),
    }),
    event('tool.returned', {
      callId: CallId,
      agentId: AgentId.optional(),
      status: z.enum(['ok', 'error', 'cancelled']).optional(),
      result: ContentSchema.optional(),
      check: CheckSchema.optional(),
    }),
    event('artifact.written', {
      agentId: AgentId,
      path: ArtifactPath,
      change: ChangeSchema,
      taskId: TaskId.optional(),
      turnId: TurnId.optional(),
      callId: CallId.optional(),
      /** The revision that the writer had seen: 1 is the artifact's first write in this session. */
      baseRevision: Count.optional(),
      /** The writer is still at it: more of this write follows. */
      partial: z.boolean().optional(),
    }),
    event('artifact.read', {
      agentId: AgentId,
      path: ArtifactPath,
      turnId: TurnId.optional(),
      callId: CallId.optional(),
    }),
    event('message.sent', {
      from: AgentId,
      to: AgentId.optional(),
      taskId: TaskId.optional(),
      turnId: TurnId.optional(),
      purpose: z.enum(['user', 'help_request', 'answer', 'steer', 'result', 'note']),
      text: ContentSchema.optional(),
    }),
    event('verdict.given', {
      by: AgentId.optional(),
      taskId: TaskId.optional(),
      interventionId: z.string().max(800).optional(),
      /** `set_aside`: the finding is none, and counts nowhere until it is `restored`. */
      verdict: z.enum(['accept', 'revise', 'reject', 'justified', 'unjustified', 'unsure', 'set_aside', 'restored']),
      /** Of `set_aside`: why. */
      reason: z.enum(SET_ASIDE_REASONS).optional(),
      /** The person who judged, who is no agent of the run. */
      reviewer: z.string().min(1).max(400).optional(),
      /** Of a person's judgement: why, in a word. */
      because: z.enum(VERDICT_REASONS).optional(),
      note: shortText.optional(),
    }),
  ],
  { error: (issue) => (issue.code === 'invalid_union' ? 'type is missing or not one of the event types in docs/formats.md' : undefined) },
)

export type Event = z.infer<typeof EventSchema>
export type EventType = Event['type']
export type EventOf<T extends EventType> = Extract<Event, { type: T }>
/** What a producer may send: times as text or numbers. */
export type EventInput = z.input<typeof EventSchema>
