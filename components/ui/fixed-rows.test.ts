import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scrollTopFor, windowOf } from './fixed-rows'

const ROW = 28
const sizes = fc.record({
  count: fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 5_000_000 })),
  height: fc.integer({ min: 100, max: 1200 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
})

test('what is in sight has its rows, a few dozen of them however many there are', () => {
  fc.assert(
    fc.property(sizes, ({ count, height, share }) => {
      const { total } = windowOf(count, ROW, 0, height)
      expect(total).toBeLessThanOrEqual(8_000_000)
      const scrollTop = Math.max(0, total - height) * share
      const { from, until, top } = windowOf(count, ROW, scrollTop, height)
      expect(until - from).toBeLessThanOrEqual(Math.ceil(height / ROW) + 26)
      // no gap above, none below
      if (from > 0) expect(top).toBeLessThanOrEqual(scrollTop + 1e-3)
      if (until < count) expect(top + (until - from) * ROW).toBeGreaterThanOrEqual(scrollTop + height - 1e-3)
    }),
  )
})

test('any row can be brought into sight, the last as well as the first', () => {
  fc.assert(
    fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), ({ count, height, share }, which) => {
      if (count === 0) return
      const index = Math.min(count - 1, Math.floor(count * which))
      const { total } = windowOf(count, ROW, 0, height)
      const scrollTop = scrollTopFor(index, count, ROW, Math.max(0, total - height) * share, height)
      const { from, top } = windowOf(count, ROW, scrollTop, height)
      const y = top + (index - from) * ROW - scrollTop
      expect(y).toBeGreaterThanOrEqual(-0.1)
      expect(y + ROW).toBeLessThanOrEqual(Math.max(height, ROW) + 0.1)
    }),
  )
})
