'use client'

/**
 * What a person types between the key that opens a field and the field: its code may still be on its way,
 * and each letter is the key of some command.
 */
let typed: string | undefined
let timer: ReturnType<typeof setTimeout> | undefined

/** A field that never comes must not swallow keys for ever, ms. */
const WAIT_MS = 5_000

/** Call where a field is opened; keys are kept until it takes them. */
export function expectField(): void {
  stop()
  typed = ''
  window.addEventListener('keydown', keep, { capture: true })
  timer = setTimeout(stop, WAIT_MS)
}

/** Call in a layout effect of the field, once it is there: what was typed for it. */
export function takeTyped(): string {
  const text = typed ?? ''
  stop()
  return text
}

function stop(): void {
  typed = undefined
  clearTimeout(timer)
  window.removeEventListener('keydown', keep, { capture: true })
}

function keep(event: KeyboardEvent): void {
  if (typed === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 'Escape') return stop()
  if (event.key === 'Backspace') typed = typed.slice(0, -1)
  else if ([...event.key].length === 1) typed += event.key
  else return
  event.preventDefault()
  event.stopImmediatePropagation()
}
