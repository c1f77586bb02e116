import { EVENT_VERSION, EventSchema, type Event } from '@/lib/core/event'
import type { Issue } from '@/lib/core/issue'
import type { z } from 'zod'
import type { Decoded, Decoder, Detection, FileChunk, Format, Sample } from './format'

/**
 * Our own events: one JSON object a line (what `GET /api/v1/sessions/:id/events?content=inline` gives),
 * a JSON array of them, or `{ "events": [...] }`.
 */
export const native: Format = {
  name: 'native',
  title: 'Backseat events',
  lies: 'what `backseat export` writes, or events of your own (docs/formats.md)',
  shape: 'lines (or a list) of {"type", "id", "sessionId", "occurredAt"}',
  detect,
  decoder: () => new NativeDecoder(),
}

const TYPES: ReadonlySet<string> = new Set(EventSchema.options.map((option) => option.shape.type.value))

function detect(sample: Sample): Detection {
  const head = sample.head.trimStart()
  const first = firstObject(head)
  if (first === undefined) return { score: 0, missing: 'it does not begin with a JSON object, an array of events or {"events":[…]}' }
  const type = /"type"\s*:\s*"([^"]+)"/.exec(first)?.[1]
  const hasSession = /"sessionId"\s*:/.test(first)
  const hasTime = /"occurredAt"\s*:/.test(first)
  if (type !== undefined && TYPES.has(type) && hasSession) return { score: hasTime ? 0.98 : 0.7, ...(hasTime ? {} : { missing: 'occurredAt is missing' }) }
  if (hasTime && hasSession)
    return { score: 0.6, missing: `type ${type === undefined ? 'is missing' : `"${type.slice(0, 40)}" is not an event type of docs/formats.md`}` }
  return { score: 0, missing: 'no `type` of docs/formats.md together with `sessionId` and `occurredAt`' }
}

