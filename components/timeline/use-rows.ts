'use client'

import { useEffect, useState } from 'react'
import type { SessionStore } from '@/lib/live/session-store'
import { Rows } from '@/lib/timeline/rows'
import { DEFAULT_LANES, type LaneView } from '@/lib/view/lanes'

export interface RowsSource {
  readonly rows: Rows
  /** `replaced`: `rows` is another object now. */
  subscribe(listener: (replaced: boolean) => void): () => void
  arrange(view: LaneView): void
}

/** The rows of a store, kept up to date batch by batch; one for the picture and the tree together. */
export function useRows(store: SessionStore): RowsSource {
  const [source, setSource] = useState(() => createRowsSource(store))
  // another store: its rows already with this render
  const current = source.store === store ? source : createRowsSource(store)
  if (current !== source) setSource(current)
  useEffect(() => current.follow(), [current])
  return current
}

interface Followed extends RowsSource {
  readonly store: SessionStore
  follow(): () => void
}

function createRowsSource(store: SessionStore): Followed {
  let view = DEFAULT_LANES
  let rows = new Rows(store.state, store.findings)
  let version = store.version
  const listeners = new Set<(replaced: boolean) => void>()
  const rebuild = () => {
    rows = new Rows(store.state, store.findings, view)
  }
  const tell = (replaced: boolean) => {
    version = store.version
    for (const listener of [...listeners]) listener(replaced)
  }
  return {
    store,
    get rows() {
      return rows
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    arrange(next) {
      if (next === view) return
      view = next
      rows.arrange(next)
      tell(false)
    },
    follow() {
      // between render and effect something may have arrived, of which nobody told what it touched
      if (version !== store.version) {
        rebuild()
        tell(true)
      }
      return store.subscribe(({ replaced, touched, findingsChanged, textsCame }) => {
        const anew = replaced || rows.state !== store.state || rows.findings !== store.findings
        if (textsCame && !anew) rows.forgetLabels()
        if (anew) rebuild()
        else rows.apply(touched, findingsChanged)
        tell(anew)
      })
    },
  }
}
