import { tallies } from './tally'
import { HOW } from './task-columns'
import { tasksIn } from './tasks'
import { describe, expect, it } from 'vitest'
import { garwood } from '../stats/poisson'
import { autonomousCompletion, disposition } from './completion'
import { type Estimate, isEstimate, type Measured, shareOf } from './estimate'
import { overwriteRate, overwriteRateAny, overwriteRateByK } from './overwrite-rate'
import { cutsPerThousandTokens } from './rates'
import { clocks, ended } from './testing/records'
import { saysPace } from './sentences'
import { comparePace, interruptionCurve, paceOfInterruption, restrictedTokens } from './tokens-before'
import { incidenceEstimate, watch } from './watch'

/**
 * Twelve tasks in four sessions, small enough to redo by hand. Five figures come out wrong if one
 * counts carelessly; each test says the right number and names the wrong one.
 */
const TASKS = (
  [
    ['A', 'A1', 40, 2, 'cut'],
    ['A', 'A2', 120, 4, 'completed'],
    ['A', 'A3', 60, 3, 'cut'],
    ['B', 'B1', 25, 1, 'cut'],
    ['B', 'B2', 80, 4, 'cut'],
    ['B', 'B3', 150, 6, 'failed'],
    ['C', 'C1', 90, 3, 'completed'],
    ['C', 'C2', 70, 3, 'censored'],
    ['C', 'C3', 200, 8, 'cut'],
    ['D', 'D1', 40, 2, 'cut'],
    ['D', 'D2', 160, 7, 'completed'],
    ['D', 'D3', 110, 5, 'cut'],
  ] as const
).map(([session, task, tokens, step, how]) => ended(session, task, how, clocks(step, { tokens, opportunity: step })))

function estimate(measured: Measured): Estimate {
  if (!isEstimate(measured)) throw new Error(measured.reason)
  return measured
}

