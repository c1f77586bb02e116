import { expect, test } from 'vitest'
import { type Estimate, isEstimate } from './estimate'
import { promptEffect, stratified } from './prompt-effect'
import type { TaskRecord } from './task-record'
import { clocks, ended } from './testing/records'

const share = (x: number, n: number): Estimate => ({
  value: x / n,
  low: 0,
  high: 1,
  level: 0.95,
  n,
  clusters: n,
  events: x,
  method: 'made up',
  display: 'full',
})

test('a variant tried more with the hasty master is not taken for the master', () => {
  // each master is cut short alike under both prompts: 80 % and 20 %
  const strata = [
    { baseline: share(20, 25), changed: share(160, 200) },
    { baseline: share(40, 200), changed: share(5, 25) },
  ]
  const { difference } = stratified(strata, 0.1)
  expect(difference).toBeCloseTo(0, 12)
  // pooled by plain sums it would be 165/225 against 60/225
  expect(165 / 225 - 60 / 225).toBeGreaterThan(0.4)
})

test('equal shares of many tasks are equivalent, of few undecided; far apart ones differ', () => {
  expect(stratified([{ baseline: share(360, 500), changed: share(360, 500) }], 0.1).verdict).toBe('equivalent')
  expect(stratified([{ baseline: share(22, 30), changed: share(22, 30) }], 0.1).verdict).toBe('undecided')
  expect(stratified([{ baseline: share(400, 500), changed: share(200, 500) }], 0.1).verdict).toBe('different')
  expect(stratified([{ baseline: share(2150, 3000), changed: share(2250, 3000) }], 0.1).verdict).toBe('different_but_small')
})

test('the variant with the most tasks is the baseline; each other one is compared over all masters and with each', () => {
  const tasks: TaskRecord[] = []
  const add = (promptVariant: string | undefined, masterModel: string, cut: number, n: number) => {
    for (let i = 0; i < n; i++)
      tasks.push({
        ...ended(`${promptVariant}-${masterModel}-${i}`, 't', i < cut ? 'cut' : 'completed', clocks(3)),
        groups: { promptVariant, masterModel, tags: [] },
      })
  }
  add('neutral', 'a', 40, 60)
  add('neutral', 'b', 20, 60)
  add('trust', 'a', 38, 50)
  add('trust', 'b', 18, 50)
  add(undefined, 'a', 1, 3)
  const effect = promptEffect(tasks, { k: 5, margin: 0.1 })
  expect(effect).toMatchObject({ baseline: 'neutral', unnamed: 3, phases: 'before' })
  expect(effect.rows.map(({ variant, master }) => [variant, master])).toEqual([
    ['trust', undefined],
    ['trust', 'a'],
    ['trust', 'b'],
  ])
  const [, a] = effect.rows
  expect(a && isEstimate(a.changed) && a.changed.value).toBeCloseTo(38 / 50)
  expect(a?.test?.holm).toBeGreaterThanOrEqual(a?.test?.p ?? 1)
  expect(effect.sentences[0]).toMatch(/^Undecided whether trust and neutral differ/)
  expect(promptEffect(tasks.slice(0, 120), { k: 5, margin: 0.1 })).toMatchObject({ baseline: undefined, rows: [] })
})
