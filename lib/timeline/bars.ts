import type { CallId, EventId, TurnId } from '@/lib/core/ids'
import type { Message, ToolCall, Turn, Write } from '@/lib/core/session'
import type { Table } from '@/lib/core/table'
import { Bytes, Floats, Ints } from './columns'

/**
 * Every bar of a session in columns, indexed by a bar number that never changes. A bar is a turn, a
 * call, a write that belongs to neither, or a message of a person.
 */
export const SUBJECTS = ['turn', 'call', 'write', 'message'] as const
export type SubjectKind = (typeof SUBJECTS)[number]
export const TURN = 0
export const CALL = 1
export const WRITE_EVENT = 2
export const MESSAGE = 3

/** What a bar shows: thinking and prose, a tool at work, an artifact being written, waiting for delegated work, a message. */
export const KINDS = ['text', 'tool', 'write', 'delegate', 'message'] as const
export type BarKind = (typeof KINDS)[number]
export const TEXT = 0
export const TOOL = 1
export const WRITE = 2
export const DELEGATE = 3
export const NOTE = 4

/** `open`: nothing says when it ended, and it cannot be running any more. */
export const STATES = ['done', 'running', 'failed', 'cancelled', 'open'] as const
export type BarState = (typeof STATES)[number]
export const DONE = 0
export const RUNNING = 1
export const FAILED = 2
export const CANCELLED = 3
export const OPEN = 4

export type Subject = Turn | ToolCall | Write | Message

/** Rows of columns that bars stand for; `writes` are row numbers. */
export interface Base {
  turns: Table<TurnId, Turn>
  calls: Table<CallId, ToolCall>
  writeTable: Table<EventId, Write>
  writes: Int32Array
}

const MANY = 4096
const NEARLY_FULL = 0.9

export class Bars {
  count = 0
  /** Epoch ms. */
  readonly start = new Floats(256)
  /** Epoch ms, at least `start`; Infinity while it runs. */
  readonly end = new Floats(256)
  /**
   * Until when it is drawn, and no other bar of its sub-row is: its end, except for a turn whose own
   * calls cover the rest of it (a model that streams a call's arguments is in the turn and the call at
   * once). Those calls then stand after it, not under it.
   */
  readonly until = new Floats(256)
  /** Number of the lane in `Rows.lanesByNumber`; -1 when the bar was absorbed by another. */
  readonly lane = new Ints(256)
  /** Sub-row in the lane. */
  readonly row = new Ints(256)
  readonly subjectKind = new Bytes(256)
  readonly kind = new Bytes(256)
  readonly state = new Bytes(256)
  /** Output tokens; NaN where not known. */
  readonly tokens = new Floats(256)
  /** Share of the work that a master destroyed, 0 to 1; -1 where nothing hit it. */
  readonly destroyed = new Floats(256)
  /** 1 where the bar itself destroyed delegated work, 2 where it took part in a milder intervention. */
  readonly acted = new Bytes(256)
  /** Of a turn: its first call's bar; of a call: the next one of the same turn; -1 for none. */
  readonly call = new Ints(256)
  /** Of a call: its turn's bar; -1 without one. */
  readonly turn = new Ints(256)
  /** 1 while the bar waits to be settled. */
  readonly queued = new Bytes(256)
  /** Why a filter does not show it, as in `sift.ts`; 0 where it does. */
  readonly out = new Bytes(256)
  /** Number of the task that the bar is part of, in `Rows.taskNumber`; -1 without one. */
  readonly task = new Ints(256)
  /** Made when first asked for, forgotten when the subject changes. */
  readonly labels = new Map<number, string>()
  private base: Base | undefined
  /** Of the bars after the base's. */
  private readonly subjects: Subject[] = []

  /** Makes room at once for so many more. */
  reserve(count: number): void {
    for (const column of this.columns) column.reserve(count)
  }

  /**
   * Enlarges one column that is nearly full; to be called now and then while bars come. All are full at the
   * same moment, and of a long session enlarging them together would be felt.
   */
  makeRoom(): void {
    for (const column of this.columns)
      if (column.length > MANY && column.length > column.data.length * NEARLY_FULL) {
        column.reserve(column.length >> 1)
        return
      }
  }

