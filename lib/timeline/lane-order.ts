import type { SessionState } from '@/lib/core/session'
import { fieldsOf } from '@/lib/core/table'
import { DEFAULT_LANES, type LaneGroup, type LaneView } from '@/lib/view/lanes'
import type { Lane, LaneRole } from './lane'
import { GroupHeads, groupsOf } from './lane-groups'

const ROLE_RANK: Record<LaneRole, number> = { master: 0, agent: 1, unknown: 2, human: 3, harness: 4 }

// Worker 2 before worker 10.
const BY_NAME = new Intl.Collator('en', { numeric: true })

/**
 * Sets role, depth and place of every lane and returns the visible ones from top to bottom: root
 * masters first, each followed by those it directs, in the order in which they came to be.
 *
 * Who directs whom: what the agent declares, else who first delegated to it. A lane of a person or a
 * harness shows only if it did something; a lane of nobody named only if there is such work. `isOut`: a
 * filter has nothing to show of it. `heads`: the rows over groups, where lanes are grouped by role or model.
 */
export function placeLanes(
  state: SessionState,
  lanes: readonly Lane[],
  view: LaneView = DEFAULT_LANES,
  isOut: (lane: Lane) => boolean = () => false,
  heads: GroupHeads = new GroupHeads(),
): Lane[] {
  const delegators = new Map<string, { by: string; at: number }>()
  const delegating = new Set<string>()
  for (const { by, to, delegatedAt = Number.POSITIVE_INFINITY } of fieldsOf(state.tasks, ['by', 'to', 'delegatedAt'])) {
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

  const busy = (lane: Lane) => lane.turns + lane.calls + lane.writes
  const sorted = (list: Lane[]) => {
    list.sort(before)
    if (view.sort === 'activity') list.sort((a, b) => busy(b) - busy(a))
    if (view.sort === 'interventions') list.sort((a, b) => b.destroyed - a.destroyed)
    return list
  }
  const isThere = (lane: Lane) =>
    lane.firstAt !== Number.POSITIVE_INFINITY ||
    // one that turned out to be another agent is no longer in the state
    (lane.role !== 'human' && lane.role !== 'harness' && lane.agent !== undefined && state.agents.get(lane.agent.id) === lane.agent)
  const matches = laneFilter(view.filter)
  const wanted = (lane: Lane) =>
    isThere(lane) && !isOut(lane) && !view.muted.includes(lane.id) && (view.only.length === 0 || view.only.includes(lane.id)) && matches(lane)
  const foldsAlike = lanes.reduce((sum, lane) => sum + (isThere(lane) ? 1 : 0), 0) > MANY_LANES

  const placed: Lane[] = []
  const show = (lane: Lane) => {
    lane.place = placed.push(lane) - 1
  }
  const rollUp = (into: Lane, lane: Lane) => {
    lane.standIn = into
    into.members.push(lane)
  }
  const hide = (into: Lane, parent: Lane, depth: number) => {
    for (const lane of children.get(parent) ?? []) {
      lane.depth = depth
      if (isThere(lane) && !isOut(lane) && !view.muted.includes(lane.id)) rollUp(into, lane)
      hide(into, lane, depth + 1)
    }
  }
  for (const lane of lanes) {
    lane.place = -1
    lane.standIn = lane.family = undefined
    lane.members = []
  }
  const walk = (parent: Lane | undefined, depth: number) => {
    const list = sorted(children.get(parent) ?? [])
    const alike = foldsAlike ? familiesOf(list.filter((lane) => !children.has(lane) && wanted(lane))) : new Map<Lane, Lane[]>()
    for (const lane of list) {
      lane.depth = depth
      if (lane.standIn) continue
      const shown = wanted(lane)
      if (shown) show(lane)
      const siblings = alike.get(lane)
      if (siblings && shown) {
        const open = view.opened.includes(lane.id)
        lane.family = { of: 'alike', open, kept: 'opened', count: siblings.length }
        if (!open) for (const other of siblings) if (other !== lane) rollUp(lane, other)
      }
      const below = children.get(lane)
      if (below && shown) {
        const open = !view.closed.includes(lane.id)
        lane.family = { of: 'below', open, kept: 'closed', count: below.length }
        if (!open) {
          hide(lane, lane, depth + 1)
          continue
        }
      }
      walk(lane, depth + 1)
    }
  }
  const grouped = (by: Exclude<LaneGroup, 'tree'>) => {
    for (const group of groupsOf(sorted(lanes.filter(wanted)), by)) {
      // of many lanes nobody wants to see each: their groups stand rolled up until they are opened
      const kept = foldsAlike ? 'opened' : 'closed'
      const open = view[kept].includes(group.id) === foldsAlike
      const head = heads.of(group, open, kept)
      show(head)
      for (const lane of group.lanes) {
        lane.depth = 1
        if (open) show(lane)
        else lane.standIn = head
      }
    }
  }
  if (view.group === 'tree') walk(undefined, 0)
  else grouped(view.group)
  const pinned = view.pinned.map((id) => byId.get(id)).filter((lane) => lane !== undefined && lane.place >= 0) as Lane[]
  const order = pinned.length === 0 ? placed : [...pinned, ...placed.filter((lane) => !pinned.includes(lane))]
  order.forEach((lane, place) => {
    lane.place = place
  })
  for (const lane of lanes) if (lane.standIn) lane.place = lane.standIn.place
  return order
}

// With fewer lanes than this each one is looked at for itself.
const MANY_LANES = 40
const ALIKE_FROM = 5

/** Siblings that were made for the same, by the first of them. */
function familiesOf(list: readonly Lane[]): Map<Lane, Lane[]> {
  const byKind = new Map<string, Lane[]>()
  for (const lane of list) {
    const kind = kindOf(lane)
    const family = byKind.get(kind)
    if (family) family.push(lane)
    else byKind.set(kind, [lane])
  }
  const families = new Map<Lane, Lane[]>()
  for (const family of byKind.values()) if (family.length >= ALIKE_FROM) families.set(family[0] as Lane, family)
  return families
}

/** What the lane's agent was made for; "worker 12" is a worker. */
export function kindOf({ id, agent }: Lane): string {
  return agent?.agentType ?? (agent?.name ?? id).replace(/[\s_#-]*\d+$/, '')
}

/** Words as in `LaneView.filter`, all of which must fit. */
function laneFilter(filter: string): (lane: Lane) => boolean {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return () => true
  return (lane) => {
    const { agent, id, role } = lane
    const names = [agent?.name ?? '', agent?.agentType ?? '', id].join('\n').toLowerCase()
    const model = (agent?.model ?? '').toLowerCase()
    return words.every((word) => {
      const [, field, asked = ''] = /^(model|agent|role):(.*)$/.exec(word) ?? []
      switch (field) {
        case 'model':
          return model.includes(asked)
        case 'agent':
          return names.includes(asked)
        case 'role':
          return role.startsWith(asked)
        default:
          return names.includes(word) || model.includes(word) || role === word
      }
    })
  }
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
