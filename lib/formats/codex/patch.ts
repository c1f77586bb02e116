import type { EventInput } from '@/lib/core/event'
import { at, isRecord, type JsonRecord, text } from '../foreign'

export type Change = Extract<EventInput, { type: 'artifact.written' }>['change']

export interface FileChange {
  path: string
  change: Change
}

/**
 * The patch language of Codex's `apply_patch`: a section a file, hunks with context but without line numbers.
 *
 *   *** Begin Patch
 *   *** Update File: a.ts
 *   *** Move to: b.ts
 *   @@ function f() {
 *    context
 *   -old
 *   +new
 *   *** End Patch
 */
export function parseApplyPatch(patch: string): FileChange[] {
  const changes: FileChange[] = []
  let path: string | undefined
  let kind: 'add' | 'update' = 'add'
  let body: string[] = []
  const close = () => {
    if (path === undefined) return
    if (kind === 'add') changes.push({ path, change: { kind: 'content', content: body.map((line) => `${line.replace(/^\+/, '')}\n`).join('') } })
    else if (body.some((line) => line.startsWith('+') || line.startsWith('-'))) {
      if (!body[0]?.startsWith('@@')) body.unshift('@@')
      changes.push({ path, change: { kind: 'patch', patch: `${body.join('\n')}\n` } })
    }
    path = undefined
    body = []
  }
  for (const line of patch.split('\n')) {
    const head = /^\*\*\* (Add File|Update File|Delete File|Move to|End Patch|Begin Patch|End of File)(?:: (.*))?$/.exec(line.trimEnd())
    if (!head) {
      if (path !== undefined) body.push(line)
      continue
    }
    const named = head[2]?.trim()
    if (head[1] === 'Move to' && path !== undefined && named) {
      changes.push({ path: named, change: { kind: 'move', from: path } })
      path = named
      continue
    }
    if (head[1] === 'End of File') continue
    close()
    if (!named) continue
    if (head[1] === 'Delete File') changes.push({ path: named, change: { kind: 'delete' } })
    else if (head[1] === 'Add File' || head[1] === 'Update File') {
      path = named
      kind = head[1] === 'Add File' ? 'add' : 'update'
    }
  }
  close()
  return changes
}

/** What `patch_apply_end` says was done: by file, with real line numbers. */
export function appliedChanges(changes: JsonRecord): FileChange[] {
  const out: FileChange[] = []
  for (const [path, raw] of Object.entries(changes)) {
    // older versions nest it: {"add": {"content": …}}
    const nested = isRecord(raw) && typeof raw.type !== 'string' ? Object.entries(raw)[0] : undefined
    const kind = nested ? nested[0] : text(raw, 'type')
    const body = nested ? nested[1] : raw
    if (kind === 'add') {
      const content = text(body, 'content')
      out.push({ path, change: content === undefined ? { kind: 'opaque' } : { kind: 'content', content } })
    } else if (kind === 'delete') out.push({ path, change: { kind: 'delete' } })
    else if (kind === 'update') {
      const moved = at(body, 'move_path')
      const target = typeof moved === 'string' && moved !== '' ? moved : path
      if (target !== path) out.push({ path: target, change: { kind: 'move', from: path } })
      const diff = text(body, 'unified_diff')
      if (diff === undefined) out.push({ path: target, change: { kind: 'opaque' } })
      else if (diff.trim() !== '') out.push({ path: target, change: { kind: 'patch', patch: diff } })
    }
  }
  return out
}

/** A patch handed to the shell: `apply_patch <<'EOF' …` or ["apply_patch", "…"]. */
export function patchInCommand(command: string): string | undefined {
  if (!command.includes('apply_patch')) return undefined
  return /\*\*\* Begin Patch[\s\S]*?\*\*\* End Patch/.exec(command)?.[0]
}
