import { PbfReader, PbfWriter } from 'pbf'
import { type Attributes, flawOf, msOfNanos, NotOtlp, type OtlpBatch, type OtlpEvent, type OtlpLog, type OtlpSpan } from './span'

/**
 * OTLP requests in protocol buffers, straight from the bytes into what the dialects read: no message
 * objects in between. Field numbers: opentelemetry-proto 1.x, `trace.proto`, `logs.proto`, `common.proto`.
 * Unknown fields are passed over, as protobuf demands.
 */
export function readTraces(body: Uint8Array): OtlpBatch {
  const batch: OtlpBatch = { spans: [], logs: [], rejected: [] }
  let groups = 0
  guarded(body, (pbf) => {
    // ExportTraceServiceRequest { resource_spans = 1 }
    each(pbf, body.length, (field, end) => {
      if (field !== 1) return
      groups++
      readResourceSpans(pbf, end(), batch)
    })
  })
  if (groups === 0 && body.length > 0) throw new NotOtlp(NOTHING)
  return batch
}

export function readLogs(body: Uint8Array): OtlpBatch {
  const batch: OtlpBatch = { spans: [], logs: [], rejected: [] }
  let groups = 0
  guarded(body, (pbf) => {
    each(pbf, body.length, (field, end) => {
      if (field !== 1) return
      groups++
      readResourceLogs(pbf, end(), batch)
    })
  })
  if (groups === 0 && body.length > 0) throw new NotOtlp(NOTHING)
  return batch
}

/** ExportTraceServiceResponse or ExportLogsServiceResponse { partial_success = 1 { rejected = 1, error_message = 2 } } */
export function writeAnswer(rejected: number, message: string): Uint8Array {
  const pbf = new PbfWriter()
  if (rejected > 0 || message !== '') {
    pbf.writeMessage(
      1,
      (_, inner) => {
        if (rejected > 0) inner.writeVarintField(1, rejected)
        if (message !== '') inner.writeStringField(2, message)
      },
      undefined,
    )
  }
  return pbf.finish()
}

/** google.rpc.Status { code = 1, message = 2 }: what OTLP answers a request that it refuses. */
export function writeStatus(code: number, message: string): Uint8Array {
  const pbf = new PbfWriter()
  pbf.writeVarintField(1, code)
  pbf.writeStringField(2, message)
  return pbf.finish()
}

const NOTHING = 'The body has no field 1, which holds the spans or log records of an OTLP request. Is this another protobuf message?'

/** Values nested deeper than this are cut off: nobody reads them, and walking them costs a stack. */
const MAX_DEPTH = 32

function guarded(body: Uint8Array, read: (pbf: PbfReader) => void): void {
  const pbf = new PbfReader(body)
  try {
    read(pbf)
  } catch (error) {
    if (error instanceof NotOtlp) throw error
    throw new NotOtlp(`The body is no OTLP message in protocol buffers (${error instanceof Error ? error.message : String(error)} at byte ${pbf.pos}).`)
  }
}

/** Calls `take` for each field of the message that ends at `end`; `take` reads the field, or leaves it to be passed over. */
function each(pbf: PbfReader, end: number, take: (field: number, messageEnd: () => number) => void): void {
  if (end > pbf.length) throw new NotOtlp('The body ends inside a message. Send it whole.')
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    take(field, () => {
      if (pbf.type !== 2) throw new NotOtlp(`Field ${field} at byte ${pbf.pos} is no message. Is this another protobuf message?`)
      const length = pbf.readVarint()
      return length + pbf.pos
    })
    if (pbf.pos > end) throw new NotOtlp('A field goes beyond its message. Send the body whole.')
  }
}

function readResourceSpans(pbf: PbfReader, end: number, batch: OtlpBatch): void {
  const resource: Attributes = {}
  const from = batch.spans.length
  each(pbf, end, (field, inner) => {
    if (field === 1) readAttributed(pbf, inner(), 1, resource)
    else if (field === 2) {
      const scopeEnd = inner()
      let scope = ''
      const first = batch.spans.length
      each(pbf, scopeEnd, (part, partEnd) => {
        if (part === 1) scope = readScopeName(pbf, partEnd())
        else if (part === 2) readSpan(pbf, partEnd(), batch)
      })
      for (let i = first; i < batch.spans.length; i++) (batch.spans[i] as OtlpSpan).scope = scope
    }
  })
  for (let i = from; i < batch.spans.length; i++) (batch.spans[i] as OtlpSpan).resource = resource
}

function readResourceLogs(pbf: PbfReader, end: number, batch: OtlpBatch): void {
  const resource: Attributes = {}
  const from = batch.logs.length
  each(pbf, end, (field, inner) => {
    if (field === 1) readAttributed(pbf, inner(), 1, resource)
    else if (field === 2)
      each(pbf, inner(), (part, partEnd) => {
        if (part === 2) readLog(pbf, partEnd(), batch)
      })
  })
  for (let i = from; i < batch.logs.length; i++) (batch.logs[i] as OtlpLog).resource = resource
}

function readScopeName(pbf: PbfReader, end: number): string {
  let name = ''
  each(pbf, end, (field) => {
    if (field === 1) name = pbf.readString()
  })
  return name
}

