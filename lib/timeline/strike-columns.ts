import type { FindingTable } from '@/lib/core/finding-table'
import type { EventId } from '@/lib/core/ids'
import { DESTRUCTIVE_KINDS, type InterventionKind } from '@/lib/core/interventions'
import type { Write } from '@/lib/core/session'
import { type Table, tableOf } from '@/lib/core/table'
import { barsOf } from './bar-index'
import { coded, NONE, numbers, references } from './column-reading'
import type { Lane } from './lane'
import type { Rows } from './rows'

/** What the timeline draws of a finding, read off its columns: no object is made, and no name is looked up. */
export interface FindingReader {
  kind(row: number): InterventionKind
  loud(row: number): boolean
  occurredAt(row: number): number
  /** Bars, -1 for none. */
  actor(row: number): number
  target(row: number): number
  assignee(row: number): Lane | undefined
  /** In `Rows.taskNumber`. */
  task(row: number): number
  share(row: number): number
}

export function readingFindings(rows: Rows, table: FindingTable): FindingReader {
  const { columns } = table
  const kinds = columns.column('kind')
  const tasks = columns.column('taskId')
  const task = references(tasks)
  // tasks of corrected times are no rows any more
  const areRows = tableOf(rows.state.tasks) !== undefined
  const owned = numbers(columns.column('owned'))
  const destroyed = numbers(columns.column('destroyed'))
  const survival = numbers(columns.column('survival'))
  const kind = coded(kinds, (name) => name as InterventionKind)
  const lane = coded(columns.column('assigneeId'), (id) => ({ of: rows.lookupLane(id) }))
  return {
    kind,
    loud: coded(kinds, (name) => DESTRUCTIVE_KINDS.has(name as InterventionKind)),
    occurredAt: numbers(columns.column('occurredAt')),
    actor: barsOfSide(rows, table, 'master'),
    target: barsOfSide(rows, table, 'target'),
    assignee: (row) => lane(row).of,
    task: (row) => (areRows && task(row) >= 0 ? task(row) : rows.taskNumber(tasks?.at(row) as string)),
    share: (row) => shareOf(owned(row), destroyed(row), survival(row)),
  }
}

/** Of the work; 1 where nobody knows. Absent figures are NaN or undefined. */
export function shareOf(owned: number | undefined, destroyed: number, survival: number | undefined): number {
  if (owned !== undefined && owned > 0) return Math.min(1, destroyed / owned)
  return survival === undefined || Number.isNaN(survival) ? 1 : 1 - survival
}

/** As `barOfSide` in strikes.ts finds it by names. */
function barsOfSide(rows: Rows, { columns }: FindingTable, side: 'master' | 'target'): (row: number) => number {
  const call = barsOf(columns.column(`${side}.callId`), rows.callBars)
  const turn = barsOf(columns.column(`${side}.turnId`), rows.turnBars)
  const events = columns.column(`${side}.eventId`)
  const event = references(events)
  const writes = tableOf(rows.state.writes)
  const shown = writes && barsOfWrites(rows, writes)
  // a write that came later than the columns
  const added = (id: string): number | undefined => {
    const write = writes?.lookAdded(id)
    return write && rows.lookupWriteBar(write)
  }
  return (row) => {
    const own = call(row)
    if (own !== undefined) return own
    const to = event(row)
    const written = to === NONE ? undefined : to >= 0 ? shown?.(to) : added(events?.at(row) as string)
    return written ?? turn(row) ?? -1
  }
}

/** As `Rows.lookupWriteBar` by names. */
function barsOfWrites(rows: Rows, writes: Table<EventId, Write>): (row: number) => number | undefined {
  const call = barsOf(writes.columns.column('callId'), rows.callBars)
  const turn = barsOf(writes.columns.column('turnId'), rows.turnBars)
  return (row) => (writes.isOwn(row) ? rows.lookupWriteBar(writes.peek(row)) : (call(row) ?? rows.writeBars.ofRow(row) ?? turn(row)))
}
