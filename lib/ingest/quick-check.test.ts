import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventSchema } from '@/lib/core/event'
import { scenarioEvents } from '@/lib/sample/scenarios'
import { quickCheck } from './quick-check'

const check = quickCheck(EventSchema)
const valid = [...scenarioEvents('nested-masters', { turns: 60 }), ...scenarioEvents('overwrite-race', { turns: 60 })].map(
  (event) => JSON.parse(JSON.stringify(event)) as Record<string, unknown>,
)

test('almost every real event needs no schema', () => {
  expect(valid.filter(check).length / valid.length).toBe(1)
})

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'x',
    -1,
    1.5,
    9e15,
    Number.NaN,
    [],
    {},
    '2026-01-05T00:00:00Z',
    'a\u0000b',
    '\ud800',
    'x'.repeat(5000),
    { hash: 'a'.repeat(64), chars: 3, preview: 'p' },
    { kind: 'delete' },
  ),
  fc.jsonValue(),
)

test('what it lets through the schema accepts and returns unchanged, whatever is done to an event', () => {
  fc.assert(
    fc.property(fc.constantFrom(...valid), fc.nat(), junk, fc.constantFrom('replace', 'drop', 'add', 'nest'), (event, at, value, how) => {
      const copy = structuredClone(event)
      const keys = Object.keys(copy)
      const key = keys[at % keys.length] ?? 'id'
      if (how === 'replace') copy[key] = value
      if (how === 'drop') delete copy[key]
      if (how === 'add') copy[['order', 'source', 'evidence', 'version', 'attributes', 'usage', 'nonsense'][at % 7] ?? 'x'] = value
      if (how === 'nest') copy.change = { ...(typeof copy.change === 'object' ? copy.change : {}), [key]: value }
      if (!check(copy)) return
      const parsed = EventSchema.safeParse(copy)
      expect(parsed.success).toBe(true)
      expect(parsed.data).toEqual(copy)
    }),
    { numRuns: 5_000 },
  )
})

test('a turn of more tokens than any turn has is refused by both, and told why', () => {
  const ended = (outputTokens: number) => ({ type: 'turn.ended', id: 'e', sessionId: 's', occurredAt: 1, turnId: 't', usage: { outputTokens } })
  expect([check(ended(1_000_000_000)), EventSchema.safeParse(ended(1_000_000_000)).success]).toEqual([true, true])
  const refused = EventSchema.safeParse(ended(9e15))
  expect([check(ended(9e15)), refused.success]).toEqual([false, false])
  expect(refused.error?.issues[0]?.message).toMatch(/at most 1,000,000,000/)
})
