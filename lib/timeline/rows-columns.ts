import { type Column, References } from '@/lib/core/columns'
import type { Message, SessionState } from '@/lib/core/session'
import { tableOf } from '@/lib/core/table'
import { CALL, DELEGATE, TEXT, TOOL, TURN, WRITE, WRITE_EVENT } from './bars'
import { coded, NONE, numbers, references } from './column-reading'
import type { Lane } from './lane'
import { stateOfCall, stateOfTurn, untilOf } from './outcome'
import type { Rows } from './rows'

/**
 * Turns, calls and writes that lie in columns, taken as a whole: the same rows as one by one, without
 * an object for each. What has ended is settled here; the rest waits for `Rows.settle`. Undefined
 * where the state is in plain maps.
 */
export function columnarOf(state: SessionState) {
  const turns = tableOf(state.turns)
  const calls = tableOf(state.calls)
  const writes = tableOf(state.writes)
  return turns && calls && writes && turns.rows + calls.rows + writes.rows > 0 ? { turns, calls, writes } : undefined
}

/** What these said; of a table no other message becomes an object. */
export function* messagesFrom(messages: ReadonlyMap<string, Message>, people: ReadonlySet<string>): Generator<Message> {
  const table = tableOf(messages)
  if (!table) {
    for (const message of messages.values()) if (message.from !== undefined && people.has(message.from)) yield message
    return
  }
  const said = coded(table.columns.column('from'), (id) => id !== undefined && people.has(id))
  for (let row = 0; row < table.rows; row++) if (said(row)) yield table.peek(row)
  for (const message of table.added) if (message.from !== undefined && people.has(message.from)) yield message
}

/** What `Rows` lends for this. */
export interface Taking {
  laneOf(agentId: string | undefined): Lane
  queue(bar: number): void
  /** A call whose turn is not known here. */
  early(turnId: string, call: number): void
  /** A write that belongs to a call or turn that is not known here. */
  orphan(row: number): void
  delegates(callRow: number): boolean
}

export function takeColumns(rows: Rows, tables: NonNullable<ReturnType<typeof columnarOf>>, taking: Taking): void {
  const { bars } = rows
  const { turns, calls, writes } = tables
  const nTurns = turns.rows
  const nCalls = calls.rows

  // writes first: they say what is a write, and which stand for themselves
  const callOfWrite = references(writes.columns.column('callId'))
  const turnOfWrite = references(writes.columns.column('turnId'))
  const next = new Int32Array(writes.rows).fill(-2)
  const nextOfTurn = new Int32Array(writes.rows).fill(-2)
  const firstOfCall = new Int32Array(nCalls).fill(-1)
  const firstOfTurn = new Int32Array(nTurns).fill(-1)
  const alone = new Int32Array(writes.rows).fill(-1)
  const loners: number[] = []
  for (let row = 0; row < writes.rows; row++) {
    const call = callOfWrite(row)
    const turn = turnOfWrite(row)
    if (call >= 0) {
      next[row] = firstOfCall[call] as number
      firstOfCall[call] = row
    } else if (call === NONE && turn >= 0) {
      nextOfTurn[row] = firstOfTurn[turn] as number
      firstOfTurn[turn] = row
    } else {
      alone[row] = nTurns + nCalls + loners.length
      loners.push(row)
    }
  }
  bars.begin({ turns, calls, writeTable: writes, writes: Int32Array.from(loners) })
  rows.turnBars.begin(
    turns,
    Int32Array.from({ length: nTurns }, (_, row) => row),
  )
  rows.callBars.begin(
    calls,
    Int32Array.from({ length: nCalls }, (_, row) => nTurns + row),
  )
  rows.writeBars.begin(writes, alone)
  rows.callWrites.begin(calls, writes, firstOfCall, next)
  rows.turnWrites.begin(turns, writes, firstOfTurn, nextOfTurn)
  for (const row of loners) if (callOfWrite(row) !== NONE || turnOfWrite(row) !== NONE) taking.orphan(row)

  const counts = new Map<Lane, number>()
  const add = (bar: number, lane: Lane, start: number) => {
    bars.lane.data[bar] = lane.number
    bars.start.data[bar] = start
    bars.end.data[bar] = start
    bars.until.data[bar] = start
    counts.set(lane, (counts.get(lane) ?? 0) + 1)
  }

  takeTurns()
  takeCalls()
  takeWrites()
  // where a turn ends on the screen depends on its calls; one under way is settled after them all the same
  for (let turn = 0; turn < nTurns; turn++)
    if (bars.call.at(turn) >= 0 && bars.queued.at(turn) === 0) bars.until.data[turn] = untilOf(bars, turn, rows.laneOfBar(turn), bars.end.at(turn))
  orderLanes()

  function takeTurns(): void {
    const { columns } = turns
    const lane = lanesOf(columns.column('agentId'), taking)
    const task = tasksOf(rows, columns.column('taskId'))
    const started = numbers(columns.column('startedAt'))
    const streamed = numbers(columns.column('streamedAt'))
    const ended = numbers(columns.column('endedAt'))
    const tokens = numbers(columns.column('usage.outputTokens'))
    const streamedTokens = numbers(columns.column('streamedTokens'))
    const finish = columns.column('finish')
    for (let row = 0; row < nTurns; row++) {
      const start = first(started(row), streamed(row), ended(row))
      if (Number.isNaN(start)) throw new Error(`turn ${turns.idAt(row)} has no time`)
      const own = lane(row)
      own.turns++
      if (start > own.newestTurn) own.newestTurn = start
      add(row, own, start)
      bars.subjectKind.data[row] = TURN
      bars.task.data[row] = task(row)
      bars.tokens.data[row] = first(tokens(row), streamedTokens(row))
      const end = ended(row)
      if (Number.isNaN(end)) {
        taking.queue(row)
        continue
      }
      bars.end.data[row] = bars.until.data[row] = Math.max(start, end)
      bars.state.data[row] = stateOfTurn(finish?.at(row) as string | undefined)
      bars.kind.data[row] = (firstOfTurn[row] as number) >= 0 ? WRITE : TEXT
    }
  }

  function takeCalls(): void {
    const { columns } = calls
    const lane = lanesOf(columns.column('agentId'), taking)
    const task = tasksOf(rows, columns.column('taskId'))
    const called = numbers(columns.column('calledAt'))
    const returned = numbers(columns.column('returnedAt'))
    const turnIds = columns.column('turnId')
    const turnOf = references(turnIds)
    const status = columns.column('status')
    const ok = columns.column('check.ok')
    for (let row = 0; row < nCalls; row++) {
      const bar = nTurns + row
      const start = first(called(row), returned(row), Number.NaN)
      if (Number.isNaN(start)) throw new Error(`call ${calls.idAt(row)} has no time`)
      const own = lane(row)
      own.calls++
      add(bar, own, start)
      bars.subjectKind.data[bar] = CALL
      bars.task.data[bar] = task(row)
      const turn = turnOf(row)
      if (turn >= 0) {
        bars.turn.data[bar] = turn
        bars.call.data[bar] = bars.call.at(turn)
        bars.call.data[turn] = bar
      } else if (turn !== NONE) taking.early(turnIds?.at(row) as string, bar)
      const end = returned(row)
      const delegates = taking.delegates(row)
      bars.kind.data[bar] = delegates ? DELEGATE : (firstOfCall[row] as number) >= 0 ? WRITE : TOOL
      if (Number.isNaN(end)) {
        taking.queue(bar)
        continue
      }
      bars.end.data[bar] = bars.until.data[bar] = Math.max(start, end)
      bars.state.data[bar] = stateOfCall(status?.at(row) as string | undefined, ok?.at(row) as boolean | undefined)
    }
  }

  function takeWrites(): void {
    const { columns } = writes
    const lane = lanesOf(columns.column('agentId'), taking)
    const task = tasksOf(rows, columns.column('taskId'))
    const at = numbers(columns.column('at'))
    loners.forEach((row, index) => {
      const bar = nTurns + nCalls + index
      const own = lane(row)
      own.writes++
      add(bar, own, at(row))
      bars.subjectKind.data[bar] = WRITE_EVENT
      bars.kind.data[bar] = WRITE
      bars.task.data[bar] = task(row)
    })
  }

  /** Each lane's bars by start. Turns, calls and writes come mostly in order each: then they are merged. */
  function orderLanes(): void {
    const lists = new Map<number, Int32Array<ArrayBuffer>>()
    const filled = new Map<number, number>()
    for (const [lane, count] of counts) lists.set(lane.number, new Int32Array(count))
    const lanes = bars.lane.data
    let list = new Int32Array(0)
    let number = -1
    let at = 0
    for (let bar = 0; bar < bars.count; bar++) {
      const own = lanes[bar] as number
      if (own !== number) {
        filled.set(number, at)
        number = own
        list = lists.get(own) ?? list
        at = filled.get(own) ?? 0
      }
      list[at++] = bar
    }
    for (const lane of counts.keys()) {
      const own = lists.get(lane.number)
      if (!own) continue
      lane.order.data = mergeSort(own, bars.compare.bind(bars))
      lane.order.length = own.length
      lane.pending = { from: 0, added: [], sort: false }
    }
  }
}

