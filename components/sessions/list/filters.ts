import type { SessionSummary } from '@/lib/live/protocol'
import { isRunning } from '@/lib/live/protocol'

/** What the list shows; it lives in the URL and nowhere else. */
export interface Filters {
  q: string
  state: 'running' | 'ended' | undefined
  model: string | undefined
  framework: string | undefined
  workflow: string | undefined
  kind: string | undefined
  tag: string | undefined
  /** Prompt variant, and sub-agent model: no facets of the list, but other pages link to them. */
  prompt: string | undefined
  worker: string | undefined
}

export const NO_FILTERS: Filters = {
  q: '',
  state: undefined,
  model: undefined,
  framework: undefined,
  workflow: undefined,
  kind: undefined,
  tag: undefined,
  prompt: undefined,
  worker: undefined,
}

export const FACETS = ['framework', 'model', 'workflow', 'kind', 'tag'] as const
export type FacetName = (typeof FACETS)[number]

/** What the address says wrongly is left out, never an error. */
export function parseFilters(query: URLSearchParams): Filters {
  const state = query.get('state')
  const one = (name: string) => query.get(name) || undefined
  return {
    q: query.get('q') ?? '',
    state: state === 'running' || state === 'ended' ? state : undefined,
    model: one('model'),
    framework: one('framework'),
    workflow: one('workflow'),
    kind: one('kind'),
    tag: one('tag'),
    prompt: one('prompt'),
    worker: one('worker'),
  }
}

/** Without a question mark; no filters print as the empty text. Also the query of the API. */
export function printFilters(filters: Filters): string {
  const query = new URLSearchParams()
  for (const name of ['q', 'state', ...FACETS, 'prompt', 'worker'] as const) {
    const value = filters[name]
    if (value) query.set(name, value)
  }
  return query.toString()
}

export function isFiltered(filters: Filters): boolean {
  return printFilters(filters) !== ''
}

/** The same choice as the server makes, for rows that arrive over the wire. `now`: ms. */
export function matches(filters: Filters, session: SessionSummary, now: number): boolean {
  // a row does not say these: only the server knows
  if (filters.prompt !== undefined || filters.worker !== undefined) return false
  if (filters.q !== '') {
    const q = filters.q.toLowerCase()
    if (!session.title?.toLowerCase().includes(q) && !session.id.toLowerCase().includes(q)) return false
  }
  if (filters.state !== undefined && (filters.state === 'running') !== isRunning(session, now)) return false
  if (filters.model !== undefined && session.masterModel !== filters.model) return false
  if (filters.framework !== undefined && session.framework !== filters.framework) return false
  if (filters.workflow !== undefined && session.workflow !== filters.workflow) return false
  if (filters.kind !== undefined && !session.interventions[filters.kind]) return false
  return filters.tag === undefined || session.tags.includes(filters.tag)
}
