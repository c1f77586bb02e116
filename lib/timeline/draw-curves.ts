import type { Lane } from './lane'
import { barHeightOf, barY, laneHeight, laneY, type Scene, scrollTopEdge, standing } from './scene'

/** Draws between two heights, and in a replay up to its moment. */
export function clipped(scene: Scene, from: number, to: number, draw: (scene: Scene) => void): void {
  const { context: c, width } = scene
  c.save()
  c.beginPath()
  c.rect(0, from, scene.replaying ? Math.min(width, scene.scale.xAt(scene.now)) : width, to - from)
  c.clip()
  draw(scene)
  c.restore()
}

/** Bottom (or top) of the bar; without one, the middle of its lane. Lanes scrolled away end at the edge. */
export function edgeOfBar(scene: Scene, lane: Lane, bar: number, bottom: boolean): number {
  const y =
    bar >= 0 && scene.rows.bars.lane.at(bar) === lane.number
      ? barY(scene, lane, bar) + (bottom ? barHeightOf(lane, scene.rows.bars, bar) : 0)
      : laneY(scene, lane) + laneHeight(scene, lane) / 2
  if (standing(lane) === scene.pinned) return y
  return Math.max(scrollTopEdge(scene) - 8, Math.min(scene.height + 8, y))
}

/** Short ways swing over; long ones go straight to the lane's edge and along it, where no bar is in the way. */
export function curve(c: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number, along: 'start' | 'end' = 'end', air = 6): void {
  c.beginPath()
  trace(c, x0, y0, x1, y1, along, air)
  c.stroke()
}

/** The way of `curve`, to be stroked with others. */
export function trace(c: CanvasPath, x0: number, y0: number, x1: number, y1: number, along: 'start' | 'end' = 'end', air = 6): void {
  c.moveTo(x0, y0)
  const dy = y1 - y0
  if (Math.abs(x1 - x0) < 56 || Math.abs(dy) < 14) {
    c.bezierCurveTo(x0, y0 + dy * 0.55, x1, y1 - dy * 0.55, x1, y1)
  } else {
    const way = Math.sign(dy)
    const turn = along === 'end' ? y1 - way * air : y0 + way * air
    const radius = Math.min(6, Math.abs(dy) / 2)
    c.arcTo(x0, turn, x1, turn, radius)
    c.arcTo(x1, turn, x1, y1, radius)
    c.lineTo(x1, y1)
  }
}

/** An arrow's head with its point at (x, y): `way` 1 points down, -1 up. */
export function head(c: CanvasRenderingContext2D, x: number, y: number, way: 1 | -1, size: number): void {
  c.beginPath()
  c.moveTo(x, y)
  c.lineTo(x - size * 0.8, y - way * size * 1.6)
  c.lineTo(x + size * 0.8, y - way * size * 1.6)
  c.closePath()
}
