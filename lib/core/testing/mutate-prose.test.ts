import { expect, test } from 'vitest'
import { Random } from './fuzz-random'
import { rewordEvery, rewordSentences } from './mutate-prose'

const text = Array.from({ length: 12 }, (_, n) => `Sentence ${n} tells a little of what the service does with a file that comes in.`).join(' ')
const work = { text, path: 'work.md' }
const donor = 'Quite other words, lent by some donor: alpha1 bravo2 charlie3 delta4 echo5 foxtrot6 golf7 hotel8 india9 juliet10 kilo11 lima12 mike13 november14'
const wordsOf = (prose: string) => prose.match(/\S+/g) ?? []

test('every nth word is another, and only those', () => {
  const changed = rewordEvery(5)(work, donor, new Random(3)) ?? ''
  const [old, fresh] = [wordsOf(text), wordsOf(changed)]
  expect(fresh.length).toBe(old.length)
  const places = old.flatMap((word, k) => (word === fresh[k] ? [] : [k + 1]))
  expect(places.length).toBe(Math.floor(old.length / 5))
  expect(places.every((place) => place % 5 === 0)).toBe(true)
})

test('whole sentences are other words, up to the share or from it on', () => {
  const kept = (share: number) => {
    const changed = rewordSentences(share)(work, donor, new Random(3)) ?? ''
    const old = text.split(/(?<=\.)\s/)
    return changed.split(/(?<=\.)\s/).filter((sentence, k) => sentence === old[k]).length / old.length
  }
  expect(kept(0.17)).toBeGreaterThanOrEqual(0.83)
  expect(kept(0.67)).toBeLessThanOrEqual(0.34)
})

test('code has no sentences', () => {
  expect(rewordEvery(3)({ text, path: 'work.ts' }, donor, new Random(1))).toBeUndefined()
  expect(rewordSentences(0.5)({ text, path: 'work.ts' }, donor, new Random(1))).toBeUndefined()
})
