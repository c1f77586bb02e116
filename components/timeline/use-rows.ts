'use client'

import { useEffect, useState } from 'react'
import type { SessionStore } from '@/lib/live/session-store'
import { Rows } from '@/lib/timeline/rows'

export interface RowsSource {
  readonly rows: Rows
  /** `replaced`: `rows` is another object now. */
  subscribe(listener: (replaced: boolean) => void): () => void
}

/** The rows of a store, kept up to date batch by batch; one for the picture and the tree together. */
export function useRows(store: SessionStore): RowsSource {
  const [source, setSource] = useState(() => createRowsSource(store))
  useEffect(() => {
    // between render and effect something may have arrived
    const fresh = createRowsSource(store)
    setSource(fresh)
    return fresh.follow()
  }, [store])
  return source
}

interface Followed extends RowsSource {
  follow(): () => void
}

function createRowsSource(store: SessionStore): Followed {
  let rows = new Rows(store.state, store.findings)
  const listeners = new Set<(replaced: boolean) => void>()
  return {
    get rows() {
      return rows
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    follow() {
      return store.subscribe(({ replaced, touched, findingsChanged }) => {
        const anew = replaced || rows.state !== store.state || rows.findings !== store.findings
        if (anew) rows = new Rows(store.state, store.findings)
        else rows.apply(touched, findingsChanged)
        for (const listener of [...listeners]) listener(anew)
      })
    },
  }
}
