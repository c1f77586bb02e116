import { describe, expect, it } from 'vitest'
import { comparePairs, testEquivalence } from './compare'
import { REPORTED } from './reported'
import { disposition } from './completion'
import { type Estimate, shareOf } from './estimate'
import {
  saysComparison,
  saysCurve,
  saysDiscrimination,
  saysDisposition,
  saysEquivalence,
  saysPace,
  saysPaceComparison,
  saysReported,
  saysRewriting,
  saysShare,
  saysThreshold,
} from './sentences'
import { clocks, counted, ended } from './testing/records'
import { overwriteRateByThreshold } from './threshold'
import { comparePace, interruptionCurve, paceOfInterruption } from './tokens-before'

const share = (x: number, n: number) =>
  shareOf(counted(Array.from({ length: n }, (_, i) => ({ x: i < x ? 1 : 0, n: 1 }))), { code: 'no_tasks', reason: 'Nothing delegated yet.' }) as Estimate
const records = Array.from({ length: 20 }, (_, i) => ended(`s${i}`, `t${i}`, i < 12 ? 'cut' : 'completed', clocks(2 + (i % 3), { tokens: 40 + 10 * (i % 5) })))

describe('sentences', () => {
  it('a rate with its limits, counts alone, or why there is nothing', () => {
    expect(saysShare('gpt-4o', share(36, 50), 'cut short')).toBe('gpt-4o: 36 of 50 tasks cut short, 58 to 83 %.')
    expect(saysShare('gpt-4o', share(3, 7), 'cut short')).toBe('gpt-4o: 3 of 7 tasks cut short; too few for a rate.')
    expect(saysShare('', share(0, 0), 'cut short')).toBe('Nothing delegated yet.')
    expect(saysShare('a', { ...share(36, 50), value: 0.78 }, 'cut short')).toBe('a: an estimated 78 % of 50 tasks cut short, 58 to 83 %.')
  })

  it('who can be told apart, and what difference could have been seen', () => {
    const groups = [
      { label: 'a', estimate: share(36, 50) },
      { label: 'b', estimate: share(33, 50) },
    ]
    expect(saysComparison(groups, comparePairs(groups), 'cut short').at(-1)).toMatch(
      /^At this n a is not distinguishable from b; a difference of 2\d points would show in four of five such comparisons\.$/,
    )
    const apart = [groups[0], { label: 'c', estimate: share(10, 50) }].flatMap((group) => group ?? [])
    expect(saysComparison(apart, comparePairs(apart), 'cut short').at(-1)).toBe('a above c by 52 points, +33 to +66 points.')
    expect(saysComparison(groups.slice(0, 1), [], 'cut short')).toHaveLength(1)
  })

  it('equivalence in words', () => {
    expect(saysEquivalence('neutral', 'trust', testEquivalence(share(216, 300), share(210, 300)))).toBe(
      'neutral and trust differ by less than 10 points: +2 points (−4 to +8).',
    )
    expect(saysEquivalence('neutral', 'trust', testEquivalence(share(21, 30), share(20, 30)))).toContain('Undecided')
  })

  it('what became of all tasks, and how far they came', () => {
    expect(saysDisposition(disposition(records))).toBe('Of 20 tasks 12 cut short by a master and 8 completed.')
    expect(saysDisposition(disposition([]))).toBe('Nothing was delegated.')
    expect(saysCurve('a', interruptionCurve(records), 50)).toMatch(
      /^a: by 50 tokens \d+ % of 20 tasks cut short, \d+ % completed, 0 % failed, \d+ % still going \(cut short: \d+ to \d+ %\)\.$/,
    )
    expect(saysPace('', paceOfInterruption(records))).toMatch(/^if work went on, half would be interrupted within \d+ tokens/)
  })

  it('paces against each other, in tokens', () => {
    const later = records.map((record) => ({
      ...record,
      sessionId: `x${record.sessionId}`,
      end: { ...record.end, clocks: { ...record.end.clocks, tokens: record.end.clocks.tokens + 500 } },
    }))
    expect(saysPaceComparison('a', 'b', comparePace(later, records, { tau: 80 }))).toMatch(
      /^Within the first 80 tokens a lets its sub-agents write \d+ tokens more than b \(\+\d+ to \+\d+\)\.$/,
    )
    expect(saysPaceComparison('a', 'b', comparePace(records, records, { tau: 80 }))).toMatch(/^At this n a and b are not distinguishable/)
  })

  it('what a press table reports does not add up to all tasks: shown as reported, compared with nothing', () => {
    for (const { overwriteRate, completion } of REPORTED) expect(overwriteRate + completion).toBeLessThan(0.91)
    expect(REPORTED.map(saysReported)[0]).toBe('GPT-4o: 78 % (reported, no sample size given).')
  })

  it('says what cannot be said', () => {
    expect(saysRewriting({ code: 'no_outcomes', reason: 'Nothing was overwritten.' })).toBe('Nothing was overwritten.')
    expect(saysDiscrimination('a', { code: 'no_outcomes', reason: 'No outcomes.' })).toBe('a: No outcomes.')
    expect(saysThreshold(overwriteRateByThreshold(records))).toMatch(/^The rate is the same/)
  })
})
