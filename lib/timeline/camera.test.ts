import { describe, expect, test } from 'vitest'
import { Camera } from './camera'
import { foldedClock, wallClock } from './scale'

const START = 1_000_000
const camera = () => {
  const made = new Camera(wallClock(START))
  made.scale.width = made.strip.width = 1000
  return made
}
const seconds = ([u0, u1]: readonly [number, number]) => [Math.round(u0 / 1000), Math.round(u1 / 1000)]

describe('the camera', () => {
  test('a running session keeps its scale until now reaches the end of it', () => {
    const c = camera()
    c.extend(START, START + 60_000, true)
    const fitted = c.fitted()
    c.extend(START, START + 70_000, true)
    expect(c.fitted()).toEqual(fitted)
    c.extend(START, START + 90_000, true)
    expect(seconds(c.fitted())).toEqual([-1, 117])
  })

  test('an ended session fits with room for words at the right', () => {
    const c = camera()
    c.extend(START, START + 100_000, false)
    expect(c.fitted()).toEqual([-1200, 103_500])
  })

  test('a glide ends exactly where it was to go, and a new one starts from where it is', () => {
    const c = camera()
    c.go([0, 1000])
    c.go([5000, 6000], 0)
    c.step(80)
    expect(c.scale.u0).toBeGreaterThan(0)
    expect(c.aim()).toEqual([5000, 6000])
    c.go([0, 500], 80)
    c.step(10_000)
    expect([c.scale.u0, c.scale.u1, c.gliding]).toEqual([0, 500, false])
  })

  test('following keeps the breadth and leaves room ahead of now', () => {
    const c = camera()
    c.go([0, 10_000])
    expect(c.losesNow(START + 8000)).toBe(false)
    expect(c.losesNow(START + 9000)).toBe(true)
    expect(c.withNow(START + 9000)).toEqual([200, 10_200])
  })

  test('what is brought into view keeps the breadth when it fits, and gets air when it does not', () => {
    const c = camera()
    c.go([0, 10_000])
    expect(seconds(c.around(START + 50_000, START + 51_000))).toEqual([47, 57])
    expect(seconds(c.around(START + 50_000, START + 90_000))).toEqual([45, 95])
  })

  test('folding keeps what is in view in view', () => {
    const c = camera()
    c.extend(START, START + 1_000_000, false)
    c.go([900_000, 1_000_000])
    c.setClock(foldedClock(START, [{ from: START + 10_000, to: START + 800_000 }], 500), false)
    expect(Math.round(c.scale.timeAt(0) - START)).toBe(900_000)
    expect(Math.round(c.scale.timeAt(1000) - START)).toBe(1_000_000)
  })

  test('panning never loses the session', () => {
    const c = camera()
    c.extend(START, START + 100_000, false)
    c.go([500_000, 600_000])
    c.clamp()
    expect(c.scale.u0).toBeLessThan(100_000)
    expect(c.scale.u1 - c.scale.u0).toBeCloseTo(100_000)
  })

  test('the window that a link carries is as fine as a pixel can tell', () => {
    const c = camera()
    c.go([1234.567, 61_234.567])
    expect(c.window()).toEqual({ kind: 'range', from: START + 1235, to: START + 61_235 })
    c.go([1234.56712, 1236.56789])
    expect(c.window()).toEqual({ kind: 'range', from: START + 1234.567, to: START + 1236.568 })
    c.go([5, 5])
    expect(c.window()).toBeUndefined()
  })
})
