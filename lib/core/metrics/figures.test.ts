import { describe, expect, it } from 'vitest'
import { seededRandom } from '../stats/random'
import { appropriateness } from './appropriateness'
import { comparePairs, RELEASE_MARGIN, testEquivalence } from './compare'
import { autonomousCompletion, leftAlone } from './completion'
import { costPerSuccess, delegationYield, destroyedShare, wasteShare } from './costs'
import { destroyedTokens } from './destroyed'
import { discrimination } from './discrimination'
import { displayOf, type Estimate, isEstimate, type Measured, shareOf } from './estimate'
import { groupTasks } from './groups'
import { delegationMultiplier } from './multiplier'
import { overwriteRate, overwriteRateAny, overwriteRateParts, overwriteRateUnit } from './overwrite-rate'
import { cutsPerOpportunity, interventionsPerTask } from './rates'
import { rewriteValue } from './rewriting'
import type { SessionRecord, TaskRecord } from './task-record'
import { clocks, counted, ended, fact, taskRecord } from './testing/records'
import { overwriteRateByThreshold } from './threshold'
import { restrictedTokens } from './tokens-before'

function estimate(measured: Measured): Estimate {
  if (!isEstimate(measured)) throw new Error(measured.reason)
  return measured
}

const NOTHING = { code: 'no_tasks', reason: 'nothing' } as const

/** `sessions` sessions of three tasks; a task is cut at step 2 with this chance, else completed at step 6. */
function sampled(prefix: string, sessions: number, chance: number, seed: number, groups: Partial<TaskRecord['groups']> = {}): TaskRecord[] {
  const random = seededRandom(seed)
  return Array.from({ length: sessions * 3 }, (_, i) => {
    const session = `${prefix}${Math.floor(i / 3)}`
    const cut = random() < chance
    const record = ended(session, `${session}-${i % 3}`, cut ? 'cut' : 'completed', clocks(cut ? 2 : 6, { tokens: cut ? 40 : 120 }))
    return { ...record, groups: { tags: [], ...groups } }
  })
}

describe('what is shown', () => {
  it('counts alone under ten tasks or five sessions, grey under thirty; one session is enough for a figure about that session', () => {
    expect([displayOf(9, 9), displayOf(50, 4), displayOf(29, 10), displayOf(30, 5), displayOf(12, 1, 'session')]).toEqual([
      'counts',
      'counts',
      'grey',
      'full',
      'grey',
    ])
  })

  it('one task a session: Wilson; clustered where tasks share sessions; a confidence sequence while it runs; nothing for others from one session', () => {
    const alone = Array.from({ length: 50 }, (_, i) => ({ x: i < 36 ? 1 : 0, n: 1 }))
    expect(estimate(shareOf(counted(alone), NOTHING))).toMatchObject({ method: 'Wilson', low: expect.closeTo(0.5833, 4), high: expect.closeTo(0.8253, 4) })
    expect(
      estimate(
        shareOf(
          counted([
            { x: 36, n: 50 },
            { x: 0, n: 3 },
          ]),
          NOTHING,
        ),
      ).method,
    ).toContain('clustered')
    const running = estimate(shareOf(counted([{ x: 36, n: 50 }]), NOTHING, { scope: 'session', running: true }))
    const over = estimate(shareOf(counted([{ x: 36, n: 50 }]), NOTHING, { scope: 'session' }))
    expect(running.low ?? 1).toBeLessThan(over.low ?? 0)
    expect(estimate(shareOf(counted([{ x: 36, n: 50 }]), NOTHING))).not.toHaveProperty('low')
    expect(shareOf(counted([]), NOTHING)).toBe(NOTHING)
    expect(estimate(shareOf(counted(alone.map(() => ({ x: 0, n: 1 }))), NOTHING)).note).toContain('0 of 50')
  })
})

