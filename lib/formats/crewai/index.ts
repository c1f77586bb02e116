import type { Detection, Format, Sample } from '../format'
import { SpanFileDecoder, type Taken } from '../spans/file-decoder'
import { isRecord, type Json, textOf } from '../spans/json'
import { CREWAI_PREFIX, CrewTrace } from './batches'
import { isExchange, worksOfExchanges } from './llm-log'

export { CREWAI_PREFIX, CrewTrace } from './batches'

export const crewai: Format = {
  name: 'crewai',
  title: 'CrewAI trace',
  lies: 'recorded tracing requests, or a crew’s exchanges with its model',
  shape: '"events" with "event_data"',
  detect,
  decoder,
}

function detect(sample: Sample): Detection {
  const { head } = sample
  if (/^\s*[[{]/.test(head)) {
    if (/\/tracing\/(?:ephemeral\/)?batches/.test(head)) return { score: 0.95 }
    if (/"event_data"\s*:/.test(head) && /"(?:crew_kickoff|task|agent_execution|llm_call|tool_usage|flow)_started"/.test(head)) return { score: 0.9 }
    if (/"execution_context"\s*:/.test(head) && /"crewai_version"/.test(head)) return { score: 0.9 }
    if (/"request"\s*:/.test(head) && /You are .{1,200}\. [\s\S]{0,2000}?Your personal goal is:/.test(head) && /chat\/completions/.test(head))
      return { score: 0.75 }
  }
  return { score: 0, missing: 'no tracing batch ("events" with "event_data") and no exchanges with a crew’s agents' }
}

function decoder(): SpanFileDecoder {
  return new SpanFileDecoder({ prefix: CREWAI_PREFIX, format: 'crewai' }, take)
}

/** Recorded requests, the body of one, or a list of events; or the exchanges of a crew with its model. */
function take(value: unknown): Taken {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length > 0 && list.every(isExchange)) return { works: worksOfExchanges(list.filter(isExchange)), issues: [], skipped: 0 }
  const traces = new Map<string, { session: Json | undefined; events: Json[]; status?: string; durationMs?: number }>()
  let current = 'crew'
  const of = (id: string) => {
    const known = traces.get(id)
    if (known) return known
    const made: { session: Json | undefined; events: Json[]; status?: string; durationMs?: number } = { session: undefined, events: [] }
    traces.set(id, made)
    return made
  }
  let skipped = 0
  for (const item of list) {
    if (!isRecord(item)) {
      skipped++
      continue
    }
    const body = isRecord(item.body) ? item.body : isRecord(item.request) ? item.request : item
    const inPath = /\/batches\/([^/]+)\/(?:events|finalize)/.exec(textOf(item.uri) ?? textOf(item.url) ?? '')?.[1]
    current = textOf(body.trace_id) ?? inPath ?? current
    const trace = of(current)
    if (isRecord(body.execution_context)) trace.session = body
    if (Array.isArray(body.events)) trace.events.push(...body.events.filter(isRecord))
    else if ('event_data' in body) trace.events.push(body)
    if ('final_event_count' in body || 'duration_ms' in body) {
      trace.status = textOf(body.status) ?? 'completed'
      if (typeof body.duration_ms === 'number') trace.durationMs = body.duration_ms
    }
  }
  const works: Taken['works'] = []
  for (const [id, { session, events, status, durationMs }] of traces) {
    const trace = new CrewTrace(id.slice(0, 150), sessionOf(session))
    trace.take(events)
    if (status !== undefined) trace.finish(status, durationMs)
    works.push(...trace.drain())
    skipped += trace.unused
  }
  return { works, issues: [], skipped }
}

/** What the opening of a batch says of the session. */
export function sessionOf(opening: Json | undefined): { workflow?: string } {
  const context = isRecord(opening?.execution_context) ? opening.execution_context : {}
  const workflow = textOf(context.flow_name) ?? textOf(context.crew_name)
  return workflow === undefined || workflow === 'crew' ? {} : { workflow }
}
