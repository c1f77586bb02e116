'use client'

import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'

/** A wide table: scrolled by wheel, finger and keyboard; a shade and a word at the edge behind which there is more. */
export function ScrolledTable({ label, className = '', children }: { label: string; className?: string; children: ReactNode }) {
  const area = useRef<HTMLElement>(null)
  const [more, setMore] = useState({ left: false, right: false })
  const look = useCallback(() => {
    const { scrollLeft = 0, scrollWidth = 0, clientWidth = 0 } = area.current ?? {}
    const next = { left: scrollLeft > 1, right: scrollLeft + clientWidth < scrollWidth - 1 }
    setMore((old) => (old.left === next.left && old.right === next.right ? old : next))
  }, [])
  useEffect(() => {
    const element = area.current
    if (!element) return
    const observer = new ResizeObserver(look)
    observer.observe(element)
    if (element.firstElementChild) observer.observe(element.firstElementChild)
    look()
    return () => observer.disconnect()
  }, [look])
  return (
    <div className={className}>
      <div className="relative">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard too */}
        <section ref={area} className="overflow-x-auto" aria-label={label} tabIndex={0} onScroll={look}>
          {children}
        </section>
        {more.left && <Edge side="left" />}
        {more.right && <Edge side="right" />}
      </div>
      {(more.left || more.right) && (
        <p className="px-1 pt-1 text-right text-2xs text-quiet">{more.right ? 'More columns to the right: scroll →' : '← more columns to the left'}</p>
      )}
    </div>
  )
}

function Edge({ side }: { side: 'left' | 'right' }) {
  return (
    <div
      aria-hidden
      className={`pointer-events-none absolute inset-y-0 w-8 ${side === 'left' ? 'left-0 bg-linear-to-r' : 'right-0 bg-linear-to-l'} from-bg to-transparent`}
    />
  )
}
