'use client'

import { memo, useEffect } from 'react'
import { type BesideOthers, TimelineOf } from '@/components/timeline/Timeline'
import { TimelineTreeOf } from '@/components/timeline/TimelineTree'
import { useRows } from '@/components/timeline/use-rows'
import type { SessionStore } from '@/lib/live/session-store'
import type { View } from '@/lib/view/view'

interface Props {
  store: SessionStore
  /** What the names of lanes say is read anew with it. */
  version: number
  view: View
  beside: BesideOthers
  onView(patch: Partial<View>): void
  /** It stands there. */
  onBegun(): void
}

/** The picture of one of several runs, and its twin for keyboard and screen reader. */
export const RunTimeline = memo(function RunTimeline({ store, view, beside, onView, onBegun }: Props) {
  const source = useRows(store)
  useEffect(() => onBegun(), [onBegun])
  return (
    <>
      <TimelineOf source={source} store={store} view={view} onView={onView} beside={beside} />
      <TimelineTreeOf source={source} name={beside.name} view={view} onView={onView} />
    </>
  )
})