/** Runs that are in order already, merged two by two: O(n) for what is sorted, O(n log runs) else. */
function mergeSort(list: Int32Array<ArrayBuffer>, compare: (a: number, b: number) => number): Int32Array<ArrayBuffer> {
  const starts = [0]
  for (let i = 1; i < list.length; i++) if (compare(list[i - 1] as number, list[i] as number) > 0) starts.push(i)
  let from = list
  let into = new Int32Array(list.length)
  let runs = starts
  while (runs.length > 1) {
    const merged: number[] = []
    for (let r = 0; r < runs.length; r += 2) {
      const a0 = runs[r] as number
      const b0 = runs[r + 1] ?? list.length
      const end = runs[r + 2] ?? list.length
      merged.push(a0)
      let a = a0
      let b = b0
      for (let k = a0; k < end; k++) into[k] = (b >= end || (a < b0 && compare(from[a] as number, from[b] as number) <= 0) ? from[a++] : from[b++]) as number
    }
    ;[from, into] = [into, from]
    runs = merged
  }
  return from
}

function first(a: number, b: number, c = Number.NaN): number {
  return Number.isNaN(a) ? (Number.isNaN(b) ? c : b) : a
}

function lanesOf(column: Column | undefined, taking: Taking): (row: number) => Lane {
  return coded(column, (id) => taking.laneOf(id))
}

function tasksOf(rows: Rows, column: Column | undefined): (row: number) => number {
  if (!(column instanceof References)) return coded(column, (id) => (id === undefined ? -1 : rows.taskNumber(id)))
  const { rows: to } = column
  // tasks of corrected times are no rows any more
  const isRow = tableOf(rows.state.tasks) !== undefined
  const named = new Map<number, number>()
  return (row) => {
    const task = to[row] as number
    if (task === NONE || (task >= 0 && isRow)) return task
    let number = named.get(task)
    if (number === undefined) {
      number = rows.taskNumber(column.at(row) as string)
      named.set(task, number)
    }
    return number
  }
}
