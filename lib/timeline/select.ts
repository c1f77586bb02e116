import type { CallId, EventId, TurnId } from '@/lib/core/ids'
import { look } from '@/lib/core/table'
import type { Hideable, Selection } from '@/lib/view/view'
import { CALL, MESSAGE, TURN } from './bars'
import { placeOf } from './lane'
import type { Rows } from './rows'
import { isShown, type Scene } from './scene'

const NONE: ReadonlySet<Hideable> = new Set()

/** The name by which a link finds a bar again. */
export function selectionOfBar(rows: Rows, bar: number): Selection {
  const subject = rows.bars.subject(bar)
  if (!subject) throw new Error(`no bar ${bar}`)
  const kind = rows.bars.subjectKind.at(bar)
  return { kind: kind === TURN ? 'turn' : kind === CALL ? 'call' : kind === MESSAGE ? 'message' : 'write', id: subject.id }
}

/** The bar that a selection means, -1 if it means none (or one that has not arrived). */
export function barOfSelection(rows: Rows, selection: Selection | undefined): number {
  if (!selection) return -1
  const { kind, id } = selection
  switch (kind) {
    case 'turn':
      return rows.turnBars.get(id as TurnId) ?? -1
    case 'call':
      return rows.callBars.get(id as CallId) ?? -1
    case 'write': {
      const write = look(rows.state.writes, id as EventId)
      return (write && rows.lookupWriteBar(write)) ?? -1
    }
    case 'message':
      return rows.lookupMessageBar(id) ?? -1
    case 'intervention': {
      const strike = rows.strikes.get(id)
      return strike ? (strike.actorBar >= 0 ? strike.actorBar : strike.hitBar) : -1
    }
    case 'task': {
      const edge = rows.edges.get(id)
      return edge ? (edge.toBar >= 0 ? edge.toBar : edge.fromBar) : -1
    }
    case 'agent':
    case 'artifact':
      return -1
    default: {
      const impossible: never = kind
      throw new Error(`a selection of an unknown kind: ${String(impossible)}`)
    }
  }
}

/** The bar after (or before) one in its lane; from nothing the first (or last) of the first lane that has any. */
export function stepInLane(rows: Rows, bar: number, by: 1 | -1): number {
  if (bar < 0) {
    const lane = rows.lanes.find(({ shown }) => shown.length > 0)
    return lane ? lane.shown.at(by > 0 ? 0 : lane.shown.length - 1) : -1
  }
  const { shown } = rows.laneOfBar(bar)
  const at = placeOf(rows.bars, shown, bar)
  // from a bar that a filter leaves out, the next one stands where it would be
  const next = by > 0 && rows.bars.out.at(bar) !== 0 ? at : at + by
  return next < 0 || next >= shown.length ? bar : shown.at(next)
}

/** The bar of the next (or previous) lane with bars that is nearest in time; -1 past the last. */
export function stepLane(rows: Rows, bar: number, by: 1 | -1): number {
  if (bar < 0) return stepInLane(rows, -1, 1)
  const { bars, lanes } = rows
  const at = bars.start.at(bar)
  for (let place = rows.laneOfBar(bar).place + by; place >= 0 && place < lanes.length; place += by) {
    const order = lanes[place]?.shown
    if (!order || order.length === 0) continue
    let best = order.at(0)
    let low = 0
    let high = order.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (bars.start.at(order.at(middle)) < at) low = middle + 1
      else high = middle
    }
    for (const i of [low - 1, low]) {
      if (i < 0 || i >= order.length) continue
      if (Math.abs(bars.start.at(order.at(i)) - at) <= Math.abs(bars.start.at(best) - at)) best = order.at(i)
    }
    return best
  }
  return -1
}

/** The next (or previous) intervention that the timeline draws loudly, by time; milder ones only if there is no loud one. What the view leaves out is passed over. */
export function stepStrike(rows: Rows, current: string | undefined, at: number, by: 1 | -1, hidden: ReadonlySet<Hideable> = NONE): string | undefined {
  const shown = rows.strikeList.filter((strike) => isShown(hidden, strike))
  const loud = shown.filter((strike) => strike.loud)
  const list = loud.length > 0 ? loud : shown
  const index = current === undefined ? -1 : list.findIndex(({ id }) => id === current)
  if (index >= 0) return list[index + by]?.id
  if (by > 0) return (list.find(({ occurredAt }) => occurredAt >= at) ?? list[0])?.id
  return (list.findLast(({ occurredAt }) => occurredAt <= at) ?? list[list.length - 1])?.id
}

/** Marks what is selected in the scene that frames are drawn from. */
export function markSelection(scene: Scene, selection: Selection | undefined): void {
  scene.selected = barOfSelection(scene.rows, selection)
  scene.selectedStrike = selection?.kind === 'intervention' ? scene.rows.strikes.get(selection.id) : undefined
  scene.selectedTask = selection?.kind === 'task' ? selection.id : undefined
  scene.selectedLane = selection?.kind === 'agent' ? selection.id : undefined
}
