import { expect, test } from 'vitest'
import type { NotMeasurable } from '@/lib/core/metrics/estimate'
import { oneLineAReason } from './groups-of-one-reason'

const blocked = (tasks: number): NotMeasurable => ({ code: 'no_opportunity', reason: `Not measurable here: none of ${tasks}.` })
const unchecked: NotMeasurable = { code: 'no_outcomes', reason: 'Nothing was overwritten.' }
const says = (label: string, { reason }: NotMeasurable) => `${label}: ${reason}`

test('groups of one reason are one line, whatever their counts; one group alone and what is no reason stay', () => {
  const sentences = [says('a', blocked(1)), 'd: 3 of 9 tasks', says('b', blocked(20)), says('c', unchecked), 'a and b overlap.']
  const groups = [
    { label: 'a', measured: blocked(1) },
    { label: 'b', measured: blocked(20) },
    { label: 'c', measured: unchecked },
    { label: 'd', measured: { points: [] } },
  ]
  expect(oneLineAReason(sentences, groups)).toEqual([
    'd: 3 of 9 tasks',
    'c: Nothing was overwritten.',
    'a and b overlap.',
    '2 groups (a, b): Not measurable here: the master had no turn while its agents worked, so it could not have stepped in.',
  ])
  // nothing was said of them, so nothing is added
  expect(oneLineAReason(['d: 3 of 9 tasks'], groups)).toEqual(['d: 3 of 9 tasks'])
})
