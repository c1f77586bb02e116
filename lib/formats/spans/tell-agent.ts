import type { EventInput } from '@/lib/core/event'
import { clip } from '../claude-code/draft'
import { introduced, settleStandIn, taskOf } from './introduce'
import { askedBy, callIdOf, name, standIn } from './names'
import { endOf, resultOf } from './outcome'
import { agentsTold, CERTAIN, PROVISIONAL, Sheet, type Telling } from './sheet'
import { asked, lastAnswer } from './tell-delegation'
import { type Delegation, delegationOf, keyOf, type Node, same, targetOf } from './trace'

/** A run of an agent, and the task that it is, where another gave it. */
export function tellAgent(node: Node, telling: Telling): EventInput[] {
  const { work } = node
  const sheet = new Sheet(node, telling)
  const agentId = name(keyOf(node))
  const delegation = delegationOf(node)
  if (delegation.kind === 'missing') telling.wait(delegation.parentId)
  sheet.tell('same', { type: 'agent.joined', occurredAt: work.startedAt, agentId: standIn(work.id), sameAs: agentId })
  settleStandIn(node, agentId, sheet)
  const by = delegation.kind === 'delegated' ? introduced(node, delegation.by, sheet, delegation.by.kind === 'missing') : undefined
  if (delegation.kind === 'delegated' && delegation.by.kind === 'missing') telling.wait(delegation.by.parentId)
  sheet.tell(delegation.kind === 'missing' ? 'joined:alone' : 'joined', {
    type: 'agent.joined',
    occurredAt: work.startedAt,
    order: delegation.kind === 'missing' ? PROVISIONAL : CERTAIN,
    agentId,
    name: clip(work.agent?.name ?? keyOf(node), 400),
    ...(by === undefined || by === agentId ? {} : { parentId: by }),
    ...(work.agent?.type === undefined ? {} : { agentType: clip(work.agent.type, 200) }),
    ...(work.model === undefined ? {} : { model: clip(work.model, 200) }),
    ...(work.provider === undefined ? {} : { provider: clip(work.provider, 100) }),
    ...(work.inferred === undefined ? {} : { evidence: { kind: 'inferred' as const, how: work.inferred } }),
    source: work.source,
  })
  const under = by === undefined || by === agentId ? null : by
  // who directs it may be known later only: a hand-over that comes after it
  if (delegation.kind !== 'missing' && under !== null && node.joinedUnder === null)
    sheet.tell(`joined:under:${under}`, { type: 'agent.joined', occurredAt: work.startedAt, order: CERTAIN, agentId, parentId: under, source: work.source })
  if (delegation.kind !== 'missing') node.joinedUnder = under
  if (delegation.kind === 'delegated') tellTask(node, delegation, agentId, by ?? agentId, sheet)
  else if (delegation.kind === 'none' && work.input !== undefined) {
    sheet.tellAs('user', agentsTold(node.trace), { type: 'agent.joined', occurredAt: work.startedAt, agentId: 'user', name: 'User', role: 'human' })
    sheet.tell('asked', { type: 'message.sent', occurredAt: work.startedAt, from: 'user', to: agentId, purpose: 'user', text: work.input, source: work.source })
  }
  return sheet.events
}

function tellTask(node: Node, delegation: Extract<Delegation, { kind: 'delegated' }>, agentId: string, by: string, sheet: Sheet): void {
  const { work } = node
  const taskId = name(delegation.taskId)
  // one run, told by two layers of spans, is one task
  const call = delegation.call
  const parentTaskId = delegation.by.kind === 'agent' && delegation.by.node ? taskOf(delegation.by, sheet.telling) : undefined
  const turnId = call ? askedBy(call) : undefined
  // the call may have named it in other letters
  const asker = call ?? node.handedOver
  const named = asker ? targetOf(asker)?.to : undefined
  if (named !== undefined && name(named) !== agentId && same(named, keyOf(node)))
    sheet.tellAs(`agent:${name(named)}:same`, agentsTold(node.trace), {
      type: 'agent.joined',
      occurredAt: work.startedAt,
      agentId: name(named),
      sameAs: agentId,
    })
  sheet.tell('delegated', {
    type: 'task.delegated',
    occurredAt: call?.work.startedAt ?? node.handedOver?.work.startedAt ?? work.startedAt,
    order: CERTAIN,
    taskId,
    by,
    to: agentId,
    ...(call ? { callId: callIdOf(call) } : {}),
    ...(turnId === undefined ? {} : { turnId }),
    ...(parentTaskId === undefined || parentTaskId === taskId ? {} : { parentTaskId }),
    ...asked(call ?? node.handedOver, work.input),
    source: work.source,
  })
  // the task around it may be known later only
  const around = parentTaskId === taskId ? undefined : parentTaskId
  if (node.toldWith && around !== undefined && node.toldWith.taskId === undefined)
    sheet.tell(`delegated:in:${around}`, {
      type: 'task.delegated',
      occurredAt: work.startedAt,
      order: CERTAIN,
      taskId,
      by,
      to: agentId,
      parentTaskId: around,
      source: work.source,
    })
  node.toldWith = { taskId: around }
  if (work.endedAt === undefined) return
  const own = work.output ?? (call && !node.handedOver ? resultOf(call.work) : undefined)
  const last = own === undefined ? lastAnswer({ kind: 'agent', key: agentId, node }) : undefined
  const result = own ?? last?.output
  // an answer that comes later in time says it better, whenever it is sent
  const lateness = last ? ((last.endedAt ?? 0) - work.startedAt) / 1e10 : 0.9
  sheet.tell(last ? `task:ended:by:${last.id}` : 'task:ended', {
    type: 'task.ended',
    occurredAt: work.endedAt,
    order: CERTAIN + (result === undefined ? 0 : Math.max(0, Math.min(0.9, lateness))),
    taskId,
    status: endOf(work),
    ...(result === undefined ? {} : { result }),
    ...(work.trouble === undefined ? {} : { reason: clip(work.trouble, 2000) }),
    source: work.source,
  })
}
