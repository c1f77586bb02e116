import type { EventInput } from '@/lib/core/event'
import { shellWrites } from '../shell-writes'
import { isRecord, parsed, textOf } from './json'
import type { ToolUse, Work } from './work'

export type Change = Extract<EventInput, { type: 'artifact.written' }>['change']

export interface ToolWrite {
  path: string
  change: Change
  /** Concluded from a shell command's text. */
  inferred?: boolean
}

/** Tools that hand work to another agent, by the names that frameworks give them. */
export function delegationTarget(tool: ToolUse): { to: string; passesControl: boolean } | undefined {
  const args = parsed(tool.arguments)
  const named = (...keys: string[]) => (isRecord(args) ? keys.map((key) => textOf(args[key])).find((value) => value !== undefined) : undefined)
  const plain = tool.name.trim()
  const back = /^transfer_back_to_(.+)$/i.exec(plain)
  if (back?.[1]) return { to: back[1], passesControl: true }
  const passed = /^(?:transfer|hand_?off|handover)_to_(.+)$/i.exec(plain)
  if (passed?.[1] && passed[1] !== 'agent') return { to: passed[1], passesControl: true }
  if (/^transfer_to_(?:other_)?agent$/i.test(plain)) {
    const to = named('agent_name', 'agentName', 'agent')
    return to === undefined ? undefined : { to, passesControl: true }
  }
  if (/^(?:Agent|Task)$/.test(plain)) {
    const to = named('subagent_type', 'agent_type', 'name')
    return { to: to ?? 'general-purpose', passesControl: false }
  }
  const delegated = /^delegate(?:_task|_work)?_to_(.+)$/i.exec(plain)
  if (delegated?.[1] && !/^co_?worker$/i.test(delegated[1])) return { to: delegated[1], passesControl: false }
  if (/^(?:delegate|ask)[_ ]/i.test(plain)) {
    const to = named('coworker', 'co_worker', 'agent', 'agent_name', 'assignee', 'to')
    return to === undefined ? undefined : { to: to.trim(), passesControl: false }
  }
  return undefined
}

/** The words of a delegating call: what was asked for. */
export function briefOf(tool: ToolUse): { title?: string; brief?: string } {
  const args = parsed(tool.arguments)
  if (!isRecord(args)) return tool.arguments === undefined ? {} : { brief: tool.arguments }
  const brief = textOf(args.prompt) ?? textOf(args.task) ?? textOf(args.question) ?? textOf(args.input) ?? textOf(args.request) ?? textOf(args.instructions)
  const title = textOf(args.description) ?? textOf(args.title)
  const context = textOf(args.context)
  return {
    ...(title === undefined ? {} : { title }),
    ...(brief === undefined ? {} : { brief: context === undefined ? brief : `${brief}\n\n${context}` }),
  }
}

const PATH_KEYS = ['file_path', 'filepath', 'path', 'filename', 'file_name', 'file', 'target_file', 'notebook_path'] as const
const CONTENT_KEYS = ['content', 'contents', 'file_text', 'new_content', 'code', 'data', 'text'] as const
const WRITES = /writ|creat|sav|edit|updat|insert|append|replac|patch|overwrit|put|modif|delet|remov/i
const READS = /read|view|open|cat|get_file|load/i

