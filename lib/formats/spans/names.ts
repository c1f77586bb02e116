import { clip } from '../claude-code/draft'
import { innerModelOf, type Node, type Owner, ownerOf } from './trace'

export function name(text: string): string {
  return clip(text, 200) || 'unnamed'
}

export function standIn(spanId: string): string {
  return name(`span:${spanId}`)
}

export function ownerId(owner: Owner): string {
  switch (owner.kind) {
    case 'agent':
      return name(owner.key)
    case 'missing':
      return standIn(owner.parentId)
    case 'root':
      return name(
        owner.node.work.kind === 'container' ? owner.node.work.name : (owner.node.work.session.workflow ?? owner.node.work.session.framework ?? 'agent'),
      )
  }
}

export function callIdOf(node: Node): string {
  return name(node.work.tool?.callId ?? node.work.id)
}

/** The turn whose answer asked for this call: by the call's id; in a whole trace also by time. */
export function askedBy(node: Node): string | undefined {
  const { trace, work } = node
  const asked = work.tool?.askedAs ?? work.tool?.callId
  const declared = asked === undefined ? undefined : trace.asked.get(asked)
  if (declared) return name(turnOf(declared).work.id)
  if (!trace.complete) return undefined
  const owner = ownerId(ownerOf(node))
  let best: Node | undefined
  for (const other of trace.children.get(node.adopted ?? work.parentId ?? '') ?? []) {
    const { kind, endedAt } = other.work
    if (kind !== 'model' || endedAt === undefined || endedAt > work.startedAt + 1 || ownerId(ownerOf(other)) !== owner) continue
    if (!best || endedAt > (best.work.endedAt ?? 0)) best = other
  }
  return best ? name(turnOf(best).work.id) : undefined
}

/** The call of the model that is told as the turn, where two layers tell it. */
function turnOf(model: Node): Node {
  return model.isTurn ? model : (innerModelOf(model) ?? model)
}
