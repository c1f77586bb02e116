import type { Usage } from '@/lib/core/event'
import { workOf } from '../dialects'
import { outline } from '../documents'
import { contentText, count, isRecord, type JsonRecord, list, parsed, record, records, shown, text, time, word } from '../foreign'
import type { Detection, Format, Sample } from '../format'
import { SpanFileDecoder, type Taken } from '../spans/file-decoder'
import type { Work } from '../spans/work'

/** Traces exported from Langfuse: {"trace", "observations"}, or a trace with its observations inside. */
export const langfuse: Format = {
  name: 'langfuse',
  title: 'Langfuse export',
  lies: 'a trace exported as JSON',
  shape: '"observations" with "parentObservationId"',
  detect,
  decoder: () => new SpanFileDecoder({ prefix: 'langfuse', format: 'langfuse' }, take),
}

function detect(sample: Sample): Detection {
  const { keys } = outline(sample.head, 3)
  const all = new Set(keys.slice(0, 3).flatMap((found) => [...found]))
  const observation = all.has('parentObservationId') || (all.has('traceId') && all.has('startTime') && all.has('level'))
  const trace = keys[0]?.has('trace') || keys[0]?.has('observations')
  if (trace && (observation || (all.has('projectId') && all.has('bookmarked')))) return { score: 0.9 }
  return { score: 0, missing: 'it has no "observations" with "parentObservationId"' }
}

function take(value: unknown, place: { path: string; line?: number }): Taken {
  const out: Taken = { works: [], issues: [], skipped: 0 }
  for (const one of Array.isArray(value) ? value : [value]) {
    const trace = record(one, 'trace') ?? (isRecord(one) ? one : undefined)
    const found = records(one, 'observations')
    const observations = found.length > 0 ? found : records(trace, 'observations')
    if (!trace || observations.length === 0) {
      out.issues.push({
        code: 'no_observations',
        severity: 'error',
        message: 'This export has no observations; export the trace with its observations.',
        place,
      })
      continue
    }
    for (const observation of observations) {
      const work = workIn(observation, trace)
      if (work) out.works.push(work)
      else
        out.issues.push({
          code: 'bad_observation',
          severity: 'error',
          message: `Observation ${word(observation, 'id') ?? 'without id'} has no start time; it was left out.`,
          place,
        })
    }
  }
  return out
}

/** An observation is a span: the attributes that it came with are read as a span's, its own fields complete them. */
function workIn(observation: JsonRecord, trace: JsonRecord): Work | undefined {
  const id = word(observation, 'id')
  const startedAt = time(observation, 'startTime')
  const traceId = word(observation, 'traceId') ?? word(trace, 'id')
  if (id === undefined || startedAt === undefined || traceId === undefined) return undefined
  // exported as an object or as a JSON text of one
  const metadata = objectIn(observation.metadata)
  const attributes = objectIn(metadata?.attributes) ?? {}
  const endedAt = time(observation, 'endTime')
  const name = word(observation, 'name') ?? 'unnamed'
  const parentId = word(observation, 'parentObservationId')
  const work = workOf({
    traceId,
    spanId: id,
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    name,
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt: Math.max(endedAt, startedAt) }),
    attributes,
    events: [],
    status: observation.level === 'ERROR' ? 'error' : 'unset',
    ...(word(observation, 'statusMessage') === undefined ? {} : { statusMessage: word(observation, 'statusMessage') }),
    resource: objectIn(metadata?.resourceAttributes) ?? {},
    scope: word(metadata, 'scope', 'name') ?? '',
  })
  const conversation = word(trace, 'sessionId') ?? work.session.conversation
  work.session = {
    framework: frameworkOf(word(metadata, 'scope', 'name'), metadata) ?? 'langfuse',
    ...work.session,
    title: word(trace, 'name'),
    tags: list(trace, 'tags').filter((tag): tag is string => typeof tag === 'string'),
    ...(conversation === undefined ? {} : { conversation }),
  }
  complete(work, observation, metadata, attributes)
  return work
}

