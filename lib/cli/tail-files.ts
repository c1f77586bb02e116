import { open, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type LineChunk, LineCutter } from './read-lines'

const TRACE_FILE = /\.(jsonl|ndjson|json)$/
const IGNORED = new Set(['node_modules', '.git', 'file-history'])
const MAX_DEPTH = 10
const READ_BYTES = 1024 * 1024
/** A file that vanished keeps its place for this long: editors and archivers replace files by renaming. */
const FORGET_MS = 60_000
/** Files that have not grown for this long are looked at in turns. */
const QUIET_MS = 10_000
const QUIET_PER_ROUND = 2_000

export interface Grown {
  path: string
  chunk: LineChunk
  /** The file began anew: it shrank, or another file took its name. */
  again: boolean
}

interface Tailed {
  path: string
  /** Bytes taken. */
  offset: number
  inode: number
  cutter: LineCutter
  grownAt: number
  missingSince: number | undefined
  /** JSON documents are read whole, whenever they change. */
  document: boolean
  changed: number
}

/**
 * Follows files that grow, by looking: at folders for new files, at files for their size. Looking works
 * on every file system, sees what happened between two looks as one change, and cannot lose an event.
 */
export class TailFiles {
  private readonly files = new Map<string, Tailed>()
  private turn = 0

  constructor(private readonly paths: readonly string[]) {}

  get count(): number {
    return this.files.size
  }

  /** Finds files that are new. */
  async discover(now: number): Promise<void> {
    for (const path of this.paths) await this.walk(resolve(path), 0, now, true)
  }

  private async walk(path: string, depth: number, now: number, named: boolean): Promise<void> {
    if (depth > MAX_DEPTH) return
    let entries: { name: string; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }[]
    try {
      entries = await readdir(path, { withFileTypes: true })
    } catch (error) {
      // a file, or a folder that does not exist (yet)
      if (named && hasCode(error, 'ENOTDIR')) this.follow(path, now)
      return
    }
    for (const entry of entries) {
      const at = join(path, entry.name)
      if (entry.isDirectory()) {
        if (!IGNORED.has(entry.name)) await this.walk(at, depth + 1, now, false)
      } else if (TRACE_FILE.test(entry.name) && (entry.isFile() || entry.isSymbolicLink())) this.follow(at, now)
    }
  }

  private follow(path: string, now: number): void {
    if (this.files.has(path)) return
    this.files.set(path, {
      path,
      offset: 0,
      inode: 0,
      cutter: new LineCutter(path),
      grownAt: now,
      missingSince: undefined,
      document: /\.json$/.test(path),
      changed: 0,
    })
  }

  /** What has grown since the last look; waits for `take` before it reads on, so that memory stays bounded. */
  async look(now: number, take: (grown: Grown) => Promise<void>): Promise<void> {
    const quiet: Tailed[] = []
    const busy: Tailed[] = []
    for (const file of this.files.values()) (now - file.grownAt < QUIET_MS ? busy : quiet).push(file)
    const from = quiet.length === 0 ? 0 : this.turn % quiet.length
    const some = quiet.length <= QUIET_PER_ROUND ? quiet : [...quiet, ...quiet].slice(from, from + QUIET_PER_ROUND)
    this.turn += QUIET_PER_ROUND
    // a session's own file before its sub-agents': what it says explains them
    const due = [...busy, ...some].sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    for (const file of due) await this.lookAt(file, now, take)
  }

  private async lookAt(file: Tailed, now: number, take: (grown: Grown) => Promise<void>): Promise<void> {
    const status = await stat(file.path).catch(() => undefined)
    if (!status?.isFile()) {
      file.missingSince ??= now
      if (now - file.missingSince > FORGET_MS) this.files.delete(file.path)
      return
    }
    file.missingSince = undefined
    const other = file.inode !== 0 && status.ino !== file.inode
    const again = file.offset > 0 && (other || status.size < file.offset)
    if (again) {
      file.offset = 0
      file.cutter = new LineCutter(file.path)
    }
    file.inode = status.ino
    if (file.document) {
      if (status.mtimeMs !== file.changed || status.size !== file.offset) await this.readDocument(file, status.mtimeMs, now, take)
      return
    }
    if (status.size > file.offset) await this.readOn(file, now, again, take)
  }

  private async readOn(file: Tailed, now: number, again: boolean, take: (grown: Grown) => Promise<void>): Promise<void> {
    let first = again
    try {
      const handle = await open(file.path, 'r')
      try {
        const buffer = Buffer.alloc(READ_BYTES)
        for (;;) {
          const { bytesRead } = await handle.read(buffer, 0, buffer.length, file.offset)
          if (bytesRead === 0) return
          file.offset += bytesRead
          file.grownAt = now
          const chunk = file.cutter.take(Buffer.from(buffer.subarray(0, bytesRead)))
          if (chunk.text !== '' || chunk.issues.length > 0) {
            await take({ path: file.path, chunk, again: first })
            first = false
          }
        }
      } finally {
        await handle.close()
      }
    } catch (error) {
      // gone or locked between two looks: the next one sees
      if (!hasCode(error, 'ENOENT', 'EACCES', 'EBUSY', 'EPERM')) throw error
    }
  }

  private async readDocument(file: Tailed, changed: number, now: number, take: (grown: Grown) => Promise<void>): Promise<void> {
    const chunks: LineChunk[] = []
    const cutter = new LineCutter(file.path)
    let bytes = 0
    try {
      const handle = await open(file.path, 'r')
      try {
        for await (const piece of handle.createReadStream({ autoClose: false })) {
          bytes += piece.length
          chunks.push(cutter.take(Buffer.isBuffer(piece) ? piece : Buffer.from(piece)))
        }
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'EACCES', 'EBUSY', 'EPERM')) return
      throw error
    }
    chunks.push(cutter.end())
    const text = chunks.map((chunk) => chunk.text).join('')
    // half-written: it comes again, changed, when it is whole
    if (!isJson(text)) return
    file.offset = bytes
    file.changed = changed
    file.grownAt = now
    await take({ path: file.path, chunk: { text, firstLine: 1, bytes, final: true, issues: chunks.flatMap((chunk) => chunk.issues) }, again: false })
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}
