import { describe, expect, it } from 'vitest'
import { isEstimate } from './estimate'
import { jointDifferences } from './joint-differences'
import { compareDetails, type CompareDetails } from './details'
import { incidenceTest } from './incidence-test'
import { groupTasks } from './groups'
import { overwriteRateByK } from './overwrite-rate'
import { saysStepIns, stepIns } from './step-ins'
import { interventionsPerTask } from './rates'
import { tasksIn } from './tasks'
import type { TaskRecord } from './task-record'
import { randomSession } from './testing/random-records'
import { clocks, ended, fact } from './testing/records'
import { seededRandom } from '../stats/random'

const START = Date.UTC(2026, 0, 1)
const OPTIONS = { by: ['masterModel' as const], k: 7, theta: 0.7, min: 1, margin: 0.1 }
const random = seededRandom(12)
const made = Array.from({ length: 90 }, (_, i) => randomSession(`s${i}`, random, START + i * 1_000, 3))
const tasks = tasksIn(made.flatMap((session) => session.tasks))
const details: CompareDetails = compareDetails(
  tasks,
  made.map(({ session }) => session),
  [],
  OPTIONS,
)

/** Two rewrites at steps 2 and 4 in every other task, all accepted at step 6. */
const rewritten = Array.from({ length: 12 }, (_, i): TaskRecord => {
  const at = (step: number) => fact({ id: `f${i} ${step}`, kind: 'overwrite', survival: 0.1, clocks: clocks(step, { opportunity: step }) })
  const record = ended(`s${i % 6}`, `t${i}`, 'completed', clocks(5, { opportunity: 5 }))
  return { ...record, fate: { how: 'accepted', clocks: clocks(6, { opportunity: 6 }) }, interventions: i % 2 === 0 ? [at(2), at(4)] : [] }
})

describe('interventions a task', () => {
  it('counts every one of them, also in tasks that have none', () => {
    const [found] = stepIns([rewritten], 'step')
    if (!found || 'reason' in found) throw new Error('nothing found')
    expect(found).toMatchObject({ tasks: 12, sessions: 6, events: 12, until: 6, shared: 6, withoutChance: 0 })
    expect(found.points.map(({ t, mean }) => [t, mean])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0.5],
      [3, 0.5],
      [4, 1],
      [5, 1],
      [6, 1],
    ])
    expect(saysStepIns([{ label: 'a', found }], 'steps')).toEqual([
      expect.stringMatching(/^a: 1\.00 \(0\.\d\d to \d\.\d\d\) interventions a task within 6 steps; 12 tasks in 6 sessions\.$/),
    ])
  })

  it('leaves out what had been asked for and what nobody could step into, and says too few where there are', () => {
    const asked = rewritten.map((record) => ({ ...record, interventions: record.interventions.map((one) => ({ ...one, flags: ['requested' as const] })) }))
    const blocked = asked.map((record) => ({ ...record, fate: { ...record.fate, clocks: clocks(6, { opportunity: 0 }) } }))
    const [quiet, none, few] = stepIns([asked, blocked, rewritten.slice(0, 3)], 'opportunity')
    expect(quiet).toMatchObject({ events: 0, tasks: 12 })
    // none seen in six sessions: up to 3.69 / 6 a task is possible
    const last = quiet && 'points' in quiet ? quiet.points.at(-1) : undefined
    expect(last).toMatchObject({ mean: 0, low: 0 })
    expect(last?.high).toBeCloseTo(Math.log(40) / 6, 9)
    expect(none).toMatchObject({ code: 'no_opportunity' })
    expect(few).toMatchObject({ tasks: 3, points: [] })
    expect(saysStepIns([{ label: 'few', found: few ?? { code: 'no_tasks', reason: '' } }], 'steps')).toEqual([
      'few: 4 interventions in 3 tasks in 3 sessions; too few for a mean.',
    ])
  })

  it('has as many events as Nelson’s function over the same records', () => {
    const records = made.flatMap((session) => session.tasks)
    const naive = interventionsPerTask(records)
    const [found] = stepIns([records], 'step')
    if ('reason' in naive || !found || 'reason' in found) throw new Error('nothing found')
    expect(found.events).toBe(naive.reduce((sum, { events }) => sum + events, 0))
  })
})

describe('both choices at once', () => {
  it('agrees with the rate step by step, and holds the reader’s own k', () => {
    const { ks, thetas, groups } = details.joint
    expect(ks).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20])
    const own = thetas.indexOf(0.7)
    for (const { members, label } of groupTasks(tasks, ['masterModel'])) {
      const byK = overwriteRateByK(members)
      const rates = groups.find((group) => group?.label === label)?.rates[own]
      if (!Array.isArray(byK)) throw new Error(byK.reason)
      ks.forEach((k, i) => {
        const { value, low = 0, high = 0, effectiveN } = byK[k - 1]?.estimate ?? { value: 0 }
        if (!effectiveN) return expect(rates?.[i]).toBeNull()
        expect(rates?.[i]?.value).toBeCloseTo(value, 3)
        expect(rates?.[i]?.low).toBeCloseTo(low, 3)
        expect(rates?.[i]?.high).toBeCloseTo(high, 3)
      })
    }
  })

  it('rises with k and with the threshold; a difference is that of its cells', () => {
    const [first, second] = details.joint.groups
    if (!first || !second) throw new Error('no groups')
    for (const { rates } of [first, second])
      for (const row of rates) for (const [i, cell] of row.entries()) expect(cell?.value ?? 1).toBeGreaterThanOrEqual(row[i - 1]?.value ?? 0)
    const cell = jointDifferences(second, first)[3]?.[4]
    expect(cell?.value).toBeCloseTo((second.rates[3]?.[4]?.value ?? 0) - (first.rates[3]?.[4]?.value ?? 0), 12)
    expect(details.joint.says[0]).toMatch(/lies (above|below) .* at .* choices; the interval of the difference is clear of zero at \d+\./)
  })
})

describe('curves against each other', () => {
  it('takes the larger p, adjusts pairs, and has none where there is one curve', () => {
    const test = details.incidenceTest
    if (!test) throw new Error('no test')
    expect(test.p).toBe(Math.max(test.clustered ?? 1, test.independent))
    expect(test.pairs).toHaveLength((test.curves * (test.curves - 1)) / 2)
    for (const { p, holm, independent } of test.pairs) {
      expect(holm).toBeGreaterThanOrEqual(p)
      expect(p).toBeGreaterThanOrEqual(independent)
    }
    expect(test.withinWorkflows).toBeGreaterThan(0)
    const [only] = groupTasks(tasks, ['format'])
    expect(only && incidenceTest([only], { byWorkflow: false })).toBeUndefined()
    expect(details.groups.every(({ stepIns: { step } }) => !('reason' in step))).toBe(true)
    expect(details.groups.some(({ yield: kept }) => isEstimate(kept))).toBe(true)
  })
})
