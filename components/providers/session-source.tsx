'use client'

import { createContext, useContext } from 'react'
import { sessionPath } from './api'

/** Where a page reads its session from, when that is not the session itself: a link shows a view of it, to look at only. */
export interface SharedSource {
  /** Of the API: `…/snapshot`, `…/content/…` and so on are below it. */
  path: string
  /** Shown to the live connection. */
  visit: string
}

const Source = createContext<SharedSource | undefined>(undefined)

export const SharedSourceProvider = Source.Provider

export function useSharedSource(): SharedSource | undefined {
  return useContext(Source)
}

export function useSessionPath(sessionId: string): string {
  return useContext(Source)?.path ?? sessionPath(sessionId)
}