describe('overwrite rate', () => {
  it('where nothing could be intervened in: not measurable, never 0 %', () => {
    const blocked = Array.from({ length: 41 }, (_, i) =>
      taskRecord({ sessionId: `s${i}`, taskId: `t${i}`, end: { how: 'completed', clocks: clocks(20, { opportunity: 0 }) }, opportunitiesBeforeEnd: 0 }),
    )
    expect(overwriteRate(blocked)).toMatchObject({ code: 'no_opportunity', reason: expect.stringContaining('41') })
    expect(autonomousCompletion(blocked)).toMatchObject({ code: 'no_opportunity' })
    const unbegun = Array.from({ length: 31 }, (_, i) => taskRecord({ sessionId: `u${i}`, taskId: `u${i}`, started: false }))
    expect(overwriteRate([...blocked.slice(0, 1), ...unbegun])).toMatchObject({
      reason:
        'Not measurable here: the master had no turn while its agents worked, so it could not have stepped into this one task. 31 of 32 tasks were never begun.',
    })
    expect(estimate(autonomousCompletion(blocked, { population: 'D0' })).value).toBe(1)
    expect(estimate(overwriteRate([...blocked, ...sampled('p', 10, 0.5, 1)])).note).toContain('41 tasks could not be intervened in')
  })

  it('after completion: measured in any phase on the opportunity clock, and said to be so', () => {
    const records = Array.from({ length: 20 }, (_, i) => {
      const cut = i < 5
      return taskRecord({
        sessionId: `s${i}`,
        taskId: `t${i}`,
        end: { how: 'completed', clocks: clocks(20, { opportunity: 0 }) },
        opportunitiesBeforeEnd: 0,
        fate: cut
          ? { how: 'cut_short', kind: 'overwrite', phase: 'post_completion', clocks: clocks(23, { opportunity: 3 }) }
          : { how: 'accepted', clocks: clocks(30, { opportunity: 10 }) },
      })
    })
    expect(overwriteRate(records)).toMatchObject({ code: 'no_opportunity' })
    expect(overwriteRateAny(records)).toMatchObject({ value: 0.25, events: 5, afterCompletion: 1 })
    expect(estimate(leftAlone(records)).value).toBeCloseTo(0.75, 12)
  })

  it('a task that could not be stepped into before its tenth step does not look immune', () => {
    // four cut at once, four long ones that the master first saw at step 10
    const early = Array.from({ length: 4 }, (_, i) => ended(`a${i}`, `a${i}`, 'cut', clocks(2)))
    const late = Array.from({ length: 4 }, (_, i) =>
      taskRecord({ ...ended(`b${i}`, `b${i}`, 'completed', clocks(12)), firstOpportunity: clocks(10), opportunitiesBeforeEnd: 2 }),
    )
    expect(estimate(overwriteRate([...early, ...late])).value).toBe(1)
    expect(estimate(overwriteRate([...early, ...late], { clock: 'opportunity' })).value).toBeLessThan(1)
  })

  it('before the first unit, and later, add up to the whole', () => {
    const records = sampled('s', 12, 0.6, 5).map((record, i) =>
      record.end.how === 'cut_short' && i % 2 === 0 ? { ...record, end: { ...record.end, phase: 'pre_unit' as const } } : record,
    )
    const parts = overwriteRateParts(records)
    if ('reason' in parts) throw new Error(parts.reason)
    const whole = estimate(overwriteRate(records)).value
    expect(parts.reduce((sum, part) => sum + part.estimate.value, 0)).toBeCloseTo(whole, 12)
    expect(estimate(overwriteRateUnit(records)).value).toBeCloseTo(parts.find(({ cut }) => cut.phase === 'pre_unit')?.estimate.value ?? 0, 12)
  })

  it('another threshold: a revise that kept 75 % is an overwrite at 0.80, an overwrite that kept 65 % is none at 0.60', () => {
    const revised = taskRecord({
      sessionId: 's',
      taskId: 'r',
      end: { how: 'completed', clocks: clocks(6), at: 9 },
      interventions: [fact({ kind: 'revise', survival: 0.75, destroyed: 20, occurredAt: 4, clocks: clocks(3) })],
    })
    const overwritten = taskRecord({
      sessionId: 's',
      taskId: 'o',
      end: { how: 'cut_short', kind: 'overwrite', phase: 'pre_completion', clocks: clocks(3), at: 4 },
      endWithoutCut: { how: 'completed', clocks: clocks(6), at: 9 },
      interventions: [fact({ kind: 'overwrite', headline: true, survival: 0.65, destroyed: 20, occurredAt: 4, clocks: clocks(3) })],
    })
    const rates = overwriteRateByThreshold([revised, overwritten], { thresholds: [0.6, 0.7, 0.8] }).map(({ measured }) => estimate(measured).value)
    expect(rates).toEqual([0, 0.5, 1].map((value) => expect.closeTo(value, 12)))
  })

  it('per opportunity, and per task over time', () => {
    const records = sampled('s', 12, 0.5, 3)
    expect(estimate(cutsPerOpportunity(records)).value).toBeGreaterThan(0)
    const curve = interventionsPerTask([
      taskRecord({
        sessionId: 's',
        taskId: 't',
        end: { how: 'completed', clocks: clocks(6) },
        interventions: [fact({ kind: 'revise', clocks: clocks(2) }), fact({ kind: 'overwrite', clocks: clocks(4) })],
      }),
    ])
    expect(curve).toMatchObject([
      { t: 2, mean: 1 },
      { t: 4, mean: 2 },
    ])
  })

  it('the token clock wants tokens', () => {
    expect(restrictedTokens(sampled('s', 4, 0.5, 1).map((record) => ({ ...record, tokensKnown: false })))).toMatchObject({ code: 'no_tokens' })
  })
})

