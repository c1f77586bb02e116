import type { OtlpSpan } from '../otlp/span'
import { isRecord, type Json, parsed, printed, textOf } from '../spans/json'
import type { WorkKind } from '../spans/work'
import type { Dialect, Reading } from './dialect'
import { finishOf, readMessages, unflattened } from './messages'
import { usageOf } from './usage'

/**
 * OpenTelemetry's GenAI conventions, current (v1.41) and older (`gen_ai.system`, `gen_ai.prompt`, events
 * for messages), and what frameworks that follow them add: Microsoft Agent Framework, Google ADK, AG2,
 * AutoGen, any-agent.
 */
export const genai: Dialect = { name: 'genai', read }

const OPERATIONS: Record<string, WorkKind> = {
  chat: 'model',
  generate_content: 'model',
  text_completion: 'model',
  completion: 'model',
  call_llm: 'model',
  invoke_agent: 'agent',
  execute_tool: 'tool',
  handoff: 'handoff',
  invoke_workflow: 'container',
  create_agent: 'container',
  plan: 'container',
}

const NAMED = /^(chat|generate_content|text_completion|call_llm|invoke_agent|execute_tool|invoke_workflow|create_agent|agent_run)(?:[ .]|$)/

function read(span: OtlpSpan): Reading | undefined {
  const { attributes, name } = span
  const operation = textOf(attributes['gen_ai.operation.name']) ?? NAMED.exec(name)?.[1]
  const adk = Object.keys(attributes).some((key) => key.startsWith('gcp.vertex.agent.'))
  const ag2 = textOf(attributes['ag2.span.type'])
  if (operation === undefined && ag2 === undefined && !adk && !Object.keys(attributes).some((key) => key.startsWith('gen_ai.'))) {
    if (/^(?:workflow\.run|executor\.process|edge_group\.process|message\.send)\b/.test(name))
      return { kind: 'container', session: { framework: 'microsoft-agent-framework' } }
    return undefined
  }
  const kind = kindOf(operation, ag2, name, attributes)
  const session = sessionOf(span, adk, ag2)
  const agent = agentOf(kind, name, attributes)
  const provider = textOf(attributes['gen_ai.provider.name']) ?? textOf(attributes['gen_ai.system'])
  const reading: Reading = {
    session,
    ...(kind === undefined ? {} : { kind }),
    ...(agent ? { agent } : {}),
    ...(provider === undefined ? {} : { provider }),
    ...modelOf(attributes),
  }
  const handoff = handoffOf(attributes)
  if (handoff && kind !== 'agent') reading.handoff = handoff
  const caller = textOf(attributes['gen_ai.caller.name'])
  // it runs where the span of whoever asked it is not seen
  if (kind === 'agent' && caller !== undefined && (attributes['gen_ai.caller.type'] ?? 'agent') === 'agent') reading.parentAgent = caller
  if (kind === 'tool') readTool(span, reading)
  if (kind === 'model' || kind === 'agent') readConversation(span, kind, reading)
  return reading
}

