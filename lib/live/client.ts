import { applyEvents } from '@/lib/core/fold'
import type { OpenedSnapshot } from '@/lib/core/snapshot'
import { LIVE_VERSION, type Subscribe, type Subscribed, type Tail } from './protocol'
import type { WritableSessionStore } from './session-store'

/**
 * The viewer's half of the live protocol: a snapshot first, then everything that came after it, in
 * order and once (law L7). Whatever goes wrong ends in one move: subscribe again with our head.
 *
 *   fetch snapshot ──> subscribe { after: head } ──tail──> apply, follow ──gap, wake, reconnect──┐
 *        ^                        ^   └──────snapshot──────┐                                     │
 *        └────────────────────────┼────────────────────────┘                                     │
 *                                 └──────────────────────────────────────────────────────────────┘
 */
export interface Wire {
  /** Rejects when there is no answer. */
  subscribe(message: Subscribe): Promise<Subscribed>
  listen(handlers: WireHandlers): void
  readonly connected: boolean
  close(): void
}

export interface WireHandlers {
  /** At the first connection and at every one after a loss. */
  connected(): void
  disconnected(): void
  events(tail: Tail): void
  /** The server stopped sending to us because we fell behind. */
  resubscribe(): void
}

/** An answer that will not change by asking again at once: not found, not allowed, not a snapshot. */
export class SnapshotRefused extends Error {}

export interface FollowOptions {
  store: WritableSessionStore
  wire: Wire
  /** Throws `SnapshotRefused`, or anything else when it may work later. `began` when the answer starts. */
  fetchSnapshot(began: () => void): Promise<FetchedSnapshot>
  /** Runs it before the next repaint, or soon in a tab that is not painted; once for all that is given before it runs. */
  nextFrame(run: () => void): void
  /** Runs it after so many ms; the result cancels. */
  later(ms: number, run: () => void): () => void
  /** This browser's clock, ms. */
  now(): number
}

/** What `encodeSnapshot` made, as it arrives: opened as soon as the first part is there, and later all of its bytes. */
export interface FetchedSnapshot {
  opened: OpenedSnapshot
  whole: Promise<Uint8Array>
}

export interface Following {
  /** The tab woke up, or somebody wants to try now: ask what came after our head. */
  wake(): void
  close(): void
}

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000]
/** A session that is not there may appear: its first event is on the way. */
const REFUSED_RETRY_MS = 3000

export function followSession({ store, wire, fetchSnapshot, nextFrame, later, now }: FollowOptions): Following {
  let closed = false
  let loaded = false
  let loading = false
  let subscribing = false
  /** Asked for while one was under way: what made us ask may have come after its answer was written. */
  let subscribeAgain = false
  let failures = 0
  let frameAsked = false
  let pending: Tail[] = []
  let cancelRetry = () => {}

  const lost = () => {
    if (store.connection.kind !== 'refused') store.connect({ kind: 'reconnecting', since: now() })
  }

  const retry = (run: () => void, ms = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] as number) => {
    failures++
    cancelRetry()
    cancelRetry = later(ms, () => {
      if (!closed) run()
    })
  }

  const load = async () => {
    if (loading || closed) return
    loading = true
    try {
      const fetched = await fetchSnapshot(() => {
        if (!closed) store.connect({ kind: 'backfilling' })
      })
      if (closed) return
      const { opened } = fetched
      // A slow answer may be older than what the wire has brought since.
      if (!loaded || opened.snapshot.head > store.head) {
        // events wait until the fold has all that it needs to go on
        loaded = false
        store.replace(opened.snapshot)
        const whole = await fetched.whole
        if (closed) return
        opened.complete(whole)
        store.complete()
      }
      loaded = true
      failures = 0
      loading = false
      subscribe()
    } catch (error) {
      loading = false
      if (closed) return
      if (error instanceof SnapshotRefused) {
        store.connect({ kind: 'refused', reason: error.message })
        retry(load, REFUSED_RETRY_MS)
      } else {
        lost()
        retry(load)
      }
    }
  }

  const subscribe = () => {
    if (closed || !loaded || loading || !wire.connected) return
    if (subscribing) {
      subscribeAgain = true
      return
    }
    subscribing = true
    subscribeAgain = false
    flush()
    wire.subscribe({ version: LIVE_VERSION, sessionId: store.state.id, after: store.head }).then(
      (answer) => {
        subscribing = false
        if (closed) return
        switch (answer.kind) {
          case 'tail': {
            // The room was joined before the tail was read, so what arrived meanwhile may repeat it.
            pending.unshift(answer.tail)
            const before = store.head
            if (flush() === 'applied') {
              failures = 0
              store.connect({ kind: 'live' })
              if (subscribeAgain) subscribe()
            } else if (store.head > before) subscribe()
            else retry(subscribe)
            return
          }
          case 'snapshot':
            load()
            return
          case 'refused':
            if (answer.again) {
              lost()
              retry(subscribe)
              return
            }
            store.connect({ kind: 'refused', reason: answer.reason })
            return
          default: {
            const impossible: never = answer
            throw new Error(`an answer that this client does not know: ${JSON.stringify(impossible)}`)
          }
        }
      },
      () => {
        subscribing = false
        // Without a connection the next one subscribes.
        if (!closed && wire.connected) retry(subscribe)
      },
    )
  }

  /** Everything that has arrived, as one change. */
  const flush = (): 'applied' | 'gap' => {
    const tails = pending
    pending = []
    return tails.length === 0 ? 'applied' : store.apply(tails, now(), applyEvents)
  }

  wire.listen({
    connected: subscribe,
    disconnected: lost,
    resubscribe: subscribe,
    events(tail) {
      if (closed || !loaded || tail.sessionId !== store.state.id) return
      pending.push(tail)
      if (subscribing || frameAsked) return
      frameAsked = true
      nextFrame(() => {
        frameAsked = false
        // a snapshot that is half there takes no events: its rest would be laid over what they changed
        if (!closed && loaded && !subscribing && flush() === 'gap') subscribe()
      })
    },
  })
  load()

  return {
    wake() {
      if (!loaded) load()
      else subscribe()
    },
    close() {
      closed = true
      cancelRetry()
      wire.close()
    },
  }
}

/** What a page says that was loaded before its server was updated. */
export function otherVersion(error: unknown): SnapshotRefused {
  return new SnapshotRefused(
    `This page and the server speak different versions: reload the page. (${error instanceof Error ? error.message : 'unreadable snapshot'})`,
  )
}
