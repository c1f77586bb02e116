'use client'

import { type PointerEvent, useCallback, useEffect, useState } from 'react'

const KEY = 'backseat-timeline-share'
const LEAST = 0.2
const MOST = 0.8
const USUAL = 0.48

/** Share of the height under the figures that the timeline takes. A habit of this reader, so it is kept here and not in the link. */
export function useSplit(): [number, (share: number) => void] {
  const [share, setShare] = useState(USUAL)
  useEffect(() => {
    try {
      const kept = Number(localStorage.getItem(KEY))
      if (kept >= LEAST && kept <= MOST) setShare(kept)
    } catch {
      // storage is forbidden: the usual share
    }
  }, [])
  const change = useCallback((next: number) => {
    const within = Math.min(MOST, Math.max(LEAST, next))
    setShare(within)
    try {
      localStorage.setItem(KEY, within.toFixed(3))
    } catch {
      // lasts as long as the page
    }
  }, [])
  return [share, change]
}

/** The edge between timeline and lists: drag it, move it with the arrow keys, double-click for the usual place. */
export function Splitter({ share, onChange }: { share: number; onChange: (share: number) => void }) {
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect()
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    onChange((event.clientY - box.top) / box.height)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is a widget, which <hr> is not
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the timeline"
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={LEAST * 100}
      aria-valuemax={MOST * 100}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onDoubleClick={() => onChange(USUAL)}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowUp' ? -0.04 : event.key === 'ArrowDown' ? 0.04 : 0
        if (step === 0) return
        event.preventDefault()
        event.stopPropagation()
        onChange(share + step)
      }}
      className="group relative z-10 -my-1 h-2 shrink-0 cursor-row-resize touch-none pointer-coarse:my-0 pointer-coarse:h-6"
    >
      <div className="absolute inset-x-0 top-1/2 h-px bg-border group-hover:bg-text-quiet group-focus-visible:h-0.5 group-focus-visible:bg-focus group-active:bg-focus" />
    </div>
  )
}
