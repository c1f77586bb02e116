import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { Coverage } from './coverage'
import { idleClock, idleOf } from './idle'
import { Rows } from './rows'
import { type Clock, foldedClock, Scale, type Seam, wallClock } from './scale'

const ORIGIN = Date.UTC(2026, 0, 5, 9)
// Seams anywhere in a few days, at least 2 ms long and 1 ms apart.
const seams = fc.array(fc.tuple(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 2, max: 90_000_000 })), { maxLength: 12 }).map((pairs) => {
  const made: Seam[] = []
  let at = ORIGIN
  for (const [pause, length] of pairs) {
    made.push({ from: at + pause, to: at + pause + length })
    at += pause + length
  }
  return made
})
const clock: fc.Arbitrary<Clock> = fc.oneof(
  fc.constant(wallClock(ORIGIN)),
  fc.tuple(seams, fc.integer({ min: 1, max: 60_000 })).map(([made, width]) => foldedClock(ORIGIN, made, width)),
)
const ms = fc.integer({ min: -1_000_000, max: 1_300_000_000 })

describe('L11', () => {
  test('a moment has a place, and the place has that moment', () => {
    fc.assert(
      fc.property(clock, ms, fc.integer({ min: -1_000_000, max: 1_000_000_000 }), fc.integer({ min: 10, max: 1_000_000_000 }), (its, at, u0, span) => {
        const scale = new Scale(its)
        scale.width = 1200
        scale.set(u0, u0 + span)
        const time = ORIGIN + at
        const back = scale.timeAt(scale.xAt(time))
        // doubles of this size are exact to some 1e-6 of a unit, and a unit in a seam stands for many ms
        const grain = 1e-3 + 1e-6 * Math.max(1, ...its.seams.map(({ from, to }) => (to - from) / (its.unitAt(to) - its.unitAt(from))))
        expect(Math.abs(back - time)).toBeLessThan(grain)
        expect(Math.abs(its.timeAt(its.unitAt(time)) - time)).toBeLessThan(grain)
      }),
      { numRuns: 1000 },
    )
  })

  test('later is never further left', () => {
    fc.assert(
      fc.property(clock, ms, ms, (its, a, b) => {
        const [x, y] = [its.unitAt(ORIGIN + Math.min(a, b)), its.unitAt(ORIGIN + Math.max(a, b))]
        expect(y).toBeGreaterThanOrEqual(x)
      }),
      { numRuns: 1000 },
    )
  })

  test('what is under the pointer stays there while zooming, and panning back undoes panning', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1200 }), fc.double({ min: 0.2, max: 5, noNaN: true }), (x, factor) => {
        const scale = new Scale(wallClock(ORIGIN))
        scale.width = 1200
        scale.set(1000, 61_000)
        const before = scale.timeAt(x)
        scale.zoomAt(x, factor)
        expect(scale.timeAt(x)).toBeCloseTo(before, 3)
        scale.pan(x)
        scale.pan(-x)
        expect(scale.timeAt(x)).toBeCloseTo(before, 3)
      }),
    )
  })
})

const found = (rows: Rows, now: number) => {
  const coverage = new Coverage(rows)
  coverage.build()
  return idleOf(coverage, now)
}

test('folding: idle stretches become seams that no bar touches, and the clock says what it left out', () => {
  const { state } = sketch(`
    0s    lead  starts a
    5s    lead  ends a (10 tokens)
    900s  lead  starts b
    905s  lead  ends b (10 tokens)
    907s  lead  starts c
    910s  lead  ends c (10 tokens)
  `)
  const idle = found(new Rows(state, new Map()), state.lastAt ?? 0)
  expect(idle.gaps).toEqual([{ from: 5250, to: 899_750 }])
  expect(Math.round(idle.share * 100)).toBe(98)
  const folded = idleClock(0, idle)
  expect(folded.unitAt(910_000) - folded.unitAt(0)).toBeLessThan(17_000)
  expect(folded.seams).toEqual(idle.gaps)
})

test('a session that never rests has nothing to fold', () => {
  const { state } = sketch(`
    0s   lead  starts a
    50s  lead  ends a (10 tokens)
    20s  coder says "hm"
  `)
  expect(found(new Rows(state, new Map()), 50_000)).toEqual({ gaps: [], share: 0, busy: 50_000 })
})
