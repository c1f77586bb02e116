'use client'

import { useTabIcon } from '@/components/chrome/tab-sign'

/** What runs, and what was overwritten in it, on the tab's icon; shows nothing in the page. */
export function TabIcon({ overwritten }: { overwritten: number }) {
  useTabIcon({ running: 1, overwritten })
  return null
}
