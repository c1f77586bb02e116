import type { Evidence } from '@/lib/core/event'
import { clip } from '../claude-code/draft'
import { name, ownerId, standIn } from './names'
import { agentsTold, type Fact, PROVISIONAL, type Sheet, type Telling } from './sheet'
import { callFor, delegationOf, type Node, type Owner } from './trace'
import type { Work } from './work'

/** The id of the owner, told of if nobody else does. */
export function introduced(node: Node, owner: Owner, sheet: Sheet, keep = false): string {
  const { trace, work } = node
  const id = ownerId(owner)
  if (owner.kind === 'missing') {
    if (!keep) standInsOf(node).add(owner.parentId)
    sheet.tellAs(`${owner.parentId}:expected`, agentsTold(trace), joined(work, id, 'not yet named', 'its own span has not come; seen by what it does'))
  } else if (owner.kind === 'root') {
    sheet.tellAs(`${owner.node.work.id}:root-agent`, agentsTold(trace), joined(owner.node.work, id, id, 'no span above says which agent this is'))
  } else if (!owner.node) sheet.tellAs(`agent:${id}:named`, agentsTold(trace), joined(work, id, owner.key, 'named by what it does; it has no span of its own'))
  if (!keep) settleStandIn(node, id, sheet)
  return id
}

/** Once it is known whose a node is, the id that stood for its agent is that agent's. */
export function settleStandIn(node: Node, id: string, sheet: Sheet): void {
  for (const parentId of node.standIns ?? []) {
    const alias = standIn(parentId)
    if (alias === id) continue
    sheet.tellAs(`${parentId}:same`, agentsTold(node.trace), { type: 'agent.joined', occurredAt: node.work.startedAt, agentId: alias, sameAs: id })
    node.standIns?.delete(parentId)
  }
}

function joined(work: Work, agentId: string, called: string, how: string): Fact {
  const evidence: Evidence = { kind: 'inferred', how }
  return { type: 'agent.joined', occurredAt: work.startedAt, order: PROVISIONAL, agentId, name: clip(called, 400), evidence }
}

/** `of`: the work whose task it is, where its agent has no span. */
export function taskOf(owner: Owner, telling: Telling, of?: Node): string | undefined {
  if (owner.kind !== 'agent') return undefined
  if (!owner.node) {
    const asked = of && callFor(of)
    if (asked && 'missing' in asked) telling.wait(asked.missing)
    return asked && 'call' in asked ? name(asked.call.work.id) : undefined
  }
  const delegation = delegationOf(owner.node)
  if (delegation.kind === 'missing') telling.wait(delegation.parentId)
  return delegation.kind === 'delegated' ? name(delegation.taskId) : undefined
}

function standInsOf(node: Node): Set<string> {
  node.standIns ??= new Set()
  return node.standIns
}
