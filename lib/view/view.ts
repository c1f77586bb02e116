import { INTERVENTION_KINDS } from '@/lib/core/interventions'
import { DEFAULT_LANES, LANE_PARAMETERS, type LaneView, parseLanes, writeLanes } from './lanes'
import { ALL_WORK, parseWork, type WorkFilter, WORK_PARAMETERS, writeWork } from './work'

/**
 * The view: everything about where a person stands in a session that a link should carry. It lives in
 * the URL's query and nowhere else; what moves with the pointer (hover, a drag under way) is not here.
 *
 * Laws: `parseView(printView(v))` equals v (L9), and every text parses to some view: what an old or
 * damaged link says wrongly is left at its default, never an error.
 */
export interface View {
  window: Window
  selection: Selection | undefined
  follow: Follow
  /** Idle stretches are drawn as seams. */
  folded: boolean
  lens: Lens
  tab: Tab
  /** What the lists are filtered by; empty for everything. */
  search: string
  /** What all texts are searched for, where the lists otherwise stand; undefined: the lists stand there. */
  find: string | undefined
  /** Kinds of intervention that are not shown, in the order of `HIDEABLE`. */
  hidden: readonly Hideable[]
  /** Of a selected artifact: the revision looked at, from 1; undefined for the newest. */
  revision: number | undefined
  lanes: LaneView
  work: WorkFilter
  clock: ClockKind
  /** Times as they were recorded, also where clocks contradict one another. */
  recorded: boolean
  /** Replaying: the moment that is shown, epoch ms; undefined for all that is known. */
  at: number | undefined
}

/** What the axis counts: time, output tokens, or turns. */
export const CLOCKS = ['time', 'tokens', 'steps'] as const
export type ClockKind = (typeof CLOCKS)[number]

/** `fit`: the whole session, also as it grows. Times are epoch ms, `from < to`. */
export type Window = { kind: 'fit' } | { kind: 'range'; from: number; to: number }

export type Selection = { kind: SelectionKind; id: string }
export const SELECTION_KINDS = ['turn', 'call', 'write', 'message', 'intervention', 'task', 'agent', 'artifact'] as const
export type SelectionKind = (typeof SELECTION_KINDS)[number]

/** What a live session may do to the window: keep now in it, go to new interventions, or nothing. */
export const FOLLOWS = ['main', 'interventions', 'paused'] as const
export type Follow = (typeof FOLLOWS)[number]

/** `interventions` dims everything that has no part in one. */
export const LENSES = ['all', 'interventions'] as const
export type Lens = (typeof LENSES)[number]

export const TABS = ['interventions', 'turns', 'tasks', 'artifacts', 'checks'] as const
export type Tab = (typeof TABS)[number]

/** `set_aside`: whatever its kind, what a person has set aside. */
export const HIDEABLE = [...INTERVENTION_KINDS, 'set_aside'] as const
export type Hideable = (typeof HIDEABLE)[number]

export const DEFAULT_VIEW: View = {
  window: { kind: 'fit' },
  selection: undefined,
  follow: 'main',
  folded: false,
  lens: 'all',
  tab: 'interventions',
  search: '',
  find: undefined,
  hidden: [],
  revision: undefined,
  lanes: DEFAULT_LANES,
  work: ALL_WORK,
  clock: 'time',
  recorded: false,
  at: undefined,
}

/** The query's parameters; names are for ever (docs/decisions/0010-timeline-view-address.md). */
const NAMES = {
  from: 't0',
  to: 't1',
  follow: 'follow',
  folded: 'fold',
  lens: 'lens',
  tab: 'tab',
  search: 'q',
  find: 'find',
  hidden: 'hide',
  revision: 'rev',
  clock: 'clock',
  clocks: 'clocks',
  at: 't',
} as const
export const VIEW_PARAMETERS: readonly string[] = [...Object.values(NAMES), ...SELECTION_KINDS, ...LANE_PARAMETERS, ...WORK_PARAMETERS]

// Beyond ±8.64e15 no calendar date exists (ECMAScript's time range).
const isTime = (value: number) => Number.isFinite(value) && Math.abs(value) <= 8.64e15

