import { expect, test } from 'vitest'
import { isNews, keepOptedIn, readOptedIn } from './opted-in'

function storage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) }
}

test('a choice is kept until it is taken back', () => {
  const kept = storage()
  expect(readOptedIn(kept)).toBeUndefined()
  keepOptedIn(kept, { rule: { kind: 'silent', minutes: 5 }, since: 7 })
  expect(readOptedIn(kept)).toEqual({ rule: { kind: 'silent', minutes: 5 }, since: 7 })
  keepOptedIn(kept, undefined)
  expect(readOptedIn(kept)).toBeUndefined()
})

test('what is damaged is no choice', () => {
  for (const text of ['{', '[]', '{"rule":{"kind":"silent"},"since":1}', '{"rule":{"kind":"other"},"since":1}', '7']) {
    const kept = storage()
    kept.setItem('backseat:notify', text)
    expect(readOptedIn(kept), text).toBeUndefined()
  }
})

test('a thing is news once, also when what was told is damaged or much', () => {
  const kept = storage()
  kept.setItem('backseat:notified', '{')
  expect([isNews(kept, 'a'), isNews(kept, 'a'), isNews(kept, 'b')]).toEqual([true, false, true])
  for (let i = 0; i < 400; i++) isNews(kept, `n${i}`)
  expect([isNews(kept, 'n399'), isNews(kept, 'a')]).toEqual([false, true])
})
