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

export interface SearchAnswer {
  /** Newest arrivals first. */
  hits: SearchHit[]
  /** Where the next page begins; absent on the last. */
  before?: number
  /** Over the newest `counted` hits from here on. */
  counted: number
  /** There are more than were counted. */
  more: boolean
  facets: SearchFacets
  /** Those of `hits`, in the order of their newest; each with how many of the counted hits are its own. */
  sessions: SearchedSession[]
  /** Of how many sessions the counted hits are. */
  sessionCount: number
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
  hits: number
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
