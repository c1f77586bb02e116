import { expect, test } from 'vitest'
import { DETECTOR_PARAMETERS } from '../interventions'
import { keptTokens } from './kept'

const wordsOf = (text: string, lines: { from: number; to: number }[][]) =>
  text.split('\n').map((line, at) => (lines[at] ?? []).map(({ from, to }) => line.slice(from, to)).join(' '))
const SUM = 'export function sum(left, right) {\n  return left + right // both\n}'

test('what the rule counts as survived is marked in both texts, wherever it went', () => {
  const before = `${SUM}\nconst gone = one * two`
  const after = `const fresh = [3, 4, 5]\n${SUM}`
  const kept = keptTokens(before, after, 'a.ts', DETECTOR_PARAMETERS)
  expect(wordsOf(before, kept?.before ?? [])).toEqual(['export function sum left right', 'return left + right', '', ''])
  expect(wordsOf(after, kept?.after ?? [])).toEqual(['', 'export function sum left right', 'return left + right', ''])
})

test('another text keeps nothing, by chance or idiom', () => {
  const other = keptTokens(SUM, 'class Store { items = new Map() }', 'a.ts', DETECTOR_PARAMETERS)
  expect(other?.before.flat()).toEqual([])
  expect(other?.after.flat()).toEqual([])
})

test('strings, keywords of SQL in any case, and empty strings', () => {
  const sql = "CREATE TABLE users (id uuid, note text DEFAULT 'none at all')"
  expect(wordsOf(sql, keptTokens(sql, `${sql};`, 'a.sql', DETECTOR_PARAMETERS)?.before ?? [])[0]).toContain('CREATE TABLE users id uuid note text')
  expect(keptTokens('const a = ""', 'const a = ""', 'a.ts', DETECTOR_PARAMETERS)?.before[0]?.length).toBeGreaterThan(0)
  expect(keptTokens('x'.repeat(300_000), '', 'a.ts', DETECTOR_PARAMETERS)).toBeUndefined()
})
