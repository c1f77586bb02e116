import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { compareOverwritten, counterpart, sumsOf } from './differences'

const A = sketch(`
  0s   lead   starts p1
  2s   lead   ends p1 (40 tokens)
  2s   lead   delegates t1 to coder: schema.sql
  4s   coder  writes schema.sql "create table users (id uuid primary key, email citext unique not null)"
  6s   lead   starts p2
  7s   lead   writes schema.sql "create table accounts (number bigserial, mail varchar(255), secret text)"
  9s   lead   ends p2 (312 tokens)
`)
const B = sketch(`
  0s   lead   delegates q1 to tester: t.ts
  1s   lead   delegates q2 to coder: schema.sql
`)

test('sums hold what two runs are compared by; what nobody told is not zero', () => {
  const a = sumsOf(A.state, A.interventions)
  expect(a).toMatchObject({ agents: 2, tasks: 1, turns: 2, calls: 0, output: { tokens: 352 }, duration: 9_000 })
  expect([...a.interventions]).toEqual([['overwrite', 1]])
  expect([...a.overwritten]).toEqual(['schema.sql'])
  const b = sumsOf(B.state, B.interventions)
  expect(b).toMatchObject({ agents: 3, tasks: 2, turns: 0, output: { tokens: undefined } })
})

test('files that were overwritten are told apart, in whatever folders the runs were', () => {
  expect(compareOverwritten([new Set(['a.ts', 'b.ts']), new Set(['b.ts', 'c.ts'])])).toEqual([
    { runs: [0, 1], paths: ['b.ts'] },
    { runs: [0], paths: ['a.ts'] },
    { runs: [1], paths: ['c.ts'] },
  ])
  expect(compareOverwritten([new Set(['/one/src/a.ts', '/one/src/b.ts']), new Set(['/two/src/b.ts', '/two/src/c.ts'])])).toEqual([
    { runs: [0, 1], paths: ['b.ts'] },
    { runs: [0], paths: ['/one/src/a.ts'] },
    { runs: [1], paths: ['/two/src/c.ts'] },
  ])
  expect(compareOverwritten([new Set(['x']), new Set(['x', 'y']), new Set(['x', 'y'])])).toEqual([
    { runs: [0, 1, 2], paths: ['x'] },
    { runs: [1, 2], paths: ['y'] },
  ])
  expect(compareOverwritten([new Set(), new Set(['x'])])).toEqual([{ runs: [1], paths: ['x'] }])
})

test('the counterpart of a task has its title or outputs, else its place', () => {
  expect(counterpart('t1', A.state, B.state)).toBe('q2')
  expect(counterpart('q1', B.state, A.state)).toBe('t1')
  expect(counterpart('nothing', A.state, B.state)).toBeUndefined()
})
