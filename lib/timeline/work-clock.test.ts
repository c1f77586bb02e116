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

test('the work before the end is all of it, and idle time is next to nothing', () => {
  const { state } = sketch('0s lead starts a\n10s lead ends a (100 tokens)\n1000s lead starts b\n1010s lead ends b (300 tokens)')
  const rows = new Rows(state, new Map())
  const clock = workClock(rows, 'tokens', state.lastAt ?? 0)
  const first = state.firstAt ?? 0
  expect(clock.workAt(first + 5_000)).toBeCloseTo(50)
  expect(clock.workAt(first + 2_000_000)).toBeCloseTo(400)
  expect(clock.timeOfWork(200)).toBeCloseTo(first + 1_003_333, -1)
  const idle = clock.unitAt(first + 1_000_000) - clock.unitAt(first + 10_000)
  expect(idle / (clock.unitAt(first + 1_010_000) - clock.unitAt(first))).toBeLessThan(0.05)
  expect(workClock(rows, 'steps', state.lastAt ?? 0).workAt(first + 2_000_000)).toBeCloseTo(2)
})
