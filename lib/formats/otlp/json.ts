import { isRecord, type Json } from '../spans/json'
import { keep, keepLog, statusOf } from './protobuf'
import { type Attributes, msOfNanos, NotOtlp, type OtlpBatch, type OtlpEvent, type OtlpLog, type OtlpSpan } from './span'

/**
 * OTLP in JSON. The standard says lowerCamelCase keys, ids in hex, 64-bit numbers as text, enums as
 * numbers; exporters also send snake_case, ids in base64, plain numbers and the enums' names.
 */
export function batchOfJson(value: unknown): OtlpBatch {
  if (!isRecord(value)) throw new NotOtlp('The body must be a JSON object with "resourceSpans" or "resourceLogs".')
  const batch: OtlpBatch = { spans: [], logs: [], rejected: [] }
  const spans = either(value, 'resourceSpans', 'resource_spans')
  const logs = either(value, 'resourceLogs', 'resource_logs')
  if (spans === undefined && logs === undefined && Object.keys(value).length > 0) throw new NotOtlp('The body has neither "resourceSpans" nor "resourceLogs".')
  for (const [name, list] of [
    ['resourceSpans', spans],
    ['resourceLogs', logs],
  ] as const)
    if (list !== undefined && list !== null && !Array.isArray(list))
      throw new NotOtlp(`"${name}" is a list; this is ${typeof list === 'object' ? 'an object' : `a ${typeof list}`}.`)
  for (const group of listOf(spans)) {
    const resource = resourceOf(group)
    for (const scoped of [
      ...listOf(either(group, 'scopeSpans', 'scope_spans')),
      ...listOf(either(group, 'instrumentationLibrarySpans', 'instrumentation_library_spans')),
    ]) {
      const scope = scopeOf(scoped)
      for (const raw of usable(scoped.spans, 'span', batch)) takeSpan(raw, resource, scope, batch)
    }
  }
  for (const group of listOf(logs)) {
    const resource = resourceOf(group)
    for (const scoped of listOf(either(group, 'scopeLogs', 'scope_logs')))
      for (const raw of usable(either(scoped, 'logRecords', 'log_records'), 'log record', batch)) takeLog(raw, resource, batch)
  }
  return batch
}

function takeSpan(raw: Json, resource: Attributes, scope: string, batch: OtlpBatch): void {
  const status = isRecord(raw.status) ? raw.status : {}
  const endedAt = nanosOf(either(raw, 'endTimeUnixNano', 'end_time_unix_nano'))
  const parent = idOf(either(raw, 'parentSpanId', 'parent_span_id'), 8)
  const span: OtlpSpan = {
    traceId: idOf(either(raw, 'traceId', 'trace_id'), 16),
    spanId: idOf(either(raw, 'spanId', 'span_id'), 8),
    name: typeof raw.name === 'string' ? raw.name : '',
    startedAt: nanosOf(either(raw, 'startTimeUnixNano', 'start_time_unix_nano')) ?? 0,
    attributes: attributesOf(raw.attributes),
    events: listOf(raw.events).map(eventOf),
    status: statusName(status.code),
    resource,
    scope,
  }
  if (endedAt !== undefined && endedAt > 0) span.endedAt = endedAt
  if (!/^0*$/.test(parent)) span.parentSpanId = parent
  if (typeof status.message === 'string' && status.message !== '') span.statusMessage = status.message
  keep(span, batch)
}

function takeLog(raw: Json, resource: Attributes, batch: OtlpBatch): void {
  const name = either(raw, 'eventName', 'event_name')
  const log: OtlpLog = {
    at: nanosOf(either(raw, 'timeUnixNano', 'time_unix_nano')) ?? 0,
    name: typeof name === 'string' ? name : '',
    body: anyValueOf(raw.body),
    attributes: attributesOf(raw.attributes),
    resource,
  }
  const traceId = idOf(either(raw, 'traceId', 'trace_id'), 16)
  const spanId = idOf(either(raw, 'spanId', 'span_id'), 8)
  if (!/^0*$/.test(traceId)) log.traceId = traceId
  if (!/^0*$/.test(spanId)) log.spanId = spanId
  keepLog(log, nanosOf(either(raw, 'observedTimeUnixNano', 'observed_time_unix_nano')) ?? 0, batch)
}

