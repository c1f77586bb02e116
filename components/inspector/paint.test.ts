import { expect, test } from 'vitest'
import { paint } from './paint'
import { syntaxOf } from './syntax'

test('pieces are the line again, whatever lies over it', () => {
  const text = 'const total = left + "right" // sum'
  const spans = [
    { text: text.slice(0, 9), changed: false },
    { text: text.slice(9, 20), changed: true },
    { text: text.slice(20), changed: false },
  ]
  const pieces = paint(
    spans,
    [
      { from: 6, to: 11 },
      { from: 14, to: 18 },
    ],
    syntaxOf([text], 'a.ts')[0],
  )
  expect(pieces.map((piece) => piece.text).join('')).toBe(text)
  expect(
    pieces
      .filter(({ kept }) => kept)
      .map((piece) => piece.text)
      .join(''),
  ).toBe('totalleft')
  expect(
    pieces
      .filter(({ syntax }) => syntax === 'comment')
      .map((piece) => piece.text)
      .join(''),
  ).toBe('// sum')
  expect(
    pieces
      .filter(({ changed }) => changed)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text.slice(9, 20))
  expect(paint([{ text: '', changed: false }])).toEqual([])
})

test('what it is as code, also over several lines', () => {
  const kinds = (lines: string[], path: string) =>
    syntaxOf(lines, path).map((line, at) => line.map(({ from, to, kind }) => `${kind} ${(lines[at] as string).slice(from, to)}`))
  expect(kinds(['/* one', 'two */ return 42'], 'a.ts')).toEqual([['comment /* one'], ['comment two */', 'keyword return', 'number 42']])
  expect(kinds(['x = """a', 'b""" # c'], 'a.py')).toEqual([['string """a'], ['string b"""', 'comment # c']])
  expect(kinds(["SELECT 'it' -- all"], 'a.sql')).toEqual([['keyword SELECT', "string 'it'", 'comment -- all']])
  expect(kinds(['Return it to me, 3 times.'], 'a.md')).toEqual([[]])
  // what counts as work looks like work; a remark beside it does not
  expect(kinds(['# PORT=80', '# the port'], '.env')).toEqual([['number 80'], ['comment # the port']])
  expect(kinds(['# PORT=80'], 'a.sh')).toEqual([['comment # PORT=80']])
  expect(kinds(['let s = "a \\" b"; // ok'], 'a.rs')).toEqual([['keyword let', 'string "a \\" b"', 'comment // ok']])
})
