import { A_FEW, atOnce, type Slices } from './slices'
import { type Table, tableOf } from './table'

export interface Tallying<V, F extends keyof V & string, S> {
  /** All that `add` reads. */
  fields: readonly F[]
  empty(): S
  copy(sum: S): S
  /** Adds an entry to the sum, or takes it back again (-1). */
  add(sum: S, entry: Pick<V, F>, times: 1 | -1): void
}

/**
 * A sum over all entries of a map, asked for again and again while the map grows. What lies in columns
 * is summed once, without an object for each row; from then on a sum costs what has changed or been
 * added since. `of(map)` is the sum that adding every entry of the map would give.
 */
export class Tally<V, F extends keyof V & string, S> {
  private readonly bases = new WeakMap<object, S>()

  constructor(private readonly tallying: Tallying<V, F, S>) {}

  of(map: ReadonlyMap<string, V>): S {
    const { empty, copy, add } = this.tallying
    const table = tableOf(map)
    if (!table) {
      const sum = empty()
      for (const entry of map.values()) add(sum, entry, 1)
      return sum
    }
    const sum = copy(this.baseOf(table))
    const read = table.reading(this.tallying.fields)
    for (const [row, entry] of table.changedRows) {
      add(sum, read(row), -1)
      add(sum, entry, 1)
    }
    for (const row of table.goneRows) add(sum, read(row), -1)
    for (const entry of table.added) add(sum, entry, 1)
    return sum
  }

  /** Sums what lies in columns, for whoever must not be away for long; `of` is quick from then on. */
  *sumUp(map: ReadonlyMap<string, V>): Slices<void> {
    const table = tableOf(map)
    if (!table || this.bases.has(table)) return
    const base = this.tallying.empty()
    const read = table.reading(this.tallying.fields)
    for (let row = 0; row < table.rows; row++) {
      this.tallying.add(base, read(row), 1)
      if (row % A_FEW === 0) yield
    }
    this.bases.set(table, base)
  }

  private baseOf(table: Table<string, V>): S {
    atOnce(this.sumUp(table))
    return this.bases.get(table) as S
  }
}

/** How many entries there are of each key; none under `undefined`. */
export function countsBy<V, F extends keyof V & string>(
  fields: readonly F[],
  key: (entry: Pick<V, F>) => string | undefined,
): Tally<V, F, Map<string, number>> {
  return new Tally<V, F, Map<string, number>>({
    fields,
    empty: () => new Map(),
    copy: (sum) => new Map(sum),
    add(sum, entry, times) {
      const name = key(entry)
      if (name === undefined) return
      const count = (sum.get(name) ?? 0) + times
      if (count === 0) sum.delete(name)
      else sum.set(name, count)
    },
  })
}
