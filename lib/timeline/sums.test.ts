import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ALL_WORK } from '@/lib/view/work'
import { Activity } from './activity'
import { Coverage } from './coverage'
import { type Idle, idleOf } from './idle'
import type { Rows } from './rows'
import { Scale, wallClock } from './scale'
import { grow, growing } from './testing/growing'

/** By two sorted lists of all bars: nothing is under way where as many have ended as have begun. */
function idleOfAll(rows: Rows, now: number): Idle {
  const { bars } = rows
  const starts: number[] = []
  const ends: number[] = []
  for (let bar = 0; bar < bars.count; bar++) {
    if (bars.lane.at(bar) < 0) continue
    starts.push(bars.start.at(bar))
    ends.push(Math.min(Math.max(now, bars.start.at(bar)), bars.end.at(bar)))
  }
  if (starts.length === 0) return { gaps: [], share: 0, busy: 0 }
  for (const at of [rows.state.firstAt as number, rows.state.lastAt as number]) {
    starts.push(at)
    ends.push(at)
  }
  starts.sort((a, b) => a - b)
  ends.sort((a, b) => a - b)
  const gaps: Idle['gaps'] = []
  let idle = 0
  for (let i = 1; i < starts.length; i++) {
    const [from, to] = [ends[i - 1] as number, starts[i] as number]
    if (to > from) idle += to - from
    if (to - from >= 10_000) gaps.push({ from, to })
  }
  const length = (ends.at(-1) as number) - (starts[0] as number)
  const busy = length - idle
  const kept = gaps.filter(({ from, to }) => to - from >= Math.max(10_000, busy * 0.02)).map(({ from, to }) => ({ from: from + 250, to: to - 250 }))
  return { gaps: kept, share: length > 0 ? kept.reduce((sum, { from, to }) => sum + to - from, 0) / length : 0, busy }
}

test('idle stretches that are kept as bars come are those of all bars', () => {
  fc.assert(
    fc.property(growing, fc.integer({ min: 0, max: 40_000 }), fc.boolean(), (session, silent, sliced) => {
      let coverage: Coverage | undefined
      grow(
        session,
        (rows) => {
          if (!coverage) throw new Error('nobody watches')
          // one lane a batch: what is not looked at yet is seen as it is then
          if (sliced && !coverage.build(() => true)) return
          coverage.build()
          const now = (rows.state.lastAt ?? 0) + silent
          expect(idleOf(coverage, now)).toEqual(idleOfAll(rows, now))
        },
        (rows) => {
          coverage = new Coverage(rows)
          rows.watchers.add(coverage)
        },
      )
    }),
    { numRuns: 300 },
  )
})

test('what was under way by column, kept as bars come, is what is counted of all of them', () => {
  fc.assert(
    fc.property(growing, fc.integer({ min: 20, max: 300 }), fc.boolean(), (session, seconds, filtered) => {
      const scale = new Scale(wallClock(session.events.reduce((least, { occurredAt }) => Math.min(least, occurredAt), Number.POSITIVE_INFINITY)))
      scale.set(0, seconds * 1000)
      scale.width = 200
      let kept: Activity | undefined
      let batch = 0
      const [ours, anew] = [new Float64Array(50), new Float64Array(50)]
      grow(
        session,
        (rows) => {
          batch++
          // a filter comes and goes, the strip is moved
          if (filtered && batch % 5 === 2) rows.filter({ ...ALL_WORK, without: ['tool'] })
          if (filtered && batch % 5 === 4) rows.filter(ALL_WORK)
          if (batch === 6) scale.set(-5_000, seconds * 1300)
          const now = (rows.state.lastAt ?? 0) + 700
          const peak = kept?.sum(ours, now)
          expect(peak).toBeCloseTo(new Activity(rows, scale).sum(anew, now), 6)
          ours.forEach((value, i) => expect(value).toBeCloseTo(anew[i] as number, 6))
        },
        (rows) => {
          kept = new Activity(rows, scale)
          rows.watchers.add(kept)
        },
      )
    }),
    { numRuns: 200 },
  )
})
