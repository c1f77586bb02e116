import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { whatHappened } from './intervention-words'

test('what was done stands around what it was done to', () => {
  const { state, interventions } = sketch(`
    0s  lead   delegates t1 to coder: src/a.ts
    1s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
    2s  coder  completes t1
    3s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
  `)
  const [overwrite] = interventions
  if (!overwrite) throw new Error('no overwrite')
  expect(whatHappened(state, overwrite)).toBe('lead overwrote a.ts')
  expect(whatHappened(state, { ...overwrite, kind: 'retry' })).toBe('lead had a.ts tried again')
  expect(whatHappened(state, { ...overwrite, kind: 'redelegate' })).toBe('lead gave a.ts to another agent')
})
