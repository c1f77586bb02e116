import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { isOver } from './over'
import { QUIET_AFTER_MS } from './protocol'

test('a session is over when it says so, or when nothing of it happens for long; not before it has begun', () => {
  const { state } = sketch('0s lead delegates t1 to coder: a.ts')
  const lastAt = state.lastAt ?? Number.NaN
  expect(isOver(state, lastAt + QUIET_AFTER_MS)).toBe(false)
  expect(isOver(state, lastAt + QUIET_AFTER_MS + 1)).toBe(true)
  expect(isOver({ facts: { ...state.facts, endedAt: lastAt }, lastAt }, lastAt)).toBe(true)
  expect(isOver({ facts: state.facts, lastAt: undefined }, lastAt)).toBe(false)
})
