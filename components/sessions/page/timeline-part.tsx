'use client'

import { TimelineOf } from '@/components/timeline/Timeline'
import { TimelineTreeOf } from '@/components/timeline/TimelineTree'
import { useRows } from '@/components/timeline/use-rows'
import type { SessionStore } from '@/lib/live/session-store'
import type { View } from '@/lib/view/view'

/** The picture and its twin for keyboard and screen reader, over the same rows. */
export function TimelinePart(props: { store: SessionStore; view: View; onView: (patch: Partial<View>) => void }) {
  const source = useRows(props.store)
  return (
    <>
      <TimelineOf source={source} {...props} />
      <TimelineTreeOf source={source} view={props.view} onView={props.onView} />
    </>
  )
}
