import { z } from 'zod'

/**
 * One line of a Claude Code transcript. The format is internal to the tool and changes with its
 * versions, so everything but `type` is optional here and anything of the wrong type counts as absent.
 */
const text = z.string().optional().catch(undefined)
const flag = z.boolean().optional().catch(undefined)
const count = z.number().nonnegative().optional().catch(undefined)

const UsageShape = z
  .looseObject({
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
  })
  .optional()
  .catch(undefined)
export type RawUsage = NonNullable<z.infer<typeof UsageShape>>

const Block = z.union([
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({ type: z.literal('thinking'), thinking: z.string() }),
  z.looseObject({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()).catch({}) }),
  z.looseObject({ type: z.literal('tool_result'), tool_use_id: z.string(), content: z.unknown().optional(), is_error: flag }),
  // images, documents, redacted thinking, tool references and what later versions add
  z.looseObject({ type: z.string() }).transform((block) => ({ type: 'other' as const, what: block.type })),
])
export type Block = z.infer<typeof Block>
export type ToolUse = Extract<Block, { type: 'tool_use' }>
export type ToolResult = Extract<Block, { type: 'tool_result' }>

const MessageShape = z.looseObject({
  id: text,
  model: text,
  stop_reason: z.string().nullish().catch(undefined),
  usage: UsageShape,
  content: z.union([z.string(), z.array(Block)]),
})
export type Message = z.infer<typeof MessageShape>

const record = z.record(z.string(), z.unknown()).optional().catch(undefined)

export const LineShape = z.looseObject({
  type: z.string(),
  subtype: text,
  uuid: text,
  parentUuid: z.string().nullish().catch(undefined),
  sessionId: text,
  timestamp: text,
  version: text,
  cwd: text,
  isSidechain: flag,
  isMeta: flag,
  isCompactSummary: flag,
  isVisibleInTranscriptOnly: flag,
  isApiErrorMessage: flag,
  agentId: text,
  teamName: text,
  agentName: text,
  origin: z.looseObject({ kind: text }).optional().catch(undefined),
  forkedFrom: z.looseObject({ sessionId: text }).optional().catch(undefined),
  message: MessageShape.optional().catch(undefined),
  toolUseResult: z.unknown().optional(),
  // progress
  data: record,
  parentToolUseID: text,
  // titles
  summary: text,
  leafUuid: text,
  aiTitle: text,
  customTitle: text,
  // queue-operation
  operation: text,
  content: z.unknown().optional(),
  attachment: record,
})
export type Line = z.infer<typeof LineShape>

/** What `data` of a `progress` line of a sub-agent holds: one line of the sub-agent, inside. */
export const AgentProgress = z.looseObject({
  type: z.literal('agent_progress'),
  agentId: z.string(),
  prompt: text,
  message: z.looseObject({
    type: z.string(),
    uuid: text,
    timestamp: text,
    message: MessageShape,
    toolUseResult: z.unknown().optional(),
  }),
})

/** Line types that carry nothing about who did what; read and counted, nothing more. */
export const SILENT_TYPES: ReadonlySet<string> = new Set([
  'file-history-snapshot',
  'file-history-delta',
  'permission-mode',
  'mode',
  'last-prompt',
  'pr-link',
  'tag',
  'agent-name',
  'agent-color',
  'agent-setting',
  'worktree-state',
  'attribution-snapshot',
  'content-replacement',
  'marble-origami-commit',
  'marble-origami-snapshot',
  'bridge-session',
  'speculation-accept',
  'task-summary',
  'started',
  'result',
])

/** Line types that a session's own file is made of; what blind detection looks for. */
export const KNOWN_TYPES: ReadonlySet<string> = new Set([
  'user',
  'assistant',
  'progress',
  'system',
  'summary',
  'attachment',
  'queue-operation',
  'ai-title',
  'custom-title',
  ...SILENT_TYPES,
])

export function timeOf(timestamp: string | undefined): number | undefined {
  if (timestamp === undefined) return undefined
  const ms = Date.parse(timestamp)
  return Number.isFinite(ms) ? ms : undefined
}

export function blocksOf(message: Message): Block[] {
  return typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content
}

/** The text that a person or a model wrote, without tool results. */
export function textOf(message: Message): string {
  return blocksOf(message)
    .map((block) => (block.type === 'text' ? block.text : block.type === 'other' && block.what === 'image' ? '[image]' : undefined))
    .filter((part) => part !== undefined)
    .join('\n')
}

/** A tool result's content as text: strings, text blocks, and a mark for what is not text. */
export function resultText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return content === undefined || content === null ? '' : JSON.stringify(content)
  return content
    .map((part: unknown) => {
      // String() of foreign JSON may call a "toString" that is none
      if (!isRecord(part)) return typeof part === 'string' ? part : JSON.stringify(part)
      if (typeof part.text === 'string') return part.text
      return `[${typeof part.type === 'string' ? part.type : 'unknown'}]`
    })
    .join('\n')
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function stringIn(value: unknown, key: string): string | undefined {
  if (!isRecord(value)) return undefined
  const found = value[key]
  return typeof found === 'string' ? found : undefined
}