describe('the worked example', () => {
  it('OR@5 is 19/36, not 6/12 (all tasks) nor 6/11 (the censored one dropped)', () => {
    const or5 = estimate(overwriteRate(TASKS))
    expect(or5.value).toBeCloseTo(19 / 36, 12)
    expect(or5).toMatchObject({ n: 12, clusters: 4, events: 6, display: 'counts', level: 0.95 })
    // four sessions: the interval says how little that is
    expect((or5.high ?? 0) - (or5.low ?? 1)).toBeGreaterThan(0.5)
  })

  it('OR@k for every k, and the same on the opportunity clock, which here ticks alike', () => {
    const byK = overwriteRateByK(TASKS, { upTo: 8 })
    if ('reason' in byK) throw new Error(byK.reason)
    const expected = [1 / 12, 1 / 4, 1 / 3, 0.4305555555555555, 19 / 36, 19 / 36, 19 / 36, 0.625]
    byK.forEach(({ estimate: { value } }, i) => expect(value).toBeCloseTo(expected[i] ?? 0, 12))
    expect(estimate(overwriteRate(TASKS, { clock: 'opportunity' })).value).toBeCloseTo(19 / 36, 12)
    expect(estimate(overwriteRateAny(TASKS)).value).toBeCloseTo(19 / 36, 12)
  })

  it('the variance per session is the one computed by hand, times G/(G-1); the interval uses the larger', () => {
    const watched = watch(TASKS, { clock: 'step', phases: 'before' })
    const found = incidenceEstimate(watched, 1, 5)
    // 0.15023 per task against 0.12585 * sqrt(4/3) = 0.14532 per session: floored at the first
    expect(found.effectiveN).toBeCloseTo(((19 / 36) * (17 / 36)) / 0.15023130314433286 ** 2, 6)
  })

  it('cumulative incidence on the token clock: 1/4, 3/7, 13/21 by 50, 100, 200 tokens; the four shares sum to one', () => {
    const curve = interruptionCurve(TASKS)
    if ('reason' in curve) throw new Error(curve.reason)
    const at = (t: number) => curve.points.findLast((point) => point.t <= t)?.cutShort
    expect([at(50), at(100), at(200)]).toEqual([1 / 4, 3 / 7, 13 / 21].map((x) => expect.closeTo(x, 12)))
    for (const { cutShort, completed, failed, open } of curve.points) expect(cutShort + completed + failed + open).toBeCloseTo(1, 12)
    expect(curve.censored).toEqual([70])
    expect(curve.riskTable[0]).toEqual({ t: 0, atRisk: 12, cutShort: 0, completed: 0, failed: 0, censored: 0 })
    expect(curve.riskTable.find(({ t }) => t === 200)).toMatchObject({ t: 200, atRisk: 1, cutShort: 7, completed: 3, failed: 1, censored: 1 })
    expect(curve.trustedUntil).toBe(40)
  })

  it('median 110 tokens if work went on; the mean over interrupted tasks, 79, is no such thing; 1 - KM(200) is 1, not 0.62', () => {
    const pace = paceOfInterruption(TASKS)
    if ('reason' in pace) throw new Error(pace.reason)
    expect(pace.median.value).toBe(110)
    expect(pace.points.at(-1)?.survival).toBe(0)
    const cut = TASKS.filter((task) => task.end.how === 'cut_short')
    expect(cut.reduce((sum, task) => sum + task.end.clocks.tokens, 0) / cut.length).toBeCloseTo(79.28571428571429, 10)
  })

  it('a median that is not reached is above the last point with ten tasks, not above the longest of all', () => {
    const tasks = Array.from({ length: 14 }, (_, i) => ended(`s${i}`, `t${i}`, i === 0 ? 'cut' : 'completed', clocks(i === 13 ? 467 : 10 * (i + 1))))
    const pace = paceOfInterruption(tasks)
    expect(pace).toMatchObject({ median: { value: undefined }, watchedUntil: 50 })
    expect(saysPace('', pace)).toBe('if work went on, fewer than half would be interrupted within 50 tokens; beyond that there are too few tasks to tell.')
    expect(paceOfInterruption(tasks.slice(-5))).toMatchObject({ watchedUntil: 467 })
  })

  it('restricted mean up to 150 tokens: 102.5, error 14.4 for tasks taken one by one', () => {
    const alone = estimate(restrictedTokens(TASKS, { tau: 150, scope: 'session' }))
    expect(alone.value).toBeCloseTo(102.51190476190476, 10)
    expect(((alone.high ?? 0) - (alone.low ?? 0)) / (2 * 1.959963984540054)).toBeCloseTo(14.397098383578168, 8)
    const together = estimate(restrictedTokens(TASKS, { tau: 150 }))
    expect(together.low ?? 0).toBeLessThan(alone.low ?? 0)
    expect(restrictedTokens(TASKS)).toMatchObject({ tau: 40 })
  })

  it('seven cuts in 1,145 tokens: 6.1 a thousand, exact limits 2.5 to 12.6', () => {
    const rate = estimate(cutsPerThousandTokens(TASKS))
    const limits = garwood(7)
    expect(rate.value).toBeCloseTo(7 / 1.145, 10)
    expect(rate.low).toBeCloseTo(limits.low / 1.145, 10)
    expect(rate.high).toBeCloseTo(limits.high / 1.145, 10)
  })

  it('autonomous completion 2/7; of those that are over 3 of 11, 5 to 71 % with four sessions', () => {
    expect(estimate(autonomousCompletion(TASKS)).value).toBeCloseTo(0.2857142857142857, 12)
    const over = tasksIn(TASKS.filter(({ end }) => end.how !== 'censored'))
    const naive = estimate(
      shareOf(
        tallies(over, (row) => over.ends.how[row] === HOW.completed),
        { code: 'no_tasks', reason: '' },
      ),
    )
    expect(naive.value).toBeCloseTo(3 / 11, 12)
    expect(naive.low).toBeCloseTo(0.05464202633401927, 9)
    expect(naive.high).toBeCloseTo(0.7087047928396946, 9)
  })

  it('the disposition accounts for everybody', () => {
    expect(disposition(TASKS)).toEqual({
      n: 12,
      cutShort: 7,
      completed: 3,
      failed: 1,
      open: 1,
      stopped: 0,
      stoppedWhy: {},
      notStarted: 0,
      takenOverUnstarted: 0,
    })
  })

  it('a group against itself: no difference, p 1', () => {
    const same = comparePace(TASKS, TASKS, { tau: 150 })
    if ('reason' in same) throw new Error(same.reason)
    expect(same).toMatchObject({ difference: 0, p: 1 })
    expect(same.logRank?.chi2).toBeCloseTo(0, 12)
    expect(same.low).toBeCloseTo(-(same.high ?? 0), 10)
  })
})
