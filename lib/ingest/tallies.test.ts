import { expect, test } from 'vitest'
import { isEstimate } from '@/lib/core/metrics/estimate'
import { sessionFigures } from '@/lib/core/metrics/session-figures'
import { tasksOf } from '@/lib/core/metrics/tasks-of'
import { sketch } from '@/lib/core/testing/sketch'
import { Tallies } from './tallies'

const WORK = `
  0s  lead   delegates t1 to coder: src/a.ts
  2s  coder  writes src/a.ts "export function sum(left, right) { const total = left + right; return total }"
  3s  coder  completes t1 "done"
`
const REWRITE = `9s  lead   writes src/a.ts "export const product = (values) => values.reduce((result, value) => result * value, 1)"`

function counted(text: string) {
  const { state, interventions: findings } = sketch(text)
  const tallies = new Tallies(state, findings)
  const { cutShort } = sessionFigures(tasksOf(state, findings), false)
  const stored = () => tallies.summary(0, 0).tasksCutShort
  const before = stored()
  for (const { id } of findings) tallies.removeFinding(id)
  return {
    overwrites: findings.filter(({ kind }) => kind === 'overwrite').length,
    stored: before,
    emptied: stored(),
    page: isEstimate(cutShort) ? cutShort.events : undefined,
  }
}

test('cut short in the list is cut short on the page: what came after acceptance is neither', () => {
  expect(counted(`${WORK}  ${REWRITE}`)).toEqual({ overwrites: 1, stored: 1, emptied: 0, page: 1 })
  expect(counted(`${WORK}  5s  lead  accepts t1\n  ${REWRITE}`)).toEqual({ overwrites: 1, stored: 0, emptied: 0, page: 0 })
})
