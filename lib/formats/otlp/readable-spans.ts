import { isRecord, type Json, timeOf } from '../spans/json'
import { attributesOf } from './json'
import { keep } from './protobuf'
import type { OtlpBatch, OtlpSpan } from './span'

/**
 * Spans as SDKs print them for people (`ReadableSpan.to_json`, console exporters, any-agent's traces):
 * `context.trace_id` as 0x-hex or as a decimal number, times as ISO text or nanoseconds.
 */
export function isReadableSpan(value: unknown): value is Json {
  return isRecord(value) && isRecord(value.context) && 'trace_id' in value.context && 'span_id' in value.context && 'attributes' in value
}

export function takeReadableSpan(raw: Json, batch: OtlpBatch): void {
  const context = isRecord(raw.context) ? raw.context : {}
  const parent = isRecord(raw.parent) ? hexOf(raw.parent.span_id, 16) : hexOf(raw.parent_id, 16)
  const status = isRecord(raw.status) ? raw.status : {}
  const resource = isRecord(raw.resource) ? raw.resource.attributes : undefined
  const endedAt = timeOf(raw.end_time)
  const span: OtlpSpan = {
    traceId: hexOf(context.trace_id, 32) ?? '',
    spanId: hexOf(context.span_id, 16) ?? '',
    name: typeof raw.name === 'string' ? raw.name : '',
    startedAt: timeOf(raw.start_time) ?? 0,
    attributes: attributesOf(raw.attributes),
    events: (Array.isArray(raw.events) ? raw.events : []).filter(isRecord).map((event) => ({
      name: typeof event.name === 'string' ? event.name : '',
      at: timeOf(event.timestamp) ?? 0,
      attributes: attributesOf(event.attributes),
    })),
    status: /error/i.test(String(status.status_code)) ? 'error' : /ok/i.test(String(status.status_code)) ? 'ok' : 'unset',
    resource: attributesOf(resource),
    scope: isRecord(raw.instrumentation_scope) && typeof raw.instrumentation_scope.name === 'string' ? raw.instrumentation_scope.name : '',
  }
  if (endedAt !== undefined) span.endedAt = endedAt
  if (parent !== undefined) span.parentSpanId = parent
  if (typeof status.description === 'string' && status.description !== '') span.statusMessage = status.description
  keep(span, batch)
}

/** Ids beyond 2^53 lose digits as JSON numbers: they are read as text. */
export function parseReadable(text: string): unknown {
  return JSON.parse(text.replace(/("(?:trace_id|span_id|parent_id)"\s*:\s*)(\d{16,})/g, '$1"$2"')) as unknown
}

function hexOf(raw: unknown, digits: number): string | undefined {
  if (typeof raw === 'number') return Number.isSafeInteger(raw) ? BigInt(raw).toString(16).padStart(digits, '0') : undefined
  if (typeof raw !== 'string' || raw === '') return undefined
  if (/^0x[0-9a-f]+$/i.test(raw)) return raw.slice(2).toLowerCase().padStart(digits, '0')
  if (raw.length === digits && /^[0-9a-f]+$/i.test(raw)) return raw.toLowerCase()
  return /^\d+$/.test(raw) ? BigInt(raw).toString(16).padStart(digits, '0') : undefined
}
