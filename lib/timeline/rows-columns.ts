import { type Column, References } from '@/lib/core/columns'
import type { Message, SessionState } from '@/lib/core/session'
import { tableOf } from '@/lib/core/table'
import { type Bars, CALL, DELEGATE, TEXT, TOOL, TURN, WRITE, WRITE_EVENT } from './bars'
import { coded, floats, NONE, references } from './column-reading'
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
  rows.turnBars.begin(turns, counted(0, nTurns))
  rows.callBars.begin(calls, counted(nTurns, nCalls))
  rows.writeBars.begin(writes, alone)
  rows.callWrites.begin(calls, writes, firstOfCall, next)
  rows.turnWrites.begin(turns, writes, firstOfTurn, nextOfTurn)
  for (const row of loners) if (callOfWrite(row) !== NONE || turnOfWrite(row) !== NONE) taking.orphan(row)

  /** Bars by the lane's number. */
  const counts: number[] = []
  const add = (bar: number, lane: Lane, start: number) => {
    bars.lane.data[bar] = lane.number
    bars.start.data[bar] = start
    bars.end.data[bar] = start
    bars.until.data[bar] = start
    counts[lane.number] = (counts[lane.number] ?? 0) + 1
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
    const started = floats(columns.column('startedAt'), nTurns)
    const streamed = floats(columns.column('streamedAt'), nTurns)
    const ended = floats(columns.column('endedAt'), nTurns)
    const tokens = floats(columns.column('usage.outputTokens'), nTurns)
    const streamedTokens = floats(columns.column('streamedTokens'), nTurns)
    const state = coded(columns.column('finish'), stateOfTurn)
    for (let row = 0; row < nTurns; row++) {
      const end = ended[row] as number
      let start = started[row] as number
      if (Number.isNaN(start)) start = streamed[row] as number
      if (Number.isNaN(start)) start = end
      if (Number.isNaN(start)) throw new Error(`turn ${turns.idAt(row)} has no time`)
      const own = lane(row)
      own.turns++
      if (start > own.newestTurn) own.newestTurn = start
      add(row, own, start)
      bars.subjectKind.data[row] = TURN
      bars.task.data[row] = task(row)
      const used = tokens[row] as number
      bars.tokens.data[row] = Number.isNaN(used) ? (streamedTokens[row] as number) : used
      if (Number.isNaN(end)) {
        taking.queue(row)
        continue
      }
      bars.end.data[row] = bars.until.data[row] = Math.max(start, end)
      bars.state.data[row] = state(row)
      bars.kind.data[row] = (firstOfTurn[row] as number) >= 0 ? WRITE : TEXT
    }
  }

  function takeCalls(): void {
    const { columns } = calls
    const lane = lanesOf(columns.column('agentId'), taking)
    const task = tasksOf(rows, columns.column('taskId'))
    const called = floats(columns.column('calledAt'), nCalls)
    const returned = floats(columns.column('returnedAt'), nCalls)
    const turnIds = columns.column('turnId')
    const turnOf = references(turnIds)
    const status = columns.column('status')
    const ok = columns.column('check.ok')
    for (let row = 0; row < nCalls; row++) {
      const bar = nTurns + row
      const end = returned[row] as number
      let start = called[row] as number
      if (Number.isNaN(start)) start = end
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
      bars.kind.data[bar] = taking.delegates(row) ? DELEGATE : (firstOfCall[row] as number) >= 0 ? WRITE : TOOL
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
    const at = floats(columns.column('at'), writes.rows)
    loners.forEach((row, index) => {
      const bar = nTurns + nCalls + index
      const own = lane(row)
      own.writes++
      add(bar, own, at[row] as number)
      bars.subjectKind.data[bar] = WRITE_EVENT
      bars.kind.data[bar] = WRITE
      bars.task.data[bar] = task(row)
    })
  }

  /** Each lane's bars by start. Turns, calls and writes come mostly in order each: then they are merged. */
  function orderLanes(): void {
    // all lanes in one array, each from its place on
    const from = new Int32Array(rows.lanesByNumber.length)
    let sum = 0
    for (let lane = 0; lane < from.length; lane++) {
      from[lane] = sum
      sum += counts[lane] ?? 0
    }
    const at = from.slice()
    const listed = new Int32Array(sum)
    const lanes = bars.lane.data
    for (let bar = 0; bar < bars.count; bar++) {
      const lane = lanes[bar] as number
      listed[at[lane] as number] = bar
      at[lane] = (at[lane] as number) + 1
    }
    for (const lane of rows.lanesByNumber) {
      const count = counts[lane.number] ?? 0
      if (count === 0) continue
      const first = from[lane.number] as number
      lane.order.data = mergeSort(bars, listed.slice(first, first + count))
      lane.order.length = count
      lane.pending = { from: 0, added: [], sort: false }
    }
  }
}

/** So many numbers from `first` on. */
function counted(first: number, count: number): Int32Array {
  const numbers = new Int32Array(count)
  for (let i = 0; i < count; i++) numbers[i] = first + i
  return numbers
}

/** Runs that are in order already, merged two by two: O(n) for what is sorted, O(n log runs) else. Starts decide nearly always, so they are looked at here. */
function mergeSort(bars: Bars, list: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const start = bars.start.data
  const isAfter = (a: number, b: number) => bars.compare(a, b) > 0
  const starts = [0]
  let before = list[0] as number
  for (let i = 1; i < list.length; i++) {
    const bar = list[i] as number
    const by = (start[before] as number) - (start[bar] as number)
    if (by > 0 || (by === 0 && isAfter(before, bar))) starts.push(i)
    before = bar
  }
  if (starts.length === 1) return list
  let from = list
  let into = new Int32Array(list.length)
  let runs = starts
  while (runs.length > 1) {
    const merged: number[] = []
    for (let r = 0; r < runs.length; r += 2) {
      const b0 = runs[r + 1] ?? list.length
      const end = runs[r + 2] ?? list.length
      let a = runs[r] as number
      let b = b0
      merged.push(a)
      for (let k = a; k < end; k++) {
        let first = b >= end
        if (!first && a < b0) {
          const by = (start[from[a] as number] as number) - (start[from[b] as number] as number)
          first = by < 0 || (by === 0 && !isAfter(from[a] as number, from[b] as number))
        }
        into[k] = (first ? from[a++] : from[b++]) as number
      }
    }
    ;[from, into] = [into, from]
    runs = merged
  }
  return from
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