function eventOf(raw: Json): OtlpEvent {
  return {
    name: typeof raw.name === 'string' ? raw.name : '',
    at: nanosOf(either(raw, 'timeUnixNano', 'time_unix_nano')) ?? 0,
    attributes: attributesOf(raw.attributes),
  }
}

/** [{key, value: {stringValue}}]; some write a plain object. */
export function attributesOf(raw: unknown): Attributes {
  const attributes: Attributes = {}
  if (isRecord(raw)) for (const [key, value] of Object.entries(raw)) attributes[key] = value
  else for (const pair of listOf(raw)) if (typeof pair.key === 'string' && pair.key !== '__proto__') attributes[pair.key] = anyValueOf(pair.value)
  return attributes
}

const MAX_DEPTH = 32

function anyValueOf(raw: unknown, depth = 0): unknown {
  if (!isRecord(raw) || depth > MAX_DEPTH) return raw
  for (const [key, value] of Object.entries(raw)) {
    switch (key) {
      case 'stringValue':
      case 'string_value':
      case 'boolValue':
      case 'bool_value':
      case 'bytesValue':
      case 'bytes_value':
        return value
      case 'intValue':
      case 'int_value':
      case 'doubleValue':
      case 'double_value':
        return typeof value === 'string' ? Number(value) : value
      case 'arrayValue':
      case 'array_value':
        return isRecord(value) && Array.isArray(value.values) ? value.values.map((one: unknown) => anyValueOf(one, depth + 1)) : []
      case 'kvlistValue':
      case 'kvlist_value': {
        const record: Attributes = {}
        for (const pair of listOf(isRecord(value) ? value.values : undefined))
          if (typeof pair.key === 'string' && pair.key !== '__proto__') record[pair.key] = anyValueOf(pair.value, depth + 1)
        return record
      }
    }
  }
  return undefined
}

/** Hex as it should be; base64 (24 or 12 characters with padding) as protobuf's own JSON mapping writes it. */
function idOf(raw: unknown, bytes: number): string {
  if (typeof raw !== 'string') return ''
  if (raw.length === bytes * 2 && /^[0-9a-f]+$/i.test(raw)) return raw.toLowerCase()
  const packed = Buffer.from(raw, 'base64')
  return packed.length === bytes && /^[A-Za-z0-9+/_-]+=*$/.test(raw) ? packed.toString('hex') : raw.toLowerCase()
}

function nanosOf(raw: unknown): number | undefined {
  const nanos = typeof raw === 'number' ? raw : typeof raw === 'string' && raw !== '' ? Number(raw) : Number.NaN
  return Number.isFinite(nanos) && nanos > 0 ? msOfNanos(nanos) : undefined
}

function statusName(code: unknown): OtlpSpan['status'] {
  if (typeof code === 'number') return statusOf(code)
  if (typeof code !== 'string') return 'unset'
  return /ERROR$/i.test(code) || code === '2' ? 'error' : /OK$/i.test(code) || code === '1' ? 'ok' : 'unset'
}

function resourceOf(group: Json): Attributes {
  return isRecord(group.resource) ? attributesOf(group.resource.attributes) : {}
}

function scopeOf(scoped: Json): string {
  const scope = either(scoped, 'scope', 'instrumentationLibrary')
  return isRecord(scope) && typeof scope.name === 'string' ? scope.name : ''
}

function either(record: Json, camel: string, snake: string): unknown {
  return record[camel] ?? record[snake]
}

/** The objects of a list; what else stands in it is rejected, aloud. */
function usable(value: unknown, what: string, batch: OtlpBatch): Json[] {
  const found = listOf(value)
  const given = Array.isArray(value) ? value.length : value === undefined || value === null ? 0 : 1
  for (let n = found.length; n < given; n++) batch.rejected.push(`a ${what} is an object; one is not`)
  return found
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
