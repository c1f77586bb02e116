'use client'

import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** Browsers stop growing an element somewhere above 16 million px; with more rows than fit, a pixel of scrolling moves several. */
const MOST_PX = 8_000_000
const OVERSCAN = 12

export interface RowsWindow {
  /** Rows that are to be there: from, and before `until`. */
  from: number
  until: number
  /** Top of the row `from` in the scrolled element, px; the others follow it row by row. */
  top: number
  /** Height of the scrolled element, px. */
  total: number
}

/** Which of `count` rows of `row` px stand in sight: nothing grows with their number. */
export function windowOf(count: number, row: number, scrollTop: number, height: number): RowsWindow {
  const full = count * row
  const total = Math.min(full, MOST_PX)
  const shown = contentTop(full, scrollTop, height)
  const from = Math.max(0, Math.min(count, Math.floor(shown / row) - OVERSCAN))
  const until = Math.max(from, Math.min(count, Math.ceil((shown + height) / row) + OVERSCAN))
  return { from, until, top: scrollTop + from * row - shown, total }
}

/** Where to scroll so that a row is in sight; where one is already if it is. */
export function scrollTopFor(index: number, count: number, row: number, scrollTop: number, height: number): number {
  const full = count * row
  const shown = contentTop(full, scrollTop, height)
  const wanted = index * row < shown ? index * row : (index + 1) * row > shown + height ? (index + 1) * row - height : shown
  if (wanted === shown) return scrollTop
  return full <= MOST_PX ? wanted : (wanted / (full - height)) * (MOST_PX - height)
}

/** How far the rows are scrolled, px of rows. */
function contentTop(full: number, scrollTop: number, height: number): number {
  return full <= MOST_PX ? scrollTop : (scrollTop / (MOST_PX - height)) * (full - height)
}

/** Rows of one height in an element that scrolls. `first`: its height before it is known. */
export function useFixedRows(scroller: RefObject<HTMLElement | null>, count: number, row: number, first = 400) {
  const [seen, setSeen] = useState({ top: 0, height: first })
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const look = () =>
      setSeen((before) => {
        const next = { top: element.scrollTop, height: element.clientHeight || first }
        return next.top === before.top && next.height === before.height ? before : next
      })
    look()
    element.addEventListener('scroll', look, { passive: true })
    const resized = new ResizeObserver(look)
    resized.observe(element)
    return () => {
      element.removeEventListener('scroll', look)
      resized.disconnect()
    }
  }, [scroller, first])
  const newest = useRef(count)
  newest.current = count
  const scrollTo = useCallback(
    (index: number) => {
      const element = scroller.current
      if (element) element.scrollTop = scrollTopFor(index, newest.current, row, element.scrollTop, element.clientHeight || first)
    },
    [scroller, row, first],
  )
  return { ...windowOf(count, row, seen.top, seen.height), scrollTo }
}
