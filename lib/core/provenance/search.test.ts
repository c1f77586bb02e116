import { expect, test } from 'vitest'
import { Random } from '../testing/fuzz-random'
import { NO_TOKENS, OUTSIDE, type OwnedLine } from './owned-line'
import { joinLines } from './pieces'
import { findText, Search } from './search'
import { GOES_ON } from './tokens'

const lineOf = (text: string, gap = false): OwnedLine => ({
  text,
  entry: 'code',
  tokens: NO_TOKENS,
  owners: OUTSIDE,
  commentOwner: OUTSIDE,
  ...(gap ? { gap } : {}),
})

test('many lines are looked through block by block, and what is found is what a plain look finds', () => {
  const random = new Random(7)
  // few words, so that texts repeat and stand across the ends of blocks
  const text = () => Array.from({ length: random.below(4) }, () => 'abcd'[random.below(4)]).join(' ')
  const lines = Array.from({ length: 5000 }, (_, n) => lineOf(n % 700 === 3 ? '⋯' : `${text()} ${n % 37}`, n % 700 === 3))
  const search = Search.of(lines, lines.map((line) => line.text).join('\n'))
  if (!search) throw new Error('5,000 lines are many')
  for (let k = 0; k < 600; k++) {
    const at = random.below(lines.length - 40)
    const removed = random.below(k % 60 === 0 ? 1500 : 6)
    const fresh = Array.from({ length: random.below(k % 45 === 0 ? 1600 : 6) }, () => lineOf(`${text()} ${random.below(37)}`))
    const gone = Math.min(removed, lines.length - at)
    lines.splice(at, gone, ...fresh)
    search.changed(at, gone, fresh.length)
    const from = random.below(lines.length)
    const count = 1 + random.below(k % 20 === 0 ? 700 : 4)
    const wanted = lines
      .slice(random.below(lines.length - 800))
      .slice(0, count)
      .map((line) => line.text)
    wanted[0] = (wanted[0] as string).slice(random.below(3))
    expect(search.find(lines, wanted, from), `look ${k}`).toEqual(findText(lines, wanted, from))
    expect(search.copy().find(lines, ['nowhere'], 0)).toBeUndefined()
  }
})

test('few lines need no blocks', () => {
  expect(Search.of([lineOf('a')])).toBeUndefined()
})

test('pieces of very long lines are looked through as the text that they are', () => {
  const random = new Random(11)
  const text = () => Array.from({ length: 1 + random.below(5) }, () => 'abc;'[random.below(4)]).join('')
  let lines = Array.from({ length: 900 }, () => lineOf(`${text()}${random.below(7) === 0 ? '' : GOES_ON}`))
  const search = Search.ofPieces(lines)
  for (let k = 0; k < 800; k++) {
    const at = random.below(lines.length - 10)
    const gone = random.below(k % 50 === 0 ? 200 : 4)
    const fresh = Array.from({ length: random.below(k % 40 === 0 ? 260 : 4) }, () => lineOf(`${text()}${random.below(7) === 0 ? '' : GOES_ON}`))
    const removed = Math.min(gone, lines.length - at)
    lines = [...lines.slice(0, at), ...fresh, ...lines.slice(at + removed)]
    search.changed(at, removed, fresh.length)
    const whole = joinLines(lines.map((line) => line.text))
    const from = random.below(whole.length - 400)
    for (const wanted of [whole.slice(from, from + 1 + random.below(k % 10 === 0 ? 390 : 12)), 'c;c;c;c', 'a'])
      expect(search.offsetOf(lines, wanted), `look ${k}`).toBe(whole.indexOf(wanted))
  }
})
