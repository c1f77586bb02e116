import type { applyEvents } from '@/lib/core/fold'
import type { SessionId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { newSessionState, newTouched, type SessionState, type Touched } from '@/lib/core/session'
import type { Tail } from './protocol'

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
  /** Of a store that shows a moment of a replay: the store of the whole run. */
  readonly whole?: SessionStore
  /** Epoch ms: what time it is in a replay, for what goes by the clock; undefined: now. */
  readonly clock?: number | undefined
  /** Called after each change, at most once a batch; a change of `connection` alone touches nothing. */
  subscribe(listener: (change: StoreChange) => void): () => void
}

/** `replaced`: everything may differ (a snapshot arrived); otherwise only what is touched. */
export interface StoreChange {
  replaced: boolean
  touched: Touched
  findingsChanged: boolean
  /** Texts have come for what was there before. */
  textsCame?: true
}

export type Connection =
  | { kind: 'connecting' }
  /** Reading what happened before: the page is not live yet. */
  | { kind: 'backfilling' }
  | { kind: 'live' }
  /** In a saved file: what is there is all, and nothing will come. */
  | { kind: 'kept' }
  | { kind: 'reconnecting'; since: number }
  | { kind: 'refused'; reason: string }

/** The side that the client writes to; the page sees a `SessionStore`. */
export interface WritableSessionStore extends SessionStore {
  /** When events last arrived over the wire, by this browser's clock in ms; undefined before the first. */
  readonly receivedAt: number | undefined
  /** The store owns what it is given. */
  replace(known: Known): void
  /** The rest of the snapshot has come: texts, and the words of findings. */
  complete(): void
  /** Takes tails in their order up to the first that does not follow on; tells listeners once. `fold` comes with the client, later than the store. */
  apply(tails: readonly Tail[], now: number, fold: typeof applyEvents): 'applied' | 'gap'
  connect(connection: Connection): void
}

/** A session up to a sequence. The maps may lie over columns. */
export interface Known {
  state: SessionState
  findings: Map<string, Intervention>
  head: number
}

export function createSessionStore(sessionId: string): WritableSessionStore {
  // the address bar is the one place where an id is not parsed by the server before it gets here
  let state = newSessionState(sessionId as SessionId)
  let findings = new Map<string, Intervention>()
  let head = 0
  let version = 0
  let connection: Connection = { kind: 'connecting' }
  let receivedAt: number | undefined
  const listeners = new Set<(change: StoreChange) => void>()

  const tell = (change: StoreChange) => {
    version++
    for (const listener of [...listeners]) listener(change)
  }

  return {
    get state() {
      return state
    },
    get findings() {
      return findings
    },
    get head() {
      return head
    },
    get version() {
      return version
    },
    get connection() {
      return connection
    },
    get receivedAt() {
      return receivedAt
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    replace(known) {
      state = known.state
      findings = known.findings
      head = known.head
      tell({ replaced: true, touched: newTouched(), findingsChanged: true })
    },
    complete() {
      // they lie in the tables that are here already
      tell({ replaced: false, touched: newTouched(), findingsChanged: false, textsCame: true })
    },
    apply(tails, now, fold) {
      const touched = newTouched()
      let changed = false
      let findingsChanged = false
      let result: 'applied' | 'gap' = 'applied'
      for (const tail of tails) {
        if (tail.first > head + 1) {
          result = 'gap'
          break
        }
        // Seen before, whole. Its findings may be older than ours, so they are not taken either.
        if (tail.first <= head && tail.head <= head) continue
        const fresh = tail.events.slice(head + 1 - tail.first)
        fold(state, fresh, touched)
        head = tail.head
        if (fresh.length > 0) receivedAt = now
        for (const finding of tail.findings.changed) findings.set(finding.id, finding)
        for (const id of tail.findings.removed) findings.delete(id)
        if (tail.findings.changed.length + tail.findings.removed.length > 0) findingsChanged = true
        if (fresh.length > 0 || findingsChanged) changed = true
      }
      if (changed) tell({ replaced: false, touched, findingsChanged })
      return result
    },
    connect(next) {
      if (next.kind === connection.kind && next.kind !== 'refused') return
      connection = next
      tell({ replaced: false, touched: newTouched(), findingsChanged: false })
    },
  }
}
