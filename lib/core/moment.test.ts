import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Event } from './event'
import { applyEvents } from './fold'
import { findingsAt, stateAt } from './moment'
import { newSessionState, type SessionState, taskStatus } from './session'
import type { SessionId } from './ids'
import { arbitrarySession } from './testing/arbitrary'
import { sketch } from './testing/sketch'

const folded = (events: readonly Event[]) => applyEvents(newSessionState('random' as SessionId), events)

/** What lists and figures read of what has a time. */
function shownOf(state: SessionState) {
  return {
    tasks: Array.from(state.tasks.values(), (task) => [task.id, taskStatus(task), task.delegatedAt, task.endedAt, task.acceptedAt].join(' ')).sort(),
    turns: Array.from(state.turns.values(), ({ id, startedAt, endedAt, usage, finish }) =>
      [id, startedAt, endedAt, usage?.outputTokens, finish, endedAt === undefined ? 'open' : 'over'].join(' '),
    ).sort(),
    calls: Array.from(state.calls.values(), ({ id, calledAt, returnedAt, status }) => [id, calledAt, returnedAt, status].join(' ')).sort(),
    writes: [...state.writes.keys()].sort(),
    messages: [...state.messages.keys()].sort(),
    sizes: [state.tasks.size, state.turns.size, state.calls.size, state.writes.size, state.messages.size],
    totals: { ...state.totals, costUsd: Math.round(state.totals.costUsd * 1e6) },
    ended: state.facts.endedAt,
  }
}

test('a moment of a session is what its events up to then add up to, wherever each thing is told once', () => {
  fc.assert(
    fc.property(arbitrarySession(60), fc.double({ min: 0, max: 1.05, noNaN: true }), (events, share) => {
      const told = once(events)
      const whole = folded(told)
      const at = (whole.firstAt ?? 0) + share * ((whole.lastAt ?? 0) - (whole.firstAt ?? 0))
      expect(shownOf(stateAt(whole, at))).toEqual(shownOf(folded(told.filter(({ occurredAt }) => occurredAt <= at))))
    }),
  )
})

/** Random sessions end a turn twice and block a task before it exists; only the last word of that is kept, which no earlier moment can know. */
function once(events: readonly Event[]): Event[] {
  const seen = new Set<string>()
  return events.filter((event) => {
    const thing = 'turnId' in event ? event.turnId : 'callId' in event ? event.callId : 'taskId' in event ? event.taskId : event.id
    const key = event.type === 'artifact.written' || event.type === 'message.sent' ? event.id : `${event.type} ${thing}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

test('an agent is there from its first sign on, a finding from its deed on', () => {
  const session = sketch(`
    0s  lead   delegates t1 to coder: src/a.ts
    2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
    4s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
    5s  other  writes src/b.ts "export const nothing = 1"
  `)
  const start = session.state.firstAt ?? 0
  const at = (seconds: number) => stateAt(session.state, start + seconds * 1000)
  expect([...at(3).agents.keys()]).toEqual(['lead', 'coder'])
  expect([...at(5).agents.keys()]).toEqual(['lead', 'coder', 'other'])
  expect([findingsAt(session.interventions, start + 3999).size, findingsAt(session.interventions, start + 4000).size]).toEqual([0, 1])
})

test('what people judged afterwards stands at every moment', () => {
  const session = sketch(`
    0s  lead   delegates t1 to coder: src/a.ts
    2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
  `)
  const base = { sessionId: session.state.id, occurredAt: (session.state.lastAt ?? 0) + 86_400_000 }
  applyEvents(session.state, [
    { ...base, id: 'v1', type: 'verdict.given', interventionId: 'i1', verdict: 'set_aside', reason: 'asked_for' },
    { ...base, id: 'v2', type: 'verdict.given', by: 'lead', taskId: 't1', verdict: 'accept' },
  ] as Event[])
  expect([...stateAt(session.state, session.state.firstAt ?? 0).verdicts.keys()]).toEqual(['v1'])
})
