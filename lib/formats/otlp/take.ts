import { workOf } from '../dialects'
import { workOfClaudeLog } from '../dialects/claude-code'
import { messageOfEvent } from '../dialects/genai'
import { bounded } from '../spans/bounded'
import { isRecord, type Json, parsed } from '../spans/json'
import type { Work } from '../spans/work'
import type { OtlpBatch, OtlpLog, OtlpSpan } from './span'

/** Spans whose content may still come, or content whose span may: as many as this, the newest. */
const KEPT = 5_000

/**
 * Spans and log records to work. Messages may come as log records beside the span they belong to, before
 * or after it: the two are put together here.
 */
export class OtlpReader {
  private readonly contents = new Map<string, { name: string; at: number; fields: Json }[]>()
  private readonly spans = new Map<string, OtlpSpan>()

  /** `unused`: log records that tell of nobody's work. */
  read(batch: OtlpBatch): { works: Work[]; unused: number } {
    const works: Work[] = []
    let unused = 0
    for (const log of batch.logs) {
      // with tracing on, what a record tells its span tells as well
      const work =
        log.spanId !== undefined
          ? undefined
          : log.name.startsWith('claude_code.') || /^(?:api_request|api_error|tool_result)$/.test(log.name)
            ? workOfClaudeLog(log)
            : undefined
      if (work) works.push(work)
      else if (!this.keepContent(log)) unused++
    }
    for (const span of batch.spans) {
      const key = `${span.traceId}:${span.spanId}`
      const contents = this.contents.get(key)
      this.contents.delete(key)
      bounded(this.spans, key, span, KEPT)
      if (contents) withContents(span, contents)
      works.push(workOf(span))
    }
    // content that came after its span
    for (const [key, contents] of this.contents) {
      const span = this.spans.get(key)
      if (!span) continue
      this.contents.delete(key)
      withContents(span, contents)
      works.push(workOf(span))
    }
    return { works, unused }
  }

  private keepContent(log: OtlpLog): boolean {
    if (!log.name.startsWith('gen_ai.') || log.traceId === undefined || log.spanId === undefined) return false
    const key = `${log.traceId}:${log.spanId}`
    const body = parsed(log.body)
    const fields = { ...log.attributes, ...(isRecord(body) ? body : {}) }
    const known = this.contents.get(key)
    if (known) known.push({ name: log.name, at: log.at, fields })
    else bounded(this.contents, key, [{ name: log.name, at: log.at, fields }], KEPT)
    return true
  }
}

function withContents(span: OtlpSpan, contents: readonly { name: string; at: number; fields: Json }[]): void {
  for (const { name, at, fields } of contents) {
    if (name === 'gen_ai.client.inference.operation.details') span.attributes = { ...fields, ...span.attributes }
    else span.events.push({ name, at, attributes: messageOfEvent(name, fields) })
  }
}
