'use client'

import { useSyncExternalStore } from 'react'

/** A choice of sessions under a name, kept in this browser. `query`: as in the address, without a question mark. */
export interface SavedView {
  name: string
  query: string
}

const KEY = 'backseat.views'
const MOST = 50
export const LONGEST_NAME = 60
const NONE: readonly SavedView[] = []

const listeners = new Set<() => void>()
let held: { text: string | null; views: readonly SavedView[] } = { text: null, views: NONE }

/** What the storage says wrongly is left out. */
export function parseViews(text: string | null): readonly SavedView[] {
  if (text === null) return NONE
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value.filter(isView).slice(0, MOST) : NONE
  } catch {
    return NONE
  }
}

function isView(value: unknown): value is SavedView {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' && 'query' in value && typeof value.query === 'string'
}

/** Under the same name the newer one stands in the older one's place. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  const named = { name: view.name.trim().slice(0, LONGEST_NAME), query: view.query }
  const at = views.findIndex(({ name }) => name === named.name)
  return at < 0 ? [...views, named].slice(-MOST) : views.map((one, i) => (i === at ? named : one))
}

export function useViews(): { views: readonly SavedView[]; save: (view: SavedView) => boolean; remove: (name: string) => void } {
  const views = useSyncExternalStore(subscribe, read, () => NONE)
  return {
    views,
    save: (view) => write(withView(read(), view)),
    remove: (name) => write(read().filter((one) => one.name !== name)),
  }
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  // another tab saved one
  addEventListener('storage', changed)
  return () => {
    listeners.delete(changed)
    removeEventListener('storage', changed)
  }
}

function read(): readonly SavedView[] {
  let text: string | null = null
  try {
    text = localStorage.getItem(KEY)
  } catch {
    // a browser that keeps nothing
  }
  if (text !== held.text) held = { text, views: parseViews(text) }
  return held.views
}

/** False: the browser keeps nothing. */
function write(views: readonly SavedView[]): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(views))
  } catch {
    return false
  }
  for (const changed of listeners) changed()
  return true
}
