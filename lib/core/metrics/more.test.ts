import { describe, expect, it } from 'vitest'
import { seededRandom } from '../stats/random'
import { isEstimate } from './estimate'
import { groupTasks } from './groups'
import { likeness } from './likeness'
import { paceContrasts } from './pace-contrasts'
import type { SessionRecord, TaskRecord } from './task-record'
import { tasksIn } from './tasks'
import { clocks, ended } from './testing/records'
import { overwriteTrend } from './trend'

const DAY = 86_400_000
const start = Date.UTC(2026, 0, 5)

/** Three tasks a session; cut short with this chance after so many tokens. */
function tasksOf(name: string, sessions: number, chance: number, tokens: number, random: () => number): TaskRecord[] {
  return Array.from({ length: sessions * 3 }, (_, i) => {
    const session = `${name}${Math.floor(i / 3)}`
    const cut = random() < chance
    const at = cut ? tokens + Math.floor(random() * 20) : 200 + Math.floor(random() * 20)
    return { ...ended(session, `${session}-${i}`, cut ? 'cut' : 'completed', clocks(cut ? 2 : 6, { tokens: at })), groups: { tags: [], masterModel: name } }
  })
}

function sessionAt(sessionId: string, startedAt: number | undefined): SessionRecord {
  return {
    sessionId,
    groups: { tags: [] },
    simulated: false,
    startedAt,
    ended: true,
    outputTokens: 1,
    inputTokens: 1,
    turns: 1,
    turnsWithoutUsage: 0,
    tasks: 3,
  }
}

describe('the rate over time', () => {
  const random = seededRandom(3)
  const calm = tasksOf('calm', 160, 0.2, 40, random)
  const rough = tasksOf('rough', 20, 0.8, 40, random)
  const sessions = [
    ...Array.from({ length: 160 }, (_, i) => sessionAt(`calm${i}`, start + (i % 8) * DAY + 1_000)),
    ...Array.from({ length: 20 }, (_, i) => sessionAt(`rough${i}`, start + 9 * DAY)),
  ]

  it('marks the day on which something changed, and no other; every task is in one period', () => {
    const trend = overwriteTrend(tasksIn([...calm, ...rough]), sessions, 5)
    if ('reason' in trend) throw new Error(trend.reason)
    expect(trend).toMatchObject({ unit: 'day', any: false })
    expect(trend.periods.map(({ from }) => (from - start) / DAY)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 9])
    expect(trend.periods.filter(({ beyond }) => beyond).map(({ from }) => (from - start) / DAY)).toEqual([9])
    expect(trend.periods.reduce((sum, { tasks }) => sum + tasks, 0)).toBe(540)
    for (const { measured, limits } of trend.periods) {
      expect(isEstimate(measured)).toBe(true)
      expect(limits && limits.low <= trend.pooled.value && limits.high >= trend.pooled.value).toBe(true)
    }
  })

  it('weeks and months where days would be too many; too few tasks have no limits; sessions without a start have no period', () => {
    const spread = (days: number) =>
      overwriteTrend(
        tasksIn(calm),
        Array.from({ length: 160 }, (_, i) => sessionAt(`calm${i}`, start + (i * days * DAY) / 160)),
        5,
      )
    const weeks = spread(100)
    expect(weeks).toMatchObject({ unit: 'week' })
    if ('reason' in weeks) throw new Error('no trend')
    for (const { from } of weeks.periods) expect(new Date(from).getUTCDay()).toBe(1)
    expect(spread(400)).toMatchObject({ unit: 'month' })
    const few = overwriteTrend(tasksIn(calm.slice(0, 6)), [sessionAt('calm0', start), sessionAt('calm1', undefined), sessionAt('calm2', 13_000)], 5)
    if ('reason' in few) throw new Error(few.reason)
    expect(few.periods).toHaveLength(1)
    expect(few.periods[0]).not.toHaveProperty('limits')
    expect(overwriteTrend(tasksIn([]), [], 5)).toHaveProperty('reason')
  })
})

describe('pace and likeness', () => {
  it('who lets its sub-agents write more, in tokens, adjusted over all pairs; the same against itself is nothing', () => {
    const random = seededRandom(9)
    const groups = groupTasks(
      [...tasksOf('a', 40, 0.9, 20, random), ...tasksOf('b', 40, 0.9, 120, random), ...tasksOf('c', 40, 0.9, 120, random)],
      ['masterModel'],
    )
    const contrasts = paceContrasts(groups)
    expect(contrasts).toHaveLength(3)
    const pair = (x: string, y: string) => contrasts.find(({ first, second }) => [first, second].sort().join() === `${x},${y}`)
    const ab = pair('a', 'b')
    expect(Math.abs(ab?.difference ?? 0)).toBeGreaterThan(60)
    expect(ab?.holm).toBeLessThan(0.001)
    expect(ab?.logRank).toBeLessThan(0.001)
    expect(ab?.says).toMatch(/lets its sub-agents write \d+ tokens (more|less) than/)
    expect(pair('b', 'c')?.holm).toBeGreaterThan(0.05)
    expect((pair('b', 'c')?.low ?? 1) < 0 === (pair('b', 'c')?.high ?? -1) > 0).toBe(true)
  })

  it('tasks of a session that always fare alike count as one; no pairs, no correlation', () => {
    const alike = Array.from({ length: 20 }, (_, s) => [0, 1].map((i) => ended(`s${s}`, `t${i}`, s % 2 ? 'cut' : 'completed', clocks(3)))).flat()
    expect(likeness(tasksIn(alike))).toMatchObject({ perSession: 2, correlation: expect.closeTo(1, 9), designEffect: expect.closeTo(2, 9) })
    expect(likeness(tasksIn(alike.filter((_, i) => i % 2)))).toEqual({ perSession: 1 })
    expect(likeness(tasksIn([]))).toBeUndefined()
  })
})
