import { expect, test } from 'vitest'
import { isEstimate } from '@/lib/core/metrics/estimate'
import { sessionFigures } from '@/lib/core/metrics/session-figures'
import { sessionRecordOf } from '@/lib/core/metrics/sessions-of'
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

test('tokens of turns that run, or were cut, count in the list as they do in the export', () => {
  const { state, interventions } = sketch(`
    0s  lead   starts u0
    1s  lead   streams u0 12
    2s  lead   ends u0 (20 tokens)
    9s  lead   starts u1
    9s  lead   streams u1 40
   10s  lead   streams u1 45
  `)
  const tallies = new Tallies(state, interventions)
  const both = () => [tallies.summary(0, 0).outputTokens, sessionRecordOf(state).outputTokens]
  expect(both()).toEqual([65, 65])

  const running = [...state.turns.values()].find(({ usage }) => usage === undefined)
  if (!running) throw new Error('u1 has no usage yet')
  running.usage = { outputTokens: 47 }
  state.totals.outputTokens += 47
  const nothing = {
    session: false,
    agents: new Set<never>(),
    tasks: new Set<never>(),
    writes: new Set<never>(),
    calls: new Set<never>(),
    messages: new Set<never>(),
    verdicts: new Set<never>(),
  }
  tallies.take({ ...nothing, turns: new Set([running]) })
  expect(both()).toEqual([67, 67])
})
