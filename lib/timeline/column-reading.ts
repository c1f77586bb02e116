import { type Column, Names, Numbers, References } from '@/lib/core/columns'

/** A reference to nothing; less for one to what is not there. */
export const NONE = -1

/** NaN where nothing is known. */
export function numbers(column: Column | undefined): (row: number) => number {
  if (!column) return () => Number.NaN
  if (column instanceof Numbers) {
    const { values } = column
    return (row) => values[row] as number
  }
  return (row) => (column.at(row) as number | undefined) ?? Number.NaN
}

/** The same as an array, not to be changed: where all rows are gone through, each call of a reader would make an object of its number. */
export function floats(column: Column | undefined, rows: number): Float64Array {
  if (column instanceof Numbers) return column.values
  return Float64Array.from({ length: rows }, (_, row) => (column?.at(row) as number | undefined) ?? Number.NaN)
}

/** The row that is referred to; -1 for none, less for one that is not there. */
export function references(column: Column | undefined): (row: number) => number {
  if (!column) return () => NONE
  if (column instanceof References) {
    const { rows } = column
    return (row) => rows[row] as number
  }
  return (row) => (column.at(row) === undefined ? NONE : NONE - 1)
}

/** By name once, by number from then on. */
export function coded<T>(column: Column | undefined, of: (name: string | undefined) => T): (row: number) => T {
  if (!(column instanceof Names)) return (row) => of(column?.at(row) as string | undefined)
  const { codes, names } = column
  // from -1 on, for nothing
  const known = new Array<T | undefined>(names.length + 1)
  return (row) => {
    const code = codes[row] as number
    let value = known[code + 1]
    if (value === undefined) {
      value = of(names[code])
      known[code + 1] = value
    }
    return value
  }
}
