import { expect, test } from 'vitest'
import { NOTHING_ASKED, parseQuery, printQuery, sessionsBehind } from './query'

test('the whole view is a link', () => {
  const query = {
    ...NOTHING_ASKED,
    by: 'tag' as const,
    second: 'masterModel' as const,
    k: 3,
    theta: 0.8,
    days: 30,
    min: 10,
    simulated: 'exclude' as const,
    reported: true,
    only: { workflow: 'a b&c' },
  }
  expect(parseQuery(new URLSearchParams(printQuery(query)))).toEqual(query)
  expect(printQuery(NOTHING_ASKED)).toBe('')
  expect(parseQuery(new URLSearchParams('by=moon&k=-1&theta=x&simulated=z&since=soon'))).toEqual(NOTHING_ASKED)
})

test('the sessions behind a group', () => {
  expect(sessionsBehind({ ...NOTHING_ASKED, second: 'promptVariant' }, ['gpt-4o', 'trust'])).toBe('/sessions?model=gpt-4o&prompt=trust')
  expect(sessionsBehind(NOTHING_ASKED, [null])).toBeUndefined()
})
