'use client'

import { useEffect, useState, useSyncExternalStore } from 'react'
import { useSessionPath, useSharedSource } from '@/components/providers/session-source'
import { askSnapshot } from '@/lib/live/ask-snapshot'
import type { Following } from '@/lib/live/client'
import { type Connection, createSessionStore, type SessionStore, type WritableSessionStore } from '@/lib/live/session-store'

const follower = () => import('@/lib/live/follow-in-browser')
// asked for as soon as this runs, as are the page's parts
if (typeof window !== 'undefined') follower().catch(() => {})

const LOAD_AGAIN_AFTER_MS = 2000

/** The session's store, following it while the page is open. The id must not change: key the page by it. */
export function useSession(sessionId: string): WritableSessionStore {
  const [store] = useState(() => createSessionStore(sessionId))
  const path = useSessionPath(sessionId)
  const visit = useSharedSource()?.visit
  useEffect(() => {
    const asked = askSnapshot(path)
    let following: Following | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let closed = false
    const begin = () =>
      follower().then(
        ({ followInBrowser }) => {
          if (!closed) following = followInBrowser({ store, sessionId, path, visit, asked })
        },
        () => {
          if (closed) return
          store.connect({ kind: 'reconnecting', since: Date.now() })
          timer = setTimeout(begin, LOAD_AGAIN_AFTER_MS)
        },
      )
    begin()
    const wake = () => {
      if (!document.hidden) following?.wake()
    }
    document.addEventListener('visibilitychange', wake)
    addEventListener('online', wake)
    return () => {
      document.removeEventListener('visibilitychange', wake)
      removeEventListener('online', wake)
      closed = true
      clearTimeout(timer)
      following?.close()
    }
  }, [store, sessionId, path, visit])
  return store
}

/**
 * The store's version as React may see it: at once for the first change, then four times
 * a second, and less often the longer the session (`whole`, where the store shows a moment of it), so that
 * lists are not rebuilt for each token. What draws at frame speed subscribes itself.
 */
export function useVersion(store: SessionStore, whole = store): number {
  const [version, setVersion] = useState(store.version)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let shownAt = 0
    const show = () => {
      timer = undefined
      shownAt = performance.now()
      setVersion(store.version)
    }
    show()
    const stop = store.subscribe(({ replaced }) => {
      if (timer !== undefined && !replaced) return
      clearTimeout(timer)
      timer = setTimeout(show, replaced ? 0 : Math.max(0, shownAt + Math.max(EVERY_MS, whole.state.turns.size / TURNS_A_MS) - performance.now()))
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [store, whole])
  return version
}

const EVERY_MS = 250
/** Rebuilding what shows a session takes about a microsecond a turn: a hundredth of the time, then. */
const TURNS_A_MS = 100

/**
 * Whether anything of the session is there. What effects go by is asked for so: React may render with what the store
 * says, find no change of its own and throw that away, and then an effect that went by it never runs.
 */
export function useLoaded(store: SessionStore): boolean {
  return useSyncExternalStore(
    (changed) => store.subscribe(changed),
    () => store.head > 0,
    () => false,
  )
}

const SERVER: Connection = { kind: 'connecting' }

export function useConnection(store: SessionStore): Connection {
  return useSyncExternalStore(
    (changed) => store.subscribe(changed),
    () => store.connection,
    () => SERVER,
  )
}
