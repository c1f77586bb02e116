'use client'

import { type ComponentType, type ReactNode, useSyncExternalStore } from 'react'
import { reachable } from './reachable'

/**
 * A part of a page whose code comes in a file of its own; `loading` stands in its place until then.
 * `when`: asked for as soon as this runs in a browser, or when it is first shown.
 *
 * Not by React's Suspense: once that has shown what stands in, it shows nothing new for 300 ms, lest a
 * page whose parts come one after the other flicker. Here parts have their shape from the beginning,
 * and a picture that is ready is to be seen.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  loading: (() => ReactNode) | undefined,
  when: 'now' | 'shown',
): ComponentType<Props> {
  let part: ComponentType<Props> | { refused: unknown } | undefined
  let asked = false
  const waiting = new Set<() => void>()
  const ask = () => {
    if (asked) return
    asked = true
    patiently(load)
      .catch((refused: unknown) => ({ refused }))
      .then((came) => {
        part = came
        for (const tell of [...waiting]) tell()
      })
  }
  const subscribe = (changed: () => void) => {
    waiting.add(changed)
    ask()
    return () => {
      waiting.delete(changed)
    }
  }
  if (when === 'now' && typeof window !== 'undefined') ask()
  return function Later(props: Props) {
    const Part = useSyncExternalStore(
      subscribe,
      () => part,
      () => undefined,
    )
    if (!Part) return loading?.()
    if ('refused' in Part) throw Part.refused
    return <Part {...props} />
  }
}

/**
 * While the server cannot be reached, what stands for the part stays until it has come. A file that a server
 * which answers does not give, twice, is of an older version: that is thrown, and app/error.tsx loads the page anew.
 */
async function patiently<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  for (let refused = 0; ; ) {
    try {
      return await load()
    } catch (error) {
      if ((await reachable()) && ++refused === 2) throw error
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }
}
