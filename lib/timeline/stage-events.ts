import type { View } from '@/lib/view/view'
import type { Hit } from './hit'
import type { StageStatus } from './news'
import type { ReplayStatus } from './replay'

export interface StageElements {
  /** Scrolls the lanes; holds the canvas. */
  scroller: HTMLElement
  canvas: HTMLCanvasElement
  overview: HTMLCanvasElement
}

export interface StageEvents {
  onView(patch: Partial<View>): void
  /** The pointer came upon something else; `x`, `y` on the canvas. */
  onHover(hit: Hit | undefined, x: number, y: number): void
  /** Lanes moved, came or went: the headers follow. */
  onLanes(): void
  onStatus(status: StageStatus): void
  /** A replay began, moved on (some times a second) or ended. */
  onReplay(status: ReplayStatus | undefined): void
}
