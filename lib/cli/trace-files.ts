import { constants } from 'node:fs'
import { access, open, realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import type { Issue } from '@/lib/core/issue'
import { type Recognised, recognise } from '@/lib/formats'
import type { Format } from '@/lib/formats/format'
import { givenPath } from './given-path'
import { isPacked, openTrace, unpackedName } from './open-trace'

/** A file that a format reads, or takes something from. */
export interface TraceFile {
  /** What it is called in places and messages: of a packed file the name without `.gz`. */
  path: string
  /** Where it lies, when that is somewhere else. */
  packed?: string
  format: Format
  /** Files with the same group are read together: a session and its sub-agents. */
  group: string
  /** Not a trace itself: read for what it says of others. */
  companion: boolean
  /** As it lies on the disk. */
  bytes: number
}

export interface Found {
  files: TraceFile[]
  /** Files that are not read, and why. An `error` only where a person named the file. */
  issues: Issue[]
}

const HEAD_BYTES = 64 * 1024
const TRACE_FILES = '**/*.{jsonl,ndjson,json,traj,log}{,.gz}'
const IGNORED = ['**/node_modules/**', '**/.git/**', '**/file-history/**']

/**
 * Files, folders and globs as given on the command line; `-` is not handled here. `absolute`: for places
 * that are to be found again from elsewhere; else as the person names them.
 */
export async function findTraceFiles(paths: readonly string[], { absolute }: { absolute: boolean }): Promise<Found> {
  const found: Found = { files: [], issues: [] }
  const seen = new Set<string>()
  for (const path of paths) {
    const listed = await listFiles(givenPath(path), found)
    for (const { file, named } of listed) {
      const whole = resolve(file)
      // by its real name: links, and upper and lower case where the file system makes no difference
      const real = await realpath(whole).catch(() => whole)
      if (seen.has(real)) continue
      seen.add(real)
      await examine(absolute ? whole : file, named, found)
    }
  }
  return found
}

async function listFiles(path: string, found: Found): Promise<{ file: string; named: boolean }[]> {
  const status = await stat(path).catch(() => undefined)
  if (status?.isDirectory()) return filesBelow(path, found)
  if (status?.isFile()) return [{ file: path, named: true }]
  if (status) {
    found.issues.push({
      code: 'no_file',
      severity: 'error',
      message: 'It is no file but a pipe or a device: hand it over as standard input (backseat import - < it).',
      place: { path },
    })
    return []
  }
  if (isDynamicPattern(path)) {
    const files = (await glob(path, { dot: true, ignore: IGNORED })).sort()
    if (files.length > 0) return files.map((file) => ({ file, named: false }))
    // as a shell would give them one by one
    const folders = (await glob(path, { dot: true, ignore: IGNORED, onlyDirectories: true })).sort()
    if (folders.length > 0) return (await Promise.all(folders.map((folder) => filesBelow(folder, found)))).flat()
  }
  found.issues.push({
    code: 'no_such_file',
    severity: 'error',
    message: isDynamicPattern(path) ? `No file and no folder matches ${path}.` : `There is no file or folder ${path}.`,
    place: { path },
  })
  return []
}

async function filesBelow(folder: string, found: Found): Promise<{ file: string; named: boolean }[]> {
  const folders = await glob('**', { cwd: folder, dot: true, ignore: IGNORED, onlyDirectories: true })
  for (const path of new Set([folder.replace(/(?<=.)[\\/]$/, ''), ...folders.map((below) => join(folder, below).replace(/[\\/]$/, ''))])) {
    const refused = await access(path, constants.R_OK | constants.X_OK).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    )
    if (refused === undefined || refused === 'ENOENT') continue
    found.issues.push({
      code: 'unreadable_folder',
      severity: 'error',
      message: `This folder may not be read (${refused}): nothing in it was looked at.`,
      place: { path },
    })
  }
  const files = await glob(TRACE_FILES, { cwd: folder, dot: true, ignore: IGNORED, caseSensitiveMatch: false })
  return files.sort().map((file) => ({ file: join(folder, file), named: false }))
}

