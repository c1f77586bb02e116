import { type RefObject, useEffect, useRef, useState } from 'react'

/** A menu that a press outside or Escape closes. */
export function usePopover<E extends HTMLElement>(): { root: RefObject<E | null>; open: boolean; setOpen(open: boolean): void } {
  const [open, setOpen] = useState(false)
  const root = useRef<E>(null)
  useEffect(() => {
    if (!open) return
    const leave = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !root.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('pointerdown', leave)
    document.addEventListener('keydown', leave)
    return () => {
      document.removeEventListener('pointerdown', leave)
      document.removeEventListener('keydown', leave)
    }
  }, [open])
  return { root, open, setOpen }
}