function complete(work: Work, observation: JsonRecord, metadata: JsonRecord | undefined, attributes: JsonRecord): void {
  const agent = agentNamed(work.name, metadata, attributes)
  switch (observation.type) {
    case 'GENERATION':
      work.kind = 'model'
      work.model = word(observation, 'model') ?? work.model
      work.usage ??= usageOf(record(observation, 'usageDetails'), number(observation, 'calculatedTotalCost') ?? number(observation, 'costDetails', 'total'))
      work.output ??= saidIn(observation.output)
      work.input ??= shown(observation.input)
      break
    case 'TOOL':
      asTool(work, observation, work.name)
      break
    case 'AGENT':
      // this instrumentation makes the whole workflow an agent; it is nobody
      if (work.parentId === undefined && /openai[_.]agents/.test(word(metadata, 'scope', 'name') ?? '')) work.kind = 'container'
      else if (work.kind === 'container' || work.kind === 'agent') {
        work.kind = 'agent'
        work.agent ??= { name: agent ?? work.name }
      }
      break
    default:
      if (work.kind === 'container' && word(attributes, 'gen_ai.tool.name') !== undefined)
        asTool(work, observation, word(attributes, 'gen_ai.tool.name') ?? work.name)
      else if (work.kind === 'container' && agent !== undefined) work.kind = 'agent'
  }
  if (work.kind === 'agent' && agent !== undefined) work.agent = { ...work.agent, name: agent }
  if (work.kind === 'agent' && work.output === undefined) work.output = saidIn(observation.output)
}

function asTool(work: Work, observation: JsonRecord, name: string): void {
  work.kind = 'tool'
  work.tool = {
    name: name.replace(/^(?:execute_tool|running tool:?|tool[.:])\s*/i, '') || name,
    arguments: shown(observation.input),
    result: shown(observation.output),
    ...work.tool,
  }
}

/** Who it is, where the instrumentation writes it outside of the vocabularies. */
function agentNamed(name: string, metadata: JsonRecord | undefined, attributes: JsonRecord): string | undefined {
  const said = word(attributes, 'gen_ai.agent.name') ?? word(attributes, 'agent_name') ?? word(attributes, 'agent.name')
  if (said !== undefined) return said
  // CrewAI's spans of a task say in their output whose it was
  if (/_execute_core$/.test(name)) return word(parsed(attributes['output.value']), 'agent')
  const run = /^(?:agent_run|invoke_agent) \[?([^\]]+)\]?$/.exec(name)?.[1]
  if (run !== undefined) return run.trim()
  return word(metadata, 'langgraph_node') === name && !name.startsWith('__') && name !== 'tools' ? name : undefined
}

function frameworkOf(scope: string | undefined, metadata: JsonRecord | undefined): string | undefined {
  if (metadata && 'langgraph_node' in metadata && !/koog/i.test(scope ?? '')) return 'langgraph'
  const match = /(crewai|google[-_.]adk|openai[-_.]agents|pydantic[-_.]ai|agent_framework|autogen|langgraph|smolagents|koog)/i.exec(scope ?? '')?.[1]
  return match?.toLowerCase().replaceAll(/[_.]/g, '-')
}

function usageOf(details: JsonRecord | undefined, costUsd: number | undefined): Usage | undefined {
  const total = (pattern: RegExp) => {
    const found = Object.keys(details ?? {}).filter((key) => pattern.test(key))
    return found.length === 0 ? undefined : found.reduce((sum, key) => sum + (count(details, key) ?? 0), 0)
  }
  // Langfuse keeps cached and reasoning tokens beside what is left of input and output
  const inputTokens = total(/^(?:input|cache_read_input|cache_creation_input)/)
  const outputTokens = total(/^output/)
  const cachedInputTokens = total(/cache_read|cached/)
  const reasoningTokens = total(/reasoning/)
  if (inputTokens === undefined && outputTokens === undefined && costUsd === undefined) return undefined
  return { inputTokens, outputTokens, cachedInputTokens, reasoningTokens, ...(costUsd !== undefined && costUsd >= 0 ? { costUsd } : {}) }
}

/** What a model or an agent answered: a text, a message, or the last of several. */
function saidIn(raw: unknown): string | undefined {
  const value = typeof raw === 'string' && /^[[{]/.test(raw.trim()) ? (parsed(raw) ?? raw) : raw
  if (typeof value === 'string') return value === '' ? undefined : value
  if (Array.isArray(value)) return saidIn(value.at(-1))
  if (!isRecord(value)) return undefined
  const said = contentText(value.content) || contentText(record(value, 'message')?.content) || contentText(value.parts) || text(value, 'text')
  return said === undefined || said === '' ? shown(value) : said
}

function objectIn(value: unknown): JsonRecord | undefined {
  const found = parsed(value)
  return isRecord(found) ? found : undefined
}

function number(value: unknown, ...keys: string[]): number | undefined {
  const found = keys.length === 1 ? (isRecord(value) ? value[keys[0] as string] : undefined) : record(value, keys[0] as string)?.[keys[1] as string]
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}
