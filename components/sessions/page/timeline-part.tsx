'use client'

import { startTransition, useEffect, useState } from 'react'
import { TimelineOf } from '@/components/timeline/Timeline'
import { TimelineTreeOf } from '@/components/timeline/TimelineTree'
import { useRows } from '@/components/timeline/use-rows'
import type { SessionStore } from '@/lib/live/session-store'
import type { View } from '@/lib/view/view'

/** A tab in the background has no frames. */
const LATEST_MS = 200

/** The picture and its twin for keyboard and screen reader, over the same rows. */
export function TimelinePart({
  onPicture,
  ...props
}: {
  store: SessionStore
  view: View
  onView: (patch: Partial<View>) => void
  onPicture: () => void
  onMoment: (at: number | undefined) => void
  hits?: readonly number[] | undefined
}) {
  const source = useRows(props.store)
  const [pictured, setPictured] = useState(false)
  // the picture's own effect has drawn it by now; it is on the screen a frame later
  useEffect(() => {
    const tell = () => {
      startTransition(() => setPictured(true))
      onPicture()
    }
    const timer = setTimeout(tell, LATEST_MS)
    const frame = requestAnimationFrame(() => setTimeout(tell, 0))
    return () => {
      clearTimeout(timer)
      cancelAnimationFrame(frame)
    }
  }, [onPicture])
  return (
    <>
      <TimelineOf source={source} {...props} />
      {/* its first words ask for names, which are decoded for them */}
      {pictured && <TimelineTreeOf source={source} view={props.view} onView={props.onView} />}
    </>
  )
}
