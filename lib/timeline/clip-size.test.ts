import { expect, test } from 'vitest'
import { filmRatio, heightOfAll, holdsAll, pictureHeight } from './clip-size'

const lanes = (height: number) => ({ layout: { top: new Float64Array(0), height, barHeight: 18 }, height: 300 })

test('a clip of what is in view ends with the last lane, or where the picture does', () => {
  expect(pictureHeight(lanes(100))).toBe(136)
  expect(pictureHeight(lanes(1_000))).toBe(300)
})

test('a clip of all lanes is smaller where they are many, and refused where they are too many', () => {
  expect(heightOfAll(lanes(1_000))).toBe(1_036)
  expect(filmRatio(500, 2)).toBe(2)
  expect(filmRatio(2_880, 1)).toBe(0.75)
  expect(holdsAll(lanes(3_900))).toBe(true)
  expect(holdsAll(lanes(4_000))).toBe(false)
})