describe('was it right', () => {
  const judged = (n: number, before: 'good' | 'bad', after: 'good' | 'bad' | undefined, touched: boolean, offset: number, perSession = 1) =>
    Array.from({ length: n }, (_, i) =>
      taskRecord({
        sessionId: `s${Math.floor((offset + i) / perSession)}`,
        taskId: `t${offset + i}`,
        outcomes: { test: { before, after } },
        interventions: touched ? [fact({ kind: 'overwrite', headline: true })] : [],
      }),
    )

  it('22 % bad before, 34 % after, 18 harmed and 6 repaired: net −12 points, −21 to −2', () => {
    const records = [
      ...judged(60, 'good', 'good', true, 0),
      ...judged(18, 'good', 'bad', true, 60),
      ...judged(6, 'bad', 'good', true, 78),
      ...judged(16, 'bad', 'bad', true, 84),
    ]
    const found = rewriteValue(records)
    if ('reason' in found) throw new Error(found.reason)
    expect(found).toMatchObject({ level: 'test', kept: 60, harmed: 18, repaired: 6, stillBad: 16, test: 'McNemar mid-P' })
    expect(found.net).toMatchObject({ value: -0.12, low: expect.closeTo(-0.21374750543517396, 9), high: expect.closeTo(-0.02415022636323226, 9) })
    expect(found.p).toBeCloseTo(0.014633297920227072, 10)
    expect(estimate(found.harm).value).toBeCloseTo(18 / 78, 12)
    expect(estimate(found.repair).value).toBeCloseTo(6 / 22, 12)
    expect(found.coverage).toEqual({ rewrites: 100, known: 100, flaky: 0, worst: expect.closeTo(-0.12, 12), best: expect.closeTo(-0.12, 12) })
  })

  it('the same harms packed into few sessions say less; unknown outcomes widen the bounds', () => {
    const records = [
      ...judged(60, 'good', 'good', true, 0, 10),
      ...judged(18, 'good', 'bad', true, 60, 10),
      ...judged(6, 'bad', 'good', true, 78, 10),
      ...judged(16, 'bad', 'bad', true, 84, 10),
    ]
    const found = rewriteValue([...records, ...judged(20, 'good', undefined, true, 200)])
    if ('reason' in found) throw new Error(found.reason)
    expect(found.p).toBeGreaterThan(0.1)
    expect((found.net.high ?? 0) - (found.net.low ?? 0)).toBeGreaterThan(0.19)
    expect(found.coverage).toMatchObject({ rewrites: 120, known: 100, worst: expect.closeTo(-32 / 120, 12), best: expect.closeTo(8 / 120, 12) })
    expect(rewriteValue(judged(5, 'good', undefined, true, 0))).toMatchObject({ code: 'no_outcomes' })
  })

  it('18 of 22 bad and 60 of 78 good touched: cannot tell them apart, and leans in', () => {
    const records = [
      ...judged(18, 'bad', undefined, true, 0),
      ...judged(4, 'bad', undefined, false, 18),
      ...judged(60, 'good', undefined, true, 22),
      ...judged(18, 'good', undefined, false, 82),
    ]
    const found = discrimination(records)
    if ('reason' in found) throw new Error(found.reason)
    expect(found).toMatchObject({ bad: 22, badTouched: 18, good: 78, goodTouched: 60 })
    expect(found.sensitivity.value).toBeCloseTo(0.13209521917808908, 10)
    expect(found.bias.value).toBeCloseTo(-0.7912067106321339, 10)
    expect((found.sensitivity.low ?? 1) < 0 && (found.bias.high ?? 1) < 0).toBe(true)
    expect(estimate(found.caught).value).toBeCloseTo(18 / 22, 12)
    expect(estimate(found.respected).value).toBeCloseTo(18 / 78, 12)
    expect(discrimination(judged(20, 'good', undefined, true, 0))).toMatchObject({ code: 'no_outcomes' })
  })

  it('with tasks sharing sessions the errors come from leaving sessions out', () => {
    const records = [
      ...judged(20, 'bad', undefined, true, 0, 4),
      ...judged(20, 'bad', undefined, false, 100, 4),
      ...judged(20, 'good', undefined, true, 40, 4),
      ...judged(40, 'good', undefined, false, 60, 4),
    ]
    const found = discrimination(records)
    if ('reason' in found) throw new Error(found.reason)
    expect(found.sensitivity.method).toContain('jackknife')
  })

  it('what people said: disagreement and doubt are no verdict', () => {
    const verdicts = [
      { justified: 2, unjustified: 0, unsure: 0 },
      { justified: 0, unjustified: 1, unsure: 1 },
      { justified: 1, unjustified: 1, unsure: 0 },
      { justified: 0, unjustified: 0, unsure: 1 },
      { justified: 0, unjustified: 0, unsure: 0 },
    ]
    const records = verdicts.map((given, i) =>
      taskRecord({ sessionId: `s${i}`, taskId: 't', interventions: [fact({ kind: 'overwrite', headline: true, verdicts: given })] }),
    )
    expect(appropriateness(records)).toMatchObject({ judged: 2, disagreed: 1, unsure: 1, unjudged: 1, justified: { value: 0.5, n: 2 } })
  })
})

