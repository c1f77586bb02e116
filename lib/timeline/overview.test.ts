import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { Activity } from './activity'
import { newOverview, sumStrip } from './overview'
import { Rows } from './rows'
import { Scale, wallClock } from './scale'

const { state, interventions } = sketch(`
  0s  lead   delegates t1 to coder: src/a.ts
  0s  lead   delegates t2 to tester: src/a.test.ts
  1s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
  3s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
  4s  lead   cancels t2
`)
// 50 ms a pixel
const scale = new Scale(wallClock(0))
scale.set(0, 5_000)
scale.width = 100
const rows = new Rows(state, new Map(interventions.map((finding) => [finding.id, finding])))

test('the strip has a mark for each loud intervention that the filter shows', () => {
  expect(interventions.map(({ kind }) => kind)).toEqual(['overwrite', 'interrupt'])
  // a strip is measured here, not painted
  const strip = newOverview({} as CanvasRenderingContext2D, scale)
  strip.width = 100
  const marked = (...hidden: ('overwrite' | 'interrupt' | 'accept')[]) => {
    sumStrip(strip, new Activity(rows, scale), rows, 4000, new Set(hidden))
    return strip.marked
  }
  expect(marked()).toBe(2)
  expect(marked('accept')).toBe(2)
  expect(marked('overwrite')).toBe(1)
  expect(marked('overwrite', 'interrupt')).toBe(0)
})

test('hits of a search are counted where they are, and at the edge where they are beyond it', () => {
  const strip = newOverview({} as CanvasRenderingContext2D, scale)
  strip.width = 100
  strip.found = [0, 10, 20, 2_500, 99_999]
  sumStrip(strip, new Activity(rows, scale), rows, 4000, new Set())
  expect([strip.hits[0], strip.hits[12], strip.hits.at(-1), strip.mostHits]).toEqual([3, 1, 1, 3])
})
