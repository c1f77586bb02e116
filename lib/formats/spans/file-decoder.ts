import type { Issue } from '@/lib/core/issue'
import type { Decoded, Decoder, FileChunk } from '../format'
import { isRecord } from './json'
import type { Work } from './work'
import { type TreeOptions, WorkTree } from './work-tree'

export interface Taken {
  works: Work[]
  issues: Issue[]
  /** Records known to carry no work. */
  skipped: number
}

/** How one JSON value of a file becomes work. */
export type TakeValue = (value: unknown, place: { path: string; line?: number }) => Taken

/**
 * Files of spans: one JSON value, or one a line (as collectors write). Everything is told at the end, when
 * all parents are there; while a growing file is watched, as it comes.
 */
export class SpanFileDecoder implements Decoder {
  private readonly tree: WorkTree
  /** Files that hold one value: their text so far. */
  private readonly wholes = new Map<string, string>()

  constructor(
    options: Omit<TreeOptions, 'whole'>,
    private readonly take: TakeValue,
    private readonly parse: (text: string) => unknown = (text) => JSON.parse(text) as unknown,
  ) {
    this.tree = new WorkTree({ ...options, whole: true })
  }

  push(chunk: FileChunk): Decoded {
    const out: Decoded = { events: [], issues: [], skipped: 0 }
    const text = (this.wholes.get(chunk.path) ?? '') + chunk.text
    this.wholes.delete(chunk.path)
    const lines = chunk.firstLine === 1 || !this.wholes.has(chunk.path) ? this.linesOf(text) : undefined
    if (lines) for (const [index, value] of lines) this.accept(value, { path: chunk.path, line: chunk.firstLine + index }, out)
    else if (chunk.final) this.whole(chunk.path, text, out)
    else this.wholes.set(chunk.path, text)
    return out
  }

  settle(): Decoded {
    return { events: this.tree.settle(), issues: this.tree.issues.splice(0), skipped: 0 }
  }

  end(): Decoded {
    const out: Decoded = { events: [], issues: [], skipped: 0 }
    for (const [path, text] of this.wholes) this.whole(path, text, out)
    this.wholes.clear()
    out.events = this.tree.end()
    out.issues.push(...this.tree.issues.splice(0))
    return out
  }

  /** The values of a text that is one JSON value a line; undefined when it is not. */
  private linesOf(text: string): [number, unknown][] | undefined {
    const values: [number, unknown][] = []
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue
      try {
        values.push([index, this.parse(line)])
      } catch {
        return undefined
      }
    }
    return values.every(([, value]) => isRecord(value) || Array.isArray(value)) ? values : undefined
  }

  private whole(path: string, text: string, out: Decoded): void {
    if (text.trim() === '') return
    try {
      this.accept(this.parse(text), { path }, out)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      // whole lines before a broken one are worth having
      let number = 0
      for (const line of text.split('\n')) {
        number++
        if (line.trim() === '') continue
        try {
          this.accept(this.parse(line), { path, line: number }, out)
        } catch {
          out.issues.push({
            code: 'bad_json',
            severity: 'error',
            message: 'This is not JSON. Write one JSON value in the file, or one a line; check that its end is there.',
            place: { path, line: number },
          })
          return
        }
      }
    }
  }

  private accept(value: unknown, place: { path: string; line?: number }, out: Decoded): void {
    const taken = this.take(value, place)
    for (const work of taken.works)
      this.tree.take({ ...work, source: { ...work.source, path: place.path, ...(place.line === undefined ? {} : { line: place.line }) } })
    out.issues.push(...taken.issues)
    out.skipped += taken.skipped
  }
}
