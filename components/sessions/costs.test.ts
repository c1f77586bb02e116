import { describe, expect, test } from 'vitest'
import { EventSchema } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId } from '@/lib/core/ids'
import { PriceBook } from '@/lib/core/models/price'
import { newSessionState } from '@/lib/core/session'
import { costFigure, costOf, costOfAll, costWords, spending } from './costs'

const book = new PriceBook({ checked: '2026-01-01', prices: [{ model: 'priced', currency: 'USD', input: 10, output: 100, from: '2026-01-01' }] })

/** Ended turns: the model and its output tokens; without tokens where they are not told. */
function sessionOf(turns: readonly { model: string; outputTokens?: number; estimated?: boolean }[]) {
  const events = turns.map(({ model, outputTokens, estimated }, n) =>
    EventSchema.parse({
      type: 'turn.ended',
      id: String(n),
      sessionId: 's',
      occurredAt: Date.parse('2026-02-01') + n,
      turnId: `u${n}`,
      agentId: 'a',
      model,
      ...(outputTokens === undefined ? {} : { usage: { inputTokens: 0, outputTokens, ...(estimated ? { estimated } : {}) } }),
    }),
  )
  return applyEvents(newSessionState('s' as SessionId), events)
}

describe('what turns cost', () => {
  test.each([
    ['all known', [{ model: 'priced', outputTokens: 20_000 }], '$2.00', '$2.00', undefined],
    ['counted by us', [{ model: 'priced', outputTokens: 20_000, estimated: true }], '~$2.00', '~$2.00', undefined],
    [
      'known in part',
      [{ model: 'priced', outputTokens: 20_000 }, { model: 'unheard of', outputTokens: 5 }, { model: 'priced' }],
      'at least $2.00; 2 of 3 turns have no known price',
      '≥ $2.00',
      '2 of 3 turns have no known price',
    ],
    ['not known', [{ model: 'unheard of', outputTokens: 5 }], undefined, '—', 'no price, or no tokens, is known of its turns'],
    ['nothing at all', [], undefined, '—', undefined],
    ['a little is not nothing', [{ model: 'priced', outputTokens: 1 }], '<$0.001', '<$0.001', undefined],
  ])('%s', (_, turns, words, says, why) => {
    const state = sessionOf(turns)
    const all = costOfAll(spending(state, book)())
    expect(all).toEqual(costOf(state.turns.values(), state, book))
    expect(costWords(all)).toBe(words)
    expect(costFigure(all)).toEqual({ says, ...(why === undefined ? {} : { why }) })
  })
})
