import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventSchema } from './event'
import { applyEvents } from './fold'
import type { SessionId } from './ids'
import { newSessionState, type Turn } from './session'
import { encodeSnapshot, openSnapshot } from './snapshot'
import { countsBy } from './tally'

const event = (turn: number, agent: number, ended: boolean, nth: number) =>
  EventSchema.parse({
    type: ended ? 'turn.ended' : 'turn.started',
    id: `${nth}`,
    sessionId: 's',
    occurredAt: 1_000 + nth,
    turnId: `u${turn}`,
    agentId: `a${agent}`,
  })

const told = fc.array(fc.tuple(fc.nat(9), fc.nat(2), fc.boolean()), { maxLength: 40 })
const ofEnded = countsBy<Turn, 'agentId' | 'endedAt'>(['agentId', 'endedAt'], ({ agentId, endedAt }) => (endedAt === undefined ? undefined : agentId))

test('a sum that is kept while a session grows is the sum over all of it, in columns and in maps', () => {
  fc.assert(
    fc.property(told, told, (before, after) => {
      const events = [...before, ...after].map(([turn, agent, ended], n) => event(turn, agent, ended, n))
      const whole = applyEvents(newSessionState('s' as SessionId), events)
      const bytes = encodeSnapshot({ state: applyEvents(newSessionState('s' as SessionId), events.slice(0, before.length)), findings: [], head: before.length })
      const opened = openSnapshot(bytes)
      opened.complete(bytes)
      const { state } = opened.snapshot
      ofEnded.of(state.turns)
      for (const one of events.slice(before.length)) {
        applyEvents(state, [one])
        ofEnded.of(state.turns)
      }
      const wanted = new Map<string, number>()
      for (const { agentId, endedAt } of whole.turns.values())
        if (agentId !== undefined && endedAt !== undefined) wanted.set(agentId, (wanted.get(agentId) ?? 0) + 1)
      expect(new Map([...ofEnded.of(state.turns)].sort())).toEqual(new Map([...wanted].sort()))
      expect(new Map([...ofEnded.of(whole.turns)].sort())).toEqual(new Map([...wanted].sort()))
    }),
  )
})
