import type { OtlpSpan } from '../otlp/span'
import { isRecord, type Json, parsed, printed, textOf } from '../spans/json'
import type { WorkKind } from '../spans/work'
import type { Dialect, Reading } from './dialect'
import { finishOf, readMessages, unflattened } from './messages'
import { usageOf } from './usage'

/** Arize's OpenInference: the kind is an attribute, messages are flattened into numbered keys. */
export const openinference: Dialect = { name: 'openinference', read }

const KINDS: Record<string, WorkKind> = { LLM: 'model', AGENT: 'agent', TOOL: 'tool' }

function read(span: OtlpSpan): Reading | undefined {
  const { attributes, name } = span
  const spanKind = textOf(attributes['openinference.span.kind'])?.toUpperCase()
  if (spanKind === undefined) return undefined
  const kind = KINDS[spanKind] ?? 'container'
  const metadata = parsed(attributes.metadata)
  const conversation = textOf(attributes['session.id']) ?? (isRecord(metadata) ? (textOf(metadata.thread_id) ?? textOf(metadata.session_id)) : undefined)
  const framework = /openinference\.instrumentation\.([a-z0-9_]+)/.exec(span.scope)?.[1]
  const reading: Reading = {
    kind,
    session: { ...(conversation === undefined ? {} : { conversation }), ...(framework === undefined ? {} : { framework: framework.replace(/_/g, '-') }) },
  }
  const agentName =
    textOf(attributes['agent.name']) ??
    textOf(attributes['graph.node.name']) ??
    (kind === 'agent' ? (textOf(attributes['graph.node.id']) ?? agentOfName(name)) : undefined)
  if (agentName !== undefined && (kind === 'agent' || attributes['agent.name'] !== undefined)) reading.agent = { name: agentName }
  if (kind === 'agent' && textOf(attributes['graph.node.parent_id']) !== undefined) reading.parentAgent = textOf(attributes['graph.node.parent_id'])
  const model = textOf(attributes['llm.response.model_name']) ?? textOf(attributes['llm.model_name']) ?? textOf(attributes['llm.request.model_name'])
  if (model !== undefined) reading.model = model
  const provider = textOf(attributes['llm.provider']) ?? textOf(attributes['llm.system'])
  if (provider !== undefined) reading.provider = provider
  if (kind === 'tool') {
    const callId = textOf(attributes['tool_call.id']) ?? textOf(attributes['tool.id'])
    const args = printed(attributes['input.value']) ?? printed(attributes['tool.parameters'])
    const result = printed(attributes['output.value'])
    reading.tool = {
      name: textOf(attributes['tool.name']) ?? name,
      ...(callId === undefined ? {} : { callId }),
      ...(args === undefined ? {} : { arguments: args }),
      ...(result === undefined ? {} : { result }),
    }
  } else readMessagesOf(attributes, kind, reading)
  return reading
}

function readMessagesOf(attributes: Json, kind: WorkKind, reading: Reading): void {
  const asked = readMessages(unflattened(attributes, 'llm.input_messages'))
  const answered = unflattened(attributes, 'llm.output_messages')
  const said = readMessages(answered)
  const output = said.answer ?? (answered ? undefined : plainValue(attributes, 'output'))
  const input = asked.user ?? plainValue(attributes, 'input')
  if (output !== undefined) reading.output = output
  if (input !== undefined && kind !== 'container') reading.input = input
  if (said.reasoning !== undefined) reading.reasoning = said.reasoning
  if (kind !== 'model') return
  if (said.asksFor.length > 0) reading.asksFor = said.asksFor
  const usage = usageOf(attributes)
  if (usage) reading.usage = usage
  const finish = finishOf(attributes['llm.finish_reason']) ?? finishOf(said.finish) ?? (said.calls.length > 0 ? 'tool_calls' : undefined)
  if (finish) reading.finish = finish
}

/** Text as it is; of a JSON document only what is the answer in it. */
function plainValue(attributes: Json, side: 'input' | 'output'): string | undefined {
  const value = attributes[`${side}.value`]
  const inner = parsed(value)
  if (typeof inner === 'string') return textOf(inner)
  const said = readMessages(isRecord(inner) ? (inner.messages ?? inner) : inner)
  return (side === 'output' ? said.answer : said.user) ?? textOf(value)
}

/** Instrumentations name agents' spans after the method that runs them: `coder._execute_core`, `Researcher.run`. */
function agentOfName(name: string): string {
  return name.replace(/\.(?:_?execute_?\w*|run|arun|run_stream|on_messages(?:_stream)?|invoke|ainvoke|__call__)$/, '').replace(/^invoke_agent /, '') || name
}
