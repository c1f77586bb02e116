import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { Rows } from './rows'
import { workClock } from './work-clock'

const turn = fc.record({ who: fc.constantFrom('lead', 'coder', 'tester'), from: fc.nat(500), long: fc.nat(60), tokens: fc.nat(400) })
const session = fc
  .array(turn, { minLength: 1, maxLength: 20 })
  .map((turns) =>
    turns.map(({ who, from, long, tokens }, i) => `${from / 10}s ${who} starts x${i}\n${(from + long) / 10}s ${who} ends x${i} (${tokens} tokens)`).join('\n'),
  )

test('L11: tokens and steps are clocks: a moment has a place, the place has that moment, and later is never further left', () => {
  fc.assert(
    fc.property(
      session,
      fc.constantFrom('tokens' as const, 'steps' as const),
      fc.array(fc.double({ min: -1e4, max: 1e5, noNaN: true }), { minLength: 2 }),
      (text, counts, times) => {
        const { state } = sketch(text)
        const rows = new Rows(state, new Map())
        const clock = workClock(rows, counts, state.lastAt ?? 0)
        let before = Number.NEGATIVE_INFINITY
        for (const time of times.toSorted((a, b) => a - b)) {
          const unit = clock.unitAt(time)
          expect(unit).toBeGreaterThanOrEqual(before)
          before = unit
          expect(clock.timeAt(unit)).toBeCloseTo(time, 3)
        }
      },
    ),
  )
})

test('a unit is a token or a turn: work that hangs together ends at all that was done, and a pause is next to nothing', () => {
  const { state } = sketch('0s lead starts a\n10s lead ends a (100 tokens)\n1000s lead starts b\n1010s lead ends b (300 tokens)')
  const rows = new Rows(state, new Map())
  const clock = workClock(rows, 'tokens', state.lastAt ?? 0)
  const at = (seconds: number) => clock.unitAt((state.firstAt ?? 0) + seconds * 1000)
  expect(clock.total).toBe(400)
  expect(clock.busy).toBe(20_000)
  expect(at(5)).toBeCloseTo(50, 3)
  expect(at(10)).toBeCloseTo(100, 9)
  // half a percent of all, for a quarter of an hour
  expect(at(1000)).toBeCloseTo(102, 3)
  expect(at(1010)).toBeCloseTo(400, 9)
  const steps = workClock(rows, 'steps', state.lastAt ?? 0)
  expect(steps.unitAt(state.lastAt ?? 0)).toBeCloseTo(2, 9)
})

test('where nobody tells tokens, a run is one token long', () => {
  const { state } = sketch('0s lead writes a.ts "one"\n10s lead writes a.ts "one two"')
  const clock = workClock(new Rows(state, new Map()), 'tokens', state.lastAt ?? 0)
  expect(clock.total).toBe(0)
  expect(clock.unitAt(state.lastAt ?? 0)).toBeCloseTo(1, 9)
  expect(clock.timeAt(clock.unitAt(state.lastAt ?? 0))).toBeCloseTo(state.lastAt ?? 0, 6)
})
