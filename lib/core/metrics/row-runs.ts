import { grown } from './task-columns'

type Columns = Record<string, Float64Array | Uint8Array>

/** For each row of a table a run of entries in columns of their own: as many as it has, side by side. */
export class RowRuns<T extends Columns> {
  columns: T
  /** First entry of each row, and how many. */
  from = new Int32Array(0)
  count = new Uint16Array(0)
  private used = 0

  constructor(private readonly make: (n: number) => T) {
    this.columns = make(0)
  }

  growRows(rows: number): void {
    this.from = grown(this.from, new Int32Array(rows))
    this.count = grown(this.count, new Uint16Array(rows))
  }

  /** In place of what the row had: the first of so many places. `rows`: in use. */
  put(row: number, count: number, rows: number): number {
    this.count[row] = 0
    if (this.used + count > this.capacity) this.makeRoom(count, rows)
    this.from[row] = this.used
    this.count[row] = count
    this.used += count
    return this.used - count
  }

  clear(row: number): void {
    this.count[row] = 0
  }

  private get capacity(): number {
    for (const name in this.columns) return this.columns[name]?.length ?? 0
    return 0
  }

  /** Rows that were put anew left their old entries behind: moves what is in use together, else makes the columns longer. */
  private makeRoom(count: number, rows: number): void {
    let inUse = count
    for (let row = 0; row < rows; row++) inUse += this.count[row] as number
    const old = this.columns
    if (inUse * 2 >= this.used) {
      this.columns = this.make(Math.max(16, this.used * 2, this.used + count))
      for (const name in old) this.columns[name]?.set(old[name] as Float64Array)
      return
    }
    this.columns = this.make(this.capacity)
    let at = 0
    for (let row = 0; row < rows; row++) {
      const from = this.from[row] as number
      const own = this.count[row] as number
      this.from[row] = at
      for (const name in old) this.columns[name]?.set((old[name] as Float64Array).subarray(from, from + own), at)
      at += own
    }
    this.used = at
  }
}
