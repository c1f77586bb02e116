import { isRecord, type JsonRecord } from './foreign'
import type { FileChunk } from './format'
import type { Sink } from './telling'

/** Each line of a chunk that is a JSON object; any other is an issue with its place. */
export function eachJsonLine(chunk: FileChunk, sink: Sink, title: string, take: (value: JsonRecord, line: number) => void): void {
  let line = chunk.firstLine
  let from = 0
  const { text, path } = chunk
  while (from < text.length) {
    const newline = text.indexOf('\n', from)
    const raw = text.slice(from, newline < 0 ? text.length : newline).trim()
    from = newline < 0 ? text.length : newline + 1
    if (raw !== '') {
      const value = parse(raw)
      if (isRecord(value)) take(value, line)
      else {
        sink.issues.push({
          code: value === undefined ? 'bad_json' : 'bad_line',
          severity: 'error',
          message: `This line is not a JSON object, so it is no line of a ${title}; mend or remove it and import again.`,
          place: { path, line },
        })
      }
    }
    line++
  }
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return undefined
  }
}

/** The objects at a sample's beginning, for telling formats apart; its last line may be cut. */
export function firstObjects(head: string, most = 40): JsonRecord[] {
  const found: JsonRecord[] = []
  for (const raw of head.split('\n')) {
    if (raw.trim() === '') continue
    const value = parse(raw)
    if (isRecord(value)) found.push(value)
    if (found.length >= most) break
  }
  return found
}

/** How many of a sample's first lines are such, and how many others are there; a line that the sample cuts is neither. */
export function tellingLines(head: string, isOurs: (line: JsonRecord) => boolean): { known: number; other: number } {
  let known = 0
  let other = 0
  for (const raw of head.split('\n').slice(0, 40)) {
    const value = parse(raw)
    if (value === undefined) continue
    if (isRecord(value) && isOurs(value)) known++
    else other++
  }
  return { known, other }
}
