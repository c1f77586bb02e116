import type { EventInput } from '@/lib/core/event'
import { shellWrites } from '../shell-writes'
import { isRecord, stringIn } from './line'
import { resolvePath } from './paths'
import { contentOfNumberedLines, type Replacement, replaced, type SeenFiles } from './seen-files'

export type Change = Extract<EventInput, { type: 'artifact.written' }>['change']

/** A write as a tool call's success proves it; `path` as the source names it. */
export interface ProvenWrite {
  path: string
  change: Change
  /** A person changed the text before letting it through. */
  userModified?: boolean
  /** Concluded from a shell command's text. */
  inferred?: boolean
}

export interface DoneCall {
  name: string
  input: Record<string, unknown>
  /** `toolUseResult`, which sub-agents' lines usually lack. */
  detail: unknown
  text: string
  cwd: string | undefined
}

/** What a call that succeeded wrote. Calls that failed or were refused write nothing. */
export function writesOf(call: DoneCall, seen: SeenFiles): ProvenWrite[] {
  switch (call.name) {
    case 'Write':
      return wholeFile(call, seen)
    case 'Edit':
    case 'MultiEdit':
    case 'Update':
      return edited(call, seen)
    case 'NotebookEdit':
      return notebook(call, seen)
    case 'Bash':
      return shell(call, seen)
    default:
      return []
  }
}

/** Keeps what a Read showed of a whole file. */
export function noteRead(call: DoneCall, seen: SeenFiles): void {
  const path = stringIn(call.input, 'file_path')
  if (call.name !== 'Read' || path === undefined) return
  const file = isRecord(call.detail) && isRecord(call.detail.file) ? call.detail.file : undefined
  const content = stringIn(file, 'content')
  if (file && content !== undefined && file.startLine === 1 && file.numLines === file.totalLines) {
    seen.set(path, content)
    return
  }
  if (file || call.input.offset !== undefined || call.input.limit !== undefined) return
  const whole = contentOfNumberedLines(call.text)
  if (whole !== undefined) seen.set(path, whole)
}

function wholeFile(call: DoneCall, seen: SeenFiles): ProvenWrite[] {
  const path = stringIn(call.detail, 'filePath') ?? stringIn(call.input, 'file_path')
  const content = stringIn(call.detail, 'content') ?? stringIn(call.input, 'content')
  if (path === undefined || content === undefined) return []
  seen.set(path, content)
  return [{ path, change: { kind: 'content', content }, ...modified(call.detail) }]
}

function edited(call: DoneCall, seen: SeenFiles): ProvenWrite[] {
  const path = stringIn(call.detail, 'filePath') ?? stringIn(call.input, 'file_path')
  if (path === undefined) return []
  const edits = editsOf(call)
  if (edits.length === 0) return []
  const original = stringIn(call.detail, 'originalFile') ?? fitting(seen.get(path), edits)
  const after = original === undefined ? undefined : replaced(original, edits)
  if (after === undefined) seen.forget(path)
  else seen.set(path, after)
  const only = edits[0] as Replacement
  // an empty search text makes the file
  if (only.old === '' && edits.length === 1) return [{ path, change: { kind: 'content', content: only.new }, ...modified(call.detail) }]
  return [{ path, change: { kind: 'edit', edits, ...(original === undefined ? {} : { before: original }) }, ...modified(call.detail) }]
}

function editsOf(call: DoneCall): Replacement[] {
  const listed = isRecord(call.detail) && Array.isArray(call.detail.edits) ? call.detail.edits : call.input.edits
  const raw: unknown[] = Array.isArray(listed) ? listed : [call.input]
  const detailOld = stringIn(call.detail, 'oldString')
  const detailNew = stringIn(call.detail, 'newString')
  if (raw.length === 1 && detailOld !== undefined && detailNew !== undefined) {
    return [{ old: detailOld, new: detailNew, ...(isRecord(call.detail) && call.detail.replaceAll === true ? { all: true } : {}) }]
  }
  const edits: Replacement[] = []
  for (const one of raw) {
    const old = stringIn(one, 'old_string')
    const text = stringIn(one, 'new_string')
    if (old !== undefined && text !== undefined) edits.push({ old, new: text, ...(isRecord(one) && one.replace_all === true ? { all: true } : {}) })
  }
  return edits.slice(0, 1000)
}

/** The remembered content, if the edits fit it: another agent may have written since. */
function fitting(content: string | undefined, edits: readonly Replacement[]): string | undefined {
  return content !== undefined && replaced(content, edits) !== undefined ? content : undefined
}

function notebook(call: DoneCall, seen: SeenFiles): ProvenWrite[] {
  const path = stringIn(call.input, 'notebook_path')
  if (path === undefined) return []
  const updated = stringIn(call.detail, 'updated_file')
  if (updated === undefined) {
    seen.forget(path)
    return [{ path, change: { kind: 'opaque' } }]
  }
  seen.set(path, updated)
  return [{ path, change: { kind: 'content', content: updated } }]
}

function shell(call: DoneCall, seen: SeenFiles): ProvenWrite[] {
  const command = stringIn(call.input, 'command')
  if (command === undefined || call.input.run_in_background === true) return []
  if (isRecord(call.detail) && (call.detail.interrupted === true || call.detail.backgroundTaskId !== undefined)) return []
  return shellWrites(command).map(({ path, change }) => {
    const at = resolvePath(path, call.cwd)
    const known = seen.get(at)
    if (change.kind === 'content') seen.set(at, change.content)
    else if (change.kind === 'append' && known !== undefined) seen.set(at, known + change.text)
    else seen.forget(at)
    if (change.kind === 'move') return { path: at, change: { kind: 'move', from: resolvePath(change.from, call.cwd) }, inferred: true }
    return { path: at, change, inferred: true }
  })
}

function modified(detail: unknown): { userModified?: true } {
  return isRecord(detail) && detail.userModified === true ? { userModified: true } : {}
}
