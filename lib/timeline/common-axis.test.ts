import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { CLOCKS } from '@/lib/view/view'
import { clockOn, commonAxis, commonIdle, positionOf, type RunSpan, unitOf } from './common-axis'
import { Rows } from './rows'
import { workClock } from './work-clock'

const MINUTE = 60_000

/** Aligned at `zero`, from `from` to `to` minutes, idle in `gaps`. */
const run = (zero: number, from: number, to: number, ...gaps: [number, number][]): RunSpan => ({
  zero: zero * MINUTE,
  from: from * MINUTE,
  to: to * MINUTE,
  gaps: gaps.map(([a, b]) => ({ from: a * MINUTE, to: b * MINUTE })),
})

test('only what is idle in every run is idle, before their first moment and after their last, too', () => {
  // A works 0-10 and 40-50; B, aligned at its minute 100, works 0-20 and 45-46 of the axis
  const idle = commonIdle([run(0, 0, 50, [10, 40]), run(100, 100, 146, [120, 145])])
  expect(idle.gaps).toEqual([{ from: 20 * MINUTE, to: 40 * MINUTE }])
  expect(idle.share).toBeCloseTo(20 / 50)
  expect(idle.busy).toBe(30 * MINUTE)
  // B is over before A falls idle
  expect(commonIdle([run(0, 0, 50, [10, 40]), run(100, 100, 105)]).gaps).toEqual([{ from: 10 * MINUTE, to: 40 * MINUTE }])
  expect(commonIdle([run(0, 0, 50, [10, 40]), run(0, 0, 50)]).gaps).toEqual([])
  expect(commonIdle([])).toEqual({ gaps: [], share: 0, busy: 0 })
})

const A = sketch(`
  0s   lead   starts p1
  10s  lead   ends p1 (100 tokens)
  10s  lead   delegates t1 to coder: a.sql
  600s coder  starts u1
  610s coder  ends u1 (40 tokens)
`)
const B = sketch(`
  0s   lead   delegates q1 to coder: a.sql
  2s   coder  starts u1
  12s  coder  ends u1 (500 tokens)
  700s lead   starts p2
  701s lead   ends p2 (9 tokens)
`)

function axisOf(kind: (typeof CLOCKS)[number], folded: boolean, task: boolean) {
  const runs = [A, B].map(({ state }) => {
    const first = state.firstAt ?? 0
    const zero = task ? ([...state.tasks.values()][0]?.delegatedAt ?? first) : first
    return {
      rows: new Rows(state, new Map()),
      zero,
      from: first,
      to: state.lastAt ?? 0,
      gaps: state === A.state ? [{ from: first + 11_000, to: first + 599_000 }] : [{ from: first + 13_000, to: first + 699_000 }],
    }
  })
  const axis = commonAxis(kind, folded, runs)
  return { axis, clocks: runs.map(({ rows, zero, to }) => ({ zero, clock: clockOn(axis, zero, kind === 'time' ? undefined : workClock(rows, kind, to)) })) }
}

test('the aligned moment of each run stands at 0, also where idle time is folded', () => {
  for (const kind of CLOCKS)
    for (const folded of [false, true])
      for (const task of [false, true]) for (const { clock, zero } of axisOf(kind, folded, task).clocks) expect(clock.unitAt(zero)).toBeCloseTo(0, 6)
})

test('what is folded is folded at the same place of both', () => {
  const { axis, clocks } = axisOf('time', true, false)
  expect(axis.idle.gaps.length).toBe(2)
  const [a, b] = clocks.map(({ clock, zero }) => clock.seams.map(({ from, to }) => [from - zero, to - zero]))
  expect(a).toEqual(b)
  expect(a).toHaveLength(2)
})

test('L11: every run’s clock on the axis has an exact inverse, and a link’s places come back', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CLOCKS),
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.double({ min: -1e5, max: 1e6, noNaN: true }), { minLength: 2 }),
      (kind, folded, task, moments) => {
        const { axis, clocks } = axisOf(kind, folded, task)
        for (const { clock, zero } of clocks) {
          let before = Number.NEGATIVE_INFINITY
          for (const moment of moments.toSorted((x, y) => x - y)) {
            const unit = clock.unitAt(zero + moment)
            expect(unit).toBeGreaterThanOrEqual(before)
            before = unit
            expect(clock.timeAt(unit)).toBeCloseTo(zero + moment, 2)
            expect(unitOf(axis, positionOf(axis, unit))).toBeCloseTo(unit, 3)
          }
        }
      },
    ),
  )
})

test('the same unit is the same work in both runs', () => {
  const { clocks } = axisOf('tokens', false, false)
  const [a, b] = clocks as [(typeof clocks)[0], (typeof clocks)[0]]
  expect(a.clock.unitAt(a.zero + 10_000)).toBeCloseTo(100, 6)
  expect(b.clock.unitAt(b.zero + 12_000)).toBeCloseTo(500, 6)
})
