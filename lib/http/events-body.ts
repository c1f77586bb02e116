import { idOf, MAX_DEPTH, type Place } from '@/lib/ingest/parse'
import type { Rejection } from '@/lib/live/protocol'
import { decodeUtf8 } from './body'
import { findJsonFault } from './json-place'
import { Refused } from './problem'

export interface Batch {
  values: unknown[]
  places: Place[]
  /** Lines that are no JSON, and events that are too large. */
  rejected: Rejection[]
}

export interface BatchLimits {
  events: number
  /** Bytes of one event, its content included. */
  eventBytes: number
}

const JSON_TYPES = new Set(['application/json', 'text/json'])
const LINE_TYPES = new Set(['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines', 'application/json-seq'])

/** The values of a batch: a JSON array, { events: [...] }, or a JSON value a line. Throws Refused. */
export function parseBatch(body: Buffer, contentType: string | undefined, limits: BatchLimits): Batch {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!JSON_TYPES.has(type) && !LINE_TYPES.has(type)) {
    throw new Refused('unsupported_type', `Content-Type ${JSON.stringify(type.slice(0, 60))} is not taken here. Send application/json or application/x-ndjson.`)
  }
  const text = decodeUtf8(body)
  const batch = LINE_TYPES.has(type) ? parseLines(text, limits) : parseJson(text, limits)
  const received = batch.values.length + batch.rejected.length
  if (received > limits.events) {
    throw new Refused(
      'too_many_events',
      `A batch may have ${limits.events} events, this one has ${received}. Send them in several batches; nothing of this one was taken.`,
    )
  }
  return batch
}

function parseJson(text: string, limits: BatchLimits): Batch {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const fault = findJsonFault(text)
    throw new Refused('bad_json', `In line ${fault?.line ?? 1}, column ${fault?.column ?? 1}: ${fault?.reason ?? 'not JSON'}. Nothing of this batch was taken.`)
  }
  const values = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null && 'events' in value && Array.isArray(value.events)
      ? value.events
      : undefined
  if (!values) throw new Refused('bad_request', 'The body must be a JSON array of events, { "events": [...] }, or one event a line as application/x-ndjson.')
  // Where the whole body is smaller than one event may be, nothing needs to be measured.
  return text.length <= limits.eventBytes ? { values, places: values.map((_, index) => ({ index })), rejected: [] } : withoutLarge(values, limits)
}

/** Sorts out events that are too large. */
export function withoutLarge(values: readonly unknown[], limits: BatchLimits): Batch {
  const batch: Batch = { values: [], places: [], rejected: [] }
  for (const [index, event] of values.entries()) {
    if (charsOf(event, MAX_DEPTH + 1) <= limits.eventBytes) {
      batch.values.push(event)
      batch.places.push({ index })
    } else batch.rejected.push({ index, ...idOf(event), ...tooLargeEvent(limits) })
  }
  return batch
}

/** Characters of its strings, keys included: what makes an event large. What lies deeper is refused elsewhere. */
function charsOf(value: unknown, levels: number): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null || levels === 0) return 1
  let sum = 0
  if (Array.isArray(value)) for (const inner of value) sum += charsOf(inner, levels - 1)
  else for (const [key, inner] of Object.entries(value)) sum += key.length + charsOf(inner, levels - 1)
  return sum
}

function parseLines(text: string, limits: BatchLimits): Batch {
  const batch: Batch = { values: [], places: [], rejected: [] }
  let index = 0
  let line = 0
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    line++
    // RFC 7464 puts a record separator before each value.
    const from = text.charCodeAt(start) === 0x1e ? start + 1 : start
    const piece = text.slice(from, end)
    start = end + 1
    if (piece.trim() === '') continue
    const place = { index: index++, line }
    if (piece.length > limits.eventBytes) {
      batch.rejected.push({ ...place, ...tooLargeEvent(limits) })
      continue
    }
    try {
      batch.values.push(JSON.parse(piece))
      batch.places.push(place)
    } catch {
      const fault = findJsonFault(piece)
      batch.rejected.push({ ...place, code: 'bad_json', message: `Column ${fault?.column ?? 1}: ${fault?.reason ?? 'not JSON'}. Send the line again, whole.` })
    }
  }
  return batch
}

export function tooLargeEvent(limits: BatchLimits): { code: string; message: string } {
  return {
    code: 'too_large',
    message: `One event may have ${Math.floor(limits.eventBytes / 1024 / 1024)} MB. Split its text over several events (turn.streamed with offset, artifact.written with change "append").`,
  }
}
