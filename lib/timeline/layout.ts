import type { Lane } from './lane'
import type { Rows } from './rows'

/** Where lanes stand, in pixels from the top of the first; recomputed when lanes or sub-rows change. */
export interface Layout {
  /** By place on the screen; one more than there are lanes, the last is the total height. */
  top: Float64Array
  height: number
  barHeight: number
}

interface Density {
  bar: number
  /** Between sub-rows. */
  gap: number
  /** Above and below the bars of a lane. */
  pad: number
}

const COMFORTABLE: Density = { bar: 30, gap: 4, pad: 19 }
const COSY: Density = { bar: 24, gap: 3, pad: 11 }
const COMPACT: Density = { bar: 18, gap: 2, pad: 6 }
const FOR_POINTERS = [COMFORTABLE, COSY, COMPACT]
const FOR_FINGERS = [COMFORTABLE, COSY]

// A lane never grows beyond this: with more sub-rows they become thinner.
const MAX_LANE = 190
const MIN_BAR = 3

/**
 * Chooses the roomiest density in which all lanes fit into `available` pixels, else the densest; `finger`:
 * the densest in which a lane is as high as a fingertip.
 */
export function layoutLanes(rows: Rows, available: number, finger = false): Layout {
  const density = densityFor(rows.lanes, available, finger ? FOR_FINGERS : FOR_POINTERS)
  const top = new Float64Array(rows.lanes.length + 1)
  let y = 0
  rows.lanes.forEach((lane, place) => {
    top[place] = y
    const bar = barHeight(lane, density)
    const gap = bar < 10 ? 1 : density.gap
    let rowY = y + density.pad
    for (const row of lane.rows) {
      row.y = rowY
      row.height = bar
      rowY += bar + gap
    }
    // a row over a group has no bars: its strip stands in their place
    const own = lane.group && lane.rows[0]
    if (own) own.height = rollHeight(density)
    // all that is rolled up stands in one strip below the lane's own bars
    const strip = y + laneHeight(lane, density) - density.pad - rollHeight(density)
    for (const member of lane.members)
      for (const row of member.rows) {
        row.y = strip
        row.height = rollHeight(density)
      }
    y += laneHeight(lane, density)
  })
  top[rows.lanes.length] = y
  return { top, height: y, barHeight: density.bar }
}

function densityFor(lanes: readonly Lane[], available: number, steps: readonly Density[]): Density {
  const index = steps.findIndex((density) => totalHeight(lanes, density) <= available)
  const density = steps[index] ?? (steps.at(-1) as Density)
  const roomier = steps[index - 1]
  if (!roomier || lanes.length === 0) return density
  // what is left goes between the lanes, up to what the next roomier one has
  const left = (available - totalHeight(lanes, density)) / lanes.length / 2
  return { ...density, pad: Math.min(roomier.pad, density.pad + Math.floor(left)) }
}

function barHeight(lane: Lane, { bar, gap }: Density): number {
  const n = Math.max(1, lane.rows.length)
  return n * (bar + gap) <= MAX_LANE ? bar : Math.max(MIN_BAR, Math.floor(MAX_LANE / n) - 1)
}

function laneHeight(lane: Lane, density: Density): number {
  if (lane.group) return 2 * density.pad + rollHeight(density)
  const n = Math.max(1, lane.rows.length)
  const bar = barHeight(lane, density)
  const gap = bar < 10 ? 1 : density.gap
  return 2 * density.pad + n * bar + (n - 1) * gap + (lane.members.length > 0 ? rollHeight(density) + density.gap : 0)
}

function rollHeight({ bar }: Density): number {
  return Math.round(bar * 0.6)
}

/** Top and height of the strip of what is rolled up into a lane, in the layout; undefined without one. */
export function rollUpOf(lane: Lane): { y: number; height: number } | undefined {
  if (lane.group) return lane.rows[0]
  for (const member of lane.members) if (member.rows[0]) return member.rows[0]
  return undefined
}

function totalHeight(lanes: readonly Lane[], density: Density): number {
  return lanes.reduce((sum, lane) => sum + laneHeight(lane, density), 0)
}

/** The place of the lane at `y`, -1 outside. */
export function placeAt(layout: Layout, y: number): number {
  const { top } = layout
  if (y < 0 || y >= layout.height) return -1
  let low = 0
  let high = top.length - 1
  while (low < high - 1) {
    const middle = (low + high) >> 1
    if ((top[middle] as number) <= y) low = middle
    else high = middle
  }
  return low
}
