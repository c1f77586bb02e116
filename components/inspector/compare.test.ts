import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CompareRow, compareTexts, foldSame, linesOf } from './compare'

function drawn(rows: CompareRow[] | undefined): string {
  if (!rows) return 'too much'
  const side = (line: CompareRow['left']) => (line ? `${line.no} ${line.spans.map(({ text, changed }) => (changed ? `[${text}]` : text)).join('')}` : '')
  return rows.map((row) => `${row.kind.padEnd(7)} | ${side(row.left).padEnd(24)} | ${side(row.right)}`.trimEnd()).join('\n')
}

describe('comparing two texts', () => {
  test('lines beside their successors, tokens marked', () => {
    const before = 'create table users (\n  id uuid primary key,\n  email citext unique\n'
    const after = 'create table users (\n  id bigserial primary key,\n  password text,\n  email varchar(255) unique\n);\n'
    expect(drawn(compareTexts(before, after))).toBe(
      [
        'same    | 1 create table users (   | 1 create table users (',
        'changed | 2   id [uuid] primary key, | 2   id [bigserial] primary key,',
        'added   |                          | 3 [  password text,]',
        'changed | 3   email [citext] unique | 4   email [varchar(255)] unique',
        'added   |                          | 5 [);]',
      ].join('\n'),
    )
  })

  test('strangers stand beside each other, whole, and nothing is said to have become the other', () => {
    expect(drawn(compareTexts('const total = 0\nlet n\n', 'import pino from "pino"\n'))).toBe(
      ['strangers | 1 [const total = 0]      | 1 [import pino from "pino"]', 'removed | 2 [let n]                |'].join('\n'),
    )
  })

  test('one side empty', () => {
    expect(drawn(compareTexts('', 'a\n'))).toBe('added   |                          | 1 [a]')
    expect(compareTexts('', '')).toEqual([])
  })

  test('a line of a megabyte does not hold up the page', () => {
    const started = performance.now()
    compareTexts(`${'a,b;'.repeat(250_000)}\nend`, `${'a,c;'.repeat(250_000)}\nend`)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('both sides read as they were, whatever they hold', () => {
    const line = fc.oneof(
      fc.constantFrom('', 'a b', 'a c', '  x = 1', '\t', '<b>&', 'é😀 z'),
      fc.string({ maxLength: 12 }).map((s) => s.replace(/[\r\n]/g, '')),
    )
    const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.map((l) => `${l}\n`).join(''))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const rows = compareTexts(before, after) ?? []
        const read = (side: 'left' | 'right') => rows.flatMap((row) => (row[side] ? [row[side].spans.map((span) => span.text).join('')] : []))
        expect(read('left')).toEqual(linesOf(before))
        expect(read('right')).toEqual(linesOf(after))
        expect(foldSame(rows).flatMap((row) => (row.kind === 'fold' ? row.rows : [row]))).toEqual(rows)
      }),
    )
  })
})

test('long unchanged stretches fold, with context around what changed', () => {
  const before = Array.from({ length: 30 }, (_, i) => `line ${i}`).join('\n')
  const folded = foldSame(compareTexts(before, before.replace('line 15', 'new words here')) ?? [])
  expect(folded.map((row) => (row.kind === 'fold' ? `… ${row.rows.length}` : row.kind))).toEqual([
    '… 12',
    'same',
    'same',
    'same',
    'strangers',
    'same',
    'same',
    'same',
    '… 11',
  ])
})
