import { COMPARE_FILTERS, type CompareFilter, SIMULATED_CHOICES, type SimulatedChoice } from '@/lib/core/metrics/compare-protocol'

export const GROUPINGS = {
  masterModel: 'Master model',
  subAgentModel: 'Sub-agent model',
  framework: 'Framework',
  workflow: 'Workflow',
  promptVariant: 'Prompt',
  tag: 'Tag',
} as const satisfies Record<CompareFilter, string>

/** What the compare page shows; it lives in the URL and nowhere else. */
export interface CompareQuery {
  by: CompareFilter
  second: CompareFilter | undefined
  k: number
  theta: number
  min: number
  /** Of the equivalence test of prompts. */
  margin: number
  /** Days back; undefined: all time, or between the two dates. */
  days: number | undefined
  /** Dates like 2026-05-16; `until` is not included. */
  since: string | undefined
  until: string | undefined
  simulated: SimulatedChoice
  /** Undefined: where one of the published masters is among the groups. */
  reported: boolean | undefined
  only: Partial<Record<CompareFilter, string>>
}

export const NOTHING_ASKED: CompareQuery = {
  by: 'masterModel',
  second: undefined,
  k: 5,
  theta: 0.7,
  min: 1,
  margin: 0.1,
  days: undefined,
  since: undefined,
  until: undefined,
  simulated: 'auto',
  reported: undefined,
  only: {},
}

/** What the address says wrongly is left out, never an error. */
export function parseQuery(query: URLSearchParams): CompareQuery {
  const [first, second] = (query.get('by') ?? '').split(',')
  const number = (name: string, otherwise: number, least: number, most: number) => {
    const value = Number(query.get(name) ?? Number.NaN)
    return value >= least && value <= most ? value : otherwise
  }
  const by = isFilter(first) ? first : NOTHING_ASKED.by
  const simulated = query.get('simulated')
  const days = /^(\d{1,5})d$/.exec(query.get('since') ?? '')?.[1]
  const only: CompareQuery['only'] = {}
  for (const name of COMPARE_FILTERS) {
    const value = query.get(name)
    if (value) only[name] = value
  }
  return {
    by,
    second: isFilter(second) && second !== by ? second : undefined,
    k: Math.round(number('k', NOTHING_ASKED.k, 1, 1000)),
    theta: number('theta', NOTHING_ASKED.theta, 0.3, 0.95),
    min: Math.round(number('min', NOTHING_ASKED.min, 1, 1_000_000)),
    margin: number('margin', NOTHING_ASKED.margin, 0.01, 0.5),
    days: days === undefined ? undefined : Number(days),
    since: dateOf(query.get('since')),
    until: dateOf(query.get('until')),
    simulated: SIMULATED_CHOICES.find((choice) => choice === simulated) ?? NOTHING_ASKED.simulated,
    reported: query.get('reported') === '1' ? true : query.get('reported') === '0' ? false : undefined,
    only,
  }
}

/** Without a question mark; what is as by default is left out. */
export function printQuery({ reported, ...asked }: CompareQuery): string {
  const query = new URLSearchParams()
  const { by, second, k, theta, min, margin, simulated, only } = asked
  const keys = second ? `${by},${second}` : by
  if (keys !== NOTHING_ASKED.by) query.set('by', keys)
  if (k !== NOTHING_ASKED.k) query.set('k', String(k))
  if (theta !== NOTHING_ASKED.theta) query.set('theta', String(theta))
  if (min !== NOTHING_ASKED.min) query.set('min', String(min))
  if (margin !== NOTHING_ASKED.margin) query.set('margin', String(margin))
  setRange(query, asked)
  if (simulated !== NOTHING_ASKED.simulated) query.set('simulated', simulated)
  if (reported !== undefined) query.set('reported', reported ? '1' : '0')
  for (const name of COMPARE_FILTERS) {
    const value = only[name]
    if (value) query.set(name, value)
  }
  return query.toString()
}

/** The same as a query of the API, where nothing asked means every session. */
export function apiQuery(query: CompareQuery): string {
  const asked = new URLSearchParams(printQuery({ ...query, reported: undefined }))
  asked.set('simulated', query.simulated)
  return asked.toString()
}

function setRange(query: URLSearchParams, { days, since, until }: Pick<CompareQuery, 'days' | 'since' | 'until'>): void {
  if (days !== undefined) query.set('since', `${days}d`)
  else if (since !== undefined) query.set('since', since)
  if (days === undefined && until !== undefined) query.set('until', until)
}

/** What the list of sessions calls the same thing. */
const LIST_NAMES: Record<CompareFilter, string> = {
  masterModel: 'master',
  subAgentModel: 'worker',
  framework: 'framework',
  workflow: 'workflow',
  promptVariant: 'prompt',
  tag: 'tag',
}

/** The sessions behind a group: same filters, same time range. `withoutSimulated`: they were left out of the figures. */
export function sessionsBehind(query: CompareQuery, values: readonly (string | undefined | null)[], withoutSimulated = false): string {
  const asked = new URLSearchParams()
  const without: string[] = []
  for (const name of COMPARE_FILTERS) {
    const value = query.only[name]
    if (value) asked.set(LIST_NAMES[name], value)
  }
  const keys = query.second ? [query.by, query.second] : [query.by]
  for (const [i, key] of keys.entries()) {
    const value = values[i]
    if (value === undefined || value === null) without.push(LIST_NAMES[key])
    else asked.set(LIST_NAMES[key], value)
  }
  if (without.length > 0) asked.set('without', without.join(','))
  asked.set('delegated', '1')
  setRange(asked, query)
  if (withoutSimulated || query.simulated === 'exclude') asked.set('simulated', 'exclude')
  else if (query.simulated === 'only') asked.set('simulated', 'only')
  return `/sessions?${asked}`
}

function isFilter(text: string | undefined): text is CompareFilter {
  return (COMPARE_FILTERS as readonly string[]).includes(text ?? '')
}

function dateOf(text: string | null): string | undefined {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined
}
