import type { Readable } from 'node:stream'
import { type Event, EventSchema } from '@/lib/core/event'
import type { Issue } from '@/lib/core/issue'
import { compareEvents } from '@/lib/core/order'
import type { Decoded } from '@/lib/formats/format'
import { eventIssue } from '@/lib/formats/native'
import { countTokens } from '@/lib/formats/count-tokens'
import { openTrace } from './open-trace'
import { type LineChunk, readLines } from './read-lines'
import type { TraceFile } from './trace-files'

/** More than this is told in several parts, each in order, so that memory stays bounded. */
const PART_EVENTS = 50_000
const PART_CHARS = 48 * 1024 * 1024

export interface DecodedPart {
  /** In the order of what happened. */
  events: { event: Event; path: string }[]
  issues: Issue[]
  /** Lines that carry no event, by file. */
  skipped: Map<string, number>
}

/**
 * Reads the files of one session and gives their events in time order: a sub-agent's file is read
 * after its master's, but what it tells happened in between.
 */
export async function* decodeGroup(
  files: readonly TraceFile[],
  { stdin, onBytes }: { stdin?: Readable; onBytes?(bytes: number): void } = {},
): AsyncGenerator<DecodedPart> {
  const first = files[0]
  if (!first) return
  const decoder = first.format.decoder({ countTokens })
  let part = newPart()
  let chars = 0
  const take = (decoded: Decoded, path: string) => {
    for (const issue of decoded.issues) part.issues.push(issue)
    part.skipped.set(path, (part.skipped.get(path) ?? 0) + decoded.skipped)
    for (const raw of decoded.events) {
      const parsed = EventSchema.safeParse(raw)
      if (parsed.success) {
        part.events.push({ event: parsed.data, path: parsed.data.source?.path ?? path })
        chars += sizeOf(parsed.data)
      } else
        part.issues.push(
          eventIssue(raw, parsed.error, { path: raw.source?.path ?? path, ...(raw.source?.line === undefined ? {} : { line: raw.source.line }) }),
        )
    }
  }
  for (const file of files) {
    const streamed = file === first ? stdin : undefined
    for await (const chunk of linesOf(file, streamed ?? openTrace(file.packed ?? file.path, onBytes))) {
      if ('problem' in chunk) {
        part.issues.push(chunk.problem)
        continue
      }
      if (streamed) onBytes?.(chunk.bytes)
      part.issues.push(...chunk.issues)
      take(decoder.push({ path: file.path, text: chunk.text, firstLine: chunk.firstLine, final: chunk.final }), file.path)
      if (part.events.length >= PART_EVENTS || chars >= PART_CHARS) {
        yield inOrder(part)
        part = newPart()
        chars = 0
      }
    }
  }
  take(decoder.end(), first.path)
  yield inOrder(part)
}

/** A file that breaks in the middle, or is gone, is an issue like any other: what was read of it counts, and so do the files after it. */
async function* linesOf(file: TraceFile, source: AsyncIterable<Buffer | string>): AsyncGenerator<LineChunk | { problem: Issue }> {
  let after = 0
  try {
    for await (const chunk of readLines(file.path, source)) {
      for (let at = chunk.text.indexOf('\n'); at >= 0; at = chunk.text.indexOf('\n', at + 1)) after++
      yield chunk
    }
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error))
    const what = file.packed === undefined ? `It could not be read to its end (${message})` : `It could not be unpacked to its end (${message})`
    yield {
      problem: {
        code: 'unreadable',
        severity: 'error',
        message: after === 0 ? `${what}: nothing of it was read.` : `${what}: what stands before, up to line ${after.toLocaleString('en-US')}, was read.`,
        place: { path: file.packed ?? file.path },
      },
    }
  }
}

function newPart(): DecodedPart {
  return { events: [], issues: [], skipped: new Map() }
}

function inOrder(part: DecodedPart): DecodedPart {
  part.events.sort((a, b) => compareEvents(a.event, b.event))
  return part
}

/** Roughly the characters of an event's content. */
function sizeOf(event: Event): number {
  let size = 300
  if ('text' in event && typeof event.text === 'string') size += event.text.length
  if ('output' in event && typeof event.output === 'string') size += event.output.length
  if ('result' in event && typeof event.result === 'string') size += event.result.length
  if ('arguments' in event && typeof event.arguments === 'string') size += event.arguments.length
  if ('brief' in event && typeof event.brief === 'string') size += event.brief.length
  if (event.type === 'artifact.written' && 'before' in event.change && typeof event.change.before === 'string') size += event.change.before.length
  return size
}