/** From `location.search`, with or without the question mark. */
export function parseView(search: string | URLSearchParams): View {
  const query = typeof search === 'string' ? new URLSearchParams(search) : search
  const from = numberOf(query.get(NAMES.from))
  const to = numberOf(query.get(NAMES.to))
  const window: Window = from !== undefined && to !== undefined && from < to ? { kind: 'range', from, to } : { kind: 'fit' }
  let selection: Selection | undefined
  for (const kind of SELECTION_KINDS) {
    const id = query.get(kind)
    if (id) {
      selection = { kind, id }
      break
    }
  }
  return {
    window,
    selection,
    follow: oneOf(FOLLOWS, query.get(NAMES.follow)) ?? followBefore(window),
    folded: query.get(NAMES.folded) === '1',
    lens: oneOf(LENSES, query.get(NAMES.lens)) ?? DEFAULT_VIEW.lens,
    tab: oneOf(TABS, query.get(NAMES.tab)) ?? DEFAULT_VIEW.tab,
    search: query.get(NAMES.search) ?? '',
    find: query.get(NAMES.find) ?? undefined,
    hidden: hiddenOf(query.get(NAMES.hidden)),
    revision: selection?.kind === 'artifact' ? revisionOf(query.get(NAMES.revision)) : undefined,
    lanes: parseLanes(query),
    work: parseWork(query),
    clock: oneOf(CLOCKS, query.get(NAMES.clock)) ?? DEFAULT_VIEW.clock,
    recorded: query.get(NAMES.clocks) === 'recorded',
    at: numberOf(query.get(NAMES.at)),
  }
}

/** The query without its question mark; the default view prints as the empty text. */
export function printView(view: View): string {
  const query = new URLSearchParams()
  writeView(query, view)
  return query.toString()
}

/** The view written over a query that also holds parameters of others, which stay. */
export function withView(search: string | URLSearchParams, view: View): string {
  const query = new URLSearchParams(search)
  for (const name of VIEW_PARAMETERS) query.delete(name)
  writeView(query, view)
  return query.toString()
}

function writeView(query: URLSearchParams, view: View): void {
  if (view.selection) query.set(view.selection.kind, view.selection.id)
  if (view.window.kind === 'range') {
    query.set(NAMES.from, String(view.window.from))
    query.set(NAMES.to, String(view.window.to))
  }
  if (view.follow !== followBefore(view.window)) query.set(NAMES.follow, view.follow)
  if (view.folded) query.set(NAMES.folded, '1')
  if (view.lens !== DEFAULT_VIEW.lens) query.set(NAMES.lens, view.lens)
  if (view.tab !== DEFAULT_VIEW.tab) query.set(NAMES.tab, view.tab)
  if (view.search !== '') query.set(NAMES.search, view.search)
  if (view.find !== undefined) query.set(NAMES.find, view.find)
  if (view.hidden.length > 0) query.set(NAMES.hidden, view.hidden.join(','))
  if (view.revision !== undefined && view.selection?.kind === 'artifact') query.set(NAMES.revision, String(view.revision))
  writeLanes(query, view.lanes)
  writeWork(query, view.work)
  if (view.clock !== DEFAULT_VIEW.clock) query.set(NAMES.clock, view.clock)
  if (view.recorded) query.set(NAMES.clocks, 'recorded')
  if (view.at !== undefined) query.set(NAMES.at, String(view.at))
}

/** A link to a stretch of time opens there and stays there, also while the session goes on. */
function followBefore(window: Window): Follow {
  return window.kind === 'fit' ? 'main' : 'paused'
}

function hiddenOf(text: string | null): Hideable[] {
  if (!text) return []
  const named = new Set(text.split(','))
  return HIDEABLE.filter((name) => named.has(name))
}

function revisionOf(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}

function numberOf(text: string | null): number | undefined {
  if (text === null || text.trim() === '') return undefined
  const value = Number(text)
  // -0 prints as 0, so it must not come in either
  return isTime(value) ? value + 0 : undefined
}

function oneOf<T extends string>(values: readonly T[], text: string | null): T | undefined {
  return values.find((value) => value === text)
}

export function sameSelection(a: Selection | undefined, b: Selection | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.kind === b.kind && a.id === b.id)
}

export function sameWindow(a: Window, b: Window): boolean {
  return a === b || (a.kind === 'fit' ? b.kind === 'fit' : b.kind === 'range' && a.from === b.from && a.to === b.to)
}
