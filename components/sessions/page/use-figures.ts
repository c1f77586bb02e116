import { useEffect, useState } from 'react'
import { sessionFigures } from '@/lib/core/metrics/session-figures'
import { goOn, type Slices } from '@/lib/core/slices'
import { SLICE_MS } from '@/lib/live/in-slices'
import type { SessionStore } from '@/lib/live/session-store'
import { soon } from '@/lib/live/soon'
import { type Figure, figuresOf } from '../figures'
import { countStrip } from './count-strip'

/** The page stays free for at least this much of the time that making the figures takes. */
const REST = 20
const EVERY_MS = 500

/**
 * The strip's figures, made by core from the session's tasks: in slices, and the less often the longer
 * it takes, so that a session of a hundred thousand turns costs a twentieth of one processor.
 */
export function useFigures(store: SessionStore, ready: boolean): CountedFigures {
  const [figures, setFigures] = useState(NOTHING)
  useEffect(() => {
    if (!ready) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let running: Running | undefined
    let stale = false
    let notBefore = 0
    const begin = () => {
      timer = undefined
      stale = false
      running = { known: store.head > 0, counting: countStrip(store), spent: 0 }
      go(running)
    }
    const go = (mine: Running) => {
      if (mine !== running) return
      const began = performance.now()
      const made = goOn(running.counting, () => performance.now() >= began + SLICE_MS)
      if (made) setFigures({ figures: made, counted: running.known })
      running.spent += performance.now() - began
      if (!made) {
        soon(() => go(mine))
        return
      }
      notBefore = performance.now() + Math.max(EVERY_MS, REST * running.spent)
      running = undefined
      if (stale) timer = setTimeout(begin, notBefore - performance.now())
    }
    const stop = store.subscribe(({ replaced }) => {
      if (replaced) {
        // what was under way was about another state
        clearTimeout(timer)
        begin()
        return
      }
      stale = true
      if (!running && timer === undefined) timer = setTimeout(begin, Math.max(0, notBefore - performance.now()))
    })
    timer = setTimeout(begin, 0)
    return () => {
      stop()
      clearTimeout(timer)
      running = undefined
    }
  }, [store, ready])
  return figures
}

interface CountedFigures {
  figures: Figure[]
  /** False while what the session holds is counted for the first time: the figures are of nothing yet. */
  counted: boolean
}

/** What the strip is laid out by before there is anything to tell. */
const NOTHING: CountedFigures = { figures: figuresOf(sessionFigures([], false), { passed: 0, known: 0, unknown: 0, kinds: [] }, 0, false), counted: false }

interface Running {
  /** The session was there when this began. */
  known: boolean
  counting: Slices<Figure[]>
  /** Milliseconds. */
  spent: number
}
