import { findingsAt, stateAt } from '@/lib/core/moment'
import { newTouched, type SessionState } from '@/lib/core/session'
import type { SessionStore, StoreChange } from './session-store'

/** A session as it was known at a moment of a replay, for whatever shows a store. */
export interface MomentStore extends SessionStore {
  readonly whole: SessionStore
  /** The moment, epoch ms. */
  readonly at: number
  seek(at: number): void
}

/** What is shown beside the picture need not move with its frames. */
const TELL_MS = 150

type Told = Pick<SessionStore, 'state' | 'findings'>

/** `whole` may go on growing. `told`: the same in the times of the picture, where it puts clocks right. */
export function createMomentStore(whole: SessionStore, from: number, told: () => Told = () => whole): MomentStore {
  let at = from
  let version = 0
  let toldAt = Number.NEGATIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | undefined
  let made: ({ at: number; of: number; source: SessionState } & Told) | undefined
  let unsubscribe: (() => void) | undefined
  const listeners = new Set<(change: StoreChange) => void>()

  const shown = () => {
    const { state, findings } = told()
    if (made?.at !== at || made.of !== whole.version || made.source !== state)
      made = { at, of: whole.version, source: state, state: stateAt(state, at), findings: findingsAt(findings.values(), at) }
    return made
  }
  const tell = () => {
    timer = undefined
    toldAt = performance.now()
    version++
    for (const listener of [...listeners]) listener({ replaced: false, touched: newTouched(), findingsChanged: true })
  }
  const tellSoon = () => {
    timer ??= setTimeout(tell, Math.max(0, toldAt + TELL_MS - performance.now()))
  }

  return {
    whole,
    get at() {
      return at
    },
    get state() {
      return shown().state
    },
    get findings() {
      return shown().findings
    },
    get head() {
      return whole.head
    },
    get version() {
      return version
    },
    get connection() {
      return whole.connection
    },
    get clock() {
      const { lastAt } = told().state
      return lastAt === undefined || at >= lastAt ? undefined : at
    },
    subscribe(listener) {
      listeners.add(listener)
      unsubscribe ??= whole.subscribe(tellSoon)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        unsubscribe?.()
        unsubscribe = undefined
        clearTimeout(timer)
        timer = undefined
      }
    },
    seek(next) {
      if (next === at) return
      at = next
      tellSoon()
    },
  }
}
