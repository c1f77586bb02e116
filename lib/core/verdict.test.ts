import { expect, test } from 'vitest'
import { cohenKappa, gwetAc1 } from './stats/agreement'
import { agreementTables, judgementsOf, resultOf } from './verdict'

const said = (id: string, reviewer: string | undefined, verdict: string, at: number, interventionId = 'i1') => ({
  id,
  reviewer,
  verdict,
  at,
  order: 0,
  interventionId,
})

test('the newest word of each person counts, whatever the order of arrival; what is no judgement does not', () => {
  const words = [
    said('a', 'anna', 'justified', 1),
    said('b', 'bert', 'unjustified', 2),
    said('c', 'anna', 'unjustified', 3),
    said('d', 'anna', 'set_aside', 4),
    said('e', undefined, 'unsure', 1),
  ]
  for (const order of [words, [...words].reverse()]) {
    const judged = judgementsOf(order).get('i1') ?? []
    expect(judged.map(({ reviewer, verdict }) => `${reviewer} ${verdict}`).sort()).toEqual(['anna unjustified', 'bert unjustified', 'e unsure'])
    expect(resultOf(judged)).toBe('unjustified')
  }
})

test('people who disagree come to nothing; who cannot tell does not count', () => {
  const result = (...verdicts: string[]) => resultOf(judgementsOf(verdicts.map((verdict, index) => said(`v${index}`, `r${index}`, verdict, 1))).get('i1') ?? [])
  expect([result('justified', 'unjustified'), result('justified', 'unsure'), result('unsure'), resultOf([])]).toEqual([
    'disagreed',
    'justified',
    'unsure',
    undefined,
  ])
})

test('agreement of two people, by hand', () => {
  const cases = [
    ['justified', 'justified'],
    ['justified', 'unjustified'],
    ['unjustified', 'unjustified'],
    ['unjustified', 'unjustified'],
  ].map(
    ([a = '', b = ''], index) =>
      judgementsOf([said(`a${index}`, 'anna', a, 1, `i${index}`), said(`b${index}`, 'bert', b, 1, `i${index}`)]).get(`i${index}`) ?? [],
  )
  const [pair] = agreementTables(cases)
  expect(pair).toEqual({
    reviewers: ['anna', 'bert'],
    cases: 4,
    table: [
      [1, 1, 0],
      [0, 2, 0],
      [0, 0, 0],
    ],
  })
  // Agreed 3/4; by chance (2/4·1/4 + 2/4·3/4) = 1/2.
  expect(cohenKappa(pair?.table ?? [])).toBeCloseTo(0.5)
  // Gwet: categories' means 3/8, 5/8, 0; chance (15/64 + 15/64) / 2 = 15/64.
  expect(gwetAc1(pair?.table ?? [])).toBeCloseTo((0.75 - 15 / 64) / (1 - 15 / 64))
})
