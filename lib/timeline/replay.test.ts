import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { playedTo, Replay, typedAt } from './replay'

const idle = {
  gaps: [
    { from: 100, to: 1100 },
    { from: 2000, to: 9000 },
  ],
  share: 0.8,
  busy: 1000,
}

describe('a replay', () => {
  test('moves at its speed, and leaps idle stretches only where it may', () => {
    expect(playedTo(0, 50, 2, undefined)).toBe(100)
    expect(playedTo(0, 50, 4, undefined)).toBe(200)
    expect(playedTo(0, 50, 4, idle)).toBe(1200)
    expect(playedTo(500, 10, 1, idle)).toBe(1110)
  })

  test('never goes back, however it leaps', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(5000), fc.constantFrom(0.5, 1, 64), (from, elapsed, speed) => {
        expect(playedTo(from, elapsed, speed, idle)).toBeGreaterThanOrEqual(from)
      }),
    )
  })

  test('stops at the end, and a tab that slept goes on where it was', () => {
    const replay = new Replay()
    replay.play(0, 1000)
    replay.speed = 1
    expect(replay.step(100, 5000, { gaps: [], share: 0, busy: 0 })).toBe(1100)
    expect(replay.step(60_100, 5000, { gaps: [], share: 0, busy: 0 })).toBe(1350)
    replay.speed = 64
    expect(replay.step(60_200, 5000, { gaps: [], share: 0, busy: 0 })).toBe(5000)
    expect(replay.playing).toBe(false)
  })

  test('text types itself, whole characters only', () => {
    expect(typedAt('abcdef', 0.5)).toBe('abc')
    expect(typedAt('a😀b', 0.5)).toBe('a')
    expect(typedAt('abc', 7)).toBe('abc')
  })
})
