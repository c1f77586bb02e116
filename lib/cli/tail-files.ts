import { createReadStream, type Stats } from 'node:fs'
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Issue } from '@/lib/core/issue'
import { type LineChunk, LineCutter } from './read-lines'

const TRACE_FILE = /\.(jsonl|ndjson|json|traj|log)$/i
/** One JSON value, not lines: read whole whenever it changes. */
const DOCUMENT = /\.(json|traj)$/i
const IGNORED = new Set(['node_modules', '.git', 'file-history'])
const MAX_DEPTH = 10
const READ_BYTES = 1024 * 1024
/** A file that vanished keeps its place for this long: editors and archivers replace files by renaming. */
const FORGET_MS = 60_000
/** Files that have not grown for this long are looked at in turns. */
const QUIET_MS = 10_000
const QUIET_PER_ROUND = 2_000
const STATS_AT_ONCE = 64
/** Written to within this time: somebody may be watching it. */
const FRESH_MS = 60_000
/** What one look reads of one file, and of all. */
const FILE_BYTES = 4 * 1024 * 1024
const LOOK_BYTES = 16 * 1024 * 1024
/** A file whose first bytes have changed is another. */
const HEAD_BYTES = 256

export interface Grown {
  path: string
  chunk: LineChunk
  /** The file began anew: it shrank, or another file took its name. */
  again: boolean
}

interface Tailed {
  path: string
  /** Without links, and in the file system's own spelling of upper and lower case. */
  real: string
  /** Bytes taken. */
  offset: number
  inode: number
  /** Its first bytes. */
  head: Buffer
  cutter: LineCutter
  grownAt: number
  missingSince: number | undefined
  /** JSON documents are read whole, whenever they change. */
  document: boolean
  /** When it was last written to, as far as it has been looked at. */
  changed: number
}

/**
 * Follows files that grow, by looking: at folders for new files, at files for their size. Looking works
 * on every file system, sees what happened between two looks as one change, and cannot lose an event.
 */
export class TailFiles {
  private readonly files = new Map<string, Tailed>()
  private readonly realNames = new Set<string>()
  /** Further names of files that are followed. */
  private readonly otherNames = new Set<string>()
  private turn = 0

  private readonly refused = new Set<string>()

  /** `onIssue` hears once of each folder and file that may not be read; should that change, it is read. */
  constructor(
    private readonly paths: readonly string[],
    private readonly onIssue: (issue: Issue) => void = () => {},
  ) {}

  get count(): number {
    return this.files.size
  }

  /** Finds files that are new. Links are followed; what is reached by two names is read once. */
  async discover(now: number): Promise<void> {
    const linked = new Set<string>()
    for (const path of this.paths) {
      const root = resolve(path)
      const real = await realOf(root)
      if (real !== undefined) linked.add(real)
      await this.walk(root, 0, now, true, linked)
    }
  }

  /** `linked`: folders that were reached by a link or given by name; a link to one of them leads round in a circle. */
  private async walk(path: string, depth: number, now: number, named: boolean, linked: Set<string>): Promise<void> {
    if (depth > MAX_DEPTH) return
    let entries: { name: string; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }[]
    try {
      entries = await readdir(path, { withFileTypes: true })
    } catch (error) {
      // a file, or a folder that does not exist (yet)
      if (named && hasCode(error, 'ENOTDIR')) await this.follow(path, now)
      this.noteRefusal(path, error)
      return
    }
    for (const entry of entries) {
      if (IGNORED.has(entry.name)) continue
      const at = join(path, entry.name)
      if (entry.isDirectory()) await this.walk(at, depth + 1, now, false, linked)
      else if (TRACE_FILE.test(entry.name) && (entry.isFile() || entry.isSymbolicLink())) await this.follow(at, now)
      else if (entry.isSymbolicLink()) {
        const real = await realOf(at)
        if (real === undefined || linked.has(real) || !(await stat(real).catch(() => undefined))?.isDirectory()) continue
        linked.add(real)
        await this.walk(at, depth + 1, now, false, linked)
      }
    }
  }

  private async follow(path: string, now: number): Promise<void> {
    if (this.files.has(path) || this.otherNames.has(path)) return
    const real = await realOf(path)
    // a link that leads nowhere (yet)
    if (real === undefined) return
    if (this.realNames.has(real)) {
      this.otherNames.add(path)
      return
    }
    this.realNames.add(real)
    this.files.set(path, {
      path,
      real,
      offset: 0,
      inode: 0,
      head: Buffer.alloc(0),
      cutter: new LineCutter(path),
      grownAt: now,
      missingSince: undefined,
      document: DOCUMENT.test(path),
      changed: 0,
    })
  }

  private forget(file: Tailed): void {
    this.files.delete(file.path)
    this.realNames.delete(file.real)
    // one of them may be the only name now
    this.otherNames.clear()
  }

