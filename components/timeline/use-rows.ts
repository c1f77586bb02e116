'use client'

import type { SessionStore } from '@/lib/live/session-store'
import { createRowsSource, type RowsSource } from './rows-source'
import { sources } from './sources'

export type { RowsSource }

/**
 * The rows of a store, kept up to date batch by batch; one for the picture and the tree together. Not
 * React's state: what React begins to draw and gives up, as it does when something comes in between, would
 * be built again, and for a hundred thousand turns that is felt.
 */
export function useRows(store: SessionStore): RowsSource {
  let source = sources.get(store)
  if (!source) {
    source = createRowsSource(store)
    sources.set(store, source)
  }
  return source
}
