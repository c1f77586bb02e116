import fc from 'fast-check'
import { expect, test } from 'vitest'
import { detectAll } from '@/lib/core/detect/detector'
import { type Event, EventSchema } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { sessionFigures } from '@/lib/core/metrics/session-figures'
import { tasksOf } from '@/lib/core/metrics/tasks-of'
import { newSessionState } from '@/lib/core/session'
import { atOnce } from '@/lib/core/slices'
import { encodeSnapshot, openSnapshot } from '@/lib/core/snapshot'
import { arbitrarySession } from '@/lib/core/testing/arbitrary'
import { isOver } from '@/lib/live/over'
import { scenarioEvents } from '@/lib/sample/scenarios'
import { countChecks, type Figure, figuresOf } from '../figures'
import { countStrip } from './count-strip'

const CLOCK = 1e12

const folded = (events: readonly Event[]) => applyEvents(newSessionState('random' as SessionId), events)

/** Over plain maps, without a pause. */
function whole(events: readonly Event[], found: readonly Intervention[]): Figure[] {
  const state = folded(events)
  const ended = isOver(state, CLOCK)
  const tasks = tasksOf(state, found)
  return figuresOf(sessionFigures(tasks, ended), countChecks(state), tasks.length, ended)
}

/** As a page has it: what was there when it opened lies in columns, the rest has come since. */
function onPage(events: readonly Event[], found: readonly Intervention[], head: number) {
  const bytes = encodeSnapshot({ state: folded(events.slice(0, head)), findings: found.slice(0, head), head })
  const { snapshot, complete } = openSnapshot(bytes)
  complete(bytes)
  const { state, findings } = snapshot
  applyEvents(state, events.slice(head))
  for (const finding of found.slice(head)) findings.set(finding.id, finding)
  return { state, findings, clock: CLOCK }
}

test('figures that are counted with pauses are those counted at once', () => {
  let shares = 0
  fc.assert(
    fc.property(arbitrarySession(80), fc.double({ min: 0, max: 1, noNaN: true }), (events, share) => {
      const found = detectAll(events)
      const figures = atOnce(countStrip(onPage(events, found, Math.round(share * events.length))))
      expect(figures).toEqual(whole(events, found))
      if (figures.some(({ value }) => value.kind === 'share' && value.x > 0)) shares++
    }),
    { numRuns: 150 },
  )
  // the sessions have something to count
  expect(shares).toBeGreaterThan(30)
})

test('a session that grows while it is counted is counted right the next time, and no pause is long in coming', () => {
  const events = [...scenarioEvents('overwrite-race', { seed: 7, turns: 1500 })].map((event) => EventSchema.parse(event))
  const found = detectAll(events)
  const head = Math.round(events.length * 0.6)
  const page = onPage(events.slice(0, head), found, head)
  let pauses = 0
  for (const counting = countStrip(page); !counting.next().done; pauses++) applyEvents(page.state, events.slice(head + pauses * 3, head + pauses * 3 + 3))
  applyEvents(page.state, events.slice(head))
  expect(atOnce(countStrip(page))).toEqual(whole(events, found))
  // each of some thousand turns, calls and writes is read a few times, a few hundred at once
  expect(pauses).toBeGreaterThan(page.state.tasks.size)
})
