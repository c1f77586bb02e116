import type { KeyboardEvent } from 'react'

/** Arrow keys lead from the field down into the hits, through them, and back up into the field. */
export function stepHits(event: KeyboardEvent<HTMLElement>, field: HTMLElement | null): void {
  if ((event.key !== 'ArrowDown' && event.key !== 'ArrowUp') || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const hits = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-hit]')]
  const at = document.activeElement instanceof HTMLElement ? hits.indexOf(document.activeElement) : -1
  if (at < 0 && document.activeElement !== field) return
  const next = event.key === 'ArrowDown' ? hits[at + 1] : at === 0 ? field : hits[at - 1]
  if (!next) return
  event.preventDefault()
  next.focus()
}
