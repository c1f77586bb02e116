import { firstFrom } from './bars'
import type { Lane } from './lane'
import { placeAt } from './layout'
import { AXIS, barEnd, type Scene, scrollTopEdge } from './scene'
import type { Strike } from './strike'

export type Hit = { kind: 'bar'; bar: number; lane: Lane } | { kind: 'strike'; strike: Strike } | { kind: 'lane'; lane: Lane }

// A pointer is as exact as this, px; a finger less, but it can zoom.
const SLACK = 4

/** What is under a point of the canvas. Strikes come first: they lie on top. */
export function hitAt(scene: Scene, x: number, y: number): Hit | undefined {
  if (y < AXIS) return undefined
  const { hits, rows, scale } = scene
  for (let i = hits.strike.length - 1; i >= 0; i--) {
    if (hits.strike.at(i) >= 0 && Math.abs(y - hits.y.at(i)) <= 9 && x >= hits.x.at(i) - 7 && x <= Math.max(hits.x.at(i) + 7, hits.right.at(i))) {
      const strike = rows.strikeList[hits.strike.at(i)]
      if (strike) return { kind: 'strike', strike }
    }
  }
  const pinned = scene.pinned !== undefined && y < scrollTopEdge(scene)
  const inLanes = y - AXIS + (pinned ? 0 : scene.scroll)
  const lane = rows.lanes[placeAt(scene.layout, inLanes)]
  if (!lane) return undefined
  for (const row of lane.rows) {
    if (inLanes < row.y - 1 || inLanes > row.y + row.height + 1) continue
    // bars drawn wider than they are, and the nearest when several are thinner than the pointer
    const { bars } = rows
    const time = scale.timeAt(x)
    let best = -1
    let distance = SLACK
    const after = firstFrom(bars, row.bars, time)
    for (let i = Math.max(0, after - 3); i < Math.min(row.bars.length, after + 2); i++) {
      const bar = row.bars.at(i)
      const away = Math.max(scale.xAt(bars.start.at(bar)) - x, x - Math.max(scale.xAt(barEnd(scene, bar)), scale.xAt(bars.start.at(bar)) + 2), 0)
      // of two at the pointer the later one is drawn on top
      if (away < distance || (away === distance && away === 0)) {
        best = bar
        distance = away
      }
    }
    if (best >= 0) return { kind: 'bar', bar: best, lane }
  }
  return { kind: 'lane', lane }
}
