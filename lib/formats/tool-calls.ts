import type { Source } from '@/lib/core/event'
import { readCheck } from '@/lib/core/checks/read-check'
import { artifactPath, resolvePath } from './claude-code/paths'
import { shown } from './foreign'
import type { Telling } from './telling'
import { shellCommand, toolReads, toolWrites } from './tool-writes'

/** A tool call as most systems record one: a name, arguments, an answer. */
export interface ToolUse {
  callId: string
  name: string
  input: unknown
  agentId: string
  turnId?: string
  taskId?: string
  at: number
  order: number
  source: Source
  /** The folder that the session works in: paths below it are told relative to it. */
  folder?: string
  attributes?: { [name: string]: string | number | boolean }
}

export interface ToolAnswer {
  at: number
  order: number
  status: 'ok' | 'error' | 'cancelled'
  result?: string
  /** The source tells the writes elsewhere, or the call has not really run. */
  noWrites?: boolean
}

export function callMade(telling: Telling, use: ToolUse): void {
  const read = toolReads(use.name, use.input)
  telling.tell({
    type: 'tool.called',
    id: `${use.callId}:called`,
    occurredAt: use.at,
    order: use.order,
    callId: use.callId,
    agentId: use.agentId,
    turnId: use.turnId,
    taskId: use.taskId,
    name: use.name === '' ? 'unnamed' : use.name,
    arguments: shown(use.input),
    reads: read === undefined ? undefined : [named(use, read)],
    source: use.source,
    attributes: use.attributes,
  })
}

/** The answer, and what the call wrote if it succeeded. Calls that failed or were refused write nothing. */
export function callReturned(telling: Telling, use: ToolUse, answer: ToolAnswer): void {
  const { callId, agentId, turnId, taskId } = use
  const at = Math.max(answer.at, use.at)
  const command = shellCommand(use.name, use.input)
  telling.tell({
    type: 'tool.returned',
    id: `${callId}:returned`,
    occurredAt: at,
    order: answer.order,
    callId,
    agentId,
    status: answer.status,
    result: answer.result === '' ? undefined : answer.result,
    check: command === undefined || answer.status === 'cancelled' ? undefined : readCheck(command, answer.result, answer.status === 'error'),
    attributes: use.attributes,
  })
  if (answer.status !== 'ok' || answer.noWrites) return
  const { declared, writes } = toolWrites(use.name, use.input)
  writes.forEach(({ path, change }, i) => {
    telling.tell({
      type: 'artifact.written',
      id: `${callId}:written${i === 0 ? '' : `:${i}`}`,
      occurredAt: at,
      order: answer.order - 0.0001 + i * 0.00001,
      agentId,
      turnId,
      taskId,
      callId,
      path: named(use, path),
      change: change.kind === 'move' ? { kind: 'move', from: named(use, change.from) } : change,
      evidence: declared ? undefined : { kind: 'inferred', how: 'from the text of a shell command' },
      source: use.source,
      attributes: use.attributes,
    })
  })
  const read = toolReads(use.name, use.input)
  if (read !== undefined) {
    telling.tell({
      type: 'artifact.read',
      id: `${callId}:read`,
      occurredAt: at,
      order: answer.order,
      agentId,
      turnId,
      callId,
      path: named(use, read),
      attributes: use.attributes,
    })
  }
}

function named(use: ToolUse, path: string): string {
  return artifactPath(resolvePath(path, undefined), { session: use.folder })
}
