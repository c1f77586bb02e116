'use client'

import { useAnswer } from '@/components/providers/answers'
import { useSessionPath } from '@/components/providers/session-source'
import { useNow } from '@/components/providers/use-now'
import { livenessOf } from '@/components/sessions/liveness'
import { LivenessPill } from '@/components/sessions/liveness-pill'
import { Pill } from '@/components/ui/badge'
import type { SessionSummary } from '@/lib/live/protocol'
import type { Connection, WritableSessionStore } from '@/lib/live/session-store'

/** The state and the button beside it, asking in the same moment, ask once; a later visit asks again. */
const SUMMARY_FRESH_MS = 1000

/** When something last arrived, ms; 0 while that is not known. The store knows what arrived while the page was open, what came before only the server knows. */
export function useReceivedAt(store: WritableSessionStore): number {
  const { state } = store
  const path = useSessionPath(state.id)
  const summary = useAnswer<SessionSummary>(store.head > 0 && state.facts.endedAt === undefined ? path : undefined, SUMMARY_FRESH_MS)
  return Math.max(store.receivedAt ?? 0, summary?.receivedAt ?? 0)
}

/** The state of the session, or of our knowledge of it while that is incomplete. */
export function StatePill({ store, connection }: { store: WritableSessionStore; connection: Connection }) {
  const now = useNow(1000)
  const { state } = store
  const receivedAt = useReceivedAt(store)
  if (store.head === 0) {
    if (connection.kind === 'connecting') return <Pill>Connecting…</Pill>
    if (connection.kind === 'backfilling') return <Pill>Reading…</Pill>
    return null
  }
  if (state.facts.endedAt === undefined) {
    if (connection.kind === 'reconnecting') return <Pill title="The connection is lost; what is shown stays">Not live</Pill>
    if (connection.kind === 'backfilling' || connection.kind === 'connecting') return <Pill title="Reading what happened before">Catching up…</Pill>
    if (receivedAt === 0) return null
  }
  return <LivenessPill liveness={livenessOf({ endedAt: state.facts.endedAt, endStatus: state.facts.endStatus, lastAt: state.lastAt, receivedAt }, now)} />
}
