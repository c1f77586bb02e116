import type { Issue } from '@/lib/core/issue'
import { MAX_NESTING, NestingWatch } from './nesting'

/** A line longer than this is passed over: it would have to be in memory whole, several times. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024

export interface LineChunk {
  /** Whole lines, with their line ends. */
  text: string
  /** 1-based. */
  firstLine: number
  /** Bytes taken from the source for this chunk, also those that gave no text. */
  bytes: number
  /** Nothing follows; a last line without a line end counts. */
  final: boolean
  issues: Issue[]
}

/** Cuts bytes into whole lines, however they arrive; keeps at most one line and one chunk. */
export class LineCutter {
  private rest: Buffer[] = []
  private restBytes = 0
  private overlong = false
  private nextLine = 1
  private readonly nesting = new NestingWatch()

  constructor(
    private readonly path: string,
    private readonly maxLineBytes = MAX_LINE_BYTES,
  ) {}

  take(bytes: Buffer): LineChunk {
    const issues: Issue[] = []
    let body = bytes
    const firstNewline = body.indexOf(10)
    if (this.overlong) {
      if (firstNewline < 0) return this.chunk('', bytes.length, false, issues)
      this.overlong = false
      this.nextLine++
      body = body.subarray(firstNewline + 1)
    }
    const lastNewline = body.lastIndexOf(10)
    if (lastNewline < 0) {
      this.keep(body, issues)
      return this.chunk('', bytes.length, false, issues)
    }
    const whole = this.restBytes === 0 ? body.subarray(0, lastNewline + 1) : Buffer.concat([...this.rest, body.subarray(0, lastNewline + 1)])
    this.rest = []
    this.restBytes = 0
    const chunk = this.chunk(this.decode(whole, issues), bytes.length, false, issues)
    this.keep(body.subarray(lastNewline + 1), issues)
    return chunk
  }

  end(): LineChunk {
    const issues: Issue[] = []
    const whole = Buffer.concat(this.rest)
    this.rest = []
    this.restBytes = 0
    return this.chunk(this.decode(whole, issues), 0, true, issues)
  }

  private keep(body: Buffer, issues: Issue[]): void {
    if (body.length === 0) return
    if (this.restBytes + body.length > this.maxLineBytes) {
      this.rest = []
      this.restBytes = 0
      this.overlong = true
      issues.push({
        code: 'line_too_long',
        severity: 'error',
        message: `This line has more than ${Math.round(this.maxLineBytes / 1024 / 1024)} MB and was passed over; everything after it was read.`,
        place: { path: this.path, line: this.nextLine },
      })
      return
    }
    this.rest.push(Buffer.from(body))
    this.restBytes += body.length
  }

  private chunk(read: string, bytes: number, final: boolean, issues: Issue[]): LineChunk {
    const firstLine = this.nextLine
    const text = this.withoutDeepLines(read, issues)
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.nextLine++
    return { text, firstLine, bytes, final, issues }
  }

  /** What cannot be walked safely is left out, its line end stays. */
  private withoutDeepLines(text: string, issues: Issue[]): string {
    const deep = this.nesting.deepLines(text)
    if (deep.length === 0) return text
    const lines = text.split('\n')
    for (const n of deep) {
      lines[n] = ''
      issues.push({
        code: 'too_deep',
        severity: 'error',
        message: `This line is nested deeper than ${MAX_NESTING} levels and was passed over.`,
        place: { path: this.path, line: this.nextLine + n },
      })
    }
    return lines.join('\n')
  }

  private decode(bytes: Buffer, issues: Issue[]): string {
    const start = this.nextLine === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
    const body = bytes.subarray(start)
    try {
      return strict.decode(body)
    } catch {
      // rare: find the lines; elsewhere nothing changes
      let line = this.nextLine
      const parts: string[] = []
      for (let from = 0; from < body.length; line++) {
        const newline = body.indexOf(10, from)
        const to = newline < 0 ? body.length : newline + 1
        const piece = body.subarray(from, to)
        from = to
        try {
          parts.push(strict.decode(piece))
        } catch {
          issues.push({
            code: 'bad_utf8',
            severity: 'warning',
            message: 'This line is not valid UTF-8; the bytes that are none were replaced by \ufffd.',
            place: { path: this.path, line },
          })
          parts.push(lenient.decode(piece))
        }
      }
      return parts.join('')
    }
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** The lines of a file or stream, about a megabyte at a time; `path` is for places. Throws what the source throws. */
export async function* readLines(path: string, source: AsyncIterable<Buffer | string>): AsyncGenerator<LineChunk> {
  const cutter = new LineCutter(path)
  for await (const bytes of source) {
    const chunk = cutter.take(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes))
    if (chunk.text !== '' || chunk.issues.length > 0 || chunk.bytes > 0) yield chunk
  }
  yield cutter.end()
}