async function examine(path: string, named: boolean, found: Found): Promise<void> {
  const { head, bytes, error } = await headOf(path)
  if (error !== undefined) {
    found.issues.push({ code: 'unreadable', severity: 'error', message: `It cannot be read: ${error}`, place: { path } })
    return
  }
  const file = traceFile(unpackedName(path), head, bytes)
  if (!('format' in file)) found.issues.push(notRead(path, file.recognised, named))
  else if (!isPacked(path)) found.files.push(file)
  else if (found.files.some((other) => other.path === file.path)) {
    found.issues.push({ code: 'packed_twin', severity: 'note', message: 'Passed over: the same file is there unpacked, too.', place: { path } })
  } else found.files.push({ ...file, packed: path })
}

export function traceFile(path: string, head: string, bytes: number): TraceFile | { recognised: Recognised } {
  const recognised = recognise({ path, head })
  if (recognised.kind === 'format') return { path, format: recognised.format, group: groupOf(recognised.format, path, head), companion: false, bytes }
  if (recognised.kind === 'companion' && recognised.companion.read) {
    return { path, format: recognised.format, group: groupOf(recognised.format, path, head), companion: true, bytes }
  }
  return { recognised }
}

export function notRead(path: string, recognised: Recognised, named: boolean): Issue {
  switch (recognised.kind) {
    case 'companion':
      return { code: 'companion', severity: 'note', message: `Passed over: ${recognised.companion.what}.`, place: { path } }
    case 'empty':
      return { code: 'empty', severity: named ? 'warning' : 'note', message: 'The file is empty.', place: { path } }
    case 'unknown':
      return {
        code: 'unknown_format',
        severity: named ? 'error' : /\.(jsonl|ndjson)(\.gz)?$/.test(path) ? 'warning' : 'note',
        message: recognised.why,
        place: { path },
      }
    case 'format':
      return { code: 'not_read', severity: 'note', message: 'Passed over.', place: { path } }
  }
}

export function groupOf(format: Format, path: string, head: string): string {
  return `${format.name} ${format.group?.({ path, head }) ?? path}`
}

/** The beginning of a file, unpacked; `bytes` as it lies on the disk. */
export async function headOf(path: string): Promise<{ head: string; bytes: number; error?: string }> {
  try {
    const { size } = await stat(path)
    if (isPacked(path)) return { head: (await packedHead(path)).toString('utf8'), bytes: size }
    const handle = await open(path, 'r')
    try {
      const buffer = Buffer.alloc(Math.min(HEAD_BYTES, size))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0)
      return { head: buffer.toString('utf8', 0, bytesRead), bytes: size }
    } finally {
      await handle.close()
    }
  } catch (error) {
    return { head: '', bytes: 0, error: error instanceof Error ? error.message : String(error) }
  }
}

/** Where the file is cut short, as far as it goes: what is wrong with it is said when it is read. */
async function packedHead(path: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of openTrace(path)) {
      pieces.push(piece)
      bytes += piece.length
      if (bytes >= HEAD_BYTES) break
    }
  } catch (error) {
    if (bytes === 0) throw new Error(`it could not be unpacked: ${error instanceof Error ? error.message : String(error)}`)
  }
  return Buffer.concat(pieces).subarray(0, HEAD_BYTES)
}

/** Sessions one after the other, each with its own file first, then what explains the rest. */
export function inGroups(files: readonly TraceFile[]): TraceFile[][] {
  const groups = new Map<string, TraceFile[]>()
  for (const file of files) {
    const group = groups.get(file.group)
    if (group) group.push(file)
    else groups.set(file.group, [file])
  }
  return [...groups.values()].map((group) => group.sort((a, b) => depthOf(a) - depthOf(b) || (a.path < b.path ? -1 : 1)))
}

function depthOf(file: TraceFile): number {
  if (file.companion) return 1
  return /(^|\/)(subagents\/|agent-[^/]*$)/.test(file.path.replaceAll('\\', '/')) ? 2 : 0
}

/** For messages: short when it lies below the current folder. */
export function shownPath(path: string): string {
  const below = join(process.cwd(), '/')
  return path.startsWith(below) ? path.slice(below.length) : path
}
