import { useCallback, useEffect, useRef, useState } from 'react'
import { sources } from '@/components/timeline/sources'
import type { MomentStore } from '@/lib/live/moment-store'
import type { SessionStore } from '@/lib/live/session-store'

/**
 * What is shown beside the picture: while a replay runs (`replaying`: the moment that the address says) the
 * session as it was known at the moment of the picture, else the session. Comes with the first replay.
 */
export function useMoment(store: SessionStore, replaying: number | undefined): { shown: SessionStore; onMoment: (at: number | undefined) => void } {
  const [moment, setMoment] = useState<MomentStore>()
  const newest = useRef(replaying)
  const made = useRef<MomentStore>(undefined)
  useEffect(() => {
    if (replaying === undefined || made.current) return
    newest.current ??= replaying
    import('@/lib/live/moment-store').then(
      ({ createMomentStore }) => {
        made.current ??= createMomentStore(store, newest.current ?? replaying, () => sources.get(store)?.rows ?? store)
        setMoment(made.current)
      },
      () => {}, // lists go on showing the whole run, and say so
    )
  }, [store, replaying])
  const onMoment = useCallback((at: number | undefined) => {
    newest.current = at
    if (at !== undefined) made.current?.seek(at)
  }, [])
  return { shown: replaying !== undefined && moment ? moment : store, onMoment }
}
