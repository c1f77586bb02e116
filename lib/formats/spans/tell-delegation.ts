import { previewOf } from '@/lib/core/content'
import type { EventInput } from '@/lib/core/event'
import { clip } from '../claude-code/draft'
import { introduced } from './introduce'
import { askedBy, callIdOf, name, standIn } from './names'
import { endOf } from './outcome'
import { agentsTold, PROVISIONAL, Sheet, type Telling } from './sheet'
import { briefOf } from './tool-use'
import { answererOf, delegationOf, keyOf, type Node, type Owner, same, targetOf } from './trace'
import { agentKey, type Work } from './work'

/** Control that passes without a call. */
export function tellHandover(node: Node, owner: Owner, telling: Telling): EventInput[] {
  const sheet = new Sheet(node, telling)
  const from = node.work.handoff?.from
  const of: Owner = owner.kind !== 'agent' && from !== undefined ? { kind: 'agent', key: from, node: undefined } : owner
  const agentId = introduced(node, of, sheet)
  tellHandedOver(node, of, agentId, sheet)
  return sheet.events
}

/** Control passes to another agent; or back to the one that had passed it here. */
export function tellHandedOver(node: Node, owner: Owner, agentId: string, sheet: Sheet): void {
  const target = targetOf(node)
  if (!target) return
  const own = owner.kind === 'agent' && owner.node ? delegationOf(owner.node) : undefined
  if (own?.kind === 'delegated' && own.by.kind === 'agent' && same(own.by.key, target.to)) {
    sheet.tell('handed-back', {
      type: 'task.ended',
      occurredAt: node.work.startedAt,
      taskId: name(own.taskId),
      status: 'completed',
      by: agentId,
      ...optional('result', lastAnswer(owner)?.output),
      source: node.work.source,
    })
    return
  }
  if (node.leadsTo) return
  const known = node.trace.agents.find((agent) => same(keyOf(agent), target.to))
  const parentTaskId = own?.kind === 'delegated' ? own.taskId : undefined
  tellNamedDelegation(node, agentId, known ? keyOf(known) : target.to, parentTaskId, sheet)
}

/** Claude Code's calls name a type of agent, and every one of them starts another. */
function isOfType(work: Work): boolean {
  return work.session.framework === 'claude-code' && work.tool !== undefined && /^(?:Agent|Task)$/.test(work.tool.name)
}

/** A task of which only the call that gave it is known: its agent has no span, or not yet. */
export function tellNamedDelegation(node: Node, by: string, to: string, parentTaskId: string | undefined, sheet: Sheet): void {
  const { work } = node
  const known = agentKey(answererOf(node)?.work.agent)
  const agentId = known === undefined ? (node.answerer ??= isOfType(work) ? standIn(work.id) : name(to)) : name(known)
  if (known !== undefined && node.answerer === standIn(work.id))
    sheet.tellAs(`${work.id}:same`, agentsTold(node.trace), { type: 'agent.joined', occurredAt: work.startedAt, agentId: node.answerer, sameAs: agentId })
  sheet.tellAs(`agent:${agentId}:asked`, agentsTold(node.trace), {
    type: 'agent.joined',
    occurredAt: work.startedAt,
    order: PROVISIONAL,
    agentId,
    name: clip(known ?? to, 400),
    ...(isOfType(work) ? { agentType: clip(to, 200) } : {}),
    parentId: by,
    evidence: { kind: 'inferred', how: 'named by the call that hands work to it' },
  })
  const turnId = askedBy(node)
  sheet.tell('delegated:named', {
    type: 'task.delegated',
    occurredAt: work.startedAt,
    order: PROVISIONAL,
    taskId: name(work.id),
    by,
    to: agentId,
    ...(work.kind === 'tool' ? { callId: callIdOf(node) } : {}),
    ...(turnId === undefined ? {} : { turnId }),
    ...(parentTaskId === undefined ? {} : { parentTaskId: name(parentTaskId) }),
    ...asked(node, undefined),
    source: work.source,
  })
  // whoever control was passed to has not ended with the passing
  if (work.endedAt === undefined || targetOf(node)?.passesControl) return
  sheet.tell('delegated:ended', {
    type: 'task.ended',
    occurredAt: work.endedAt,
    order: PROVISIONAL,
    taskId: name(work.id),
    status: endOf(work),
    ...(work.tool?.result === undefined ? {} : { result: work.tool.result }),
    ...(work.trouble === undefined ? {} : { reason: clip(work.trouble, 2000) }),
    source: work.source,
  })
}

export function asked(call: Node | undefined, input: string | undefined): { title?: string; brief?: string } {
  const words = call?.work.tool ? briefOf(call.work.tool) : {}
  const brief = words.brief ?? input
  const title = words.title ?? (brief === undefined ? undefined : previewOf(brief))
  return { ...(title === undefined || title === '' ? {} : { title: clip(title, 2000) }), ...(brief === undefined ? {} : { brief }) }
}

/** Whether an agent's span lies below this call, which then tells the task itself. */
export function answeredBelow(call: Node): boolean {
  return call.trace.agents.some((agent) => {
    const delegation = delegationOf(agent)
    return delegation.kind === 'delegated' && delegation.call === call
  })
}

export function lastAnswer(owner: Owner): Work | undefined {
  if (owner.kind !== 'agent' || !owner.node) return undefined
  let best: Work | undefined
  const open = [owner.node]
  for (let at = open.pop(); at; at = open.pop()) {
    for (const child of at.trace.children.get(at.work.id) ?? []) {
      const { work } = child
      // steps between an agent and its models are still its own
      if (work.kind === 'container') open.push(child)
      if (work.kind !== 'model' || work.output === undefined || work.endedAt === undefined) continue
      if (!best || work.endedAt > (best.endedAt ?? 0)) best = work
    }
  }
  return best
}

function optional<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]?: string })
}
