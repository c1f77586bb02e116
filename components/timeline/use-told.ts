'use client'

import { useEffect, useMemo, useState } from 'react'
import type { SessionStore } from '@/lib/live/session-store'
import { sources } from './sources'

/** State and findings in the times that the timeline shows: corrected where clocks contradict one another, else the store's own. */
export function useTold(store: SessionStore, version: number): Pick<SessionStore, 'state' | 'findings'> {
  const [replaced, setReplaced] = useState(0)
  const source = sources.get(store)
  useEffect(() => source?.subscribe((anew) => anew && setReplaced((n) => n + 1)), [source])
  // the rows are other objects after a snapshot, and after the switch between corrected and recorded times
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` and `replaced` tell that
  return useMemo(() => {
    const rows = sources.get(store)?.rows
    return rows && source?.shifts.size ? { state: rows.state, findings: rows.findings } : { state: store.state, findings: store.findings }
  }, [store, source, version, replaced])
}
