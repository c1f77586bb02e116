import type { EventInput } from '@/lib/core/event'
import { type FileChange, parseApplyPatch, patchInCommand } from './codex/patch'
import { isRecord, list, text, word } from './foreign'
import { shellWrites } from './shell-writes'

/** What a file or shell tool does when it succeeds, told from its name and arguments as many systems spell them. */
export interface ToolWrites {
  /** False where it is concluded from the text of a shell command. */
  declared: boolean
  writes: FileChange[]
}

const NONE: ToolWrites = { declared: true, writes: [] }
const PATH_KEYS = ['path', 'file_path', 'filePath', 'absolute_path', 'target_file', 'file', 'filename'] as const
const CONTENT_KEYS = ['file_text', 'content', 'contents', 'new_content'] as const
const EDITORS = new Set(['str_replace_editor', 'str_replace_based_edit_tool', 'text_editor', 'file_editor', 'editor', 'oh_editor'])
const WRITERS = /^(?:create|write|save|create_file|write_file|write_to_file|save_file|new_file|writefile|file_write|createfile)$/i
const REPLACERS = /^(?:edit|replace|multi_?edit|edit_file|update|str_replace|search_replace|smart_edit|replace_in_file|file_edit|edit_file_by_replace)$/i
const DELETERS = /^(?:delete|delete_file|remove_file|rm)$/i
const READERS = /^(?:view|read|open|read_file|view_file|cat|read_many_files|open_file|readfile)$/i
const SHELLS =
  /^(?:bash|sh|shell|terminal|cmd|run|run_shell_command|execute_bash|run_command|run_terminal_cmd|bash_command|execute_command|run_in_terminal|local_shell|execute_bash_command)$/i

/** The last part of a name with a namespace: `default_api:write_file`, `fs.write_file`, `functions.bash`. */
export function plainName(name: string): string {
  return name.split(/[.:/]|__/).at(-1) ?? name
}

export function toolWrites(fullName: string, input: unknown): ToolWrites {
  const name = plainName(fullName)
  const command = shellCommand(name, input)
  if (command !== undefined) {
    const patch = patchInCommand(command)
    return patch === undefined ? { declared: false, writes: shellWrites(command) } : { declared: true, writes: parseApplyPatch(patch) }
  }
  if (/^(?:apply_?patch|patch)$/i.test(name)) {
    const patch = typeof input === 'string' ? input : (text(input, 'patchText') ?? text(input, 'patch') ?? text(input, 'input'))
    return patch?.includes('*** Begin Patch') ? { declared: true, writes: parseApplyPatch(patch) } : NONE
  }
  const path = pathIn(input)
  if (path === undefined) return NONE
  const verb = EDITORS.has(name) ? word(input, 'command') : undefined
  if (verb === 'create' || WRITERS.test(name)) {
    const content = CONTENT_KEYS.map((key) => text(input, key)).find((value) => value !== undefined)
    return content === undefined ? NONE : { declared: true, writes: [{ path, change: { kind: 'content', content } }] }
  }
  if (verb === 'insert' || verb === 'undo_edit') return { declared: true, writes: [{ path, change: { kind: 'opaque' } }] }
  if (verb === 'str_replace' || REPLACERS.test(name)) {
    const edits = editsIn(input)
    const only = edits[0]
    if (!only) {
      const content = CONTENT_KEYS.map((key) => text(input, key)).find((value) => value !== undefined)
      return content === undefined ? NONE : { declared: true, writes: [{ path, change: { kind: 'opaque' } }] }
    }
    // an empty search text makes the file
    if (only.old === '' && edits.length === 1) return { declared: true, writes: [{ path, change: { kind: 'content', content: only.new } }] }
    return { declared: true, writes: [{ path, change: { kind: 'edit', edits } }] }
  }
  return DELETERS.test(name) ? { declared: true, writes: [{ path, change: { kind: 'delete' } }] } : NONE
}

/** The file that a reading tool shows. */
export function toolReads(fullName: string, input: unknown): string | undefined {
  const name = plainName(fullName)
  return READERS.test(name) || (EDITORS.has(name) && word(input, 'command') === 'view') ? pathIn(input) : undefined
}

export function shellCommand(fullName: string, input: unknown): string | undefined {
  if (!SHELLS.test(plainName(fullName))) return undefined
  return typeof input === 'string' ? input : (word(input, 'command') ?? word(input, 'cmd') ?? word(input, 'keystrokes') ?? word(input, 'script'))
}

function pathIn(input: unknown): string | undefined {
  for (const key of PATH_KEYS) {
    const path = word(input, key)
    if (path !== undefined) return path
  }
  return undefined
}

type Edits = Extract<Extract<EventInput, { type: 'artifact.written' }>['change'], { kind: 'edit' }>['edits']

function editsIn(input: unknown): Edits {
  const listed = list(input, 'edits')
  const edits: Edits = []
  for (const one of listed.length > 0 ? listed : [input]) {
    const old = text(one, 'old_str') ?? text(one, 'old_string') ?? text(one, 'oldString') ?? text(one, 'to_replace') ?? text(one, 'search')
    const fresh = text(one, 'new_str') ?? text(one, 'new_string') ?? text(one, 'newString') ?? text(one, 'new_content') ?? text(one, 'replace')
    if (old === undefined || fresh === undefined) continue
    const all = isRecord(one) && (one.replace_all === true || one.replaceAll === true || one.allow_multiple === true)
    edits.push({ old, new: fresh, ...(all ? { all: true } : {}) })
  }
  return edits.slice(0, 1000)
}
