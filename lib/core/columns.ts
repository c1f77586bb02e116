import { type Content, isContentRef } from './content'

/**
 * Rows as columns, for a text that is small and read fast.
 *
 *   rows     { agentId: 'a', startedAt: 1000 }, { agentId: 'a', startedAt: 1020 }
 *   columns  agentId: names ['a'], [0, 0]       startedAt: steps [1000, 20]
 */
export interface Columns {
  length: number
  columns: Record<string, Column>
}

/** In every column null stands for "not known". */
export type Column =
  | { as: 'plain'; values: unknown[] }
  /** Whole numbers as differences from the one before: times grow slowly. */
  | { as: 'steps'; values: (number | null)[] }
  /** Few different strings, many times. */
  | { as: 'names'; names: string[]; values: (number | null)[] }
  /** Content: inline text as it is, references by number. */
  | { as: 'content'; values: (string | number | null)[]; hashes: string[]; chars: number[]; previews: string[] }

export function toColumns<T extends object>(rows: readonly T[]): Columns {
  const fields = new Map<string, unknown[]>()
  rows.forEach((row, index) => {
    for (const field in row) {
      const value = row[field]
      if (value === undefined) continue
      let values = fields.get(field)
      if (!values) {
        values = new Array(rows.length).fill(null)
        fields.set(field, values)
      }
      values[index] = value
    }
  })
  const columns: Record<string, Column> = {}
  for (const [field, values] of fields) columns[field] = toColumn(values)
  return { length: rows.length, columns }
}

function toColumn(values: unknown[]): Column {
  if (values.every((value) => value === null || Number.isSafeInteger(value))) {
    let before = 0
    const steps = (values as (number | null)[]).map((value) => {
      if (value === null) return null
      const step = value - before
      before = value
      return step
    })
    // a difference of two safe integers may itself be unsafe, and would not add up again
    if (steps.every((step) => step === null || Number.isSafeInteger(step))) return { as: 'steps', values: steps }
  }
  if (values.every((value) => value === null || typeof value === 'string')) {
    const places = new Map<string, number>()
    const indices = (values as (string | null)[]).map((value) => {
      if (value === null) return null
      const known = places.get(value)
      if (known !== undefined) return known
      places.set(value, places.size)
      return places.size - 1
    })
    if (places.size * 2 < values.length) return { as: 'names', names: [...places.keys()], values: indices }
  }
  if (values.some(isReference) && values.every((value) => value === null || typeof value === 'string' || isReference(value))) return contentColumn(values as (Content | null)[])
  return { as: 'plain', values }
}

function isReference(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'hash' in value && 'preview' in value
}

/** The same content may stand in many rows: once is enough. */
function contentColumn(values: (Content | null)[]): Column {
  const column: Extract<Column, { as: 'content' }> = { as: 'content', values: [], hashes: [], chars: [], previews: [] }
  const places = new Map<string, number>()
  for (const value of values) {
    if (value === null || !isContentRef(value)) {
      column.values.push(value)
      continue
    }
    let place = places.get(value.hash)
    if (place === undefined) {
      place = places.size
      places.set(value.hash, place)
      column.hashes.push(value.hash)
      column.chars.push(value.chars)
      column.previews.push(value.preview)
    }
    column.values.push(place)
  }
  return column
}

/**
 * Reads one column; what was not known is undefined. The caller builds its rows from whole columns:
 * adding fields one by one to 100,000 objects costs ten times as much as writing them down at once.
 */
export function readColumn({ length, columns }: Columns, field: string): (row: number) => unknown {
  const column = columns[field]
  if (!column) return () => undefined
  switch (column.as) {
    case 'plain':
      return (row) => column.values[row] ?? undefined
    case 'names':
      return (row) => {
        const name = column.values[row]
        return name === null || name === undefined ? undefined : column.names[name]
      }
    case 'steps': {
      const sums = new Array<number | undefined>(length)
      let sum = 0
      for (let i = 0; i < length; i++) {
        const step = column.values[i]
        if (step === null || step === undefined) continue
        sum += step
        sums[i] = sum
      }
      return (row) => sums[row]
    }
    case 'content': {
      const references = column.hashes.map((hash, k) => ({ hash, chars: column.chars[k] as number, preview: column.previews[k] as string }))
      return (row) => {
        const value = column.values[row]
        return value === null ? undefined : typeof value === 'number' ? references[value] : value
      }
    }
  }
}
