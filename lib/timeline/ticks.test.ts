import { expect, test } from 'vitest'
import { printDuration, printElapsed, tickStep } from './ticks'

test('ticks stand at round times and far enough apart', () => {
  expect(tickStep(50_000 / 1200, 96)).toBe(5000)
  expect(tickStep(1 / 1200, 96)).toBe(1)
  expect(tickStep(86_400_000 / 1200, 96)).toBe(7_200_000)
  expect(tickStep((400 * 365 * 86_400_000) / 1200, 96) % 604_800_000).toBe(0)
})

test('time since the start, as fine as the ticks are', () => {
  expect(printElapsed(5000)).toBe('00:05')
  expect(printElapsed(59_999.6)).toBe('01:00')
  expect(printElapsed(5250, 100)).toBe('00:05.250')
  expect(printElapsed(3_725_000)).toBe('1:02:05')
  expect(printElapsed(-1500)).toBe('−00:02')
  expect(printElapsed(2 * 86_400_000 + 3 * 3_600_000)).toBe('2 d 03:00:00')
})

test('lengths of time', () => {
  expect([0, 320, 1900, 9960, 59_960, 125_000, 3_600_000, 11_520_000, 90_000_000].map(printDuration)).toEqual([
    '0 ms',
    '320 ms',
    '1.9 s',
    '10 s',
    '1 min',
    '2 min 05 s',
    '1 h',
    '3 h 12 min',
    '1 d 1 h',
  ])
})
