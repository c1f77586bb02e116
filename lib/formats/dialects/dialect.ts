import type { OtlpSpan } from '../otlp/span'
import type { Work } from '../spans/work'

/** What a vocabulary of span attributes makes of a span; what it does not know it leaves out. */
export type Reading = Partial<Omit<Work, 'traceId' | 'id' | 'parentId' | 'startedAt' | 'endedAt' | 'source'>>

/** One vocabulary. A span may speak several at once: what an earlier one knows, a later one does not change. */
export interface Dialect {
  name: string
  /** Undefined when the span has nothing of this vocabulary. */
  read(span: OtlpSpan): Reading | undefined
}
