'use client'

import { type RefObject, useEffect, useRef } from 'react'
import { type Command, lookupCommand } from '@/lib/view/keys'

/** What a handler says when it lets the browser do its own with the key. */
export const PASS = Symbol('pass')

export type KeyHandlers = Partial<Record<Command, (event: KeyboardEvent) => void | typeof PASS>>

/**
 * Binds commands of the key table. Several parts of a page may each bind their own. Nothing happens
 * while a person types, or in an open dialog (those that shall work there are bound by it). `within`: a
 * timeline, which leaves alone what is pressed in another one beside it; `onlyWithin`: what is pressed outside, too.
 */
export function useKeys(handlers: KeyHandlers, within?: RefObject<HTMLElement | null>, onlyWithin = false): void {
  const newest = useRef(handlers)
  newest.current = handlers
  const leaves = useRef(onlyWithin)
  leaves.current = onlyWithin
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isTyping(event.target)) return
      const timeline = event.target instanceof Element ? event.target.closest('[data-timeline]') : null
      if (within?.current && timeline !== within.current && (timeline || leaves.current)) return
      const inTimeline = timeline !== null
      const command = lookupCommand(event, inTimeline)
      const handler = command && newest.current[command]
      // space and enter on a button are the button's
      if (!handler || (isPressed(event) && event.target instanceof Element && event.target.closest('button, a, [role=treeitem], [role=tab], summary'))) return
      if (handler(event) !== PASS) event.preventDefault()
    }
    // the same commands by name, from the palette
    const onCommand = (event: Event) => {
      if (!(event instanceof CustomEvent) || leaves.current) return
      newest.current[event.detail as Command]?.(new KeyboardEvent('keydown'))
    }
    window.addEventListener('keydown', onKey)
    window.addEventListener(COMMAND_EVENT, onCommand)
    return () => {
      window.removeEventListener('keydown', onKey)
      window.removeEventListener(COMMAND_EVENT, onCommand)
    }
  }, [within])
}

const COMMAND_EVENT = 'backseat:command'

/** Runs a command of the key table in whatever part of the page is bound to it. */
export function runCommand(command: Command): void {
  window.dispatchEvent(new CustomEvent(COMMAND_EVENT, { detail: command }))
}

function isPressed({ key }: KeyboardEvent): boolean {
  return key === ' ' || key === 'Enter'
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('[role=dialog], dialog[open]')) return true
  return target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=range])')
}
