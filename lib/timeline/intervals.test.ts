import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Intervals } from './intervals'

const time = fc.integer({ min: 0, max: 300 })
const step = fc.record({
  number: fc.nat({ max: 400 }),
  from: fc.oneof({ weight: 9, arbitrary: time }, { weight: 1, arbitrary: fc.constant(Number.POSITIVE_INFINITY) }),
  length: time,
})

test('what reaches into a window is found, in order, whatever was set before and in between', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 600 }), time, time, (steps, a, b) => {
      const intervals = new Intervals()
      const plain = new Map<number, { from: number; to: number }>()
      const [left, right] = [Math.min(a, b), Math.max(a, b)]
      const check = () => {
        const found: number[] = []
        const end = intervals.placeFrom(right)
        for (let place = intervals.nextEnding(0, left); place < end; place = intervals.nextEnding(place + 1, left)) found.push(intervals.at(place))
        const wanted = [...plain].filter(([, { from, to }]) => from < right && to >= left)
        expect(found.toSorted((x, y) => x - y)).toEqual(wanted.map(([number]) => number).sort((x, y) => x - y))
        const starts = found.map((number) => plain.get(number)?.from as number)
        expect(starts).toEqual(starts.toSorted((x, y) => x - y))
        expect(intervals.countUpTo(left, right, 5)).toBe(Math.min(5, wanted.length))
      }
      for (const [{ number, from, length }, look] of steps) {
        intervals.set(number, from, from + length)
        if (from === Number.POSITIVE_INFINITY) plain.delete(number)
        else plain.set(number, { from, to: from + length })
        if (look) check()
      }
      check()
      expect(intervals.size).toBe(plain.size)
    }),
    { numRuns: 150 },
  )
})

test('a hundred thousand that follow one another, and one that lasts: a window in the middle is found by few looks', () => {
  const intervals = new Intervals()
  intervals.set(0, 0, 1e9)
  for (let i = 1; i < 100_000; i++) intervals.set(i, i * 10, i * 10 + 5)
  const first = intervals.nextEnding(0, 500_000)
  expect(intervals.at(first)).toBe(0)
  expect(intervals.at(intervals.nextEnding(first + 1, 500_000))).toBe(50_000)
  expect(intervals.countUpTo(500_000, 500_030, 10)).toBe(4)
})
