'use client'

import { roleOf, useMe } from '@/components/people/me'
import { useSharedSource } from '@/components/providers/session-source'

/** Whether there is somebody to share with, and this person may. */
export function useMayShare(): boolean {
  const me = useMe()
  const shared = useSharedSource() !== undefined
  return !shared && me?.accounts === true && (me.owner === true || (roleOf(me) ?? 'viewer') !== 'viewer')
}
