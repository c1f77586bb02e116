import type { OtlpSpan } from '../otlp/span'
import { isRecord, type Json, parsed, printed, textOf } from '../spans/json'
import type { WorkKind } from '../spans/work'
import type { Dialect, Reading } from './dialect'
import { readMessages, unflattened } from './messages'
import { usageOf } from './usage'

/** Traceloop's OpenLLMetry: workflows, tasks, agents and tools, with older `gen_ai.prompt.0.*` messages. */
export const traceloop: Dialect = { name: 'traceloop', read }

const KINDS: Record<string, WorkKind> = { workflow: 'container', task: 'container', agent: 'agent', tool: 'tool', handoff: 'handoff' }

function read(span: OtlpSpan): Reading | undefined {
  const { attributes, name } = span
  const declared = textOf(attributes['traceloop.span.kind'])?.toLowerCase()
  const llm = textOf(attributes['llm.request.type'])
  const handover = /^(.+?) (?:->|→) (.+?)\.handoff$/.exec(name)
  if (declared === undefined && llm === undefined && !handover) return undefined
  const kind = handover ? 'handoff' : llm !== undefined ? 'model' : (KINDS[declared ?? ''] ?? 'container')
  const entity = textOf(attributes['traceloop.entity.name'])
  const workflow = textOf(attributes['traceloop.workflow.name'])
  const conversation =
    textOf(attributes['traceloop.association.properties.session_id']) ??
    textOf(attributes['traceloop.association.properties.conversation_id']) ??
    textOf(attributes['traceloop.association.properties.thread_id'])
  const framework = /opentelemetry\.instrumentation\.([a-z0-9_]+)/.exec(span.scope)?.[1]
  const reading: Reading = {
    kind,
    session: {
      ...(workflow === undefined ? {} : { workflow }),
      ...(conversation === undefined ? {} : { conversation }),
      ...(framework === undefined ? {} : { framework: framework.replace(/_/g, '-') }),
    },
  }
  if (kind === 'handoff') {
    const from = handover?.[1] ?? textOf(attributes['gen_ai.handoff.from_agent'])
    const to = textOf(attributes['gen_ai.handoff.to_agent']) ?? handover?.[2]
    if (to !== undefined) reading.handoff = { to, ...(from === undefined ? {} : { from }) }
  }
  if (kind === 'agent') {
    const called = textOf(attributes['gen_ai.agent.name']) ?? textOf(attributes['crewai.agent.role']) ?? entity ?? name.replace(/\.agent$/, '')
    reading.agent = { name: called.replace(/\.agent$/, '').trim() }
  }
  if (kind === 'tool') {
    const args = argumentsOf(attributes['traceloop.entity.input'])
    const result = resultOf(attributes['traceloop.entity.output'])
    reading.tool = {
      name: textOf(attributes['gen_ai.tool.name']) ?? entity ?? name.replace(/\.tool$/, ''),
      ...(args === undefined ? {} : { arguments: args }),
      ...(result === undefined ? {} : { result }),
    }
  }
  if (kind === 'model') readModel(attributes, reading)
  if (kind === 'agent') {
    const input = textOf(attributes['traceloop.entity.input'])
    const output = resultOf(attributes['traceloop.entity.output'])
    if (input !== undefined) reading.input = readMessages(input).user ?? input
    if (output !== undefined) reading.output = readMessages(output).answer ?? output
  }
  return reading
}

function readModel(attributes: Json, reading: Reading): void {
  const asked = readMessages(unflattened(attributes, 'gen_ai.prompt'))
  const said = readMessages(unflattened(attributes, 'gen_ai.completion'))
  if (asked.user !== undefined) reading.input = asked.user
  if (said.answer !== undefined) reading.output = said.answer
  if (said.asksFor.length > 0) reading.asksFor = said.asksFor
  const usage = usageOf(attributes)
  if (usage) reading.usage = usage
}

/** `{"args": [...], "kwargs": {...}}` or `{"inputs": {...}}` around the arguments themselves. */
function argumentsOf(value: unknown): string | undefined {
  const inner = parsed(value)
  if (!isRecord(inner)) return printed(value)
  const inside = inner.kwargs ?? inner.inputs ?? inner.input
  if (isRecord(inside) && Object.keys(inside).length > 0) return JSON.stringify(inside)
  return typeof inside === 'string' ? inside : printed(value)
}

function resultOf(value: unknown): string | undefined {
  const inner = parsed(value)
  if (isRecord(inner) && 'output' in inner && Object.keys(inner).length <= 2) return printed(inner.output)
  return printed(typeof inner === 'string' ? inner : value)
}