function readSpan(pbf: PbfReader, end: number, batch: OtlpBatch): void {
  const span: OtlpSpan = { traceId: '', spanId: '', name: '', startedAt: 0, attributes: {}, events: [], status: 'unset', resource: {}, scope: '' }
  each(pbf, end, (field, inner) => {
    switch (field) {
      case 1:
        span.traceId = hexOf(pbf.readBytes())
        return
      case 2:
        span.spanId = hexOf(pbf.readBytes())
        return
      case 4: {
        const parent = hexOf(pbf.readBytes())
        if (!/^0*$/.test(parent)) span.parentSpanId = parent
        return
      }
      case 5:
        span.name = pbf.readString()
        return
      case 7:
        span.startedAt = msOfNanos(pbf.readFixed64())
        return
      case 8: {
        const nanos = pbf.readFixed64()
        if (nanos > 0) span.endedAt = msOfNanos(nanos)
        return
      }
      case 9:
        readKeyValue(pbf, inner(), span.attributes, 0)
        return
      case 11:
        span.events.push(readEvent(pbf, inner()))
        return
      case 15:
        each(pbf, inner(), (part) => {
          if (part === 2) span.statusMessage = pbf.readString() || undefined
          else if (part === 3) span.status = statusOf(pbf.readVarint())
        })
    }
  })
  keep(span, batch)
}

export function keep(span: OtlpSpan, batch: OtlpBatch): void {
  const flaw = flawOf(span)
  if (flaw === undefined) batch.spans.push(span)
  else batch.rejected.push(flaw)
}

export function statusOf(code: number): OtlpSpan['status'] {
  return code === 2 ? 'error' : code === 1 ? 'ok' : 'unset'
}

function readEvent(pbf: PbfReader, end: number): OtlpEvent {
  const event: OtlpEvent = { name: '', at: 0, attributes: {} }
  each(pbf, end, (field, inner) => {
    if (field === 1) event.at = msOfNanos(pbf.readFixed64())
    else if (field === 2) event.name = pbf.readString()
    else if (field === 3) readKeyValue(pbf, inner(), event.attributes, 0)
  })
  return event
}

function readLog(pbf: PbfReader, end: number, batch: OtlpBatch): void {
  const log: OtlpLog = { at: 0, name: '', body: undefined, attributes: {}, resource: {} }
  let observed = 0
  each(pbf, end, (field, inner) => {
    switch (field) {
      case 1:
        log.at = msOfNanos(pbf.readFixed64())
        return
      case 5:
        log.body = readValue(pbf, inner(), 0)
        return
      case 6:
        readKeyValue(pbf, inner(), log.attributes, 0)
        return
      case 9:
        log.traceId = hexOf(pbf.readBytes()) || undefined
        return
      case 10:
        log.spanId = hexOf(pbf.readBytes()) || undefined
        return
      case 11:
        observed = msOfNanos(pbf.readFixed64())
        return
      case 12:
        log.name = pbf.readString()
    }
  })
  keepLog(log, observed, batch)
}

export function keepLog(log: OtlpLog, observed: number, batch: OtlpBatch): void {
  if (log.at === 0) log.at = observed
  const named = log.attributes['event.name']
  if (log.name === '' && typeof named === 'string') log.name = named
  if (log.at > 0) batch.logs.push(log)
  else batch.rejected.push(`log record ${JSON.stringify(log.name.slice(0, 80))}: it has no time`)
}

/** A message whose field `field` is a list of attributes. */
function readAttributed(pbf: PbfReader, end: number, attributesField: number, into: Attributes): void {
  each(pbf, end, (field, inner) => {
    if (field === attributesField) readKeyValue(pbf, inner(), into, 0)
  })
}

function readKeyValue(pbf: PbfReader, end: number, into: Attributes, depth: number): void {
  let key = ''
  let value: unknown
  each(pbf, end, (field, inner) => {
    if (field === 1) key = pbf.readString()
    else if (field === 2) value = readValue(pbf, inner(), depth)
  })
  // a key of this name would change the object itself
  if (key !== '__proto__') into[key] = value
}

/** AnyValue { string 1, bool 2, int 3, double 4, array 5, kvlist 6, bytes 7 } */
function readValue(pbf: PbfReader, end: number, depth: number): unknown {
  let value: unknown
  each(pbf, end, (field, inner) => {
    switch (field) {
      case 1:
        value = pbf.readString()
        return
      case 2:
        value = pbf.readBoolean()
        return
      case 3:
        value = pbf.readVarint(true)
        return
      case 4:
        value = pbf.readDouble()
        return
      case 5: {
        const list: unknown[] = []
        const listEnd = inner()
        if (depth < MAX_DEPTH)
          each(pbf, listEnd, (part, partEnd) => {
            if (part === 1) list.push(readValue(pbf, partEnd(), depth + 1))
          })
        else pbf.pos = listEnd
        value = list
        return
      }
      case 6: {
        const record: Attributes = {}
        const recordEnd = inner()
        if (depth < MAX_DEPTH)
          each(pbf, recordEnd, (part, partEnd) => {
            if (part === 1) readKeyValue(pbf, partEnd(), record, depth + 1)
          })
        else pbf.pos = recordEnd
        value = record
        return
      }
      case 7:
        value = Buffer.from(pbf.readBytes()).toString('base64')
    }
  })
  return value
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