  private get columns(): readonly (Floats | Ints | Bytes)[] {
    return [
      ...[this.start, this.end, this.until, this.tokens, this.destroyed],
      ...[this.lane, this.row, this.subjectKind, this.kind, this.state, this.acted, this.call, this.turn, this.queued, this.out, this.task],
    ]
  }

  add(subjectKind: number, subject: Subject): number {
    const bar = this.count++
    this.start.push(0)
    this.end.push(0)
    this.until.push(0)
    this.lane.push(-1)
    this.row.push(0)
    this.subjectKind.push(subjectKind)
    this.kind.push(TEXT)
    this.state.push(DONE)
    this.tokens.push(Number.NaN)
    this.destroyed.push(-1)
    this.acted.push(0)
    this.call.push(-1)
    this.turn.push(-1)
    this.queued.push(0)
    this.out.push(0)
    this.task.push(-1)
    this.subjects.push(subject)
    return bar
  }

  /** The first bars stand for rows of columns: turns, then calls, then the writes that are neither's, whose subjects are made when somebody asks. */
  begin(base: Base): void {
    if (this.count > 0) throw new Error(`${this.count} bars have numbers that the columns begin with`)
    this.base = base
    this.count = base.turns.rows + base.calls.rows + base.writes.length
    for (const column of [this.start, this.end, this.until, this.lane, this.row, this.subjectKind, this.kind, this.state, this.queued, this.out])
      column.fill(this.count, 0)
    for (const column of [this.destroyed, this.call, this.turn, this.task]) column.fill(this.count, -1)
    this.tokens.fill(this.count, Number.NaN)
    this.acted.fill(this.count, 0)
  }

  /** Whether the first bars lie in columns: turns by their row, then calls. */
  get hasColumns(): boolean {
    return this.base !== undefined
  }

  subject(bar: number): Subject | undefined {
    const { base } = this
    if (!base) return this.subjects[bar]
    const call = bar - base.turns.rows
    if (call < 0) return base.turns.peek(bar)
    const write = call - base.calls.rows
    if (write < 0) return base.calls.peek(call)
    const row = base.writes[write]
    return row === undefined ? this.subjects[write - base.writes.length] : base.writeTable.peek(row)
  }

  /** A subject that is another object than before. */
  replace(bar: number, subject: Subject): void {
    const { base } = this
    const index = base ? bar - base.turns.rows - base.calls.rows - base.writes.length : bar
    if (index >= 0) this.subjects[index] = subject
  }

  private idOf(bar: number): string {
    const { base } = this
    const call = base ? bar - base.turns.rows : 0
    if (base && call < 0) return base.turns.idAt(bar)
    if (base && call < base.calls.rows) return base.calls.idAt(call)
    return this.subject(bar)?.id ?? ''
  }

  /** The order within a lane: by start, then turns before what they called, then by name. */
  compare(a: number, b: number): number {
    const byStart = this.start.at(a) - this.start.at(b)
    if (byStart !== 0) return byStart
    const byKind = this.subjectKind.at(a) - this.subjectKind.at(b)
    if (byKind !== 0) return byKind
    const x = this.idOf(a)
    const y = this.idOf(b)
    return x < y ? -1 : x > y ? 1 : 0
  }
}

/**
 * The first index in `order` (bar numbers in `compare`'s order), from `from` on, whose bar starts at or
 * after `time`. O(log n).
 */
export function firstFrom(bars: Bars, order: Ints, time: number, from = 0): number {
  let low = from
  let high = order.length
  const { data } = order
  const start = bars.start.data
  while (low < high) {
    const middle = (low + high) >> 1
    if ((start[data[middle] as number] as number) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** In a sub-row, whose bars follow one another: the first index whose bar is drawn beyond `time`. O(log n). */
export function firstEndingAfter(bars: Bars, row: Ints, time: number): number {
  let low = 0
  let high = row.length
  const { data } = row
  const until = bars.until.data
  while (low < high) {
    const middle = (low + high) >> 1
    if ((until[data[middle] as number] as number) <= time) low = middle + 1
    else high = middle
  }
  return low
}
