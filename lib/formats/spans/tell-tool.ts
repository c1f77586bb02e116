import type { EventInput } from '@/lib/core/event'
import { clip } from '../claude-code/draft'
import { introduced, taskOf } from './introduce'
import { askedBy, callIdOf } from './names'
import { resultOf } from './outcome'
import { Sheet, type Telling } from './sheet'
import { answeredBelow, tellHandedOver, tellNamedDelegation } from './tell-delegation'
import { readOf, writesOf } from './tool-use'
import { type Node, type Owner, targetOf } from './trace'

/** A call of a tool, with what it wrote, read and handed over. */
export function tellTool(node: Node, owner: Owner, telling: Telling): EventInput[] {
  const { work } = node
  const { tool } = work
  if (!tool) return []
  const sheet = new Sheet(node, telling)
  const agentId = introduced(node, owner, sheet)
  const taskId = taskOf(owner, telling, node)
  const turnId = askedBy(node)
  const callId = callIdOf(node)
  const called = {
    type: 'tool.called' as const,
    occurredAt: work.startedAt,
    callId,
    agentId,
    name: clip(tool.name, 400) || 'tool',
    ...(taskId === undefined ? {} : { taskId }),
    ...(turnId === undefined ? {} : { turnId }),
    ...(tool.arguments === undefined ? {} : { arguments: tool.arguments }),
    source: { ...work.source, toolUseId: clip(callId, 400) },
  }
  const before = node.toldWith
  sheet.tell('called', called)
  if (before && (before.taskId !== taskId || before.turnId !== turnId)) sheet.tell(`called:for:${taskId ?? ''}:in:${turnId ?? ''}`, called)
  node.toldWith = { taskId, turnId }
  const target = targetOf(node)
  if (target?.passesControl) tellHandedOver(node, owner, agentId, sheet)
  else if (target && !answeredBelow(node)) tellNamedDelegation(node, agentId, target.to, taskId, sheet)
  if (work.endedAt === undefined) return sheet.events
  sheet.tell('returned', {
    type: 'tool.returned',
    occurredAt: work.endedAt,
    callId,
    agentId,
    status: work.outcome ?? 'ok',
    ...(resultOf(work) === undefined ? {} : { result: resultOf(work) }),
    source: work.source,
  })
  // a write is told once, its task may be known later: the call has it
  const of = { agentId, callId }
  writesOf(work).forEach(({ path, change, inferred }, index) => {
    sheet.tell(`written:${index}`, {
      type: 'artifact.written',
      occurredAt: work.endedAt ?? work.startedAt,
      ...of,
      path: clip(path, 4096),
      change,
      ...(inferred ? { evidence: { kind: 'inferred' as const, how: "from the shell command's text" } } : {}),
      source: work.source,
    })
  })
  const read = readOf(work)
  if (read !== undefined) {
    sheet.tell('read', {
      type: 'artifact.read',
      occurredAt: work.endedAt,
      agentId,
      path: clip(read, 4096),
      callId,
      source: work.source,
    })
  }
  return sheet.events
}
