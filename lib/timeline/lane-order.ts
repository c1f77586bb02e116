import type { SessionState } from '@/lib/core/session'
import type { Lane, LaneRole } from './lane'

const ROLE_RANK: Record<LaneRole, number> = { master: 0, agent: 1, unknown: 2, human: 3, harness: 4 }

// Worker 2 before worker 10.
const BY_NAME = new Intl.Collator('en', { numeric: true })

/**
 * Sets role, depth and place of every lane and returns the visible ones from top to bottom: root
 * masters first, each followed by those it directs, in the order in which they came to be.
 *
 * Who directs whom: what the agent declares, else who first delegated to it. A lane of a person or a
 * harness shows only if it did something; a lane of nobody named only if there is such work.
 */
export function placeLanes(state: SessionState, lanes: readonly Lane[]): Lane[] {
  const delegators = new Map<string, { by: string; at: number }>()
  const delegating = new Set<string>()
  for (const { by, to, delegatedAt = Number.POSITIVE_INFINITY } of state.tasks.values()) {
    if (by === undefined) continue
    delegating.add(by)
    if (to === undefined || to === by) continue
    const known = delegators.get(to)
    if (!known || delegatedAt < known.at) delegators.set(to, { by, at: delegatedAt })
  }

  const byId = new Map<string, Lane>()
  for (const lane of lanes) byId.set(lane.id, lane)
  const since = new Map<Lane, { joined: number; began: number }>()
  const parents = new Map<Lane, Lane>()
  for (const lane of lanes) {
    const { agent } = lane
    const told = agent?.role
    lane.role = lane.id === '' ? 'unknown' : told === 'human' || told === 'harness' ? told : delegating.has(lane.id) ? 'master' : 'agent'
    const began = Math.min(lane.firstAt, delegators.get(lane.id)?.at ?? Number.POSITIVE_INFINITY)
    since.set(lane, { joined: Math.min(agent?.joinedAt ?? Number.POSITIVE_INFINITY, began), began })
    const parent = byId.get(agent?.parentId ?? delegators.get(lane.id)?.by ?? '')
    const parentRole = parent?.agent?.role
    if (parent && parent.id !== '' && parent !== lane && parentRole !== 'human' && parentRole !== 'harness') parents.set(lane, parent)
  }
  // whoever directs others is a master even before the first delegation
  for (const parent of parents.values()) if (parent.role === 'agent') parent.role = 'master'

  const children = new Map<Lane | undefined, Lane[]>()
  for (const lane of lanes) {
    const parent = directs(parents, lane)
    const siblings = children.get(parent)
    if (siblings) siblings.push(lane)
    else children.set(parent, [lane])
  }
  const before = (a: Lane, b: Lane) => {
    const byRole = parents.has(a) ? 0 : ROLE_RANK[a.role] - ROLE_RANK[b.role]
    if (byRole !== 0) return byRole
    const x = since.get(a)
    const y = since.get(b)
    // compared, not subtracted: two infinities are equal, neither is known
    if (x && y && x.joined !== y.joined) return x.joined < y.joined ? -1 : 1
    if (x && y && x.began !== y.began) return x.began < y.began ? -1 : 1
    return BY_NAME.compare(a.id, b.id) || (a.id < b.id ? -1 : 1)
  }

  const placed: Lane[] = []
  const walk = (parent: Lane | undefined, depth: number) => {
    for (const lane of children.get(parent)?.sort(before) ?? []) {
      lane.depth = depth
      const visible = lane.firstAt !== Number.POSITIVE_INFINITY || (lane.role !== 'human' && lane.role !== 'harness' && lane.role !== 'unknown')
      lane.place = visible ? placed.push(lane) - 1 : -1
      walk(lane, depth + 1)
    }
  }
  walk(undefined, 0)
  return placed
}

/** The parent, unless following parents leads back here: a circle has no top, so its members stand alone. */
function directs(parents: ReadonlyMap<Lane, Lane>, lane: Lane): Lane | undefined {
  const parent = parents.get(lane)
  const seen = new Set<Lane>()
  for (let up = parent; up && !seen.has(up); up = parents.get(up)) {
    if (up === lane) return undefined
    seen.add(up)
  }
  return parent
}
