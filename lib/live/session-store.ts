import type { Intervention } from '@/lib/core/interventions'
import type { SessionState, Touched } from '@/lib/core/session'

/**
 * What the session page draws from: the folded state and the findings, changed in place as events
 * arrive, and a version that grows with every change.
 */
export interface SessionStore {
  readonly state: SessionState
  readonly findings: ReadonlyMap<string, Intervention>
  readonly head: number
  readonly version: number
  readonly connection: Connection
  /** Called after each change, at most once a batch. */
  subscribe(listener: (change: StoreChange) => void): () => void
}

/** `replaced`: everything may differ (a snapshot arrived); otherwise only what is touched. */
export interface StoreChange {
  replaced: boolean
  touched: Touched
  findingsChanged: boolean
}

export type Connection =
  | { kind: 'connecting' }
  /** Reading what happened before: the page is not live yet. */
  | { kind: 'backfilling' }
  | { kind: 'live' }
  | { kind: 'reconnecting'; since: number }
  | { kind: 'refused'; reason: string }
