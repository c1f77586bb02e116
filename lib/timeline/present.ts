import { QUIET_AFTER_MS, RECORDED_BEFORE_MS } from '@/lib/live/protocol'
import type { Scene } from './scene'

// A run that says nothing for this long stops the clock: what follows is not known.
const SILENCE = 180_000

/** When now is, and whether it moves: a recording that says nothing of its end is over all the same. */
export class Present {
  /** Whether whatever comes will be heard at once, and something may. */
  mayLive = false
  /** Epoch ms: the end of what is known, whatever moment is shown. */
  end = 0
  private heardAt: number | undefined

  /** Something has come, at `at` of `performance.now()`. */
  heard(at: number): void {
    this.heardAt = at
  }

  /** Tells the scene; `shownAt` gives the moment that a replay shows, if one does. */
  tell(scene: Scene, at: number, shownAt: (at: number, end: number) => number | undefined): void {
    const { state } = scene.rows
    const last = state.lastAt ?? 0
    const since = Date.now() - last
    scene.origin = state.firstAt ?? 0
    // what arrives now may have been recorded long ago
    const heard = this.heardAt !== undefined && since <= RECORDED_BEFORE_MS ? at - this.heardAt : Number.POSITIVE_INFINITY
    // just opened: the clocks of source and viewer may agree well enough to tell
    const quiet = Math.min(heard, since >= -SILENCE ? Math.max(0, since) : Number.POSITIVE_INFINITY)
    scene.live = this.mayLive && quiet < QUIET_AFTER_MS
    this.end = last + (scene.live ? Math.min(heard === Number.POSITIVE_INFINITY ? quiet : heard, SILENCE) : 0)
    const shown = shownAt(at, this.end)
    scene.replaying = shown !== undefined
    // what is replayed is not live, however much comes meanwhile
    if (shown !== undefined) scene.live = false
    scene.now = Math.min(shown ?? this.end, this.end)
  }
}
