import { expect, test } from 'vitest'
import { fuzzArtifacts } from './fuzz'
import { type Held, survivors } from './fuzz-oracle'

// `npm run fuzz` does a million; FUZZ_SEED repeats one of these.
const seeds = process.env.FUZZ_SEED === undefined ? [1, 2, Date.now() % 1_000_000] : [Number(process.env.FUZZ_SEED)]

test.each(seeds)('every token has its true owner after any edits (seed %i)', (seed) => {
  expect(fuzzArtifacts({ edits: 2000, seed }).edits).toBe(2000)
})

const text = (drawing: string, owner = 1): Held[] => drawing.split(' ').map((symbol) => ({ symbol, owner, endsLine: false }))
const kept = (before: string, after: string) =>
  survivors(text(before), text(after), 2, 4)
    ?.after.filter((token) => token.owner === 1)
    .map((token) => token.symbol)
    .join(' ')

test('the oracle: runs of four in order, of eight anywhere', () => {
  expect(kept('a b c d e f', 'a b c x y d e f')).toBe('')
  expect(kept('a b c d e f', 'x a b c d y')).toBe('a b c d')
  expect(kept('a b c d e f g h i j k l', 'i j k l a b c d e f g h')).toBe('a b c d e f g h')
  expect(kept('a b c d e f g h i j k l m n o p', 'i j k l m n o p a b c d e f g h')).toBeUndefined()
  expect(kept('a b c d e f g h i j k l m n o p q', 'i j k l m n o p q a b c d e f g h')).toBe('i j k l m n o p q a b c d e f g h')
  expect(kept('a b', 'x a b y')).toBe('a b')
})
