/** OTLP's spans and log records as all decoders of this folder give them: ids in lower-case hex, times in epoch ms. */
export type Attributes = Record<string, unknown>

export interface OtlpSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  startedAt: number
  endedAt?: number
  attributes: Attributes
  events: OtlpEvent[]
  status: 'unset' | 'ok' | 'error'
  statusMessage?: string
  resource: Attributes
  scope: string
}

export interface OtlpEvent {
  name: string
  at: number
  attributes: Attributes
}

export interface OtlpLog {
  traceId?: string
  spanId?: string
  at: number
  /** `event_name`, or the attribute `event.name`. */
  name: string
  body: unknown
  attributes: Attributes
  resource: Attributes
}

/** A request's records, and what of it cannot be used: each with the reason. */
export interface OtlpBatch {
  spans: OtlpSpan[]
  logs: OtlpLog[]
  rejected: string[]
}

/** Not OTLP at all, or cut off: nothing of it was taken. */
export class NotOtlp extends Error {}

const NANOS_PER_MS = 1e6

export function msOfNanos(nanos: number): number {
  return nanos / NANOS_PER_MS
}

/** Why a span cannot be used, or undefined. */
export function flawOf(span: OtlpSpan): string | undefined {
  if (!/^(?!0+$)[0-9a-f]{32}$/.test(span.traceId)) return `span ${JSON.stringify(span.name.slice(0, 80))}: its trace id is not 16 bytes other than zero`
  if (!/^(?!0+$)[0-9a-f]{16}$/.test(span.spanId)) return `span ${JSON.stringify(span.name.slice(0, 80))}: its span id is not 8 bytes other than zero`
  if (!(span.startedAt > 0)) return `span ${span.spanId}: startTimeUnixNano is missing`
  if (span.endedAt !== undefined && span.endedAt < span.startedAt) return `span ${span.spanId}: it ends before it starts`
  return undefined
}
