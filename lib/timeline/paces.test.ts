import { expect, test, vi } from 'vitest'
import type { Pace } from '@/lib/core/pace'
import { sketch } from '@/lib/core/testing/sketch'
import { Paces } from './paces'
import { Rows } from './rows'

const session = () =>
  sketch(`
    0s  lead   delegates t1 to coder
    1s  coder  starts u1
    2s  coder  streams u1 4
    9s  coder  ends u1 (8 tokens)
    9s  coder  says "all at once" (30 tokens)
  `)

test('a text that streamed comes as it was recorded, any other evenly; each is asked for once', async () => {
  const { state } = session()
  const rows = new Rows(state, new Map())
  const turns = Array.from({ length: rows.bars.count }, (_, bar) => bar)
  const start = state.firstAt ?? 0
  const pace: Pace = { at: [start + 2_000, start + 9_000], chars: [1, 4] }
  const ask = vi.fn(async () => pace)
  const changed = vi.fn()
  const paces = new Paces(ask, changed)
  expect(turns.map((bar) => paces.shareOf(rows, bar, start + 5_000))).toEqual(turns.map(() => undefined))
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce(), { timeout: 30_000 })
  expect(turns.map((bar) => paces.shareOf(rows, bar, start + 5_000)).filter((share) => share !== undefined)).toEqual([0.25])
  expect(ask.mock.calls).toEqual([['u1']])
})

test('where it cannot be had text comes evenly, and nobody asks again', async () => {
  const { state } = session()
  const rows = new Rows(state, new Map())
  const ask = vi.fn(() => Promise.reject(new Error('no network')))
  const paces = new Paces(ask, () => {})
  const look = () => Array.from({ length: rows.bars.count }, (_, bar) => paces.shareOf(rows, bar, 5_000))
  look()
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(new Set(look())).toEqual(new Set([undefined]))
  expect(ask).toHaveBeenCalledOnce()
})
