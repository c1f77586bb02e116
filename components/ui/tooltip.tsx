'use client'

import { type ReactNode, useId } from 'react'

/** A sentence beside a thing, on hover and on focus; the thing must be focusable by itself or is made so. */
export function Tooltip({
  says,
  children,
  side = 'bottom',
  className = '',
}: {
  says: ReactNode
  children: ReactNode
  side?: 'bottom' | 'top'
  className?: string
}) {
  const id = useId()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must reach what the pointer can
    <span tabIndex={0} aria-describedby={id} className={`group/tip relative rounded outline-offset-2 ${className}`}>
      {children}
      <span
        id={id}
        role="tooltip"
        className={`pointer-events-none invisible absolute left-0 z-40 w-max max-w-72 rounded-md border bg-surface-2 px-2.5 py-1.5 text-left font-sans text-xs font-normal whitespace-normal text-text opacity-0 shadow-[var(--shadow)] transition-opacity delay-300 group-hover/tip:visible group-hover/tip:opacity-100 group-focus/tip:visible group-focus/tip:opacity-100 ${side === 'bottom' ? 'top-full mt-1.5' : 'bottom-full mb-1.5'}`}
      >
        {says}
      </span>
    </span>
  )
}
