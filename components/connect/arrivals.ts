'use client'

import { useEffect, useState } from 'react'
import { watchSessions } from '@/lib/live/browser-wire'
import type { SessionSummary } from '@/lib/live/protocol'
import type { System } from './systems/system'

/** As many as are remembered; only the newest of each origin is shown. */
const KEPT = 50

export interface Arrivals {
  /** False until the server has answered, and while it is away. */
  listening: boolean
  /** Sessions that something arrived for since the page was opened, the newest last. */
  sessions: readonly SessionSummary[]
}

/** Listens from the moment the page opens, whatever system is chosen. */
export function useArrivals(): Arrivals {
  const [sessions, setSessions] = useState<readonly SessionSummary[]>([])
  const [listening, setListening] = useState(false)
  useEffect(
    () =>
      watchSessions({
        joined: () => setListening(true),
        lost: () => setListening(false),
        changed: (change) => setSessions((known) => withNewest(known, change.sessions)),
      }),
    [],
  )
  return { listening, sessions }
}

function withNewest(known: readonly SessionSummary[], changed: readonly SessionSummary[]): SessionSummary[] {
  const now = new Set(changed.map(({ id }) => id))
  return [...known.filter(({ id }) => !now.has(id)), ...changed].slice(-KEPT)
}

/** Whether a session came in by a system, as far as it says what it came by. */
export function isFrom({ from }: System, session: Pick<SessionSummary, 'format' | 'framework'>): boolean {
  if (from.formats === undefined) return true
  if (from.formats.length === 0) return session.format === undefined || session.format === 'native'
  if (session.format === undefined || !from.formats.includes(session.format)) return false
  return from.frameworks === undefined || session.framework === undefined || from.frameworks.includes(session.framework)
}
