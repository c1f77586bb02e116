import { expect, test } from 'vitest'
import { DETECTOR_PARAMETERS } from '../interventions'
import { sketch } from '../testing/sketch'
import { compareReadings } from './compare-readings'
import { detectAll, inlineText } from './detector'

const { events } = sketch(`
  0s  lead   delegates t1 to coder: src/a.ts
  2s  coder  writes src/a.ts "export function sum(left, right) { const total = left + right; return total * 1 } export const unused = 'nothing of note'"
  4s  lead   writes src/a.ts "export function sum(left, right) { const total = left + right; return total * 1 } export const other = [1, 2, 3].map(String)"
`)
const reading = (overwriteBelow: number) => detectAll(events, inlineText, { ...DETECTOR_PARAMETERS, overwriteBelow, minDestroyed: 2 })

test('a stricter threshold calls the same change something else; nothing is gained or lost', () => {
  const { changed, gained, lost } = compareReadings(reading(0.3), reading(0.95))
  expect(changed.map(({ before, after }) => [before.kind, after.kind])).toEqual([['revise', 'overwrite']])
  expect(gained.map(({ kind }) => kind)).toEqual([])
  expect(lost.map(({ kind }) => kind)).toEqual([])
})

test('a reading does not differ from itself', () => {
  expect(compareReadings(reading(0.7), reading(0.7))).toEqual({ gained: [], lost: [], changed: [] })
  const all = reading(0.7)
  expect(compareReadings([], all).gained).toEqual(all)
  expect(compareReadings(all, []).lost).toHaveLength(all.length)
})
