import type { Event, EventType } from './event'

/**
 * The one order of what happened: by time, then by the source's own order, then causes before
 * effects, then by id. It does not depend on arrival, so any arrival order gives the same history.
 */
export interface Stamp {
  occurredAt: number
  order: number
  rank: number
  id: string
}

// A completion and an overwrite with equal stamps: the completion counts first (the reading that
// accuses the master least).
const RANK: Record<EventType, number> = {
  'session.started': 0,
  'agent.joined': 1,
  'message.sent': 2,
  'task.delegated': 3,
  'turn.started': 4,
  'turn.streamed': 5,
  'tool.called': 6,
  'artifact.read': 7,
  'task.blocked': 8,
  'task.ended': 9,
  'task.accepted': 10,
  'artifact.written': 11,
  'tool.returned': 12,
  'turn.ended': 13,
  'verdict.given': 14,
  'session.ended': 15,
}

/** What of an event decides its place. */
type Placed = Pick<Event, 'occurredAt' | 'order' | 'type' | 'id'>

export function stampOf(event: Event): Stamp {
  return { occurredAt: event.occurredAt, order: event.order ?? 0, rank: RANK[event.type], id: event.id }
}

export function compareStamps(a: Stamp, b: Stamp): number {
  return a.occurredAt - b.occurredAt || a.order - b.order || a.rank - b.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

export function compareEvents(a: Placed, b: Placed): number {
  return a.occurredAt - b.occurredAt || (a.order ?? 0) - (b.order ?? 0) || RANK[a.type] - RANK[b.type] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
