import type { Column } from '@/lib/core/columns'
import type { CallId, TurnId } from '@/lib/core/ids'
import type { Task } from '@/lib/core/session'
import { look, type Table, tableOf } from '@/lib/core/table'
import { barsOf } from './bar-index'
import { coded, NONE, numbers, references } from './column-reading'
import type { Edge } from './edges'
import type { Intake } from './intake'
import type { Lane } from './lane'
import type { Rows } from './rows'

/** What the timeline draws of a task: its lanes, its times, and what delegated it. */
export interface ToldTask extends Pick<Task, 'delegatedAt' | 'blockedAt' | 'endedAt' | 'acceptedAt' | 'endStatus' | 'endedBy' | 'background'> {
  by: Lane | undefined
  to: Lane | undefined
  inferred: boolean
  /** Bars of the call and of the turn that delegated it, as far as there are any. */
  callBar: number | undefined
  turnBar: number | undefined
}

/** The task of an edge as it is now, read off its columns where it lies there; one object, which holds until the next is read. */
export function readingTasks(rows: Rows): (edge: Edge) => ToldTask | undefined {
  const { tasks } = rows.state
  const table = tableOf(tasks)
  const ofRow = table && readingRows(rows, table)
  return (edge) => {
    if (table && ofRow && edge.number < table.rows && !table.isOwn(edge.number)) return ofRow(edge.number)
    const task = look(tasks, edge.taskId)
    return task && toldOf(rows, task)
  }
}

function toldOf(rows: Rows, task: Task): ToldTask {
  const { delegatedAt, blockedAt, endedAt, acceptedAt, endStatus, endedBy, background, by, to, evidence, callId, turnId } = task
  return {
    delegatedAt,
    blockedAt,
    endedAt,
    acceptedAt,
    endStatus,
    endedBy,
    background,
    by: by === undefined ? undefined : rows.lookupLane(by),
    to: to === undefined ? undefined : rows.lookupLane(to),
    inferred: evidence?.kind === 'inferred',
    callBar: callId && rows.callBars.get(callId),
    turnBar: turnId && rows.turnBars.get(turnId),
  }
}

function readingRows(rows: Rows, table: Table<string, Task>): (row: number) => ToldTask {
  const { columns } = table
  const laneOf = (column: Column | undefined) => coded(column, (id) => ({ lane: id === undefined ? undefined : rows.lookupLane(id) }))
  const by = laneOf(columns.column('by'))
  const to = laneOf(columns.column('to'))
  const kind = columns.column('evidence.kind')
  const call = barsOf(columns.column('callId'), rows.callBars)
  const turn = barsOf(columns.column('turnId'), rows.turnBars)
  const time = (name: string) => {
    const at = numbers(columns.column(name))
    return (row: number) => (Number.isNaN(at(row)) ? undefined : at(row))
  }
  const delegatedAt = time('delegatedAt')
  const blockedAt = time('blockedAt')
  const endedAt = time('endedAt')
  const acceptedAt = time('acceptedAt')
  const endStatus = columns.column('endStatus')
  const endedBy = columns.column('endedBy')
  const background = columns.column('background')
  const told: ToldTask = {
    delegatedAt: undefined,
    blockedAt: undefined,
    endedAt: undefined,
    acceptedAt: undefined,
    endStatus: undefined,
    endedBy: undefined,
    background: undefined,
    by: undefined,
    to: undefined,
    inferred: false,
    callBar: undefined,
    turnBar: undefined,
  }
  return (row) => {
    told.delegatedAt = delegatedAt(row)
    told.blockedAt = blockedAt(row)
    told.endedAt = endedAt(row)
    told.acceptedAt = acceptedAt(row)
    told.endStatus = endStatus?.at(row) as Task['endStatus']
    told.endedBy = endedBy?.at(row) as Task['endedBy']
    told.background = background?.at(row) as Task['background']
    told.by = by(row).lane
    told.to = to(row).lane
    told.inferred = kind?.at(row) === 'inferred'
    told.callBar = call(row)
    told.turnBar = turn(row)
    return told
  }
}

/** Tasks that lie in columns, taken as a whole: an edge each, and who delegated which. What was changed since is taken one by one after it. */
export function takeTasks(
  rows: Rows,
  table: Table<Task['id'], Task>,
  owners: { turns: Table<TurnId, unknown>; calls: Table<CallId, unknown> },
  intake: Intake,
): void {
  const { columns } = table
  rows.edges.begin(table)
  const callIds = columns.column('callId')
  const turnIds = columns.column('turnId')
  const call = references(callIds)
  const turn = references(turnIds)
  const lane = (column: Column | undefined) => coded(column, (id) => ({ lane: id === undefined ? undefined : intake.laneOf(id as Task['by']) }))
  const to = lane(columns.column('to'))
  const by = lane(columns.column('by'))
  const firstOfCall = new Int32Array(owners.calls.rows).fill(-1)
  const firstOfTurn = new Int32Array(owners.turns.rows).fill(-1)
  const nextOfCall = new Int32Array(table.rows).fill(-2)
  const nextOfTurn = new Int32Array(table.rows).fill(-2)
  rows.callTasks.begin(owners.calls, table, firstOfCall, nextOfCall)
  rows.turnTasks.begin(owners.turns, table, firstOfTurn, nextOfTurn)
  for (let row = 0; row < table.rows; row++) {
    const ofCall = call(row)
    const ofTurn = turn(row)
    if (ofCall >= 0) {
      nextOfCall[row] = firstOfCall[ofCall] as number
      firstOfCall[ofCall] = row
    } else if (ofCall !== NONE) rows.callTasks.add(callIds?.at(row) as NonNullable<Task['callId']>, table.idAt(row))
    else if (ofTurn >= 0) {
      nextOfTurn[row] = firstOfTurn[ofTurn] as number
      firstOfTurn[ofTurn] = row
    } else if (ofTurn !== NONE) rows.turnTasks.add(turnIds?.at(row) as NonNullable<Task['turnId']>, table.idAt(row))
    intake.look(to(row).lane)
    intake.look(by(row).lane)
  }
}
