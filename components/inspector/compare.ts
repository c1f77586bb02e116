import { diffArrays } from 'diff'

/**
 * Two versions of a text, line beside line, with what changed inside a line marked by token.
 *
 *   left  no  spans            right no  spans           kind
 *   1     create table users   1     create table users  same
 *   2     id |uuid|            2     id |bigserial|      changed
 *   3     email citext         3     create index        strangers
 *                              4     password text       added
 *
 * `strangers` only stand beside each other; nothing says that one became the other.
 */
export type CompareRow =
  | { kind: 'same' | 'changed' | 'strangers'; left: Line; right: Line }
  | { kind: 'removed'; left: Line; right?: undefined }
  | { kind: 'added'; left?: undefined; right: Line }

export interface Line {
  /** From 1. */
  no: number
  spans: Span[]
}

export interface Span {
  text: string
  changed: boolean
}

/** Longer lines are compared as a whole: a minified file has one line of a megabyte. */
const LONGEST_LINE = 2000
const GIVE_UP_AFTER_MS = 400

/** Undefined when the texts are too different or too long to compare in time. */
export function compareTexts(before: string, after: string): CompareRow[] | undefined {
  const left = linesOf(before)
  const right = linesOf(after)
  const parts = diffArrays(left, right, { timeout: GIVE_UP_AFTER_MS })
  if (!parts) return undefined
  const rows: CompareRow[] = []
  let l = 0
  let r = 0
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]
    if (!part) continue
    if (!part.added && !part.removed) {
      for (const text of part.value) rows.push({ kind: 'same', left: whole(++l, text, false), right: whole(++r, text, false) })
      continue
    }
    const next = parts[i + 1]
    const paired = part.removed && next?.added
    const removed = part.removed ? part.value : []
    const added = part.removed ? (paired ? next.value : []) : part.value
    if (paired) i++
    for (const pair of align(removed, added)) {
      if (pair.left !== undefined && pair.right !== undefined) {
        const [a, b] = compareLines(pair.left, pair.right)
        rows.push({ kind: 'changed', left: { no: ++l, spans: a }, right: { no: ++r, spans: b } })
      } else if (pair.left !== undefined) rows.push({ kind: 'removed', left: whole(++l, pair.left, true) })
      else if (pair.right !== undefined) rows.push({ kind: 'added', right: whole(++r, pair.right, true) })
    }
  }
  return beside(rows)
}

/** What is gone and what came stand at the same height, however many lines each has. */
function beside(rows: CompareRow[]): CompareRow[] {
  const done: CompareRow[] = []
  for (let i = 0; i < rows.length; ) {
    const gone: Line[] = []
    const came: Line[] = []
    let row = rows[i]
    while (row?.kind === 'removed' || row?.kind === 'added') {
      if (row.kind === 'removed') gone.push(row.left)
      else came.push(row.right)
      row = rows[++i]
    }
    for (let k = 0; k < Math.max(gone.length, came.length); k++) {
      const left = gone[k]
      const right = came[k]
      if (left && right) done.push({ kind: 'strangers', left, right })
      else if (left) done.push({ kind: 'removed', left })
      else if (right) done.push({ kind: 'added', right })
    }
    if (row) {
      done.push(row)
      i++
    }
  }
  return done
}

export function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function whole(no: number, text: string, changed: boolean): Line {
  return { no, spans: [{ text, changed }] }
}

interface Pair {
  left?: string
  right?: string
}

/** More pairs than this are not weighed against one another; they stand side by side in their order. */
const MOST_TO_WEIGH = 3600

/**
 * Which removed line became which added one: the pairing in order that shares the most words, and
 * nothing is paired that shares hardly any.
 */
