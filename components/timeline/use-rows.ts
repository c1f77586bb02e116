'use client'

import type { SessionStore } from '@/lib/live/session-store'
import { Rows } from '@/lib/timeline/rows'
import { DEFAULT_LANES, type LaneView } from '@/lib/view/lanes'

export interface RowsSource {
  readonly rows: Rows
  /** `replaced`: `rows` is another object now. */
  subscribe(listener: (replaced: boolean) => void): () => void
  arrange(view: LaneView): void
}

/**
 * One for each store, for as long as there is the store. Not React's state: what React begins to draw and
 * gives up, as it does when something comes in between, would be built again, and for a hundred
 * thousand turns that is felt.
 */
const sources = new WeakMap<SessionStore, RowsSource>()

/** The rows of a store, kept up to date batch by batch; one for the picture and the tree together. */
export function useRows(store: SessionStore): RowsSource {
  let source = sources.get(store)
  if (!source) {
    source = createRowsSource(store)
    sources.set(store, source)
  }
  return source
}

function createRowsSource(store: SessionStore): RowsSource {
  let view = DEFAULT_LANES
  let rows = new Rows(store.state, store.findings)
  const listeners = new Set<(replaced: boolean) => void>()
  const tell = (replaced: boolean) => {
    for (const listener of [...listeners]) listener(replaced)
  }
  store.subscribe(({ replaced, touched, findingsChanged, textsCame }) => {
    const anew = replaced || rows.state !== store.state || rows.findings !== store.findings
    if (textsCame && !anew) rows.forgetLabels()
    if (anew) rows = new Rows(store.state, store.findings, view)
    else rows.apply(touched, findingsChanged)
    tell(anew)
  })
  return {
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
  }
}
