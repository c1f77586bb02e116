import { describe, expect, test } from 'vitest'
import { readUnits } from './units'

const complete = (text: string, path: string, partial: boolean) => readUnits(text, path, partial).map((unit) => unit.complete)

describe('units without a parser', () => {
  test('a row of a table is whole when the next has begun', () => {
    expect(complete('id,name\n1,Ada', 'people.csv', true)).toEqual([true, false])
    expect(complete('id,name\n1,Ada', 'people.csv', false)).toEqual([true, true])
  })

  test('a hunk of a diff is whole when the next has begun', () => {
    const hunk = (at: number) => `@@ -${at},2 +${at},2 @@\n-one two three\n+four five six\n seven\n`
    expect(complete(hunk(1) + hunk(9).trimEnd(), 'change.patch', true)).toEqual([true, false])
  })

  test('a paragraph is closed by a blank line, a list item by the next', () => {
    expect(complete('A paragraph of words\nover two lines.\n\nAnother that goes', 'notes.md', true)).toEqual([true, false])
    expect(complete('- one thing to do\n- another thing', 'notes.md', true)).toEqual([true, false])
  })

  test('a value of JSON is closed at depth one', () => {
    expect(complete('{\n  "a": {"b": 1},\n  "c": [1,', 'a.json', true)).toEqual([true, false])
  })
})
