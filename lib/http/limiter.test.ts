import { expect, test } from 'vitest'
import { Limiter } from './limiter'

test('after so many failures one waits until the first of them is old; others do not', () => {
  let now = 0
  const limiter = new Limiter(3, 1000, () => now)
  for (const at of [0, 100, 200]) {
    now = at
    expect(limiter.wait('a')).toBe(0)
    limiter.failed('a')
  }
  expect([limiter.wait('a'), limiter.wait('b')]).toEqual([800, 0])
  now = 1001
  expect(limiter.wait('a')).toBe(0)
  limiter.failed('a')
  expect(limiter.wait('a')).toBe(99)
  limiter.forgive('a')
  expect(limiter.wait('a')).toBe(0)
})

test('it remembers a bounded number of names', () => {
  const limiter = new Limiter(1, 1000, () => 0)
  for (let i = 0; i < 10_500; i++) limiter.failed(`name ${i}`)
  expect([limiter.wait('name 0'), limiter.wait('name 10499')]).toEqual([0, 1000])
})
