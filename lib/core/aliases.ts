import type { Event } from './event'
import type { AgentId } from './ids'

/**
 * Ids under which an agent was seen before its own name was known (`agent.joined` with `sameAs`), and
 * whose they are. A source that tells of an agent only when it has ended shows its work before.
 */
export type Aliases = ReadonlyMap<AgentId, AgentId>

export function canonicalAgent<T extends AgentId | undefined>(id: T, aliases: Aliases): T | AgentId {
  let at: T | AgentId = id
  // A name may be given twice over; a circle is a mistake of the source and must not hold us up.
  for (let steps = 0; at !== undefined && steps < 16; steps++) {
    const next: AgentId | undefined = aliases.get(at)
    if (next === undefined) return at
    at = next
  }
  return at
}

/** The same event with every agent under its own name; the event itself where nothing changes. */
export function withCanonicalAgents(event: Event, aliases: Aliases): Event {
  if (aliases.size === 0) return event
  const of = <T extends AgentId | undefined>(id: T) => canonicalAgent(id, aliases)
  switch (event.type) {
    case 'session.started':
    case 'session.ended':
      return event
    case 'agent.joined': {
      const parentId = of(event.parentId)
      return parentId === event.parentId ? event : { ...event, parentId }
    }
    case 'task.delegated': {
      const by = of(event.by)
      const to = of(event.to)
      return by === event.by && to === event.to ? event : { ...event, by, to }
    }
    case 'task.blocked': {
      const by = of(event.by)
      return by === event.by ? event : { ...event, by }
    }
    case 'task.ended':
    case 'task.accepted':
    case 'verdict.given': {
      const by = of(event.by)
      return by === event.by ? event : { ...event, by }
    }
    case 'turn.started':
    case 'tool.called':
    case 'artifact.written':
    case 'artifact.read': {
      const agentId = of(event.agentId)
      return agentId === event.agentId ? event : { ...event, agentId }
    }
    case 'turn.streamed':
    case 'turn.ended':
    case 'tool.returned': {
      const agentId = of(event.agentId)
      return agentId === event.agentId ? event : { ...event, agentId }
    }
    case 'message.sent': {
      const from = of(event.from)
      const to = of(event.to)
      return from === event.from && to === event.to ? event : { ...event, from, to }
    }
    default: {
      const impossible: never = event
      throw new Error(`an event of a type that has no agents here: ${JSON.stringify(impossible)}`)
    }
  }
}
