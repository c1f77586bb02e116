import { useCallback, useEffect, useRef, useState } from 'react'

// A frame is painted in between.
const PAUSE_MS = 16

const queue: (() => void)[] = []
let taken = false

/** The next may begin. */
function pass(): void {
  const next = queue.shift()
  if (next) next()
  else taken = false
}

/**
 * Making the picture of a long session takes a third of a second at 100,000 turns, in one piece; those that stand
 * side by side are made one after the other, so that the page answers in between. `mine`: this one may be made;
 * `begun`: it has been.
 */
export function useTurn(wanted: boolean): { mine: boolean; begun(): void } {
  const [mine, setMine] = useState(false)
  const over = useRef(() => {})
  useEffect(() => {
    if (!wanted) return
    let held = false
    const go = () => {
      held = true
      setMine(true)
    }
    const end = () => {
      if (held) pass()
      else if (queue.includes(go)) queue.splice(queue.indexOf(go), 1)
      held = false
    }
    over.current = end
    if (taken) queue.push(go)
    else {
      taken = true
      go()
    }
    return end
  }, [wanted])
  const begun = useCallback(() => void setTimeout(() => over.current(), PAUSE_MS), [])
  return { mine: mine && wanted, begun }
}