describe('comparisons', () => {
  it('two masters: Newcombe, p, Holm and q over the family; nobody without an interval takes part', () => {
    const groups = groupTasks(
      [...sampled('a', 40, 0.8, 1, { masterModel: 'a' }), ...sampled('b', 40, 0.4, 2, { masterModel: 'b' }), ...sampled('c', 2, 0.4, 2, { masterModel: 'c' })],
      ['masterModel'],
    )
    expect(groups.map(({ label, members }) => [label, members.length])).toEqual([
      ['a', 120],
      ['b', 120],
      ['c', 6],
    ])
    const named = groups.map(({ label, members }) => ({ label, estimate: estimate(overwriteRate(members)) }))
    const contrasts = comparePairs(named)
    expect(contrasts).toHaveLength(1)
    expect(contrasts[0]).toMatchObject({ first: 'a', second: 'b' })
    expect(contrasts[0]?.low).toBeGreaterThan(0)
    expect(contrasts[0]?.holm).toBeLessThan(0.001)
  })

  it('two keys, and tags, of which one task may have several', () => {
    const records = [
      taskRecord({ sessionId: 's', taskId: '1', groups: { masterModel: 'a', workflow: 'api', tags: ['x', 'y'] } }),
      taskRecord({ sessionId: 's', taskId: '2', groups: { masterModel: 'a', tags: [] } }),
    ]
    expect(groupTasks(records, ['masterModel', 'workflow']).map(({ label }) => label)).toEqual(['a · api', 'a · not known'])
    expect(groupTasks(records, ['tag']).map(({ label }) => label)).toEqual(['not known', 'x', 'y'])
    expect(groupTasks(records, []).map(({ label, members }) => [label, members.length])).toEqual([['all', 2]])
  })

  it('"no effect" has to be shown: four verdicts', () => {
    const share = (x: number, n: number) => estimate(shareOf(counted(Array.from({ length: n }, (_, i) => ({ x: i < x ? 1 : 0, n: 1 }))), NOTHING))
    expect(testEquivalence(share(216, 300), share(210, 300))).toMatchObject({ verdict: 'equivalent', p: expect.closeTo(0.0153, 3) })
    expect(testEquivalence(share(216, 300), share(210, 300), RELEASE_MARGIN)).toMatchObject({ verdict: 'undecided', p: expect.closeTo(0.20899196572930212, 9) })
    expect(testEquivalence(share(240, 300), share(150, 300)).verdict).toBe('different')
    expect(testEquivalence(share(2160, 3000), share(2040, 3000)).verdict).toBe('different_but_small')
  })
})

