import type { Decoded, Decoder, FileChunk } from './format'
import { Sink } from './telling'

/** A file that is one JSON value (or one a line). */
export interface Document {
  path: string
  value: unknown
  /** Where it stands in a file of several; undefined when it is the whole file. */
  line?: number
}

/** Collects the text of a file until it is whole, then reads it. */
export class DocumentDecoder implements Decoder {
  private readonly texts = new Map<string, string>()
  protected readonly sink = new Sink()

  constructor(
    private readonly title: string,
    private readonly read: (document: Document, sink: Sink) => void,
    /** Called when no more comes, or while watching, for what several files say together. */
    private readonly finish?: (sink: Sink) => void,
    /** A file with one value a line is one document, a list of them, and not several documents. */
    private readonly linesAreOne = false,
  ) {}

  push(chunk: FileChunk): Decoded {
    const text = (chunk.firstLine === 1 ? '' : (this.texts.get(chunk.path) ?? '')) + chunk.text
    if (chunk.final) {
      this.texts.delete(chunk.path)
      this.whole(chunk.path, text)
    } else this.texts.set(chunk.path, text)
    return this.sink.take()
  }

  settle(): Decoded {
    this.finish?.(this.sink)
    return this.sink.take()
  }

  end(): Decoded {
    for (const [path, text] of this.texts) this.whole(path, text)
    this.texts.clear()
    this.finish?.(this.sink)
    return this.sink.take()
  }

  private whole(path: string, text: string): void {
    if (text.trim() === '') return
    try {
      this.read({ path, value: JSON.parse(text) }, this.sink)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      if (!this.lines(path, text)) {
        this.sink.issues.push({
          code: 'bad_json',
          severity: 'error',
          message: `The file begins like a ${this.title} but is not whole JSON (${error.message.slice(0, 100)}); check that its end is there and import again.`,
          place: { path },
        })
      }
    }
  }

  /** One value a line: the same kind of document, several times. */
  private lines(path: string, text: string): boolean {
    const raw = text.split('\n')
    const values: { value: unknown; line: number }[] = []
    for (const [i, one] of raw.entries()) {
      if (one.trim() === '') continue
      try {
        values.push({ value: JSON.parse(one), line: i + 1 })
      } catch {
        return false
      }
    }
    if (this.linesAreOne) this.read({ path, value: values.map(({ value }) => value) }, this.sink)
    else for (const { value, line } of values) this.read({ path, value, line }, this.sink)
    return true
  }
}

/**
 * The beginning of a JSON document of which only the head is known: the keys that are seen at each depth
 * (0: the outermost object or the objects of an outermost array), without parsing what is cut off.
 */
export function outline(head: string, maxDepth = 3): { array: boolean; keys: Set<string>[] } {
  const keys: Set<string>[] = Array.from({ length: maxDepth + 1 }, () => new Set<string>())
  const text = head.trimStart()
  const array = text.startsWith('[')
  // objects only: arrays do not count as a depth of their own
  let depth = -1
  const stack: ('{' | '[')[] = []
  let i = 0
  while (i < text.length) {
    const c = text[i] as string
    if (c === '"') {
      const end = endOfString(text, i)
      if (end < 0) break
      if (stack.at(-1) === '{' && depth <= maxDepth) {
        let next = end + 1
        while (next < text.length && /\s/.test(text[next] as string)) next++
        if (text[next] === ':') keys[depth]?.add(text.slice(i + 1, end))
      }
      i = end + 1
      continue
    }
    if (c === '{') {
      stack.push('{')
      depth++
    } else if (c === '[') stack.push('[')
    else if (c === '}' || c === ']') {
      if (stack.pop() === '{') depth--
    }
    i++
  }
  return { array, keys }
}

function endOfString(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return i
  }
  return -1
}