function kindOf(operation: string | undefined, ag2: string | undefined, name: string, attributes: Json): WorkKind | undefined {
  if (ag2 === 'handoff') return 'handoff'
  if (ag2 === 'agent') return 'agent'
  if (ag2 === 'tool') return 'tool'
  if (ag2 === 'llm') return 'model'
  if (ag2 !== undefined && operation === undefined) return 'container'
  if (operation === 'agent_run' || /^agent_run \[/.test(name)) return 'agent'
  if (operation !== undefined) return OPERATIONS[operation] ?? (handoffOf(attributes) ? 'handoff' : 'container')
  if (attributes['gen_ai.tool.name'] !== undefined) return 'tool'
  if (attributes['gen_ai.request.model'] !== undefined) return 'model'
  return undefined
}

function sessionOf({ attributes, resource, scope }: OtlpSpan, adk: boolean, ag2: string | undefined): Reading['session'] & object {
  const conversation =
    textOf(attributes['gen_ai.conversation.id']) ??
    textOf(attributes['gcp.vertex.agent.session_id']) ??
    textOf(attributes['session.id']) ??
    textOf(resource['session.id'])
  const workflow = textOf(attributes['gen_ai.workflow.name'])
  const system = textOf(attributes['gen_ai.provider.name']) ?? textOf(attributes['gen_ai.system'])
  const framework =
    adk || system === 'gcp.vertex.agent'
      ? 'google-adk'
      : ag2 !== undefined
        ? 'ag2'
        : system === 'microsoft.agent_framework' || /agent_framework/.test(scope)
          ? 'microsoft-agent-framework'
          : system === 'autogen' || /autogen/.test(scope)
            ? 'autogen'
            : attributes['any_agent.version'] !== undefined
              ? 'any-agent'
              : scope === 'gen_ai' || scope === 'ai'
                ? 'vercel-ai'
                : undefined
  return {
    ...(conversation === undefined ? {} : { conversation }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(framework === undefined ? {} : { framework }),
  }
}

function agentOf(kind: WorkKind | undefined, name: string, attributes: Json): Reading['agent'] {
  const called =
    textOf(attributes['gen_ai.agent.name']) ??
    textOf(attributes['ag2.agent.name']) ??
    (kind === 'agent'
      ? (/^agent_run \[(.+)\]$/.exec(name)?.[1] ?? /^(?:invoke_agent|agent_run) (.+)$/.exec(name)?.[1]?.replace(/^\[(.+)\]$/, '$1'))
      : undefined)
  const id = textOf(attributes['gen_ai.agent.id'])
  if (called === undefined && id === undefined) return undefined
  return { ...(called === undefined ? {} : { name: called }), ...(id === undefined ? {} : { id }) }
}

function modelOf(attributes: Json): { model?: string } {
  const model = textOf(attributes['gen_ai.response.model']) ?? textOf(attributes['gen_ai.request.model'])
  return model === undefined ? {} : { model }
}

/** The names under which vendors and proposals tell of hand-overs. */
function handoffOf(attributes: Json): { from?: string; to: string } | undefined {
  const to =
    textOf(attributes['gen_ai.handoff.to_agent']) ??
    textOf(attributes['gen_ai.agent.handoff.target.name']) ??
    textOf(attributes['gen_ai.transfer.target.name']) ??
    textOf(attributes['ag2.handoff.target']) ??
    textOf(attributes['handoff.target'])
  // a person who is asked is no agent
  if (to === undefined || attributes['gen_ai.transfer.target.type'] === 'human') return undefined
  const from =
    textOf(attributes['gen_ai.handoff.from_agent']) ??
    textOf(attributes['gen_ai.agent.handoff.source.name']) ??
    textOf(attributes['gen_ai.caller.name']) ??
    textOf(attributes['ag2.handoff.source']) ??
    textOf(attributes['handoff.source'])
  const returns = attributes['gen_ai.transfer.mode'] === 'return_to_caller'
  return { to, ...(from === undefined ? {} : { from }), ...(returns ? { returns } : {}) }
}

function readTool(span: OtlpSpan, reading: Reading): void {
  const { attributes, name } = span
  const called = textOf(attributes['gen_ai.tool.name']) ?? /^execute_tool (.+)$/.exec(name)?.[1] ?? name
  const callId = textOf(attributes['gen_ai.tool.call.id'])
  const args =
    printed(attributes['gen_ai.tool.call.arguments']) ??
    printed(attributes['gcp.vertex.agent.tool_call_args']) ??
    printed(attributes['gen_ai.tool.args']) ??
    printed(attributes['gen_ai.tool.arguments'])
  const result =
    resultOf(attributes['gen_ai.tool.call.result']) ??
    printed(attributes['gcp.vertex.agent.tool_response']) ??
    printed(attributes['gen_ai.output']) ??
    printed(attributes['gen_ai.tool.result'])
  reading.tool = {
    name: called,
    ...(callId === undefined ? {} : { callId }),
    ...(args === undefined ? {} : { arguments: args }),
    ...(result === undefined ? {} : { result }),
  }
}

/** Some write a text that is the result as a JSON string. */
function resultOf(value: unknown): string | undefined {
  const inner = parsed(value)
  return printed(typeof inner === 'string' ? inner : value)
}

function readConversation(span: OtlpSpan, kind: WorkKind, reading: Reading): void {
  const { attributes } = span
  const request = attributes['gen_ai.input.messages'] ?? requestOf(attributes) ?? unflattened(attributes, 'gen_ai.prompt') ?? eventMessages(span, 'in')
  const answer =
    attributes['gen_ai.output.messages'] ??
    responseOf(attributes) ??
    unflattened(attributes, 'gen_ai.completion') ??
    attributes['gen_ai.output'] ??
    attributes['gen_ai.completion'] ??
    eventMessages(span, 'out')
  const asked = readMessages(request)
  const said = readMessages(answer)
  if (asked.user !== undefined) reading.input = asked.user
  if (said.answer !== undefined) reading.output = said.answer
  if (said.reasoning !== undefined) reading.reasoning = said.reasoning
  if (kind !== 'model') return
  if (said.asksFor.length > 0) reading.asksFor = said.asksFor
  const usage = usageOf(attributes)
  if (usage) reading.usage = usage
  const finish = finishOf(attributes['gen_ai.response.finish_reasons']) ?? finishOf(said.finish) ?? (said.calls.length > 0 ? 'tool_calls' : undefined)
  if (finish) reading.finish = finish
}

/** ADK's older spans carry whole requests and answers as JSON. */
function requestOf(attributes: Json): unknown {
  const request = parsed(attributes['gcp.vertex.agent.llm_request'])
  return isRecord(request) ? request.contents : undefined
}

function responseOf(attributes: Json): unknown {
  const response = parsed(attributes['gcp.vertex.agent.llm_response'])
  return isRecord(response) && isRecord(response.content) ? [response.content] : undefined
}

/** Messages as events of the span: `gen_ai.user.message`, `gen_ai.choice` and so on. */
function eventMessages({ events }: OtlpSpan, side: 'in' | 'out'): unknown[] | undefined {
  const messages: unknown[] = []
  for (const { name, attributes } of events) {
    const output = name === 'gen_ai.choice' || name === 'gen_ai.content.completion'
    if (output !== (side === 'out') || !/^gen_ai\.(?:choice|content\.|(?:user|system|assistant|tool)\.message)/.test(name)) continue
    if (name.startsWith('gen_ai.content.')) {
      const inner = parsed(attributes['gen_ai.prompt'] ?? attributes['gen_ai.completion'])
      messages.push(...(Array.isArray(inner) ? inner : [inner]))
    } else messages.push(messageOfEvent(name, attributes))
  }
  return messages.length > 0 ? messages : undefined
}

/** One message of the older conventions, from an event's attributes or a log's body. */
export function messageOfEvent(name: string, fields: Json): Json {
  const message = parsed(fields.message)
  const role = /^gen_ai\.(user|system|assistant|tool)\.message$/.exec(name)?.[1] ?? 'assistant'
  return {
    role,
    ...fields,
    ...(isRecord(message) ? message : {}),
    tool_calls: parsed(fields.tool_calls ?? (isRecord(message) ? message.tool_calls : undefined)),
  }
}
