import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scenarioEvents } from '@/lib/sample/scenarios'
import { detectAll } from '../detect/detector'
import { type Event, EventSchema } from '../event'
import { applyEvents } from '../fold'
import type { SessionId } from '../ids'
import { newSessionState } from '../session'
import { atOnce } from '../slices'
import { arbitrarySession } from '../testing/arbitrary'
import { SessionClocks } from './clocks'
import { Outcomes } from './outcomes'
import { NaiveClocks } from './testing/naive-clocks'
import { NaiveOutcomes } from './testing/naive-outcomes'

/** A check here and there, some at once, some never back: what outcomes are read from. */
function withChecks(events: Event[], seed: number): Event[] {
  let state = seed + 1
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const checked = events.flatMap((event, i) => {
    if (random(3) > 0) return [event]
    const kind = (['test', 'lint'] as const)[random(2)] as 'test'
    const told = { sessionId: event.sessionId, order: 1000 + i, agentId: `agent-${random(5)}`, callId: `check-${i}` }
    const called = { ...told, id: `k${i}`, type: 'tool.called', occurredAt: event.occurredAt + random(50), name: 'run', arguments: `npm test ${random(2)}` }
    const returned = {
      ...told,
      id: `r${i}`,
      type: 'tool.returned',
      occurredAt: called.occurredAt + random(1500) - 20,
      status: 'ok',
      check: { kind, ok: random(3) > 0 },
    }
    return [event, EventSchema.parse(called), EventSchema.parse(returned)]
  })
  return checked
}

test('clocks and outcomes from sorted columns are those of walking over everything', () => {
  const seen = { outcomes: 0, after: 0, flaky: 0, tokens: 0, opportunities: 0 }
  const sessions = fc.oneof(
    fc.tuple(arbitrarySession(60), fc.nat(1e6)).map(([events, seed]) => withChecks(events, seed)),
    fc.nat(1e6).map((seed) =>
      withChecks(
        [...scenarioEvents('overwrite-race', { seed, turns: 60 })].map((event) => EventSchema.parse(event)),
        seed,
      ),
    ),
  )
  fc.assert(
    fc.property(sessions, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }), (events, shares) => {
      const state = applyEvents(newSessionState(events[0]?.sessionId as SessionId), events)
      const findings = detectAll(events).sort((a, b) => a.occurredAt - b.occurredAt)
      const [fast, slow] = [atOnce(SessionClocks.of(state)), new NaiveClocks(state)]
      const [outcomes, naive] = [atOnce(Outcomes.of(state)), new NaiveOutcomes(state)]
      const times = events.map(({ occurredAt }) => occurredAt)
      const [first, last] = [Math.min(...times), Math.max(...times)]
      const moments = [...shares.map((share) => Math.round(first + share * (last - first))), Number.POSITIVE_INFINITY]
      for (const task of state.tasks.values()) {
        expect(fast.firstOutputAt(task)).toBe(slow.firstOutputAt(task))
        for (const moment of [...moments, task.endedAt ?? last]) {
          expect(fast.at(task, moment)).toEqual(slow.at(task, moment))
          expect(fast.atEnd(task, moment)).toEqual(slow.atEnd(task, moment))
          expect(fast.tokensOf(task, moment)).toEqual(slow.tokensOf(task, moment))
          expect(fast.nextMasterTurn(task, moment)).toBe(slow.nextMasterTurn(task, moment))
          const read = fast.at(task, moment)
          seen.tokens += read.tokens
          seen.opportunities += read.opportunity
        }
        const own = findings.filter(({ taskId }) => taskId === task.id)
        const found = outcomes.ofTask(task, own)
        expect(found).toEqual(naive.of(task, own))
        for (const outcome of Object.values(found)) {
          seen.outcomes += 1
          if (outcome.after) seen.after += 1
          if (outcome.flaky) seen.flaky += 1
        }
      }
    }),
    { numRuns: 80, seed: 20260523 },
  )
  // it was about something
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0)
})
