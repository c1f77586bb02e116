import { soon } from './soon'

/** What a browser gives for this. */
export interface Frames {
  /** Runs it as soon as nothing else is under way. */
  soon(run: () => void): void
  /** Runs it at the next repaint. */
  repaint(run: () => void): void
  /** Nothing is painted: there are no repaints. */
  isHidden(): boolean
  /** Runs it after so many ms. */
  later(ms: number, run: () => void): void
}

// In a tab that nobody sees, ms.
const UNSEEN_MS = 50
// A frame that has not come by then may never: the tab was hidden meanwhile. Ms.
const LATEST_MS = 200

/**
 * Runs what is given soon, in time for the next repaint, and once a frame at most; what is given while
 * another waits is left out. Never in the frame itself, which would be late for it: a frame is to draw.
 */
export function betweenFrames(frames: Frames): (run: () => void) => void {
  /** Something ran, and what came of it has not been painted. */
  let unpainted = false
  let waiting: (() => void) | undefined
  const go = () => {
    const run = waiting
    waiting = undefined
    if (!run) return
    unpainted = true
    frames.repaint(() => {
      unpainted = false
      if (waiting) frames.soon(go)
    })
    run()
  }
  return (run) => {
    if (waiting) return
    waiting = run
    if (frames.isHidden()) frames.later(UNSEEN_MS, go)
    else if (unpainted) frames.later(LATEST_MS, go)
    else frames.soon(go)
  }
}

/** In this browser. */
export const BROWSER_FRAMES: Frames = {
  soon,
  repaint: (run) => void requestAnimationFrame(run),
  isHidden: () => document.hidden,
  later: (ms, run) => void setTimeout(run, ms),
}
