import { canonicalModel } from '@/lib/core/models/name'
import { groupId, type LaneGroup } from '@/lib/view/lanes'
import { type Family, type Lane, type LaneRole, newLane, newRow } from './lane'

const ROLES: Record<LaneRole, string> = { master: 'masters', agent: 'sub-agents', unknown: 'unknown agents', human: 'people', harness: 'harness' }
const ROLE_ORDER = Object.keys(ROLES)

export interface LaneGroupOf {
  id: string
  title: string
  lanes: Lane[]
}

/** Lanes in their order, by role or by model; roles from masters down, models in the order of their first lanes, unknown ones last. */
export function groupsOf(lanes: readonly Lane[], by: Exclude<LaneGroup, 'tree'>): LaneGroupOf[] {
  const groups = new Map<string, Lane[]>()
  for (const lane of lanes) {
    const key = by === 'role' ? lane.role : (canonicalModel(lane.agent?.model) ?? '')
    const group = groups.get(key)
    if (group) group.push(lane)
    else groups.set(key, [lane])
  }
  const rank = (key: string) => (by === 'role' ? ROLE_ORDER.indexOf(key) : key === '' ? 1 : 0)
  return [...groups].sort(([a], [b]) => rank(a) - rank(b)).map(([key, own]) => ({ id: groupId(by, key), title: titleOf(by, key, own), lanes: own }))
}

function titleOf(by: LaneGroup, key: string, lanes: readonly Lane[]): string {
  if (by === 'role') return ROLES[key as LaneRole]
  if (key !== '') return key
  return lanes.every(({ role }) => role === 'human' || role === 'harness') ? 'people and harness' : 'model not told'
}

/** The rows that stand over groups: the same object for the same group, so that what is summed for it stays. */
export class GroupHeads {
  private readonly heads = new Map<string, Lane>()

  of({ id, title, lanes }: LaneGroupOf, open: boolean, kept: Family['kept']): Lane {
    let head = this.heads.get(id)
    if (!head) {
      // numbers below zero are no agent's
      head = newLane(-1 - this.heads.size, id)
      head.rows.push(newRow())
      this.heads.set(id, head)
    }
    head.group = { title, lanes }
    head.family = { of: 'group', open, kept, count: lanes.length }
    head.members = open ? [] : [...lanes]
    return head
  }
}
