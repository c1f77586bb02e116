import { expect, test } from 'vitest'
import { mentionedIn } from './comments'

const PEOPLE = [
  { id: '1', name: 'Ann' },
  { id: '2', name: 'Ann Lee' },
  { id: '3', name: 'Łukasz' },
]

test.each([
  ['@Ann, look', ['1']],
  ['@ann lee and @Ann', ['2', '1']],
  ['@Ann Lees', ['1']],
  ['@Anna', []],
  ['mail ann@Ann.example', []],
  ['(@łukasz)', ['3']],
  ['@@Ann', ['1']],
  ['@', []],
  ['no one', []],
])('%s', (body, ids) => {
  expect(mentionedIn(body, PEOPLE)).toEqual(ids)
})
