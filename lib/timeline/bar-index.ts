import { type Column, References } from '@/lib/core/columns'
import type { TaskId } from '@/lib/core/ids'
import type { Write } from '@/lib/core/session'
import type { Table } from '@/lib/core/table'
import { NONE } from './column-reading'

/** Bars by the id of what they show: for rows of a table by row number, for what came later by name. */
export class BarIndex<K extends string> {
  private readonly added = new Map<K, number>()
  private base: { table: Pick<Table<K, unknown>, 'rowOf' | 'idAt'>; bars: Int32Array } | undefined
  private based = 0

  /** `bars`: by row, -1 where the row has none of its own. */
  begin(table: Pick<Table<K, unknown>, 'rowOf' | 'idAt'>, bars: Int32Array): void {
    this.base = { table, bars }
    this.based = bars.reduce((sum, bar) => sum + (bar >= 0 ? 1 : 0), 0)
  }

  get size(): number {
    return this.based + this.added.size
  }

  get(id: K): number | undefined {
    const added = this.added.get(id)
    if (added !== undefined || !this.base) return added
    const row = this.base.table.rowOf(id)
    const bar = row < 0 ? -1 : (this.base.bars[row] as number)
    return bar < 0 ? undefined : bar
  }

  /** Of a row of the table; no name is looked up. */
  ofRow(row: number): number | undefined {
    if (!this.base) return undefined
    const bar = this.base.bars[row] as number
    if (bar >= 0) return bar
    return this.added.size === 0 ? undefined : this.added.get(this.base.table.idAt(row))
  }

  /** Of what is in no row of the table. */
  ofAdded(id: K): number | undefined {
    return this.added.get(id)
  }

  set(id: K, bar: number): void {
    if (this.get(id) !== bar) this.added.set(id, bar)
  }

  delete(id: K): void {
    if (this.added.delete(id) || !this.base) return
    const row = this.base.table.rowOf(id)
    if (row < 0 || (this.base.bars[row] as number) < 0) return
    this.base.bars[row] = -1
    this.based--
  }
}

/** Bars of what a column refers to, undefined where there is none; `bars` are those of the table that it refers to. */
export function barsOf<K extends string>(column: Column | undefined, bars: BarIndex<K>): (row: number) => number | undefined {
  if (!(column instanceof References)) return (row) => (column ? bars.get(column.at(row) as K) : undefined)
  const { rows } = column
  return (row) => {
    const to = rows[row] as number
    return to >= 0 ? bars.ofRow(to) : to === NONE ? undefined : bars.ofAdded(column.at(row) as K)
  }
}

/** Writes by what they belong to: a call may write several artifacts. */
export class WritesOf<K extends string> {
  private readonly more = new Map<K, Write[]>()
  private base: { owners: Table<K, unknown>; writes: Table<string, Write>; first: Int32Array; next: Int32Array } | undefined

  /** `first`: by the owner's row its first write's row, `next`: by write the next one of the same owner, -1 for none, -2 for a write of no owner here. */
  begin(owners: Table<K, unknown>, writes: Table<string, Write>, first: Int32Array, next: Int32Array): void {
    this.base = { owners, writes, first, next }
  }

  has(id: K): boolean {
    if (this.more.has(id)) return true
    if (!this.base) return false
    const row = this.base.owners.rowOf(id)
    return row >= 0 && (this.base.first[row] as number) >= 0
  }

  get(id: K): Write[] | undefined {
    const more = this.more.get(id)
    const { base } = this
    const owner = base ? base.owners.rowOf(id) : -1
    if (!base || owner < 0 || (base.first[owner] as number) < 0) return more
    const all: Write[] = []
    for (let row = base.first[owner] as number; row >= 0; row = base.next[row] as number) all.push(base.writes.peek(row))
    return more ? [...all, ...more] : all
  }

  add(id: K, write: Write): void {
    const { base } = this
    const row = base ? base.writes.rowOf(write.id) : -1
    if (base && row >= 0 && (base.next[row] as number) !== -2) return
    const list = this.more.get(id)
    if (!list) this.more.set(id, [write])
    else if (!list.includes(write)) list.push(write)
  }
}

/** Tasks by the call or turn that delegated them: those in columns by row, what came later by name. */
export class TasksOf<K extends string> {
  private readonly more = new Map<K, TaskId[]>()
  private base: { owners: Table<K, unknown>; tasks: Table<TaskId, unknown>; first: Int32Array; next: Int32Array } | undefined

  /** As in `WritesOf`. */
  begin(owners: Table<K, unknown>, tasks: Table<TaskId, unknown>, first: Int32Array, next: Int32Array): void {
    this.base = { owners, tasks, first, next }
  }

  /** Whether the owner in this row has any that are known by its row. */
  hasRow(row: number): boolean {
    return this.base !== undefined && (this.base.first[row] as number) >= 0
  }

  /** Owners that are known by name. */
  get named(): Iterable<K> {
    return this.more.keys()
  }

  get(id: K): TaskId[] | undefined {
    const more = this.more.get(id)
    const { base } = this
    const owner = base ? base.owners.rowOf(id) : -1
    if (!base || owner < 0 || (base.first[owner] as number) < 0) return more
    const all: TaskId[] = []
    for (let row = base.first[owner] as number; row >= 0; row = base.next[row] as number) all.push(base.tasks.idAt(row))
    return more ? [...all, ...more] : all
  }

  add(id: K, task: TaskId): void {
    const { base } = this
    const row = base ? base.tasks.rowOf(task) : -1
    if (base && row >= 0 && (base.next[row] as number) !== -2) return
    const list = this.more.get(id)
    if (!list) this.more.set(id, [task])
    else if (!list.includes(task)) list.push(task)
  }
}
