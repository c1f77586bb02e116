import type { Detection, Format, Sample } from '../format'
import { SpanFileDecoder, type Taken } from '../spans/file-decoder'
import { isRecord } from '../spans/json'
import { batchOfJson } from './json'
import { isReadableSpan, parseReadable, takeReadableSpan } from './readable-spans'
import { NotOtlp, type OtlpBatch } from './span'
import { OtlpReader } from './take'

export { batchOfJson } from './json'
export { readLogs, readTraces, writeAnswer, writeStatus } from './protobuf'
export { NotOtlp, type OtlpBatch } from './span'
export { OtlpReader } from './take'

/** What every event id of this way in begins with. */
export const OTLP_PREFIX = 'otlp'

export const otlp: Format = {
  name: 'otlp',
  title: 'OpenTelemetry spans',
  lies: 'OTLP as JSON (the file exporter), or spans as an SDK prints them',
  shape: '"resourceSpans", or spans with "context": {"trace_id"}',
  detect,
  decoder,
}

function detect(sample: Sample): Detection {
  const { head } = sample
  if (/^\s*[[{]/.test(head)) {
    if (/"resource_?[sS]pans"\s*:/.test(head)) return { score: 0.95 }
    if (/"resource_?[lL]ogs"\s*:/.test(head)) return { score: 0.9 }
    if (/"context"\s*:\s*\{[^{}]*"trace_id"/.test(head) && /"attributes"\s*:/.test(head) && /"start_time"\s*:/.test(head)) return { score: 0.9 }
    // the context of a long first span may lie beyond the sample
    if (/^\s*\{\s*"spans"\s*:\s*\[\s*\{/.test(head) && /"gen_ai\./.test(head)) return { score: 0.7 }
  }
  return { score: 0, missing: 'no "resourceSpans" (OTLP JSON) and no spans with "context": {"trace_id": …}' }
}

function decoder(): SpanFileDecoder {
  const reader = new OtlpReader()
  return new SpanFileDecoder({ prefix: OTLP_PREFIX, format: 'otlp' }, (value, place) => take(value, place, reader), parseReadable)
}

function take(value: unknown, place: { path: string; line?: number }, reader: OtlpReader): Taken {
  const batch: OtlpBatch = { spans: [], logs: [], rejected: [] }
  const issues: Taken['issues'] = []
  for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
    if (isReadableSpan(one)) takeReadableSpan(one, batch)
    else if (isRecord(one) && Array.isArray(one.spans) && !('resourceSpans' in one))
      for (const span of one.spans.filter(isReadableSpan)) takeReadableSpan(span, batch)
    else {
      try {
        const more = batchOfJson(one)
        batch.spans.push(...more.spans)
        batch.logs.push(...more.logs)
        batch.rejected.push(...more.rejected)
      } catch (error) {
        if (!(error instanceof NotOtlp)) throw error
        issues.push({ code: 'not_otlp', severity: 'error', message: error.message, place })
      }
    }
  }
  for (const message of batch.rejected)
    issues.push({ code: 'bad_span', severity: 'error', message: `Left out ${message}. Mend the exporter and send it again.`, place })
  const { works, unused } = reader.read(batch)
  return { works, issues, skipped: unused }
}
