import type { ColumnSet } from './columns'
import type { Intervention } from './interventions'
import { Table } from './table'

/**
 * Findings over columns, by id. Unlike facts they may be withdrawn. An object that was made of a row is
 * kept, for lists ask for the same ones again and again and nobody changes them.
 */
export class FindingTable extends Table<string, Intervention> {
  private readonly gone = new Set<number>()

  constructor(columns: ColumnSet, readers: (columns: ColumnSet) => (row: number) => Intervention) {
    super(columns, readers)
    this.held = new Array(this.rows)
  }

  override extended(): void {
    super.extended()
    this.held = new Array(this.rows)
  }

  override isThere(row: number): boolean {
    return this.gone.size === 0 || !this.gone.has(row)
  }

  override get goneRows(): Iterable<number> {
    return this.gone
  }

  /** What came in the place of a row's columns. */
  ownAt(row: number): Intervention | undefined {
    return this.own.get(row)
  }

  override rowOf(id: string): number {
    const row = super.rowOf(id)
    return this.isThere(row) ? row : -1
  }

  override get(id: string): Intervention | undefined {
    return this.look(id)
  }

  override get size(): number {
    // the constructor of Map asks before there is anything
    return super.size - (this.gone?.size ?? 0)
  }

  override delete(id: string): boolean {
    const row = this.rowOf(id)
    if (row < 0) return super.delete(id)
    this.gone.add(row)
    this.own.delete(row)
    return true
  }
}
