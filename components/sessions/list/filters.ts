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
  simulated: 'only' | 'exclude' | undefined
  /** What other pages link to: prompt variant; a task delegated by, and to, a model; any task at all; what the source does not say; when it began. */
  prompt: string | undefined
  master: string | undefined
  worker: string | undefined
  delegated: '1' | undefined
  without: string | undefined
  since: string | undefined
  until: string | undefined
}

export const NO_FILTERS: Filters = {
  q: '',
  state: undefined,
  model: undefined,
  framework: undefined,
  workflow: undefined,
  kind: undefined,
  tag: undefined,
  simulated: undefined,
  prompt: undefined,
  master: undefined,
  worker: undefined,
  delegated: undefined,
  without: undefined,
  since: undefined,
  until: undefined,
}

export const FACETS = ['framework', 'model', 'workflow', 'kind', 'tag'] as const
export type FacetName = (typeof FACETS)[number]

/** What came with a link and can only be taken away. */
export const GIVEN = ['master', 'worker', 'prompt', 'without', 'delegated', 'since', 'until'] as const
export type GivenName = (typeof GIVEN)[number]

/** What the address says wrongly is left out, never an error. */
export function parseFilters(query: URLSearchParams): Filters {
  const state = query.get('state')
  const simulated = query.get('simulated')
  const one = (name: string) => query.get(name) || undefined
  const time = (name: string) => {
    const text = one(name)
    return text !== undefined && (DAYS.test(text) || !Number.isNaN(Date.parse(text))) ? text : undefined
  }
  return {
    q: query.get('q') ?? '',
    state: state === 'running' || state === 'ended' ? state : undefined,
    model: one('model'),
    framework: one('framework'),
    workflow: one('workflow'),
    kind: one('kind'),
    tag: one('tag'),
    simulated: simulated === 'only' || simulated === 'exclude' ? simulated : undefined,
    prompt: one('prompt'),
    master: one('master'),
    worker: one('worker'),
    delegated: query.get('delegated') === '1' ? '1' : undefined,
    without: withoutOf(one('without')),
    since: time('since'),
    until: time('until'),
  }
}

/** As the API names them. */
const NAMEABLE = ['master', 'worker', 'framework', 'workflow', 'prompt', 'tag']

function withoutOf(text: string | undefined): string | undefined {
  const known = text?.split(',').filter((name) => NAMEABLE.includes(name))
  return known && known.length > 0 ? known.join(',') : undefined
}

const DAYS = /^(\d{1,5})d$/

/** Without a question mark; no filters print as the empty text. Also the query of the API. */
export function printFilters(filters: Filters): string {
  const query = new URLSearchParams()
  for (const name of ['q', 'state', ...FACETS, 'simulated', ...GIVEN] as const) {
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
  if (filters.master !== undefined || filters.worker !== undefined || filters.without !== undefined) return false
  if (filters.q !== '') {
    const q = filters.q.toLowerCase()
    if (!session.title?.toLowerCase().includes(q) && !session.id.toLowerCase().includes(q)) return false
  }
  if (filters.state !== undefined && (filters.state === 'running') !== isRunning(session, now)) return false
  if (filters.model !== undefined && session.masterModel !== filters.model) return false
  if (filters.framework !== undefined && session.framework !== filters.framework) return false
  if (filters.workflow !== undefined && session.workflow !== filters.workflow) return false
  if (filters.prompt !== undefined && session.promptVariant !== filters.prompt) return false
  if (filters.kind !== undefined && !session.interventions[filters.kind]) return false
  if (filters.simulated !== undefined && (filters.simulated === 'only') !== session.simulated) return false
  if (filters.delegated !== undefined && session.tasks === 0) return false
  const began = session.startedAt ?? session.lastAt ?? 0
  if (filters.since !== undefined && began < timeOf(filters.since, now)) return false
  if (filters.until !== undefined && began >= timeOf(filters.until, now)) return false
  return filters.tag === undefined || session.tags.includes(filters.tag)
}

function timeOf(text: string, now: number): number {
  const days = DAYS.exec(text)?.[1]
  return days === undefined ? Date.parse(text) : now - Number(days) * 86_400_000
}
