import type { InterventionKind } from '../interventions'

/** What can be found: texts of a session, each with the thing that a link opens. */
export const SEARCH_KINDS = ['session', 'task', 'turn', 'call', 'result', 'write', 'message'] as const
export type SearchKind = (typeof SEARCH_KINDS)[number]

/** GET /api/v1/search and GET /api/v1/sessions/:id/search. */
export interface SearchHit {
  /** Grows as items come; a page ends before that of its last hit. */
  item: number
  sessionId: string
  /** Up to where the log must be known for it to be there. */
  sequence: number
  kind: SearchKind | InterventionKind
  /** The turn's, call's, task's or intervention's id; of a write or message its event's; of a session its own. */
  ref: string
  /** ms since 1970. */
  at: number
  agent?: string
  tool?: string
  path?: string
  model?: string
  snippet?: Snippet
}

export interface Snippet {
  text: string
  /** Stretches of `text` that are looked for: first character, and the one after the last. */
  marks: [number, number][]
}

/** What GET /api/v1/search gives with `part=hits`: a page. */
export interface SearchPage {
  /** Newest arrivals first. */
  hits: SearchHit[]
  /** Where the next page begins; absent on the last. */
  before?: number
  /** Those of `hits`, in the order of their newest. */
  sessions: SearchedSession[]
  /** Sessions of which the newest events cannot be found yet. */
  behind: number
  /** Parts of the question in which there is nothing to look for. */
  ignored: string[]
}

export interface SearchedSession {
  id: string
  title?: string
  simulated: boolean
  startedAt?: number
}

/** What it gives with `part=counts`: over the newest `counted` hits, which takes longer than the first of them. */
export interface SearchCounts {
  counted: number
  /** There are more than were counted. */
  more: boolean
  facets: SearchFacets
  /** How many each session has; those with the newest, at most 200. */
  inSessions: { id: string; hits: number }[]
  /** Of how many sessions the counted hits are. */
  sessionCount: number
}

/** What it gives with neither: both, each of the page's sessions with how many of the counted hits are its own. */
export interface SearchAnswer extends SearchPage, SearchCounts {
  sessions: (SearchedSession & { hits: number })[]
}

export const SEARCH_FACETS = ['kind', 'agent', 'tool', 'model', 'path'] as const
export type SearchFacets = Record<(typeof SEARCH_FACETS)[number], { value: string; count: number }[]>

export interface SessionSearchAnswer {
  /** When, of all hits in the order of time, ms since 1970; at most 5,000. */
  at: number[]
  more: boolean
  /** Those from `offset` on. */
  hits: SearchHit[]
  offset: number
  behind: number
  ignored: string[]
}
