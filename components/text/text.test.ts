import { describe, expect, test } from 'vitest'
import { formatAgo, formatClock, formatDuration, formatExact, formatRough } from './clock'
import { formatMoney, formatPercent, formatShort, formatTokens, plural } from './count'

describe('clocks', () => {
  test.each([
    [0, '00:00.0'],
    [11_850, '00:11.8'],
    [599_999, '09:59.9'],
    [600_000, '10:00'],
    [4_023_000, '1:07:03'],
    [-2_000, '−00:02.0'],
  ])('%d ms into the session reads %s', (ms, text) => expect(formatClock(ms)).toBe(text))

  test.each([
    [640, '640 ms'],
    [1_940, '1.9 s'],
    [59_960, '1 min'],
    [252_000, '4 min 12 s'],
    [11_100_000, '3 h 5 min'],
    [10 * 86_400_000, '10 days'],
  ])('%d ms lasts %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

  test('rough and relative times', () => {
    expect(formatRough(181_000)).toBe('3 min')
    const now = Date.UTC(2026, 0, 5)
    expect(formatAgo(now - 1_000, now)).toBe('just now')
    expect(formatAgo(now - 7_200_000, now)).toBe('2 h ago')
    expect(formatAgo(13_000, now)).toBe('no times recorded')
    expect(formatExact(0)).toBe('no times recorded')
  })
})

describe('counts', () => {
  test.each([
    [0, '0'],
    [9_999, '9,999'],
    [12_400, '12.4k'],
    [120_400, '120k'],
    [3_060_000, '3.1M'],
    [2_400_000_000, '2.4G'],
    [9_007_199_254_740_991, '9,007T'],
    [1e300, '>9,999T'],
  ])('%d reads %s', (n, text) => expect(formatShort(n)).toBe(text))

  test('estimates say so', () => expect(formatTokens(1_284, true)).toBe('~1,284'))
  test('shares are never rounded to none or all', () => {
    expect(formatPercent(0)).toBe('0%')
    expect(formatPercent(0.004)).toBe('<1%')
    expect(formatPercent(0.998)).toBe('>99%')
    expect(formatPercent(0.18)).toBe('18%')
  })
  test('plurals and money', () => {
    expect(plural(1, 'task')).toBe('1 task')
    expect(plural(2, 'task')).toBe('2 tasks')
    expect(formatMoney(0.0193)).toBe('$0.019')
    expect(formatMoney(3.2)).toBe('$3.20')
    expect(formatMoney(0.0001)).toBe('<$0.001')
    expect(formatMoney(0)).toBe('$0')
  })
})