/** What a call that did not fail changed, as far as its arguments show it. */
export function writesOf(work: Work): ToolWrite[] {
  const { tool } = work
  if (!tool || work.outcome === 'error' || work.outcome === 'cancelled') return []
  const args = parsed(tool.arguments)
  if (typeof args === 'string') return /\*\*\* Begin Patch/.test(args) ? patchWrites(args) : []
  if (!isRecord(args)) return []
  const command = textOf(args.command) ?? textOf(args.cmd)
  const path = firstText(args, PATH_KEYS)
  const patch = textOf(args.patch) ?? textOf(args.diff) ?? textOf(args.input)
  if (patch !== undefined && /\*\*\* Begin Patch/.test(patch)) return patchWrites(patch)
  if (path === undefined) {
    if (command === undefined || !/bash|shell|exec|terminal|command|run/i.test(tool.name)) return []
    return shellWrites(command).map((write) => ({ ...write, inferred: true }))
  }
  // editors with sub-commands: only some of them write
  if (command !== undefined && /^(?:view|read|open|cat|undo_edit)$/.test(command)) return []
  const editor = command !== undefined && /^(?:create|str_replace|insert|write|edit|append|delete)$/.test(command)
  if (!editor && !WRITES.test(tool.name)) return []
  if (patch !== undefined && /^(?:@@|--- |diff )/m.test(patch)) return [{ path, change: { kind: 'patch', patch } }]
  const edits = editsOf(args)
  if (edits.length > 0) return [{ path, change: { kind: 'edit', edits } }]
  if (/delet|remov/i.test(tool.name) || command === 'delete') return [{ path, change: { kind: 'delete' } }]
  const content = firstText(args, CONTENT_KEYS)
  if (content === undefined) return [{ path, change: { kind: 'opaque' } }]
  if (/append/i.test(tool.name) || command === 'append' || args.append === true || args.mode === 'a')
    return [{ path, change: { kind: 'append', text: content } }]
  if (/insert/i.test(tool.name) || command === 'insert') return [{ path, change: { kind: 'opaque' } }]
  return [{ path, change: { kind: 'content', content } }]
}

/** The file that a call read, if it is a reading tool with a path. */
export function readOf(work: Work): string | undefined {
  const { tool } = work
  if (!tool || work.outcome === 'error') return undefined
  const args = parsed(tool.arguments)
  if (!isRecord(args)) return undefined
  const path = firstText(args, PATH_KEYS)
  const reads = typeof args.command === 'string' ? args.command === 'view' : READS.test(tool.name) && !WRITES.test(tool.name)
  return path !== undefined && reads ? path : undefined
}

function editsOf(args: Record<string, unknown>): { old: string; new: string; all?: boolean }[] {
  const listed = Array.isArray(args.edits) ? args.edits : [args]
  const edits: { old: string; new: string; all?: boolean }[] = []
  for (const one of listed) {
    if (!isRecord(one)) continue
    const old = one.old_string ?? one.old_str ?? one.old_text ?? one.oldText
    const text = one.new_string ?? one.new_str ?? one.new_text ?? one.newText
    if (typeof old !== 'string' || typeof text !== 'string' || old === '') continue
    edits.push({ old, new: text, ...(one.replace_all === true ? { all: true } : {}) })
  }
  return edits.slice(0, 1000)
}

function firstText(args: Record<string, unknown>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = args[key]
    if (typeof value === 'string') return value
  }
  return undefined
}

/** The patch language of apply_patch: one file after the other, hunks without line numbers. */
function patchWrites(patch: string): ToolWrite[] {
  const writes: ToolWrite[] = []
  const parts = patch.split(/^\*\*\* (?=(?:Add|Update|Delete) File: )/m).slice(1)
  for (const part of parts) {
    const [first = '', ...lines] = part.split('\n')
    const [, what, path] = /^(Add|Update|Delete) File: (.+)$/.exec(first.trim()) ?? []
    if (path === undefined) continue
    const body = lines.filter((line) => !/^\*\*\* (?:End Patch|End of File)/.test(line))
    if (what === 'Delete') writes.push({ path, change: { kind: 'delete' } })
    else if (what === 'Add') {
      const content = body.filter((line) => line.startsWith('+')).map((line) => line.slice(1))
      writes.push({ path, change: { kind: 'content', content: `${content.join('\n')}\n` } })
    } else {
      const edits = hunksOf(body)
      writes.push({ path, change: edits.length > 0 ? { kind: 'edit', edits } : { kind: 'opaque' } })
    }
  }
  return writes
}

function hunksOf(lines: readonly string[]): { old: string; new: string }[] {
  const edits: { old: string; new: string }[] = []
  let before: string[] = []
  let after: string[] = []
  const close = () => {
    if (before.length > 0) edits.push({ old: before.join('\n'), new: after.join('\n') })
    before = []
    after = []
  }
  for (const line of lines) {
    if (line.startsWith('@@') || line.startsWith('***')) close()
    else if (line.startsWith('+')) after.push(line.slice(1))
    else if (line.startsWith('-')) before.push(line.slice(1))
    else {
      before.push(line.slice(1))
      after.push(line.slice(1))
    }
  }
  close()
  return edits.filter(({ old, new: text }) => old !== text).slice(0, 1000)
}
