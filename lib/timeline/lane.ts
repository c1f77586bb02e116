import type { Agent } from '@/lib/core/session'
import { type Bars, TEXT, WRITE } from './bars'
import { Bytes, Floats, Ints } from './columns'
import { RollUp } from './roll-up'

/**
 * One lane: an agent's bars in the order of their starts, packed into sub-rows so that bars that
 * overlap in time stand under one another.
 */
export interface Lane {
  /** In order of creation; what `bars.lane` holds. */
  readonly number: number
  /** The agent's id; empty for work whose agent nobody named. */
  readonly id: string
  agent: Agent | undefined
  role: LaneRole
  depth: number
  /** Place on the screen, from the top; that of its stand-in where another lane stands for it; -1 while hidden. */
  place: number
  /** The shown lane into which this one is rolled up. */
  standIn: Lane | undefined
  /** The lanes that are rolled up into this one: its sub-agents, or siblings of its kind. */
  members: Lane[]
  /** How it stands for them; `undefined` where nothing can be rolled up here. `open`: it could, and does not. */
  family: Family | undefined
  /** Of a row that is no agent's but stands over a group: what it is called, and its lanes whether they are rolled up or not. */
  group: { title: string; lanes: readonly Lane[] } | undefined
  rollUp: RollUp
  readonly order: Ints
  /** What a filter shows of `order`; the same object where there is none. */
  shown: Ints
  readonly rows: Row[]
  /** Bars whose subject has no end yet. */
  readonly unended: Set<number>
  /** The latest start of a turn: an older turn with no end cannot be running. */
  newestTurn: number
  turns: number
  calls: number
  writes: number
  /** Turns and calls whose work a master destroyed. */
  destroyed: number
  /** Epoch ms: from when on its loud bars are to be sorted again; see `Rows.sortLoud`. */
  loudFrom: number
  /** Epoch ms of the first bar; Infinity without one. */
  firstAt: number
  /** ms by which its times are shown later than they were recorded: its clock was behind. 0 for as recorded. */
  shift: number
  /** Set while a batch is applied. */
  pending: Pending | undefined
}

/** `master` has delegated something; `unknown` is work of nobody named. */
export type LaneRole = 'master' | 'agent' | 'human' | 'harness' | 'unknown'

/** `below`: all that it directs; `alike`: siblings that were made for the same; `group`: the lanes of its group. */
export interface Family {
  of: 'below' | 'alike' | 'group'
  open: boolean
  /** The list of the view that remembers it. */
  kept: 'closed' | 'opened'
  /** The lanes that belong to it, itself included where they are alike. */
  count: number
}

interface Pending {
  /** The first index of `order` that must be packed again. */
  from: number
  added: number[]
  /** Starts changed or bars left: sort anew. */
  sort: boolean
}

/** A sub-row: bars that follow one another, with running sums of what they cover, for the raster. */
export interface Row {
  readonly bars: Ints
  /** Of each of them, beside one another where the raster reads them in a row: `Bars.start`, `until` and `kind` as they were when it was put here. */
  readonly start: Floats
  readonly until: Floats
  readonly kind: Bytes
  /** After each bar: ms covered so far by text, by tools and by writes (running bars count nothing). */
  readonly text: Floats
  readonly tool: Floats
  readonly write: Floats
  /** Its bars that destroyed delegated work or were destroyed, by start; see `Rows.sortLoud`. */
  readonly loud: Ints
  /** Epoch ms: nothing that is older is other than when the row was last drawn as a line of pixels. */
  changedFrom: number
  /** Pixels, from the layout: relative to the top of all lanes. */
  y: number
  height: number
}

/** Sources stamp a turn's end and its call's start a few ms apart in either order: such an overlap is none. */
const SAME_MOMENT = 20

export function newLane(number: number, id: string): Lane {
  const order = new Ints()
  return {
    number,
    id,
    agent: undefined,
    role: id === '' || number < 0 ? 'unknown' : 'agent',
    depth: 0,
    place: -1,
    standIn: undefined,
    members: [],
    family: undefined,
    group: undefined,
    rollUp: new RollUp(),
    order,
    shown: order,
    rows: [],
    unended: new Set(),
    newestTurn: Number.NEGATIVE_INFINITY,
    turns: 0,
    calls: 0,
    writes: 0,
    destroyed: 0,
    loudFrom: Number.NEGATIVE_INFINITY,
    firstAt: Number.POSITIVE_INFINITY,
    shift: 0,
    pending: undefined,
  }
}

/** Call before a bar of the lane changes its end, or with the start that a new bar will have. */
export function markDirty(bars: Bars, lane: Lane, start: number): Pending {
  lane.pending ??= { from: lane.order.length, added: [], sort: false }
  const { pending, order } = lane
  // usually the newest: look there before searching
  let index = order.length
  if (index > 0 && bars.start.at(order.last()) >= start) {
    let low = 0
    let high = index
    while (low < high) {
      const middle = (low + high) >> 1
      if (bars.start.at(order.at(middle)) < start) low = middle + 1
      else high = middle
    }
    index = low
  }
  if (index < pending.from) pending.from = index
  return pending
}

