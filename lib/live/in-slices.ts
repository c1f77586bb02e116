import { goOn, type Slices } from '@/lib/core/slices'
import { soon } from './soon'

/** Of a frame: with what else it has to do, there is time for both. */
export const SLICE_MS = 5

/**
 * Work that is done again whenever what it reads has changed, in slices between which the page is free. What is
 * under way is finished first, so that something comes of it however often there is a change. The first slice runs
 * at once: what is small is done before anything is painted.
 */
export function inSlices<T>(begin: () => Slices<T>, done: (made: T) => void): { again(): void; stop(): void } {
  let running: Slices<T> | undefined
  let stale = false
  let stopped = false
  const go = () => {
    if (stopped || !running) return
    const until = performance.now() + SLICE_MS
    const made = goOn(running, () => performance.now() >= until)
    if (made === undefined) {
      soon(go)
      return
    }
    running = undefined
    done(made)
    if (stale) again()
  }
  const again = () => {
    stale = running !== undefined
    if (stale || stopped) return
    running = begin()
    go()
  }
  return {
    again,
    stop() {
      stopped = true
    },
  }
}
