/** Which lanes are shown, in which order, and which stand for others. A part of the view, and of its address. */
export interface LaneView {
  sort: LaneSort
  group: LaneGroup
  /** Words that a lane's name, type, model or role must hold; `model:`, `agent:` and `role:` ask one of them. Empty for all. */
  filter: string
  /** Agents by id. `only`: no others are shown; `pinned`: on top, in this order. */
  only: readonly string[]
  muted: readonly string[]
  pinned: readonly string[]
  /** Agents whose sub-agents are rolled up into their lane, and groups that are rolled up (`groupId`). */
  closed: readonly string[]
  /** First of many alike whose siblings are not rolled up. */
  opened: readonly string[]
}

/** `first`: in the order in which they came to be. `activity`: most turns and calls first. `interventions`: most destroyed work first. */
export const LANE_SORTS = ['first', 'activity', 'interventions'] as const
export type LaneSort = (typeof LANE_SORTS)[number]

/** `tree`: below who directs them. */
export const LANE_GROUPS = ['tree', 'role', 'model'] as const
export type LaneGroup = (typeof LANE_GROUPS)[number]

/** What stands for a group of lanes in `closed`. */
export function groupId(by: LaneGroup, key: string): string {
  return `group:${by}:${key}`
}

export const DEFAULT_LANES: LaneView = { sort: 'first', group: 'tree', filter: '', only: [], muted: [], pinned: [], closed: [], opened: [] }

const LISTS = { only: 'only', muted: 'mute', pinned: 'pin', closed: 'shut', opened: 'open' } as const
type ListName = keyof typeof LISTS
const NAMES = Object.keys(LISTS) as ListName[]
export const LANE_PARAMETERS: readonly string[] = ['sort', 'group', 'lanes', ...Object.values(LISTS)]

export function parseLanes(query: URLSearchParams): LaneView {
  const lists = Object.fromEntries(NAMES.map((name) => [name, [...new Set(query.getAll(LISTS[name]).filter((id) => id !== ''))]])) as Record<ListName, string[]>
  const sort = query.get('sort')
  const group = query.get('group')
  const view: LaneView = {
    ...lists,
    sort: LANE_SORTS.find((one) => one === sort) ?? 'first',
    group: LANE_GROUPS.find((one) => one === group) ?? 'tree',
    filter: query.get('lanes') ?? '',
  }
  return isDefaultLanes(view) ? DEFAULT_LANES : view
}

export function writeLanes(query: URLSearchParams, view: LaneView): void {
  if (view.sort !== 'first') query.set('sort', view.sort)
  if (view.group !== 'tree') query.set('group', view.group)
  if (view.filter !== '') query.set('lanes', view.filter)
  for (const name of NAMES) for (const id of view[name]) query.append(LISTS[name], id)
}

export function isDefaultLanes(view: LaneView): boolean {
  return view.sort === 'first' && view.group === 'tree' && view.filter === '' && NAMES.every((name) => view[name].length === 0)
}

/** Puts an id into one of the lists, or takes it out. */
export function toggled(view: LaneView, list: ListName, id: string): LaneView {
  const ids = view[list]
  return { ...view, [list]: ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id] }
}
