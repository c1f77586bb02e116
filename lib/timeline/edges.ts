import type { TaskId } from '@/lib/core/ids'
import { type Task, taskStatus } from '@/lib/core/session'
import type { Table } from '@/lib/core/table'
import { firstFrom } from './bars'
import type { Lane } from './lane'
import type { Rows } from './rows'
import { readingTasks, type ToldTask } from './task-columns'

/**
 * A task on the timeline: from where it was delegated to the assignee's first bar of it, and back.
 * Bars are -1 where there is none (yet): the edge then ends at its time on the lane.
 */
export class Edge {
  fromLane: Lane | undefined
  toLane: Lane | undefined
  fromBar = -1
  toBar = -1
  /** Epoch ms. */
  fromAt = 0
  toAt = 0
  /** Whether the source says who delegated to whom. */
  inferred = false
  back: Back | undefined
  /** The latest time that any end of it touches. */
  latest = 0
  /** Both ends are known and the task is over, so only a change of the past can move it. */
  settled = false

  /** `number`: in `Rows.taskNumber`. A task without a name lies in the columns' row of that number. */
  constructor(
    readonly number: number,
    private readonly of: Pick<Table<TaskId, Task>, 'idAt'> | TaskId,
  ) {}

  get taskId(): TaskId {
    return typeof this.of === 'string' ? this.of : this.of.idAt(this.number)
  }
}

export interface Back {
  fromBar: number
  toBar: number
  fromAt: number
  toAt: number
  good: boolean
}

/** Edges by their tasks: of columns by row, as they begin `list`, of what came later by name. */
export class Edges {
  private readonly named = new Map<string, Edge>()
  private table: Table<TaskId, Task> | undefined

  constructor(private readonly list: Edge[]) {}

  /** One for each row. */
  begin(table: Table<TaskId, Task>): void {
    this.table = table
    for (let row = 0; row < table.rows; row++) this.list.push(new Edge(row, table))
  }

  get(id: string): Edge | undefined {
    const row = this.table ? this.table.rowOf(id) : -1
    return row < 0 ? this.named.get(id) : this.list[row]
  }

  add(id: TaskId, number: number): void {
    const edge = new Edge(number, id)
    this.named.set(id, edge)
    this.list.push(edge)
  }
}

// Sources stamp the two sides of a hand-over by different clocks; so far apart they are still one.
const SKEW = 1000
// How many bars beside the time are looked at for one of the same task before the nearest is taken.
const NEIGHBOURS = 64

/** Those that may have moved: `changedFrom` is the time from which bars may differ. */
export function resolveEdges(rows: Rows, changedFrom: number): void {
  const read = readingTasks(rows)
  rows.edgeSpans.reserve(rows.edgeList.length)
  for (let i = 0; i < rows.edgeList.length; i++) {
    const edge = rows.edgeList[i] as Edge
    if (edge.settled && edge.latest < changedFrom) continue
    const task = read(edge)
    if (!task) continue
    remember(edge)
    resolveEdge(rows, task, edge)
    const { fromLane, toLane, fromAt, toAt, back } = edge
    // what it was resolved from may stand elsewhere
    if (!stands(edge) || Math.max(fromAt, toAt, back ? back.toAt : 0) + SKEW >= changedFrom) rows.edgesTold++
    const drawn = fromLane !== undefined && toLane !== undefined && fromLane !== toLane && fromAt > 0
    rows.edgeSpans.set(i, drawn ? fromAt : Number.POSITIVE_INFINITY, back ? Math.max(back.toAt, toAt) : toAt)
  }
}

// An edge as it was before it was resolved again.
const was: Pick<Edge, 'fromLane' | 'toLane' | 'fromBar' | 'toBar' | 'fromAt' | 'toAt' | 'back'> = {
  fromLane: undefined,
  toLane: undefined,
  fromBar: -1,
  toBar: -1,
  fromAt: 0,
  toAt: 0,
  back: undefined,
}