  /**
   * What has grown since the last look; waits for `take` before it reads on, so that memory stays bounded.
   * Files that are being written now come first, and none holds up the others for long: false means that
   * there is more to read already.
   */
  async look(now: number, take: (grown: Grown) => Promise<void>): Promise<boolean> {
    const grown: { file: Tailed; status: Stats }[] = []
    const due = this.due(now)
    for (let i = 0; i < due.length; i += STATS_AT_ONCE) {
      const some = due.slice(i, i + STATS_AT_ONCE)
      const found = await Promise.all(some.map((file) => stat(file.path).catch(() => undefined)))
      found.forEach((status, k) => {
        const file = some[k]
        if (file && this.hasChanged(file, status, now) && status) grown.push({ file, status })
      })
    }
    const fresh = Date.now() - FRESH_MS
    const rank = ({ file, status }: { file: Tailed; status: Stats }) => (status.mtimeMs > fresh ? 0 : 1e6) + file.path.length
    // a session's own file, whose path is shorter, before its sub-agents': what it says explains them
    grown.sort((one, other) => rank(one) - rank(other) || (one.file.path < other.file.path ? -1 : 1))
    let budget = LOOK_BYTES
    let caughtUp = true
    for (const { file, status } of grown) {
      if (budget <= 0) return false
      if (file.document) await this.readDocument(file, status, now, take)
      else {
        const before = file.offset
        if (!(await this.readOn(file, status, now, take))) caughtUp = false
        budget -= Math.max(0, file.offset - before)
      }
    }
    return caughtUp
  }

  private due(now: number): Tailed[] {
    const quiet: Tailed[] = []
    const busy: Tailed[] = []
    for (const file of this.files.values()) (now - file.grownAt < QUIET_MS ? busy : quiet).push(file)
    if (quiet.length <= QUIET_PER_ROUND) return [...busy, ...quiet]
    const from = this.turn % quiet.length
    this.turn += QUIET_PER_ROUND
    return [...busy, ...[...quiet, ...quiet].slice(from, from + QUIET_PER_ROUND)]
  }

  private hasChanged(file: Tailed, status: Stats | undefined, now: number): boolean {
    if (!status?.isFile()) {
      file.missingSince ??= now
      if (now - file.missingSince > FORGET_MS) this.forget(file)
      return false
    }
    file.missingSince = undefined
    if (file.document) return status.mtimeMs !== file.changed || status.size !== file.offset
    // the time, too: what was written anew may have the length of what stood there
    return status.size !== file.offset || (file.inode !== 0 && status.ino !== file.inode) || (file.offset > 0 && status.mtimeMs !== file.changed)
  }

  /** False when there is more to read than one look takes. */
  private async readOn(file: Tailed, status: Stats, now: number, take: (grown: Grown) => Promise<void>): Promise<boolean> {
    try {
      const handle = await open(file.path, 'r')
      try {
        let again = await this.beganAnew(file, status, handle)
        file.changed = status.mtimeMs
        const buffer = Buffer.alloc(READ_BYTES)
        for (let left = FILE_BYTES; left > 0; ) {
          const { bytesRead } = await handle.read(buffer, 0, buffer.length, file.offset)
          if (bytesRead === 0) return true
          left -= bytesRead
          file.offset += bytesRead
          file.grownAt = now
          const chunk = file.cutter.take(Buffer.from(buffer.subarray(0, bytesRead)))
          if (chunk.text !== '' || chunk.issues.length > 0) {
            await take({ path: file.path, chunk, again })
            again = false
          }
        }
        return false
      } finally {
        await handle.close()
      }
    } catch (error) {
      // gone or locked between two looks: the next one sees
      if (!hasCode(error, 'ENOENT', 'EACCES', 'EBUSY', 'EPERM')) throw error
      this.noteRefusal(file.path, error)
      return true
    }
  }

  private noteRefusal(path: string, error: unknown): void {
    if (!hasCode(error, 'EACCES') || this.refused.has(path)) return
    this.refused.add(path)
    this.onIssue({
      code: 'unreadable',
      severity: 'error',
      message: 'This user may not read it (EACCES): nothing of it is seen until that changes.',
      place: { path },
    })
  }

  /** It shrank, another file took its name, or its beginning is another: it is read from there. */
  private async beganAnew(file: Tailed, status: Stats, handle: FileHandle): Promise<boolean> {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    const head = buffer.subarray(0, bytesRead)
    const known = file.head.subarray(0, Math.min(file.head.length, file.offset))
    const same = status.size >= file.offset && (file.inode === 0 || status.ino === file.inode) && head.subarray(0, known.length).equals(known)
    const again = !same && file.offset > 0
    if (again) {
      file.offset = 0
      file.cutter = new LineCutter(file.path)
    }
    file.inode = status.ino
    file.head = head
    return again
  }

  private async readDocument(file: Tailed, status: Stats, now: number, take: (grown: Grown) => Promise<void>): Promise<void> {
    const issues: LineChunk['issues'] = []
    const cutter = new LineCutter(file.path)
    let text = ''
    const add = (chunk: LineChunk) => {
      text += chunk.text
      issues.push(...chunk.issues)
    }
    try {
      for await (const piece of createReadStream(file.path)) add(cutter.take(Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece))))
      add(cutter.end())
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'EACCES', 'EBUSY', 'EPERM')) throw error
      this.noteRefusal(file.path, error)
      return
    }
    file.changed = status.mtimeMs
    file.offset = status.size
    file.grownAt = now
    // half-written: it comes again, changed, when it is whole
    if (isJson(text)) await take({ path: file.path, chunk: { text, firstLine: 1, bytes: status.size, final: true, issues }, again: false })
  }
}

async function realOf(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined)
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
