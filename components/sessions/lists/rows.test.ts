import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { countingOf, countsOf, rowsOf } from './rows'

const DRAWN = `
  0s  lead   delegates t1 to coder: src/a.ts
  0s  lead   delegates t2 to tester: src/a.test.ts
  1s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
  1s  tester writes src/a.test.ts "test('sum', () => expect(sum(1, 2)).toBe(3))"
  2s  coder  completes t1
  2s  tester completes t2
  3s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
  9s  lead   ends the session
`

test('the number of interventions is of what counts; what was accepted stands in the list and not in the number', () => {
  const { state, interventions } = sketch(DRAWN)
  const findings = new Map(interventions.map((finding) => [finding.id, finding]))
  expect(interventions.map(({ kind }) => kind)).toEqual(['overwrite', 'accept'])
  expect(countsOf(state, findings).interventions).toBe(1)
  expect(rowsOf('interventions', state, findings, '').length).toBe(2)
  expect(countingOf(rowsOf('interventions', state, findings, ''))).toBe(1)
  expect(rowsOf('interventions', state, findings, '', ['accept']).length).toBe(1)
})
