import { readCheck } from '@/lib/core/checks/read-check'
import { DECLARED, delegated, endTask, isDelegatingTool, link, wentToBackground } from './delegation'
import { letterFailed, sent, wroteLetter } from './letters'
import { isRecord, resultText, stringIn, type ToolResult } from './line'
import { agentIdInText, isInterrupt, isRefusal, isSiblingError, withoutTrailer } from './phrases'
import { type Call, type Delegation, type Session, sourceOf, USER } from './session'
import type { AgentStream, Entry } from './stream'
import type { MadeCall, OpenTurn } from './turns'
import { noteRead, writesOf } from './writes'

const READERS = new Set(['Read', 'NotebookRead', 'Grep', 'Glob', 'LS'])

/** An assistant line's tool call. */
export function tookCall(session: Session, stream: AgentStream, turn: OpenTurn, entry: Entry, made: MadeCall, nth: number): void {
  if (session.calls.has(made.use.id) || session.answered.has(made.use.id)) return
  const call = session.callFrom(stream, turn, entry, made, entry.line + (nth + 1) * 0.001)
  const read = READERS.has(call.name) ? (stringIn(call.input, 'file_path') ?? stringIn(call.input, 'path') ?? stringIn(call.input, 'notebook_path')) : undefined
  session.tell(stream, {
    type: 'tool.called',
    id: `${call.id}:called`,
    occurredAt: call.at,
    order: call.order,
    callId: call.id,
    agentId: stream.id,
    turnId: turn.id,
    name: call.name.slice(0, 400),
    arguments: made.args,
    ...(read ? { reads: [read] } : {}),
    source: sourceOf(call.place, call.id),
  })
  if (isDelegatingTool(call.name)) delegated(session, call)
  else if (call.name === 'SendMessage') wroteLetter(session, call)
}

/** A user line's tool result. */
export function tookResult(session: Session, stream: AgentStream, entry: Entry, block: ToolResult, nth: number): void {
  const call = session.calls.get(block.tool_use_id)
  if (!call) {
    if (session.answered.has(block.tool_use_id)) return
    session.issue({
      code: 'result_without_call',
      severity: 'warning',
      message: `The result of ${block.tool_use_id} has no call before it in what was read; the beginning of the file may be missing.`,
      place: { path: entry.path, line: entry.line },
    })
    return
  }
  session.calls.delete(call.id)
  session.answered.add(call.id)
  const text = resultText(block.content)
  const failed = block.is_error === true
  const said = typeof entry.toolUseResult === 'string' ? entry.toolUseResult : ''
  const refused =
    (failed && (isRefusal(text) || isRefusal(said))) || isInterrupt(text) || (isRecord(entry.toolUseResult) && entry.toolUseResult.wasInterrupted === true)
  const order = entry.line + (nth + 1) * 0.001
  const command = call.name === 'Bash' ? stringIn(call.input, 'command') : undefined
  const check = command === undefined || refused || isSiblingError(text) ? undefined : readCheck(command, text, failed)
  session.tell(
    call.stream,
    {
      type: 'tool.returned',
      id: `${call.id}:returned`,
      occurredAt: Math.max(entry.at, call.at),
      order: order + 0.0003,
      callId: call.id,
      agentId: call.stream.id,
      status: refused ? 'cancelled' : failed ? 'error' : 'ok',
      ...(text === '' ? {} : { result: text }),
      ...(check ? { check } : {}),
    },
    call.run,
  )
  if (isDelegatingTool(call.name)) endedCall(session, call, entry, block, text, { failed, refused, order })
  else if (!failed && !refused) succeeded(session, call, entry, text, order)
  else if (call.name === 'SendMessage') letterFailed(session, call.id)
  stream.causeAt = entry.at
}

function succeeded(session: Session, call: Call, entry: Entry, text: string, order: number): void {
  const { stream } = call
  const at = Math.max(entry.at, call.at)
  const detail = entry.toolUseResult
  const done = { name: call.name, input: call.input, detail, text, cwd: call.cwd }
  writesOf(done, stream.seen).forEach((write, i) => {
    session.tell(
      stream,
      {
        type: 'artifact.written',
        id: `${call.id}:written${i === 0 ? '' : `:${i}`}`,
        occurredAt: at,
        order: order + i * 0.00001,
        agentId: stream.id,
        path: write.path,
        change: write.change,
        turnId: call.turnId,
        callId: call.id,
        ...(write.userModified ? { attributes: { userModified: true } } : {}),
        ...(write.inferred ? { evidence: { kind: 'inferred', how: 'from the text of a shell command' } } : {}),
        source: sourceOf(call.place, call.id),
      },
      call.run,
    )
  })
  if (call.name === 'Read') {
    noteRead(done, stream.seen)
    const path = stringIn(call.input, 'file_path')
    if (path) {
      session.tell(
        stream,
        { type: 'artifact.read', id: `${call.id}:read`, occurredAt: at, order, agentId: stream.id, path, turnId: call.turnId, callId: call.id },
        call.run,
      )
    }
  } else if (call.name === 'TaskStop' || call.name === 'KillShell' || call.name === 'KillBash') stopped(session, call, entry, text, order)
  else if (call.name === 'TaskOutput' || call.name === 'AgentOutputTool' || call.name === 'BashOutput') fetched(session, call, entry, text, order)
  else if (call.name === 'SendMessage') sent(session, call, text)
  else if (call.name === 'Workflow') {
    const runId = stringIn(detail, 'runId')
    if (runId) session.workflows.set(runId, call)
  }
}

