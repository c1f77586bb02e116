import { CREWAI_PREFIX, CrewTrace, sessionOf } from '@/lib/formats/crewai'
import { isRecord, textOf, timeOf } from '@/lib/formats/spans/json'
import { WorkTree } from '@/lib/formats/spans/work-tree'
import { Refused, sendJson } from '../problem'
import { guarded, jsonBody, type Wire, type WireParts } from './wire'

const PATH = /^(?:\/v1\/crewai)?\/crewai_plus\/api\/v1\/tracing\/(?:ephemeral\/)?batches(?:\/([^/]{1,200})(?:\/(events|finalize))?)?$/

/** Traces beyond this are forgotten, the oldest first. */
const KEPT = 2_000

/**
 * CrewAI's tracing batches on their own paths, for a base URL that points here: open, events, finalize.
 */
export function crewaiWire(parts: WireParts): Wire {
  const tree = new WorkTree({ prefix: CREWAI_PREFIX, format: 'crewai', whole: false })
  const traces = new Map<string, CrewTrace>()

  const traceOf = (id: string, opening?: Record<string, unknown>): CrewTrace => {
    let trace = traces.get(id)
    if (!trace) {
      trace = new CrewTrace(id.slice(0, 150), sessionOf(opening))
      traces.set(id, trace)
    }
    return trace
  }

  return {
    route(method, path) {
      const found = PATH.exec(path)
      if (!found) return undefined
      const [, inPath, what] = found
      return (request, response) =>
        guarded(parts, request, response, async () => {
          if (method !== 'POST' && method !== 'PATCH')
            throw new Refused('method_not_allowed', 'Batches are sent with POST and PATCH.', { allow: 'POST, PATCH' })
          const body = await jsonBody(request, parts)
          if (!isRecord(body)) throw new Refused('bad_request', 'Send a JSON object, as CrewAI’s tracing does.')
          if (inPath === undefined) {
            const id = textOf(body.trace_id) ?? textOf(body.ephemeral_trace_id)
            if (id === undefined) throw new Refused('bad_request', 'A batch is opened with "trace_id".')
            traceOf(id, body)
            sendJson(response, 201, { id, trace_id: id, ephemeral_trace_id: id, access_code: '', status: 'running' })
            return
          }
          const id = decodeURIComponent(inPath)
          const given: unknown[] = Array.isArray(body.events) ? body.events : []
          if (what === 'events' && !Array.isArray(body.events)) throw new Refused('bad_request', 'Send {"events": [...]}.')
          const trace = traceOf(id)
          const events = given.filter(isEvent)
          if (what === 'events') {
            trace.take(events)
          } else trace.finish(textOf(body.status), typeof body.duration_ms === 'number' ? body.duration_ms : undefined)
          const now = parts.now()
          for (const work of trace.drain()) tree.take(work, now)
          await parts.owing.append(tree.tell())
          tree.issues.length = 0
          if (what === 'events')
            sendJson(response, 200, {
              events_created: events.length,
              trace_batch_id: id,
              ephemeral_trace_batch_id: id,
              ...(events.length < given.length
                ? { rejected: given.length - events.length, message: 'An event is an object with "type", "timestamp" and "event_data".' }
                : {}),
            })
          else sendJson(response, 200, { id, trace_id: id, ephemeral_trace_id: id, status: 'completed' })
        })
    },
    forget(now) {
      tree.forget(now)
      for (const id of [...traces.keys()].slice(0, Math.max(0, traces.size - KEPT))) traces.delete(id)
    },
  }
}

function isEvent(value: unknown): value is Record<string, unknown> {
  return (
    isRecord(value) && typeof value.type === 'string' && timeOf(value.timestamp) !== undefined && (value.event_data === undefined || isRecord(value.event_data))
  )
}
