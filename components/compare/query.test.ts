import { expect, test } from 'vitest'
import { apiQuery, NOTHING_ASKED, parseQuery, printQuery, sessionsBehind } from './query'

test('the whole view is a link', () => {
  const query = {
    ...NOTHING_ASKED,
    by: 'tag' as const,
    second: 'masterModel' as const,
    k: 3,
    theta: 0.8,
    days: 30,
    min: 10,
    margin: 0.05,
    simulated: 'exclude' as const,
    reported: true,
    only: { workflow: 'a b&c' },
  }
  expect(parseQuery(new URLSearchParams(printQuery(query)))).toEqual(query)
  const between = { ...NOTHING_ASKED, since: '2026-05-01', until: '2026-06-01' }
  expect(parseQuery(new URLSearchParams(printQuery(between)))).toEqual(between)
  expect(printQuery(NOTHING_ASKED)).toBe('')
  expect(apiQuery(NOTHING_ASKED)).toBe('simulated=auto')
  expect(parseQuery(new URLSearchParams('by=moon&k=-1&theta=x&simulated=z&since=soon&until=2026-99-99&margin=7'))).toEqual(NOTHING_ASKED)
})

test('the sessions behind a group: its names, what is not said, the filters, the range, and whether simulated ones were left out', () => {
  expect(sessionsBehind({ ...NOTHING_ASKED, second: 'promptVariant' }, ['gpt-4o', 'trust'])).toBe('/sessions?master=gpt-4o&prompt=trust&delegated=1')
  expect(sessionsBehind(NOTHING_ASKED, [null])).toBe('/sessions?without=master&delegated=1')
  const narrowed = { ...NOTHING_ASKED, by: 'framework' as const, only: { tag: 'nightly' }, days: 30 }
  expect(sessionsBehind(narrowed, ['codex'], true)).toBe('/sessions?tag=nightly&framework=codex&delegated=1&since=30d&simulated=exclude')
  expect(sessionsBehind({ ...NOTHING_ASKED, since: '2026-05-01', until: '2026-06-01', simulated: 'only' }, ['a'])).toBe(
    '/sessions?master=a&delegated=1&since=2026-05-01&until=2026-06-01&simulated=only',
  )
})