function firstObject(head: string): string | undefined {
  const inside = /^\s*(?:\{\s*"events"\s*:\s*)?\[\s*/.exec(head)
  const start = inside ? inside[0].length : 0
  if (head[start] !== '{') return undefined
  const line = head.slice(start)
  const end = inside ? line.indexOf('}') : line.indexOf('\n')
  return end < 0 ? line : line.slice(0, end + 1)
}

class NativeDecoder implements Decoder {
  /** Files that hold one JSON value: their text so far. */
  private readonly wholes = new Map<string, string>()
  private readonly shapes = new Map<string, 'lines' | 'whole'>()

  push(chunk: FileChunk): Decoded {
    const out: Decoded = { events: [], issues: [], skipped: 0 }
    const shape = this.shapeOf(chunk)
    if (shape === 'whole') {
      const text = (chunk.firstLine === 1 ? '' : (this.wholes.get(chunk.path) ?? '')) + chunk.text
      if (chunk.final) {
        this.wholes.delete(chunk.path)
        whole(chunk.path, text, out)
      } else this.wholes.set(chunk.path, text)
    } else lines(chunk, out)
    return out
  }

  end(): Decoded {
    const out: Decoded = { events: [], issues: [], skipped: 0 }
    for (const [path, text] of this.wholes) whole(path, text, out)
    this.wholes.clear()
    return out
  }

  private shapeOf(chunk: FileChunk): 'lines' | 'whole' {
    const known = this.shapes.get(chunk.path)
    if (known && chunk.firstLine !== 1) return known
    const head = chunk.text.trimStart()
    const firstLine = head.slice(0, head.indexOf('\n') < 0 ? head.length : head.indexOf('\n'))
    const shape = head.startsWith('[') || /^\{\s*("events"\s*:|$)/.test(firstLine) ? 'whole' : 'lines'
    this.shapes.set(chunk.path, shape)
    return shape
  }
}

function lines(chunk: FileChunk, out: Decoded): void {
  let number = chunk.firstLine
  let from = 0
  while (from < chunk.text.length) {
    const newline = chunk.text.indexOf('\n', from)
    const raw = chunk.text.slice(from, newline < 0 ? chunk.text.length : newline).trim()
    from = newline < 0 ? chunk.text.length : newline + 1
    if (raw !== '') {
      const place = { path: chunk.path, line: number }
      const value = parseJson(raw)
      if (value === BAD) out.issues.push(badJson(raw, place))
      else take(value, place, out)
    }
    number++
  }
}

function whole(path: string, text: string, out: Decoded): void {
  const value = parseJson(text)
  if (value === BAD) {
    out.issues.push({
      code: 'bad_json',
      severity: 'error',
      message: 'The file begins like a JSON array but is not one; check that its end is there, or write one event a line.',
      place: { path },
    })
    return
  }
  const events = Array.isArray(value) ? value : isRecord(value) && Array.isArray(value.events) ? value.events : [value]
  events.forEach((event: unknown, index) => {
    take(event, { path, index }, out)
  })
}

function take(value: unknown, place: NonNullable<Issue['place']>, out: Decoded): void {
  const parsed = EventSchema.safeParse(value)
  if (parsed.success) out.events.push(parsed.data)
  else out.issues.push(eventIssue(value, parsed.error, place))
}

/** Why an event is refused, at which field, and how to mend it. */
export function eventIssue(value: unknown, error: z.ZodError<Event>, place: NonNullable<Issue['place']>): Issue {
  const base = { severity: 'error' as const }
  if (!isRecord(value)) return { ...base, code: 'not_an_event', message: 'An event is a JSON object; see docs/formats.md for its fields.', place }
  if (value.version !== undefined && value.version !== EVENT_VERSION) {
    return {
      ...base,
      code: 'unknown_version',
      message: `version ${JSON.stringify(value.version)?.slice(0, 40)} is not known here; this build reads version ${EVENT_VERSION}.`,
      place: { ...place, field: 'version' },
    }
  }
  if (typeof value.type !== 'string' || !TYPES.has(value.type)) {
    const near = typeof value.type === 'string' ? nearest(value.type) : undefined
    return {
      ...base,
      code: 'unknown_type',
      message: `type ${value.type === undefined ? 'is missing' : `${JSON.stringify(value.type)?.slice(0, 60)} is not known`}${near ? `; did you mean "${near}"?` : '; the types are listed in docs/formats.md.'}`,
      place: { ...place, field: 'type' },
    }
  }
  const first = error.issues[0]
  const field = first?.path.join('.')
  if (first?.code === 'unrecognized_keys') {
    return {
      ...base,
      code: 'unknown_field',
      message: `${value.type} has no field ${first.keys.map((key) => `"${key}"`).join(', ')}; put it into "attributes" or remove it.`,
      place: { ...place, ...(field ? { field } : {}) },
    }
  }
  const says = first?.message ?? 'it does not fit'
  return {
    ...base,
    code: 'bad_field',
    message: `${value.type}: ${field ? `${field}: ` : ''}${says}.`.replace(/\.\.$/, '.'),
    place: { ...place, ...(field ? { field } : {}) },
  }
}

function nearest(type: string): string | undefined {
  const plain = type.toLowerCase().replace(/[^a-z]/g, '')
  for (const known of TYPES) {
    const bare = known.replace('.', '')
    if (plain === bare || plain === bare.replace(/ed$/, '') || bare.startsWith(plain) || plain.startsWith(bare.slice(0, -2))) return known
  }
  return undefined
}

function badJson(raw: string, place: NonNullable<Issue['place']>): Issue {
  return {
    code: 'bad_json',
    severity: 'error',
    message: `This line is not JSON: ${raw.slice(0, 60)}${raw.length > 60 ? '…' : ''} Write one complete JSON object a line.`,
    place,
  }
}

const BAD = Symbol('not JSON')

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return BAD
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