function align(removed: string[], added: string[]): Pair[] {
  const m = removed.length
  const n = added.length
  if (m === 0 || n === 0 || m * n > MOST_TO_WEIGH) {
    const inOrder = Array.from({ length: Math.max(m, n) }, (_, i): Pair => ({ left: removed[i], right: added[i] }))
    return inOrder.flatMap(({ left, right }): Pair[] =>
      left !== undefined && right !== undefined && likeness(left, right) < LIKE ? [{ left }, { right }] : [{ left, right }],
    )
  }
  const width = n + 1
  const best = new Float64Array((m + 1) * width)
  const like = new Float64Array(m * n)
  for (let i = m - 1; i >= 0; i--) {
    for (let j = n - 1; j >= 0; j--) {
      const likes = likeness(removed[i] as string, added[j] as string)
      like[i * n + j] = likes
      const pair = likes >= LIKE ? likes + (best[(i + 1) * width + j + 1] as number) : 0
      best[i * width + j] = Math.max(pair, best[(i + 1) * width + j] as number, best[i * width + j + 1] as number)
    }
  }
  const pairs: Pair[] = []
  let i = 0
  let j = 0
  while (i < m && j < n) {
    const likes = like[i * n + j] as number
    if (likes >= LIKE && best[i * width + j] === likes + (best[(i + 1) * width + j + 1] as number)) pairs.push({ left: removed[i++], right: added[j++] })
    else if (best[i * width + j] === best[(i + 1) * width + j]) pairs.push({ left: removed[i++] })
    else pairs.push({ right: added[j++] })
  }
  while (i < m) pairs.push({ left: removed[i++] })
  while (j < n) pairs.push({ right: added[j++] })
  return pairs
}

/** Below this share of common words two lines are strangers. */
const LIKE = 0.35

function likeness(a: string, b: string): number {
  if (a === b) return 1
  if (a.length > LONGEST_LINE || b.length > LONGEST_LINE) return 0
  const x = words(a)
  const y = words(b)
  if (x.length === 0 || y.length === 0) return 0
  const counts = new Map<string, number>()
  for (const word of x) counts.set(word, (counts.get(word) ?? 0) + 1)
  let common = 0
  for (const word of y) {
    const left = counts.get(word) ?? 0
    if (left > 0) {
      common++
      counts.set(word, left - 1)
    }
  }
  return (2 * common) / (x.length + y.length)
}

function words(line: string): string[] {
  return line.match(/[\p{L}\p{N}_]+/gu) ?? line.match(/\S/gu) ?? []
}

function tokens(line: string): string[] {
  return line.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? []
}

function compareLines(before: string, after: string): [Span[], Span[]] {
  const parts = before.length > LONGEST_LINE || after.length > LONGEST_LINE ? undefined : diffArrays(tokens(before), tokens(after), { timeout: 50 })
  if (!parts) return [[{ text: before, changed: true }], [{ text: after, changed: true }]]
  const left: Span[] = []
  const right: Span[] = []
  for (const { value, added, removed } of parts) {
    const text = value.join('')
    if (!added) left.push({ text, changed: removed })
    if (!removed) right.push({ text, changed: added })
  }
  return [left, right]
}

/** The same for one column: strangers one block after the other. */
export function stacked(rows: CompareRow[]): CompareRow[] {
  const done: CompareRow[] = []
  let came: CompareRow[] = []
  for (const row of rows) {
    if (row.kind === 'same' || row.kind === 'changed') {
      done.push(...came, row)
      came = []
    } else {
      if (row.left) done.push({ kind: 'removed', left: row.left })
      if (row.right) came.push({ kind: 'added', right: row.right })
    }
  }
  return [...done, ...came]
}

/** Long stretches where nothing changed, folded to a row that says how many lines it hides. */
export type FoldedRow = CompareRow | { kind: 'fold'; id: number; rows: CompareRow[] }

export function foldSame(rows: CompareRow[], context = 3): FoldedRow[] {
  const folded: FoldedRow[] = []
  for (let i = 0; i < rows.length; ) {
    let j = i
    while (j < rows.length && rows[j]?.kind === 'same') j++
    const from = i === 0 ? 0 : i + context
    const to = j === rows.length ? j : j - context
    if (j > i && to - from > 3) {
      folded.push(...rows.slice(i, from), { kind: 'fold', id: from, rows: rows.slice(from, to) }, ...rows.slice(to, j))
      i = j
    } else {
      folded.push(...rows.slice(i, Math.max(j, i + 1)))
      i = Math.max(j, i + 1)
    }
  }
  return folded
}
