import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionSummary } from '@/lib/live/protocol'
import { type Filters, matches, NO_FILTERS, parseFilters, printFilters } from './filters'

const text = fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined })
const filters: fc.Arbitrary<Filters> = fc.record({
  q: fc.string({ maxLength: 20 }),
  state: fc.constantFrom(undefined, 'running' as const, 'ended' as const),
  model: text,
  framework: text,
  workflow: text,
  kind: text,
  tag: text,
  simulated: fc.constantFrom(undefined, 'only' as const, 'exclude' as const),
  prompt: text,
  master: text,
  worker: text,
  delegated: fc.constantFrom(undefined, '1' as const),
  without: fc.constantFrom(undefined, 'master', 'prompt,tag'),
  since: fc.constantFrom(undefined, '30d', '2026-05-01'),
  until: fc.constantFrom(undefined, '2026-06-01'),
})

test('the address says all of it, and back', () => {
  fc.assert(
    fc.property(filters, (f) => {
      expect(parseFilters(new URLSearchParams(printFilters(f)))).toEqual(f)
    }),
  )
  expect(printFilters(NO_FILTERS)).toBe('')
})

test('a damaged address filters by nothing', () => {
  expect(parseFilters(new URLSearchParams('state=asleep&model=&x=1&simulated=perhaps&without=moon&since=soon&delegated=2'))).toEqual(NO_FILTERS)
})

test('rows from the wire are chosen as the server chooses', () => {
  const now = 1_000_000
  const session: SessionSummary = {
    id: 's-1',
    title: 'Build a REST API',
    framework: 'autogen',
    tags: ['night'],
    simulated: false,
    receivedAt: now - 1000,
    head: 1,
    masterModel: 'gpt-4o',
    agents: 1,
    tasks: 1,
    openTasks: 0,
    turns: 1,
    toolCalls: 0,
    inputTokens: 0,
    outputTokens: 0,
    tokensEstimated: false,
    interventions: { overwrite: 2 },
    tasksCutShort: 1,
  }
  const match = (f: Partial<Filters>) => matches({ ...NO_FILTERS, ...f }, session, now)
  expect(match({})).toBe(true)
  expect(match({ q: 'rest api', state: 'running', model: 'gpt-4o', kind: 'overwrite', tag: 'night' })).toBe(true)
  expect(match({ q: 'S-1' })).toBe(true)
  expect(match({ q: 'soap' })).toBe(false)
  expect(match({ state: 'ended' })).toBe(false)
  expect(match({ kind: 'takeover' })).toBe(false)
  expect(match({ tag: 'day' })).toBe(false)
  expect(match({ framework: 'crewai' })).toBe(false)
  expect(match({ simulated: 'exclude', delegated: '1', until: '1971-01-01' })).toBe(true)
  expect(match({ simulated: 'only' })).toBe(false)
  expect(match({ since: '1971-01-01' })).toBe(false)
  // who delegated to whom no row says: such a list is the server's
  expect(match({ master: 'gpt-4o' })).toBe(false)
})
