'use client'

import { useEffect, useRef } from 'react'
import { TimelineOf } from '@/components/timeline/Timeline'
import { TimelineTreeOf } from '@/components/timeline/TimelineTree'
import { useRows } from '@/components/timeline/use-rows'
import type { SessionStore } from '@/lib/live/session-store'
import type { Stage } from '@/lib/timeline/stage'
import type { View, Window } from '@/lib/view/view'

interface Props {
  name: string
  store: SessionStore
  view: View
  /** Epoch ms that the axis counts from; undefined: the session's first event. */
  zero: number | undefined
  onView(patch: Partial<View>): void
  onMoved(window: Window): void
  onStage(stage: Stage | undefined): void
}

/** The picture of one of two runs, and its twin for keyboard and screen reader. */
export function RunTimeline({ name, store, view, zero, onView, onMoved, onStage }: Props) {
  const source = useRows(store)
  const stage = useRef<Stage>(undefined)
  useEffect(() => stage.current?.countFrom(zero), [zero])
  return (
    <>
      <TimelineOf
        source={source}
        name={name}
        store={store}
        view={view}
        onView={onView}
        onMoved={onMoved}
        onStage={(made) => {
          stage.current = made
          made?.countFrom(zero)
          onStage(made)
        }}
      />
      <TimelineTreeOf source={source} name={name} view={view} onView={onView} />
    </>
  )
}
