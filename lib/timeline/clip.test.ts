import { expect, test } from 'vitest'
import { CLIP_BITS, mostBytes, planClip } from './clip'
import { playedTo, printSpeed } from './replay'

const idle = { gaps: [{ from: 10_000, to: 90_000 }] }

test('a clip lasts as long as was asked for, idle time left out', () => {
  expect(planClip(0, 100_000, 10, undefined)).toEqual({ from: 0, to: 100_000, speed: 10, length: 10_000 })
  const plan = planClip(0, 100_000, 10, idle)
  expect([plan.speed, plan.length]).toEqual([2, 10_000])
  // played frame by frame it ends there
  let at = 0
  for (let ms = 0; ms < plan.length; ms += 40) at = playedTo(at, 40, plan.speed, idle)
  expect(at).toBeCloseTo(100_000, -2)
})

test('what is short is not drawn out for ever, and its size is bounded', () => {
  const plan = planClip(0, 500, 20, undefined)
  expect([plan.speed, plan.length]).toEqual([0.25, 2_000])
  expect(mostBytes(plan)).toBe((2 * CLIP_BITS) / 8)
  expect([printSpeed(0.25), printSpeed(3.333), printSpeed(812.4)]).toEqual(['0.25×', '3.3×', '812×'])
})