describe('tokens and money', () => {
  const session = (sessionId: string, about: Partial<SessionRecord> = {}): SessionRecord => ({
    sessionId,
    groups: { tags: [] },
    simulated: false,
    ended: true,
    outputTokens: 30_000,
    inputTokens: 10_000,
    turns: 10,
    turnsWithoutUsage: 0,
    tasks: 1,
    ...about,
  })

  it('40,000 tokens: 2,400 destroyed, 5,900 cancelled, 900 redone: 23 %', () => {
    const task = taskRecord({
      sessionId: 's',
      taskId: 't',
      spend: {
        outputTokens: 6000,
        inputTokens: 0,
        turns: 4,
        turnsWithoutUsage: 0,
        destroyed: 400,
        written: 1000,
        surviving: 600,
        cancelledTokens: 5900,
        redoneTokens: 900,
      },
    })
    expect(wasteShare([session('s')], [task])).toMatchObject({
      total: 40_000,
      destroyed: 2400,
      cancelled: 5900,
      redone: 900,
      rest: 30_800,
      atLeast: 0,
      share: { value: 0.23 },
    })
    expect(estimate(destroyedShare([task])).value).toBeCloseTo(0.4, 12)
    expect(estimate(delegationYield([session('s')], [task])).value).toBeCloseTo(600 / 40_000, 12)
  })

  it('where it is not known how much a task wrote, the destroyed tokens themselves, said to be "at least"', () => {
    const task = taskRecord({
      sessionId: 's',
      taskId: 't',
      spend: { outputTokens: 6000, inputTokens: 0, turns: 4, turnsWithoutUsage: 0, destroyed: 400, cancelledTokens: 0, redoneTokens: 0 },
    })
    expect(destroyedTokens(task)).toEqual({ tokens: 400, exact: false })
    expect(wasteShare([session('s')], [task])).toMatchObject({ destroyed: 400, atLeast: 1, share: { note: expect.stringContaining('at least') } })
    expect(delegationYield([session('s')], [task])).toMatchObject({ code: 'no_ledger' })
    expect(wasteShare([session('s', { inputTokens: 0, outputTokens: 0 })], [task])).toMatchObject({ code: 'no_tokens' })
  })

  it('cost per success: all that was paid, over what came of it', () => {
    const sessions = Array.from({ length: 20 }, (_, i) => session(`s${i}`, { costUsd: 2, succeeded: i < 10 }))
    const found = estimate(costPerSuccess([...sessions, session('x')]))
    expect(found).toMatchObject({ value: 4, events: 10, n: 20, note: expect.stringContaining('1 sessions left out') })
    expect((found.low ?? 9) < 4 && (found.high ?? 0) > 4).toBe(true)
    expect(costPerSuccess([session('x')])).toMatchObject({ code: 'no_prices' })
    expect(costPerSuccess([session('x', { costUsd: 1, succeeded: false })])).toMatchObject({ code: 'no_outcomes' })
  })

  it('the multiplier: the same workflow by the same model, with and without delegating; nothing without a baseline', () => {
    const of = (workflow: string | undefined, tokens: number, tasks: number, about: Partial<SessionRecord> = {}) =>
      session(`${workflow} ${tokens} ${tasks}`, { groups: { tags: [], workflow, masterModel: 'a' }, inputTokens: tokens, outputTokens: 0, tasks, ...about })
    // one and one of each: pairs, as published
    const pairs = [30_000, 52_000, 18_000, 36_000, 25_000].map((tokens, i) => of(`w${i}`, tokens, 3))
    const alone = [2_000, 2_600, 1_500, 900, 1_250].map((tokens, i) => of(`w${i}`, tokens, 0))
    expect(estimate(delegationMultiplier(pairs, alone))).toMatchObject({
      value: expect.closeTo((15 * 20 * 12 * 40 * 20) ** 0.2, 9),
      low: expect.closeTo(11.2, 1),
      high: expect.closeTo(34.4, 1),
      n: 10,
    })
    // several of each: ten times as many in one workflow, a tenth in a model of which nothing works alone
    const many = [900, 1_000, 1_100].flatMap((tokens) => [of('w', tokens * 10, 3), of('other', tokens, 3)])
    const few = [900, 1_000, 1_100].map((tokens) => of('w', tokens, 0))
    const found = estimate(delegationMultiplier([...many, of('w', 5, 3, { ended: false })], [...few, of(undefined, 1, 0)]))
    expect(found).toMatchObject({ value: expect.closeTo(10, 9), n: 6, display: 'counts' })
    expect((found.low ?? 99) < 10 && (found.high ?? 0) > 10).toBe(true)
    expect(delegationMultiplier(pairs, [])).toMatchObject({ code: 'no_baseline' })
  })
})
