import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { Rows } from './rows'
import { stepTogether } from './step-together'

function runOf(key: string, at: number) {
  const { state, interventions } = sketch(`
    0s   lead   delegates t1 to coder: a.sql, b.sql
    2s   coder  writes a.sql "create table users (id uuid primary key, email citext unique not null)"
    ${at}s  lead   writes a.sql "create table accounts (number bigserial, mail varchar(255), secret text)"
  `)
  const zero = state.firstAt ?? 0
  return { key, rows: new Rows(state, new Map(interventions.map((one) => [one.id, one]))), placeOf: (moment: number) => moment - zero }
}

test('interventions of all runs follow one another by their place', () => {
  const runs = [runOf('a', 9), runOf('b', 5), runOf('c', 12)]
  const from = (at: number, by: 1 | -1) => stepTogether(runs, undefined, at, by, new Set())
  const first = from(0, 1)
  expect(first).toMatchObject({ key: 'b', place: 5_000 })
  const second = stepTogether(runs, first, 0, 1, new Set())
  expect(second).toMatchObject({ key: 'a', place: 9_000 })
  expect(stepTogether(runs, second, 0, 1, new Set())).toMatchObject({ key: 'c' })
  expect(stepTogether(runs, first, 0, -1, new Set())).toBeUndefined()
  expect(from(10_000, -1)).toMatchObject({ key: 'a' })
  // past the last one it begins again, as within one run
  expect(from(99_000, 1)).toMatchObject({ key: 'b' })
  expect(stepTogether(runs, undefined, 0, 1, new Set(['overwrite']))).toBeUndefined()
})
