import type { Event } from '@/lib/core/event'
import type { Intervention } from '@/lib/core/interventions'
import type { ModelSpend } from '@/lib/core/models/spend'

/**
 * The live protocol, whole, of which snapshots are part: another version of theirs is another of this. A viewer says how far it has come; the server answers with what came
 * after. Reconnecting, waking up, a restarted server, a lost message: all are `subscribe` again.
 *
 *   viewer -> subscribe { version, sessionId, after }     after = my head, 0 if none
 *   server -> ack Subscribed
 *   server -> events Tail                                  contiguous with what was sent before
 *
 * And for the list of sessions, which needs no memory (a viewer that was away fetches it again):
 *
 *   viewer -> watchSessions { version }                    ack WatchingSessions
 *   server -> sessions SessionsChanged                     at most a few times a second
 *
 * And for comments and the feed of what happened, which are asked for over HTTP:
 *
 *   viewer -> watchActivity { version, project? }          ack WatchingSessions
 *   server -> activity Happened                            at most once a second
 */
export const LIVE_VERSION = 2
export const LIVE_PATH = '/live'
/** Socket.IO namespaces. */
export const VIEWER_NAMESPACE = '/viewer'
export const PRODUCER_NAMESPACE = '/producer'

/** Names of the messages above. */
export const LIVE_MESSAGES = {
  subscribe: 'subscribe',
  /** viewer -> server: { sessionId }; no more of this session, please. */
  unsubscribe: 'unsubscribe',
  events: 'events',
  /** server -> viewer: Resubscribe; this viewer fell too far behind and gets nothing more until it subscribes again. */
  resubscribe: 'resubscribe',
  watchSessions: 'watchSessions',
  sessions: 'sessions',
  watchActivity: 'watchActivity',
  activity: 'activity',
} as const

export interface Resubscribe {
  sessionId: string
  reason: string
}

/** Something happened in the project; in these sessions, as far as it was in one. */
export interface Happened {
  sessions: string[]
}

export type WatchingSessions = { kind: 'watching' } | { kind: 'refused'; reason: string }

export interface Subscribe {
  version: number
  sessionId: string
  after: number
}

export interface Tail {
  sessionId: string
  /** The sequence of the first of `events`; the last has `first + events.length - 1 = head`. */
  first: number
  /** Content as references. */
  events: Event[]
  findings: FindingsChange
  head: number
}

/** Findings are derived, so they may also be withdrawn: `removed` holds ids. */
export interface FindingsChange {
  changed: Intervention[]
  removed: string[]
}

export type Subscribed =
  | { kind: 'tail'; tail: Tail }
  /** Too far behind, or new: fetch the snapshot over HTTP, then subscribe with its head. */
  | { kind: 'snapshot'; url: string; head: number }
  /** `again`: the server could not answer just now; ask again in a moment. */
  | { kind: 'refused'; reason: string; again?: true }

/** The list of sessions: what changed, at most a few times a second. */
export interface SessionsChanged {
  sessions: SessionSummary[]
  removed: string[]
}

/** One row of the sessions list. */
export interface SessionSummary {
  id: string
  title?: string
  framework?: string
  format?: string
  workflow?: string
  promptVariant?: string
  tags: string[]
  simulated: boolean
  startedAt?: number
  endedAt?: number
  endStatus?: 'completed' | 'failed' | 'cancelled'
  /** The newest `occurredAt`. */
  lastAt?: number
  /** When the server last received something (server's clock, ms). */
  receivedAt: number
  head: number
  masterModel?: string
  masterName?: string
  agents: number
  tasks: number
  openTasks: number
  turns: number
  toolCalls: number
  inputTokens: number
  outputTokens: number
  tokensEstimated: boolean
  /** As sources tell it, else by the price table on the day the session began. */
  costUsd?: number
  /** There is more, of which the price is not known. */
  costPartial?: boolean
  /** What ended turns used, by model: what the cost is taken from. Not sent. */
  spent?: ModelSpend[]
  /** Counts by kind, only those above zero. */
  interventions: Record<string, number>
  /** Tasks with a headline intervention before their work was accepted. */
  tasksCutShort: number
  /** Findings that people set aside, in none of the counts; also those that a later reading came to no more. Absent: none. */
  setAside?: number
  strip?: Strip
}

/** The last two minutes of a session's lanes, small enough for a list. */
export interface Strip {
  from: number
  to: number
  lanes: number
  /** [lane, start ms after `from`, end ms after `from`, kind: 0 master, 1 sub-agent, 2 tool, 3 destroyed] */
  bars: [number, number, number, number][]
  /** ms after `from` of destructive interventions, with their lane. */
  marks: [number, number][]
}

/** GET /api/v1/sessions. `next` is the cursor of the following page. Facets count over all sessions. */
export interface SessionsPage {
  sessions: SessionSummary[]
  next?: string
  facets: SessionFacets
}

export interface Facet {
  value: string
  count: number
}

export interface SessionFacets {
  model: Facet[]
  framework: Facet[]
  workflow: Facet[]
  tag: Facet[]
  kind: Facet[]
  /** `running` and `ended`. */
  state: Facet[]
}

/** A session without an end that was silent for this long counts as ended: its producer is gone. */
export const QUIET_AFTER_MS = 600_000

/** Older than this when it arrived: it was read from a recording, not watched. */
export const RECORDED_BEFORE_MS = 86_400_000

/** `now` by the server's clock, ms. The list asks the same of Postgres: RUNNING in lib/store/sessions.ts. */
export function isRunning(session: Pick<SessionSummary, 'endedAt' | 'receivedAt' | 'lastAt'>, now: number): boolean {
  if (session.endedAt !== undefined || now - session.receivedAt >= QUIET_AFTER_MS) return false
  return session.lastAt === undefined || session.receivedAt - session.lastAt <= RECORDED_BEFORE_MS
}

/** RFC 9457; `detail` says how to mend it. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  /** Stable, for programs. */
  code: string
}

/** The answer to a batch of events: `accepted + duplicate + rejected.length` is what was sent. */
export interface AppendResult {
  accepted: number
  duplicate: number
  rejected: Rejection[]
}

export interface Rejection {
  /** Position in the batch, from 0. */
  index: number
  /** Line of an NDJSON body, from 1. */
  line?: number
  id?: string
  code: string
  message: string
}
