import { AXIS, type Scene } from './scene'

/** CSS pixels below the last lane. */
const BELOW = 8
/** Higher than this no browser draws gladly, CSS px. */
const MOST_HEIGHT = 4_000
/** Higher than this encoders write seldom, pixels of the film. */
const MOST_PIXELS = 2_160

/** What of the lanes a clip holds: those in view, or all, smaller where they are many. */
export type ClipLanes = 'view' | 'all'

/** Axis and all lanes, CSS px. */
export function heightOfAll({ layout }: Pick<Scene, 'layout'>): number {
  return AXIS + layout.height + BELOW
}

/** Whether a clip may hold all lanes. */
export function holdsAll(scene: Pick<Scene, 'layout'>): boolean {
  return heightOfAll(scene) <= MOST_HEIGHT
}

/** Pixels of the film for one of CSS: as the screen has, fewer where the film would be too high. */
export function filmRatio(height: number, screen: number): number {
  return Math.min(screen, MOST_PIXELS / height)
}

/** The picture as far down as there are lanes, CSS px. */
export function pictureHeight(scene: Pick<Scene, 'layout' | 'height'>): number {
  return Math.min(scene.height, heightOfAll(scene))
}
