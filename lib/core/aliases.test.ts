import { expect, test } from 'vitest'
import { EventSchema, type EventInput } from './event'
import { SessionId } from './ids'
import { print } from './print'
import { applyEvents } from './fold'
import { newSessionState } from './session'
import { decodeSnapshot, encodeSnapshot } from './snapshot'
import { detectAll } from './detect/detector'

const sessionId = 's'
const EVENTS: EventInput[] = [
  { type: 'session.started', id: '0', sessionId, occurredAt: 0 },
  { type: 'agent.joined', id: '1', sessionId, occurredAt: 0, agentId: 'span:1', name: 'not yet named', evidence: { kind: 'inferred' } },
  { type: 'turn.started', id: '2', sessionId, occurredAt: 1, turnId: 'u1', agentId: 'span:1' },
  { type: 'task.delegated', id: '3', sessionId, occurredAt: 2, taskId: 't', by: 'span:1', to: 'coder' },
  {
    type: 'artifact.written',
    id: '4',
    sessionId,
    occurredAt: 3,
    agentId: 'coder',
    taskId: 't',
    path: 'a.ts',
    change: { kind: 'content', content: 'export const add = (a, b) => a + b // the sum of two numbers\n' },
  },
  {
    type: 'artifact.written',
    id: '5',
    sessionId,
    occurredAt: 4,
    agentId: 'span:1',
    path: 'a.ts',
    change: { kind: 'content', content: 'module.exports = function plus(x, y) { return x + y }\n' },
  },
  { type: 'agent.joined', id: '6', sessionId, occurredAt: 0, order: 1, agentId: 'lead', name: 'lead' },
  { type: 'agent.joined', id: '7', sessionId, occurredAt: 0, agentId: 'span:1', sameAs: 'lead' },
]

test('an agent seen before its name was known is one agent, in any order of arrival', () => {
  const events = EVENTS.map((event) => EventSchema.parse(event))
  const whole = applyEvents(newSessionState(SessionId.parse('s')), events)
  expect([...whole.agents.keys()].sort()).toEqual(['coder', 'lead'])
  expect(whole.turns.get('u1' as never)?.agentId).toBe('lead')
  expect(whole.tasks.get('t' as never)?.by).toBe('lead')
  for (let turn = 0; turn < events.length; turn++) {
    const order = [...events.slice(turn), ...events.slice(0, turn)]
    for (const arrival of [order, [...order].reverse()]) {
      const state = applyEvents(newSessionState(SessionId.parse('s')), arrival)
      expect(print(state)).toBe(print(whole))
      expect(print(decodeSnapshot(encodeSnapshot({ state, findings: [], head: 8 })).state)).toBe(print(whole))
    }
  }
  expect(print(detectAll(events))).toContain('lead overwrote coder on a.ts')
})

test('two names that stand for each other hold nobody up', () => {
  const events = [
    { type: 'agent.joined', id: '1', sessionId, occurredAt: 0, agentId: 'a', sameAs: 'b' },
    { type: 'agent.joined', id: '2', sessionId, occurredAt: 0, agentId: 'b', sameAs: 'a' },
    { type: 'turn.started', id: '3', sessionId, occurredAt: 1, turnId: 'u', agentId: 'a' },
  ].map((event) => EventSchema.parse(event))
  expect(applyEvents(newSessionState(SessionId.parse('s')), events).turns.size).toBe(1)
})
