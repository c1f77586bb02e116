import { expect, test } from 'vitest'
import { TurnId } from '@/lib/core/ids'
import { sketch } from '@/lib/core/testing/sketch'
import { returnedBefore, whatHappened } from './intervention-words'

const OVERWRITTEN = `
  0s  lead   delegates t1 to coder: src/a.ts
  1s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
  2s  coder  completes t1
  3s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
`

test('what was done stands around what it was done to', () => {
  const { state, interventions } = sketch(OVERWRITTEN)
  const [overwrite] = interventions
  if (!overwrite) throw new Error('no overwrite')
  expect(whatHappened(state, overwrite)).toBe('lead overwrote a.ts')
  expect(whatHappened(state, { ...overwrite, kind: 'retry' })).toBe('lead had a.ts tried again')
  expect(whatHappened(state, { ...overwrite, kind: 'redelegate' })).toBe('lead gave a.ts to another agent')
})

test('what an agent had returned stands for its side, unless one of its turns was hit or nothing had come back yet', () => {
  const { state, interventions } = sketch(OVERWRITTEN)
  const [overwrite] = interventions
  const [task] = state.tasks.values()
  if (!overwrite || task?.endedAt === undefined) throw new Error('no overwrite of a completed task')
  const accept = { ...overwrite, kind: 'accept' as const, target: undefined }
  const done = { ...task, result: 'sum.ts is done' }
  expect(returnedBefore(accept, done)).toEqual({ result: 'sum.ts is done' })
  expect(returnedBefore(accept, { ...done, result: undefined })).toEqual({ result: undefined })
  expect(returnedBefore({ ...accept, occurredAt: task.endedAt - 1 }, done)).toBeUndefined()
  expect(returnedBefore(accept, undefined)).toBeUndefined()
  expect(returnedBefore({ ...accept, target: { ...overwrite.master, turnId: TurnId.parse('turn-1') } }, done)).toBeUndefined()
})
