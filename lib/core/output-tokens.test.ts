import { expect, test } from 'vitest'
import { EventSchema } from './event'
import { applyEvents } from './fold'
import type { SessionId } from './ids'
import { stateAt } from './moment'
import { outputTokens } from './output-tokens'
import { newSessionState } from './session'

const event = (serial: number, data: object) => EventSchema.parse({ id: `e${serial}`, sessionId: 's', occurredAt: serial * 1000, agentId: 'a', ...data })

function told() {
  return applyEvents(newSessionState('s' as SessionId), [
    event(1, { type: 'turn.ended', turnId: 'reported', usage: { outputTokens: 20 } }),
    event(2, { type: 'turn.ended', turnId: 'estimated', usage: { outputTokens: 5, estimated: true } }),
    event(3, { type: 'turn.ended', turnId: 'silent' }),
    event(4, { type: 'turn.streamed', turnId: 'streaming', outputTokens: 7 }),
  ])
}

test('what was reported counts, else what was estimated or streamed; what is estimated and what tells nothing is counted beside', () => {
  expect(outputTokens(told())).toEqual({ tokens: 32, estimated: 1, untold: 1 })
})

test('a turn that reports after it streamed is counted once', () => {
  const state = applyEvents(told(), [event(5, { type: 'turn.ended', turnId: 'streaming', usage: { outputTokens: 9 } })])
  expect(outputTokens(state)).toEqual({ tokens: 34, estimated: 1, untold: 1 })
})

test('where nobody tells tokens there are none, which is not zero', () => {
  expect(outputTokens(newSessionState('s' as SessionId))).toEqual({ tokens: undefined, estimated: 0, untold: 0 })
  expect(outputTokens(applyEvents(newSessionState('s' as SessionId), [event(1, { type: 'turn.ended', turnId: 'u' })]))).toEqual({
    tokens: undefined,
    estimated: 0,
    untold: 1,
  })
})

test('at a moment, those of what was known then', () => {
  expect(outputTokens(stateAt(told(), 1_500))).toEqual({ tokens: 20, estimated: 0, untold: 0 })
})