function remember({ fromLane, toLane, fromBar, toBar, fromAt, toAt, back }: Edge): void {
  was.fromLane = fromLane
  was.toLane = toLane
  was.fromBar = fromBar
  was.toBar = toBar
  was.fromAt = fromAt
  was.toAt = toAt
  was.back = back
}

function stands({ fromLane, toLane, fromBar, toBar, fromAt, toAt, back }: Edge): boolean {
  const same =
    was.fromLane === fromLane && was.toLane === toLane && was.fromBar === fromBar && was.toBar === toBar && was.fromAt === fromAt && was.toAt === toAt
  if (!same || (was.back === undefined) !== (back === undefined)) return false
  if (!was.back || !back) return true
  return (
    was.back.fromBar === back.fromBar &&
    was.back.toBar === back.toBar &&
    was.back.fromAt === back.fromAt &&
    was.back.toAt === back.toAt &&
    was.back.good === back.good
  )
}

function resolveEdge(rows: Rows, task: ToldTask, edge: Edge): void {
  const { bars } = rows
  const { number } = edge
  edge.fromLane = task.by
  edge.toLane = task.to
  edge.inferred = task.inferred
  edge.settled = false
  edge.latest = Number.POSITIVE_INFINITY
  edge.back = undefined
  const at = task.delegatedAt
  if (at === undefined || !edge.fromLane || !edge.toLane) return

  edge.fromAt = at
  edge.fromBar = task.callBar ?? task.turnBar ?? barAt(rows, edge.fromLane, at)
  edge.toBar = firstOfTask(rows, edge.toLane, number, at)
  edge.toAt = edge.toBar < 0 ? at : Math.max(at, bars.start.at(edge.toBar))

  const over = task.endedAt ?? task.acceptedAt
  if (over !== undefined) {
    const status = taskStatus(task)
    const fromBar = lastOfTask(rows, edge.toLane, number, over)
    const end = fromBar < 0 ? over : bars.end.at(fromBar)
    const toAt = Math.max(over, task.acceptedAt ?? over)
    edge.back = { fromBar, toBar: barAt(rows, edge.fromLane, toAt), fromAt: Math.min(over, end), toAt, good: status === 'accepted' || status === 'completed' }
    edge.settled = edge.toBar >= 0
    edge.latest = Math.max(toAt, over, edge.toAt)
  }
}

/** The bar under way at `at`, else the next one that starts within the skew, else -1. */
export function barAt(rows: Rows, lane: Lane, at: number): number {
  const { bars } = rows
  const { order } = lane
  const next = firstFrom(bars, order, at + 0.001)
  for (let i = next - 1; i >= 0 && i >= next - NEIGHBOURS; i--) if (bars.end.at(order.at(i)) >= at) return order.at(i)
  if (next < order.length && bars.start.at(order.at(next)) <= at + SKEW) return order.at(next)
  return -1
}

function firstOfTask(rows: Rows, lane: Lane, own: number, at: number): number {
  const { order } = lane
  const from = firstFrom(rows.bars, order, at - SKEW)
  let nameless = -1
  for (let i = from; i < order.length && i < from + NEIGHBOURS; i++) {
    const bar = order.at(i)
    const number = rows.bars.task.at(bar)
    if (number === own) return bar
    if (number < 0 && nameless < 0 && rows.bars.start.at(bar) >= at) nameless = bar
  }
  return nameless
}

/** The assignee's last bar of the task, by its number, that began before it was over. */
export function lastOfTask(rows: Rows, lane: Lane, own: number, over: number): number {
  const { order } = lane
  const next = firstFrom(rows.bars, order, over + 0.001)
  let nameless = -1
  for (let i = next - 1; i >= 0 && i >= next - NEIGHBOURS; i--) {
    const bar = order.at(i)
    const number = rows.bars.task.at(bar)
    if (number === own) return bar
    if (number < 0 && nameless < 0) nameless = bar
  }
  return nameless
}
