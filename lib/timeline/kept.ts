import type { Lane } from './lane'
import type { Layout } from './layout'
import type { Clock } from './scale'
import type { Scene } from './scene'
import type { Strike } from './strike'

/** What the places of all that has passed hang on, besides the rows themselves. */
interface Window {
  version: number
  u0: number
  u1: number
  clock: Clock
  width: number
  height: number
  scroll: number
  layout: Layout
  pinned: Lane | undefined
  hidden: Scene['hidden']
  selectedStrike: Strike | undefined
}

const windows = new WeakMap<Scene, Window>()

/** The same number as before while the window stands still. A replay moves all the time. */
function versionOf(scene: Scene): number {
  const { scale, width, height, scroll, layout, pinned, hidden, selectedStrike, replaying } = scene
  const { u0, u1, clock } = scale
  const known = windows.get(scene)
  const stands =
    known !== undefined &&
    !replaying &&
    known.u0 === u0 &&
    known.u1 === u1 &&
    known.clock === clock &&
    known.width === width &&
    known.height === height &&
    known.scroll === scroll &&
    known.layout === layout &&
    known.pinned === pinned &&
    known.hidden === hidden &&
    known.selectedStrike === selectedStrike
  if (stands) return known.version
  const version = (known?.version ?? 0) + 1
  windows.set(scene, { version, u0, u1, clock, width, height, scroll, layout, pinned, hidden, selectedStrike })
  return version
}

/**
 * What a frame found out about what has passed, kept for the next ones: while a session runs and nobody
 * moves the window, most of a frame would be found out again for nothing. It is drawn anew each time.
 */
export class Kept<T> {
  private readonly known = new WeakMap<object, { scene: Scene; version: number; told: number; made: T }>()

  /**
   * `told`: a number that grows when what it is made from has changed. `lasts`: false where it hangs on the clock, too.
   * What was made before and is of no use any more comes as `old`, to be filled again: a gesture makes it sixty times a second.
   */
  get(scene: Scene, of: object, told: number, make: (old: T | undefined) => { made: T; lasts: boolean }): T {
    const version = versionOf(scene)
    const known = this.known.get(of)
    if (known && known.scene === scene && known.version === version && known.told === told) return known.made
    const { made, lasts } = make(known?.made)
    this.known.set(of, { scene, version: lasts ? version : Number.NaN, told, made })
    return made
  }
}
