'use client'

import { useSyncExternalStore } from 'react'

/** False on the server, so the wide layout is what is sent. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query)
      media.addEventListener('change', changed)
      return () => media.removeEventListener('change', changed)
    },
    () => matchMedia(query).matches,
    () => false,
  )
}

/** Touched: rows that are drawn are as high as a fingertip, like every control (app/touch.css). */
export const useFinger = () => useMedia('(pointer: coarse)')

/** Under Tailwind's `lg`, where tables become cards and the inspector covers the page. */
export const useNarrow = () => useMedia('(width < 64rem)')
