import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countBelow, countUpTo } from './sorted'

test('counts below and up to are those of walking over everything', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (unsorted, x) => {
      const values = Float64Array.from(unsorted).sort()
      expect(countBelow(values, x)).toBe(unsorted.filter((value) => value < x).length)
      expect(countUpTo(values, x)).toBe(unsorted.filter((value) => value <= x).length)
    }),
  )
})
