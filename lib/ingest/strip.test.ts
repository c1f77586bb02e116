import { expect, test } from 'vitest'
import { applyEvents } from '@/lib/core/fold'
import type { Event } from '@/lib/core/event'
import type { AgentId, SessionId } from '@/lib/core/ids'
import { newSessionState, newTouched } from '@/lib/core/session'
import { RecentStrip, STRIP_MS } from './strip'

const END = 1_800_000_000_000

/** Each turn: whose, from when to when, ms before the end. */
function drawn(turns: readonly [string, number, number][]) {
  const state = newSessionState('s' as SessionId)
  const touched = newTouched()
  const events = turns.flatMap(([agentId, from, to], n) => [
    { id: `a${n}`, sessionId: 's', type: 'turn.started', occurredAt: END - from, turnId: `t${n}`, agentId },
    { id: `b${n}`, sessionId: 's', type: 'turn.ended', occurredAt: END - to, turnId: `t${n}` },
  ])
  applyEvents(state, events as Event[], touched)
  const strip = new RecentStrip()
  strip.take(touched)
  const picture = strip.draw(state, [], 'lead' as AgentId)
  if (!picture) throw new Error('nothing is drawn')
  return picture
}

test('a few turns are drawn as they are, the master on top', () => {
  const strip = drawn([
    ['coder', 100_000, 90_000],
    ['lead', 50_000, 40_000],
    ['coder', 1_000, 0],
  ])
  expect([strip.lanes, strip.to - strip.from]).toEqual([2, STRIP_MS])
  expect(strip.bars).toEqual([
    [1, 20_000, 30_000, 1],
    [0, 70_000, 80_000, 0],
    [1, 119_000, 120_000, 1],
  ])
})

test('a run of sixty agents at work all the time fills its strip from end to end, in few bars', () => {
  const strip = drawn(
    Array.from({ length: 2_000 }, (_, n): [string, number, number] => {
      const from = 119_900 - n * 59
      return [n % 61 === 0 ? 'lead' : `w${n % 61}`, from, Math.max(0, from - 3_000)]
    }),
  )
  expect(strip.lanes).toBe(8)
  expect(strip.bars.length).toBeLessThanOrEqual(80)
  for (const lane of [1, 4, 7]) {
    const own = strip.bars.filter((bar) => bar[0] === lane)
    const covered = own.reduce((sum, [, from, to]) => sum + to - from, 0)
    expect(covered).toBeGreaterThan(0.9 * STRIP_MS)
  }
})
