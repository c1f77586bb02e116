import type { TaskId } from '@/lib/core/ids'
import type { Task } from '@/lib/core/session'
import { taskStatus } from '@/lib/core/session'
import { look } from '@/lib/core/table'
import { firstFrom } from './bars'
import type { Lane } from './lane'
import type { Rows } from './rows'

/**
 * A task on the timeline: from where it was delegated to the assignee's first bar of it, and back.
 * Bars are -1 where there is none (yet): the edge then ends at its time on the lane.
 */
export interface Edge {
  taskId: TaskId
  fromLane: Lane | undefined
  toLane: Lane | undefined
  fromBar: number
  toBar: number
  /** Epoch ms. */
  fromAt: number
  toAt: number
  /** Whether the source says who delegated to whom. */
  inferred: boolean
  back: Back | undefined
  /** The latest time that any end of it touches. */
  latest: number
  /** Both ends are known and the task is over, so only a change of the past can move it. */
  settled: boolean
}

export interface Back {
  fromBar: number
  toBar: number
  fromAt: number
  toAt: number
  good: boolean
}

export function newEdge(taskId: TaskId): Edge {
  return {
    taskId,
    fromLane: undefined,
    toLane: undefined,
    fromBar: -1,
    toBar: -1,
    fromAt: 0,
    toAt: 0,
    inferred: false,
    back: undefined,
    latest: 0,
    settled: false,
  }
}

// Sources stamp the two sides of a hand-over by different clocks; so far apart they are still one.
const SKEW = 1000
// How many bars beside the time are looked at for one of the same task before the nearest is taken.
const NEIGHBOURS = 64

/** Those that may have moved: `changedFrom` is the time from which bars may differ. */
export function resolveEdges(rows: Rows, changedFrom: number): void {
  for (let i = 0; i < rows.edgeList.length; i++) {
    const edge = rows.edgeList[i] as Edge
    if (edge.settled && edge.latest < changedFrom) continue
    const task = look(rows.state.tasks, edge.taskId)
    if (!task) continue
    resolveEdge(rows, task, edge)
    const { fromLane, toLane, fromAt, toAt, back } = edge
    const drawn = fromLane !== undefined && toLane !== undefined && fromLane !== toLane && fromAt > 0
    rows.edgeSpans.set(i, drawn ? fromAt : Number.POSITIVE_INFINITY, back ? Math.max(back.toAt, toAt) : toAt)
  }
}

function resolveEdge(rows: Rows, task: Task, edge: Edge): void {
  const { bars } = rows
  const number = rows.taskNumber(task.id)
  const from = rows.lookupLane(task.by)
  const to = rows.lookupLane(task.to)
  edge.fromLane = task.by === undefined ? undefined : from
  edge.toLane = task.to === undefined ? undefined : to
  edge.inferred = task.evidence?.kind === 'inferred'
  edge.settled = false
  edge.latest = Number.POSITIVE_INFINITY
  edge.back = undefined
  const at = task.delegatedAt
  if (at === undefined || !edge.fromLane || !edge.toLane) return

  edge.fromAt = at
  edge.fromBar = (task.callId && rows.callBars.get(task.callId)) ?? (task.turnId && rows.turnBars.get(task.turnId)) ?? barAt(rows, edge.fromLane, at)
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
