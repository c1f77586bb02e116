'use client'

import { type CSSProperties, type ReactNode, useEffect, useId, useRef, useState } from 'react'

const WIDTH = 288
const MARGIN = 8

/**
 * A sentence beside a thing: on hover, on focus, on tap. It stands in the window and not in the page,
 * so that nothing around the thing cuts it off.
 */
export function Tooltip({ says, children, className = '' }: { says: ReactNode; children: ReactNode; className?: string }) {
  const id = useId()
  const thing = useRef<HTMLSpanElement>(null)
  const [place, setPlace] = useState<CSSProperties | undefined>()
  const shown = place !== undefined
  const show = () => {
    const box = thing.current?.getBoundingClientRect()
    if (!box) return
    const left = Math.max(MARGIN, Math.min(box.left, innerWidth - WIDTH - MARGIN))
    setPlace(box.bottom < innerHeight * 0.7 ? { left, top: box.bottom + 6 } : { left, bottom: innerHeight - box.top + 6 })
  }
  const hide = () => setPlace(undefined)
  useEffect(() => {
    if (!shown) return
    const off = () => setPlace(undefined)
    const key = (event: KeyboardEvent) => event.key === 'Escape' && off()
    addEventListener('scroll', off, true)
    addEventListener('keydown', key)
    return () => {
      removeEventListener('scroll', off, true)
      removeEventListener('keydown', key)
    }
  }, [shown])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only explains; what it explains may be of any kind
    <span
      ref={thing}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must reach what the pointer can
      tabIndex={0}
      aria-describedby={id}
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
      className={`rounded outline-offset-2 ${className}`}
    >
      {children}
      <span
        id={id}
        role="tooltip"
        hidden={!shown}
        style={{ ...place, maxWidth: WIDTH }}
        className="pointer-events-none fixed z-50 w-max rounded-md border bg-surface-2 px-2.5 py-1.5 text-left font-sans text-xs font-normal whitespace-normal text-text shadow-[var(--shadow)]"
      >
        {says}
      </span>
    </span>
  )
}