interface Outcome {
  failed: boolean
  refused: boolean
  order: number
}

/** The result of a call of Agent or Task. */
function endedCall(session: Session, call: Call, entry: Entry, block: ToolResult, text: string, { failed, refused, order }: Outcome): void {
  const delegation = session.delegations.get(call.id)
  if (!delegation) return
  const detail = entry.toolUseResult
  const status = stringIn(detail, 'status')
  const agentId = stringIn(detail, 'agentId') ?? (failed ? undefined : agentIdInText(text))
  if (agentId !== undefined && agentId !== '') link(session, delegation, agentId, DECLARED)
  const at = Math.max(entry.at, call.at)
  const place = { path: entry.path, line: entry.line, uuid: entry.uuid, messageId: undefined }
  if (refused) {
    session.joinUser(at, order)
    endTask(session, delegation, { status: 'cancelled', by: USER, reason: 'a person refused or stopped the call', at, order, place })
  } else if (failed) {
    endTask(session, delegation, {
      status: 'failed',
      reason: isSiblingError(text) ? 'never ran: another call of the same message failed' : text.slice(0, 500),
      at,
      order,
      place,
    })
  } else if (
    status === 'async_launched' ||
    status === 'teammate_spawned' ||
    status === 'remote_launched' ||
    /^(Async agent launched|Spawned successfully)/.test(text)
  ) {
    wentToBackground(session, delegation)
  } else {
    const reply = isRecord(detail) && Array.isArray(detail.content) ? detail.content : block.content
    endTask(session, delegation, { status: 'completed', result: withoutTrailer(reply, text), at, order, place })
  }
}

/** TaskStop of a sub-agent is the master's interrupt; of a shell it is not. */
function stopped(session: Session, call: Call, entry: Entry, text: string, order: number): void {
  const id = stringIn(call.input, 'task_id') ?? stringIn(call.input, 'shell_id') ?? stringIn(entry.toolUseResult, 'task_id')
  if (id === undefined) return
  const kind = stringIn(entry.toolUseResult, 'task_type') ?? /"task_type":\s*"([^"]+)"/.exec(text)?.[1]
  const task = session.latestTask(id) ?? session.delegationNamed(id)
  if (!task || (kind !== undefined && kind !== 'local_agent')) return
  endTask(session, task, {
    status: 'cancelled',
    by: call.stream.id,
    reason: `${call.name} by ${call.stream.id}`,
    at: Math.max(entry.at, call.at),
    order,
    place: call.place,
    turnId: call.turnId,
  })
}

/** TaskOutput may be the only place that says that a background agent is done. */
function fetched(session: Session, call: Call, entry: Entry, text: string, order: number): void {
  const id = stringIn(call.input, 'task_id') ?? stringIn(call.input, 'agentId') ?? stringIn(call.input, 'bash_id')
  const task = id === undefined ? undefined : session.latestTask(id)
  if (!task) return
  const detail = isRecord(entry.toolUseResult) && isRecord(entry.toolUseResult.task) ? entry.toolUseResult.task : undefined
  const status = stringIn(detail, 'status') ?? /<status>(\w+)<\/status>/.exec(text)?.[1]
  const result = stringIn(detail, 'result') ?? stringIn(detail, 'output') ?? /<output>\n?([\s\S]*?)\n?<\/output>/.exec(text)?.[1]
  endedElsewhere(session, task, status, result, undefined, { at: Math.max(entry.at, call.at), order, place: call.place })
}

/** A notification or an answer of TaskOutput: `completed`, `failed`, `killed`, `stopped`. */
export function endedElsewhere(
  session: Session,
  task: Delegation,
  status: string | undefined,
  result: string | undefined,
  summary: string | undefined,
  where: { at: number; order: number; place: Call['place'] },
): void {
  const reply = result === undefined ? {} : { result: withoutTrailer(undefined, result) }
  if (status === 'completed') endTask(session, task, { status: 'completed', ...reply, ...where })
  else if (status === 'failed') endTask(session, task, { status: 'failed', ...(summary ? { reason: summary } : {}), ...reply, ...where })
  else if (status === 'killed' || status === 'stopped') {
    // A master that stops an agent calls TaskStop, and then the task has ended before this line.
    if (!task.ended) session.joinUser(where.at, where.order)
    endTask(session, task, {
      status: 'cancelled',
      by: USER,
      ...(summary ? { reason: summary } : {}),
      ...reply,
      ...where,
      evidence: { kind: 'inferred', how: 'stopped, and no call of the master stopped it' },
    })
  }
}