/** Marks the lane for sorting from the beginning: a start changed or a bar left. O(lane) at the next `pack`. */
export function markUnsorted(lane: Lane): void {
  lane.pending ??= { from: 0, added: [], sort: true }
  lane.pending.from = 0
  lane.pending.sort = true
}

/**
 * Puts what is pending in order and packs from the first changed bar on: O(changed tail), which for
 * a live session is the batch. `sift` keeps bars out of the sub-rows by any number but 0. Returns the time
 * from which the lane may look different.
 */
export function pack(bars: Bars, lane: Lane, sift?: (bar: number) => number): number {
  const { pending, order, rows } = lane
  lane.pending = undefined
  if (!pending) return Number.POSITIVE_INFINITY
  const { from, added, sort } = pending
  if (added.length > 0 || sort) {
    const tail = added
    for (let i = from; i < order.length; i++) {
      const bar = order.at(i)
      if (bars.lane.at(bar) === lane.number) tail.push(bar)
    }
    if (!isSorted(bars, tail)) tail.sort((a, b) => bars.compare(a, b))
    order.truncate(from)
    for (const bar of tail) order.push(bar)
  }
  const first = order.length > from ? order.at(from) : -1
  const changedFrom = first < 0 || sort ? Number.NEGATIVE_INFINITY : bars.start.at(first)
  lane.loudFrom = Math.min(lane.loudFrom, changedFrom)
  for (const row of rows) {
    truncateRow(bars, row, sort ? -1 : first)
    if (changedFrom < row.changedFrom) row.changedFrom = changedFrom
  }
  if (!sift) lane.shown = order
  else if (lane.shown === order) lane.shown = new Ints()
  const { shown } = lane
  if (shown !== order) shown.truncate(sort || first < 0 ? 0 : placeOf(bars, shown, first))
  // the first has most of them; what hits a lane of which nothing is shown stands somewhere, too
  if (rows.length === 0 && order.length > 0) rows.push(newRow(order.length))
  for (let i = from; i < order.length; i++) {
    const bar = order.at(i)
    bars.out.data[bar] = sift ? sift(bar) : 0
    bars.row.data[bar] = 0
    if (bars.out.at(bar) !== 0) continue
    if (shown !== order) shown.push(bar)
    place(bars, rows, bar)
  }
  while (rows.length > 1 && rows[rows.length - 1]?.bars.length === 0) rows.pop()
  lane.firstAt = order.length > 0 ? bars.start.at(order.at(0)) : Number.POSITIVE_INFINITY
  return changedFrom
}

function isSorted(bars: Bars, list: number[]): boolean {
  for (let i = 1; i < list.length; i++) if (bars.compare(list[i - 1] as number, list[i] as number) > 0) return false
  return true
}

/** Drops `first` and everything after it; all of it for -1. */
function truncateRow(bars: Bars, row: Row, first: number): void {
  const low = first < 0 ? 0 : placeOf(bars, row.bars, first)
  row.bars.truncate(low)
  row.start.truncate(low)
  row.until.truncate(low)
  row.kind.truncate(low)
  row.text.truncate(low)
  row.tool.truncate(low)
  row.write.truncate(low)
}

/** Where a bar is in a list in the order of the lane, or would be. */
export function placeOf(bars: Bars, order: Ints, bar: number): number {
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (bars.compare(order.at(middle), bar) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** With room for so many bars. */
export function newRow(room = 16): Row {
  return {
    bars: new Ints(room),
    start: new Floats(room),
    until: new Floats(room),
    kind: new Bytes(room),
    text: new Floats(room),
    tool: new Floats(room),
    write: new Floats(room),
    loud: new Ints(4),
    changedFrom: Number.NEGATIVE_INFINITY,
    y: 0,
    height: 0,
  }
}

/** First sub-row with room. */
function place(bars: Bars, rows: Row[], bar: number): void {
  const start = bars.start.at(bar)
  const end = bars.until.at(bar)
  let index = 0
  for (; index < rows.length; index++) {
    const { bars: list } = rows[index] as Row
    if (list.length === 0) break
    const before = bars.until.at(list.last())
    if (start >= before || (before - start <= SAME_MOMENT && end >= before)) break
  }
  let row = rows[index]
  if (!row) {
    row = newRow()
    rows.push(row)
  }
  const last = row.bars.length - 1
  const length = end === Number.POSITIVE_INFINITY ? 0 : end - start
  const kind = bars.kind.at(bar)
  const text = kind === TEXT
  const write = kind === WRITE
  row.bars.push(bar)
  row.start.push(start)
  row.until.push(end)
  row.kind.push(kind)
  row.text.push((last < 0 ? 0 : row.text.at(last)) + (text ? length : 0))
  row.tool.push((last < 0 ? 0 : row.tool.at(last)) + (text || write ? 0 : length))
  row.write.push((last < 0 ? 0 : row.write.at(last)) + (write ? length : 0))
  bars.row.data[bar] = index
}
