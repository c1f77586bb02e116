import type { OtlpSpan } from '../otlp/span'
import { isRecord, type Json, parsed, printed, textOf } from '../spans/json'
import type { Dialect, Reading } from './dialect'
import { finishOf, readMessages } from './messages'
import { usageOf } from './usage'

/**
 * Spans of Vercel's AI SDK as its versions 4 to 6 write them, and 7 with `LegacyOpenTelemetry`:
 * `ai.generateText` around `ai.generateText.doGenerate` (a call of the model) and `ai.toolCall`. A
 * `functionId` names the agent; without one a generation is a step of whoever is above it.
 */
export const vercelAi: Dialect = { name: 'vercel-ai', read }

function read({ name, attributes, resource }: OtlpSpan): Reading | undefined {
  const operation = textOf(attributes['ai.operationId']) ?? (name.startsWith('ai.') ? name : undefined)
  if (operation === undefined) return undefined
  const session = sessionOf(attributes, resource)
  if (operation === 'ai.toolCall') return { kind: 'tool', session, tool: toolOf(attributes) }
  if (/\.do(?:Generate|Stream)$/.test(operation)) return { kind: 'model', session, ...modelOf(attributes) }
  if (!/^ai\.(?:generate|stream)(?:Text|Object)$/.test(operation)) return { kind: 'container', session }
  const agent = textOf(attributes['ai.telemetry.functionId']) ?? textOf(attributes['resource.name'])
  const prompt = parsed(attributes['ai.prompt'])
  const input = isRecord(prompt) ? (textOf(prompt.prompt) ?? readMessages(prompt.messages).user) : textOf(prompt)
  const output = textOf(attributes['ai.response.text'])
  return {
    kind: agent === undefined ? 'container' : 'agent',
    session,
    ...(agent === undefined ? {} : { agent: { name: agent } }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
  }
}

function toolOf(attributes: Json): NonNullable<Reading['tool']> {
  const callId = textOf(attributes['ai.toolCall.id'])
  const args = printed(attributes['ai.toolCall.args'])
  const result = parsed(attributes['ai.toolCall.result'])
  return {
    name: textOf(attributes['ai.toolCall.name']) ?? 'tool',
    ...(callId === undefined ? {} : { callId }),
    ...(args === undefined ? {} : { arguments: args }),
    ...(result === undefined ? {} : { result: printed(result) }),
  }
}

function modelOf(attributes: Json): Reading {
  const calls = parsed(attributes['ai.response.toolCalls'])
  const asksFor = (Array.isArray(calls) ? calls : []).flatMap((call: unknown) => (isRecord(call) ? (textOf(call.toolCallId) ?? []) : []))
  const model = textOf(attributes['ai.response.model']) ?? textOf(attributes['ai.model.id'])
  const provider = textOf(attributes['ai.model.provider'])
  const input = readMessages(parsed(attributes['ai.prompt.messages'])).user
  const output = textOf(attributes['ai.response.text'])
  const reasoning = textOf(attributes['ai.response.reasoning'])
  const finish = finishOf(attributes['ai.response.finishReason'])
  const usage = usageOf({
    'gen_ai.usage.input_tokens': attributes['ai.usage.inputTokens'] ?? attributes['ai.usage.promptTokens'] ?? attributes['gen_ai.usage.input_tokens'],
    'gen_ai.usage.output_tokens': attributes['ai.usage.outputTokens'] ?? attributes['ai.usage.completionTokens'] ?? attributes['gen_ai.usage.output_tokens'],
    'gen_ai.usage.cache_read.input_tokens': attributes['ai.usage.cachedInputTokens'] ?? attributes['ai.usage.inputTokenDetails.cacheReadTokens'],
    'gen_ai.usage.cache_creation.input_tokens': attributes['ai.usage.inputTokenDetails.cacheWriteTokens'],
    'gen_ai.usage.reasoning.output_tokens': attributes['ai.usage.reasoningTokens'] ?? attributes['ai.usage.outputTokenDetails.reasoningTokens'],
  })
  return {
    ...(model === undefined ? {} : { model }),
    ...(provider === undefined ? {} : { provider }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(finish === undefined ? {} : { finish }),
    ...(asksFor.length > 0 ? { asksFor } : {}),
    ...(usage ? { usage } : {}),
  }
}

/** Metadata that the caller set; version 7 calls it runtime context. */
function sessionOf(attributes: Json, resource: Json): NonNullable<Reading['session']> {
  const names = ['sessionId', 'session_id', 'threadId', 'thread_id', 'conversationId', 'conversation_id', 'chatId']
  const prefixes = ['ai.telemetry.metadata.', 'ai.settings.context.']
  const conversation = [...prefixes.flatMap((prefix) => names.map((name) => attributes[prefix + name])), attributes['session.id'], resource['session.id']]
    .map(textOf)
    .find((text) => text !== undefined)
  return { framework: 'vercel-ai', ...(conversation === undefined ? {} : { conversation }) }
}
