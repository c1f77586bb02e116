import type { OtlpSpan } from '../otlp/span'
import { textOf } from '../spans/json'
import type { Work, WorkKind } from '../spans/work'
import { claudeCode } from './claude-code'
import type { Dialect, Reading } from './dialect'
import { genai } from './genai'
import { openinference } from './openinference'
import { traceloop } from './traceloop'
import { vercelAi } from './vercel-ai'

/** The vocabularies that spans are read in: the more exact first. To add one: a file, a line here. */
const DIALECTS: readonly Dialect[] = [claudeCode, openinference, traceloop, vercelAi, genai]

/** A span understood. One that speaks no vocabulary of agents is a step that holds others. */
export function workOf(span: OtlpSpan): Work {
  const reading: Reading = {}
  for (const dialect of DIALECTS) add(reading, dialect.read(span))
  const kind = settled(reading)
  const { outcome, trouble } = outcomeOf(span)
  return {
    traceId: span.traceId,
    id: span.spanId,
    name: span.name,
    startedAt: span.startedAt,
    ...(span.parentSpanId === undefined ? {} : { parentId: span.parentSpanId }),
    ...(span.endedAt === undefined ? {} : { endedAt: span.endedAt }),
    ...reading,
    kind,
    session: { ...reading.session },
    ...(outcome === undefined ? {} : { outcome }),
    ...(trouble === undefined ? {} : { trouble }),
    source: { traceId: span.traceId, spanId: span.spanId },
  }
}

/** An earlier vocabulary's word stands; a kind of `container` is a word only when nobody says more. */
function add(reading: Reading, more: Reading | undefined): void {
  if (!more) return
  for (const key of Object.keys(more) as (keyof Reading)[]) {
    if (more[key] === undefined) continue
    if (key === 'session') reading.session = { ...more.session, ...reading.session }
    else if (reading[key] === undefined || (key === 'kind' && reading.kind === 'container')) Object.assign(reading, { [key]: more[key] })
  }
}

/** A kind holds only with what belongs to it. */
function settled(reading: Reading): WorkKind {
  switch (reading.kind) {
    case 'tool':
      return reading.tool ? 'tool' : 'container'
    case 'handoff':
      return reading.handoff ? 'handoff' : 'container'
    case undefined:
      return 'container'
    default:
      return reading.kind
  }
}

function outcomeOf(span: OtlpSpan): { outcome?: 'ok' | 'error' | 'cancelled'; trouble?: string } {
  const type = textOf(span.attributes['error.type'])
  const exception = span.events.find(({ name }) => name === 'exception')?.attributes
  const words = [span.statusMessage, textOf(exception?.['exception.message']), type].find((text) => text !== undefined)
  const kind = `${type ?? ''} ${textOf(exception?.['exception.type']) ?? ''} ${span.statusMessage ?? ''}`
  if (span.status !== 'error' && type === undefined) return span.status === 'ok' ? { outcome: 'ok' } : {}
  const cancelled = /cancel|abort|interrupt|KeyboardInterrupt|GeneratorExit/i.test(kind)
  return { outcome: cancelled ? 'cancelled' : 'error', ...(words === undefined ? {} : { trouble: words.slice(0, 2000) }) }
}
