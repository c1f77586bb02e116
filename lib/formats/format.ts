import type { Event, EventInput } from '@/lib/core/event'
import type { Issue } from '@/lib/core/issue'

/**
 * A trace format: foreign bytes in, canonical events out. One file a format, one line in index.ts.
 */
export interface Format {
  /** `claude-code`; also what sessions carry as `format`. */
  name: string
  /** What people call it. */
  title: string
  /** Where such files lie, or how one gets them. */
  lies: string
  /** What it is told by, in a few words: the keys that its beginning has. */
  shape: string
  /** Tells from the first bytes (and the path, if known) whether this is ours. */
  detect(sample: Sample): Detection
  /**
   * Files that lie beside ours and are no traces. `read`: the decoder takes something from them;
   * `what` says what they are. Undefined: not known.
   */
  companion?(path: string): Companion | undefined
  /** What a file belongs to (a session's id): files of one group are decoded by one decoder. Undefined: it stands alone. */
  group?(sample: Sample): string | undefined
  /** A decoder of one import: it may see many files of the same session, in any order. */
  decoder(options: DecodeOptions): Decoder
}

export interface Sample {
  /** Undefined when hidden, as law L5 (blind detection) demands. */
  path?: string
  /** The beginning of the file, at least a whole line where it has lines. */
  head: string
}

export interface Companion {
  read: boolean
  what: string
}

/** `score` 0: certainly not; 1: certainly. `missing` says what a near miss lacks. */
export interface Detection {
  score: number
  missing?: string
}

export interface DecodeOptions {
  /** Counts tokens where a source gives none or a placeholder; the result is marked as estimated. */
  countTokens(text: string): number
}

/**
 * Fed with files, whole or growing. `push` may be called again and again for the same path with what
 * has been appended since; `end` says that no more comes (an import's end; never while watching).
 */
export interface Decoder {
  push(chunk: FileChunk): Decoded
  end(): Decoded
  /**
   * While watching, called a few times a second: what has been held back for two calls in the hope of a
   * line that explains it is told as far as it is known.
   */
  settle?(): Decoded
}

export interface FileChunk {
  path: string
  /** Whole lines for line formats; the whole text for others. */
  text: string
  /** 1-based number of the first line in `text`. */
  firstLine: number
  /** The file is complete: a last line without a line end counts. */
  final: boolean
}

export interface Decoded {
  events: (Event | EventInput)[]
  issues: Issue[]
  /** Lines or records read that are known to carry no event (a title, a snapshot of files). */
  skipped: number
}
