import { Ints } from './columns'
import type { Lane } from './lane'
import type { Rows } from './rows'
import { laneHeight, laneY, type Scene, scrollTopEdge } from './scene'

/**
 * Where interventions are, lane by lane and in the order of time within each, the loud ones apart. In a
 * crowd a frame asks for the lanes in view alone and leaps from pixel to pixel, so that it costs what the
 * screen can show and not what the session holds.
 */
export class Cuts {
  private loud: (Ints | undefined)[] = []
  private quiet: (Ints | undefined)[] = []

  /** Takes the list of strikes with their marks as they are now; those before `from` are as they were. */
  take({ strikeList, strikeMarks }: Pick<Rows, 'strikeList' | 'strikeMarks'>, from = 0): void {
    for (const lists of [this.loud, this.quiet]) for (const list of lists) if (list) drop(list, from)
    const { cut, lane, loud } = strikeMarks
    for (let i = from; i < strikeList.length; i++) {
      const number = lane.at(i)
      if (number < 0) continue
      const lists = loud.at(i) === 1 ? this.loud : this.quiet
      let list = lists[number]
      if (!list) {
        list = new Ints(4)
        lists[number] = list
      }
      list.push(i)
    }
    // strikes are in the order in which masters struck, which is nearly that of their cuts
    for (const lists of [this.loud, this.quiet]) for (const list of lists) if (list) sortBy(list, cut.data)
  }

  /** Indices into the list of strikes. */
  of(lane: Lane, loud: boolean): Ints | undefined {
    return (loud ? this.loud : this.quiet)[lane.number]
  }
}

/** Those from `from` on. */
function drop(list: Ints, from: number): void {
  const { data, length } = list
  let kept = 0
  for (let i = 0; i < length; i++) if ((data[i] as number) < from) data[kept++] = data[i] as number
  list.truncate(kept)
}

/** By insertion: O(n) for what is in order. */
function sortBy({ data, length }: Ints, at: Float64Array): void {
  for (let i = 1; i < length; i++) {
    const strike = data[i] as number
    const time = at[strike] as number
    let place = i
    for (; place > 0 && (at[data[place - 1] as number] as number) > time; place--) data[place] = data[place - 1] as number
    data[place] = strike
  }
}

// Cells of a lane that hold a mark already; kept between frames.
let taken = new Uint8Array(4096)

/** Lanes of which some pixels are in view, with the pinned one. */
export function eachLaneInView(scene: Scene, draw: (scene: Scene, lane: Lane) => void): void {
  const top = scrollTopEdge(scene)
  for (const lane of scene.rows.lanes) {
    const y = laneY(scene, lane)
    if (y <= scene.height && (lane === scene.pinned || y + laneHeight(scene, lane) >= top)) draw(scene, lane)
  }
}

/**
 * Calls `draw` with the earliest intervention that it takes for each cell of so many pixels of a lane that
 * has one; `draw` returns whether it drew. What is rolled up is one lane. A quiet one has
 * no cell in which a loud one cuts.
 */
export function eachCell(scene: Scene, lane: Lane, loud: boolean, cell: number, draw: (scene: Scene, index: number) => boolean): void {
  const cells = Math.ceil(scene.width / cell) + 2
  if (cells > taken.length) taken = new Uint8Array(cells)
  taken.fill(0, 0, cells)
  // a quiet sign stays away where a loud one cuts
  if (!loud) {
    alongLane(scene, lane, true, cell, take)
    for (const member of lane.members) alongLane(scene, member, true, cell, take)
  }
  alongLane(scene, lane, loud, cell, draw)
  for (const member of lane.members) alongLane(scene, member, loud, cell, draw)
}

const take = () => true

function alongLane(scene: Scene, lane: Lane, loud: boolean, cell: number, draw: (scene: Scene, index: number) => boolean): void {
  const { rows, scale, width } = scene
  const list = rows.cuts.of(lane, loud)
  if (!list) return
  const at = rows.strikeMarks.cut.data
  const last = Math.ceil(width / cell)
  for (let i = firstAfter(list, at, 0, scale.timeAt(-cell)); i < list.length; ) {
    const place = Math.floor(scale.xAt(at[list.at(i)] as number) / cell)
    if (place > last) return
    if (place >= -1 && taken[place + 1] === 1) {
      // on to the next cell; at least one on, for times are rounded
      i = Math.max(i + 1, firstAfter(list, at, i, scale.timeAt((place + 1) * cell)))
      continue
    }
    if (place >= -1 && draw(scene, list.at(i))) taken[place + 1] = 1
    i++
  }
}

/** The first from `from` on whose cut is at `time` or later: galloping, then halving. */
function firstAfter({ data, length }: Ints, at: Float64Array, from: number, time: number): number {
  let step = 1
  while (from + step < length && (at[data[from + step] as number] as number) < time) step *= 2
  let low = from
  let high = Math.min(length, from + step)
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[data[middle] as number] as number) < time) low = middle + 1
    else high = middle
  }
  return low
}
