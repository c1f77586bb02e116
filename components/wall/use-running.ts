'use client'

import { useEffect, useState } from 'react'
import { getJson } from '@/components/providers/api'
import { watchSessions } from '@/lib/live/browser-wire'
import type { SessionSummary, SessionsPage } from '@/lib/live/protocol'

const MOST = 200

export interface Running {
  /** All that were heard of since the page opened, by id; undefined until the first answer. Some may have ended. */
  sessions: ReadonlyMap<string, SessionSummary> | undefined
  connected: boolean
  error: Error | undefined
}

/** What runs in the project, as it changes. */
export function useRunning(): Running {
  const [sessions, setSessions] = useState<ReadonlyMap<string, SessionSummary>>()
  const [connected, setConnected] = useState(true)
  const [error, setError] = useState<Error>()
  useEffect(() => {
    let closed = false
    const take = (changed: readonly SessionSummary[], removed: readonly string[]) => {
      if (closed) return
      setSessions((before) => {
        const after = new Map(before)
        for (const session of changed) {
          const known = after.get(session.id)
          if (!known || session.head > known.head || (session.head === known.head && session.receivedAt >= known.receivedAt)) after.set(session.id, session)
        }
        for (const id of removed) after.delete(id)
        return after
      })
    }
    const read = () =>
      getJson<SessionsPage>(`/api/v1/sessions?state=running&limit=${MOST}`).then(
        (page) => {
          take(page.sessions, [])
          setError(undefined)
        },
        (failure: unknown) => setError(failure instanceof Error ? failure : new Error(String(failure))),
      )
    void read()
    const stop = watchSessions({
      joined() {
        setConnected(true)
        // what changed since the first reading, too
        void read()
      },
      lost: () => setConnected(false),
      changed: (change) => take(change.sessions, change.removed),
    })
    return () => {
      closed = true
      stop()
    }
  }, [])
  return { sessions, connected, error }
}
