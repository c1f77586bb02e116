'use client'

import { createContext, useContext } from 'react'
import { sessionPath } from './api'

/** Where a page reads its session from, when that is not the session itself: a link shows a view of it, to look at only. */
export interface SharedSource {
  /** Of the API: `…/snapshot`, `…/content/…` and so on are below it. */
  path: string
  /** Shown to the live connection. */
  visit: string
  /** Of a page that was saved as one file, when, ms: everything it will ever show lies in it, and nothing answers. */
  keptAt?: number
}

const Source = createContext<SharedSource | undefined>(undefined)

export const SharedSourceProvider = Source.Provider

export function useSharedSource(): SharedSource | undefined {
  return useContext(Source)
}

/** When the file was saved that this page lies in; undefined in the dashboard. */
export function useKeptAt(): number | undefined {
  return useContext(Source)?.keptAt
}

export function useSessionPath(sessionId: string): string {
  return useContext(Source)?.path ?? sessionPath(sessionId)
}
