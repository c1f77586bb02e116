import { readCheck } from '@/lib/core/checks/read-check'
import { artifactPath, resolvePath } from '../claude-code/paths'
import { isRecord, type JsonRecord, parsed, record, shown, text, word } from '../foreign'
import { shellWrites } from '../shell-writes'
import { isCollab } from './collab'
import { appliedChanges, type FileChange, parseApplyPatch, patchInCommand } from './patch'
import type { Place } from './place'
import type { CodexSession } from './session'
import { answerOf, commandOf, folderOf } from './shell'
import { agentOf, type Call, type Thread } from './thread'
import { spoke } from './turns'

export function called(session: CodexSession, thread: Thread, item: JsonRecord, place: Place): void {
  const id = word(item, 'call_id') ?? word(item, 'id') ?? `${thread.id}:${place.line}`
  if (thread.calls.has(id) || thread.answeredCalls.has(id)) return
  const turn = spoke(session, thread, place, { call: true })
  const local = item.type === 'local_shell_call'
  const name = local ? 'local_shell' : (word(item, 'name') ?? 'unnamed')
  const raw = local ? record(item, 'action') : (item.arguments ?? item.input)
  const value = parsed(raw)
  const input = isRecord(value) ? value : typeof raw === 'string' ? raw : undefined
  const call: Call = { id, name, input, at: place.at, line: place.line, turnId: turn.id }
  thread.calls.set(id, call)
  session.telling.tell({
    type: 'tool.called',
    id: `${id}:called`,
    occurredAt: place.at,
    order: place.line,
    callId: id,
    agentId: agentOf(thread),
    taskId: session.taskOf(thread),
    turnId: turn.id,
    name,
    arguments: shown(raw),
    source: { path: place.path, line: place.line, toolUseId: id },
  })
  if (isCollab(name)) session.collabCalled(thread, call, place)
}

/** A search runs at the provider: one line tells call and answer. */
export function searched(session: CodexSession, thread: Thread, item: JsonRecord, place: Place): void {
  const id = word(item, 'id') ?? `${thread.id}:${place.line}:search`
  const turn = spoke(session, thread, place, { call: true })
  const common = { callId: id, agentId: agentOf(thread) }
  session.telling.tell({
    ...common,
    type: 'tool.called',
    id: `${id}:called`,
    occurredAt: place.at,
    order: place.line,
    taskId: session.taskOf(thread),
    turnId: turn.id,
    name: 'web_search',
    arguments: shown(item.action),
    source: { path: place.path, line: place.line, toolUseId: id },
  })
  const failed = item.status === 'failed'
  session.telling.tell({
    ...common,
    type: 'tool.returned',
    id: `${id}:returned`,
    occurredAt: place.at,
    order: place.line + 0.001,
    status: failed ? 'error' : 'ok',
  })
}

export function execEnded(thread: Thread, event: JsonRecord): void {
  const call = thread.calls.get(word(event, 'call_id') ?? '')
  if (!call) return
  if (typeof event.exit_code === 'number') call.failed = event.exit_code !== 0
  else if (event.status === 'failed' || event.status === 'declined') call.failed = true
  call.output = text(event, 'aggregated_output')
}

export function patchApplied(thread: Thread, event: JsonRecord): void {
  const call = thread.calls.get(word(event, 'call_id') ?? '')
  if (!call) return
  call.applied = event.success === true
  call.changes = record(event, 'changes')
}

export function answered(session: CodexSession, thread: Thread, item: JsonRecord, place: Place): void {
  const id = word(item, 'call_id') ?? ''
  const call = thread.calls.get(id)
  if (!call) {
    if (!thread.answeredCalls.has(id)) {
      session.telling.issue(
        'result_without_call',
        'warning',
        `The result of ${id || 'a call'} has no call before it in what was read; the beginning of the file may be missing.`,
        {
          path: place.path,
          line: place.line,
        },
      )
    }
    return
  }
  thread.calls.delete(id)
  thread.answeredCalls.add(id)
  thread.causeAt = place.at
  if (thread.turn) thread.turn.answered = true
  const answer = answerOf(item.output)
  const failed = answer.failed ?? call.failed ?? (call.applied === undefined ? false : !call.applied)
  const command = commandOf(call.name, call.input)
  const check = command === undefined || answer.aborted ? undefined : readCheck(command, answer.text, failed)
  session.telling.tell({
    type: 'tool.returned',
    id: `${id}:returned`,
    occurredAt: Math.max(place.at, call.at),
    order: place.line + 0.001,
    callId: id,
    agentId: agentOf(thread),
    status: answer.aborted ? 'cancelled' : failed ? 'error' : 'ok',
    result: answer.text === '' ? undefined : answer.text,
    check,
  })
  if (!failed && !answer.aborted) wrote(session, thread, call, command, place)
  if (isCollab(call.name)) session.collabAnswered(thread, call, answer.text, failed || answer.aborted, place)
}

function wrote(session: CodexSession, thread: Thread, call: Call, command: string | undefined, place: Place): void {
  const { declared, writes } = writesOf(call, command)
  const folder = folderOf(call.input) ?? thread.cwd
  const base = { session: thread.cwd, agent: thread.cwd }
  const named = (path: string) => artifactPath(resolvePath(path, folder === thread.cwd ? undefined : folder), base)
  writes.forEach(({ path, change }, i) => {
    session.telling.tell({
      type: 'artifact.written',
      id: `${call.id}:written${i === 0 ? '' : `:${i}`}`,
      occurredAt: Math.max(place.at, call.at),
      order: place.line + i * 0.00001,
      agentId: agentOf(thread),
      taskId: session.taskOf(thread),
      turnId: call.turnId,
      callId: call.id,
      path: named(path),
      change: change.kind === 'move' ? { kind: 'move', from: named(change.from) } : change,
      evidence: declared ? undefined : { kind: 'inferred', how: 'from the text of a shell command' },
      source: { path: thread.path, line: call.line, toolUseId: call.id },
    })
  })
}

function writesOf(call: Call, command: string | undefined): { declared: boolean; writes: FileChange[] } {
  if (call.changes && call.applied) return { declared: true, writes: appliedChanges(call.changes) }
  if (call.applied === false) return { declared: true, writes: [] }
  const patch =
    call.name === 'apply_patch'
      ? typeof call.input === 'string'
        ? call.input
        : (text(call.input, 'input') ?? text(call.input, 'patch'))
      : command === undefined
        ? undefined
        : patchInCommand(command)
  if (patch !== undefined) return { declared: true, writes: parseApplyPatch(patch) }
  return { declared: false, writes: command === undefined ? [] : shellWrites(command) }
}
