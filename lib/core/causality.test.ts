import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HandOver, isViolated, leastShifts, SAME_MOMENT_MS } from './causality'
import type { AgentId, TaskId } from './ids'

const agent = (n: number) => `agent-${n}` as AgentId
const handOver = (by: number, to: number, times: Partial<HandOver>, task = 0): HandOver => ({
  taskId: `t${task}-${by}-${to}` as TaskId,
  by: agent(by),
  to: agent(to),
  sentAt: undefined,
  receivedAt: undefined,
  beganAt: undefined,
  returnedAt: undefined,
  ...times,
})

/**
 * A company whose clocks agree: each agent but the first works for an earlier one. `lag`: how long each waits before
 * it begins, and its master before it has the result.
 */
const company = fc
  .array(
    fc.record({
      master: fc.nat(),
      tasks: fc.array(fc.record({ at: fc.nat(1e6), lag: fc.integer({ min: 0, max: 5_000 }), work: fc.integer({ min: 0, max: 60_000 }), back: fc.nat(5_000) }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((agents) =>
    agents.flatMap(({ master, tasks }, i) =>
      tasks.map(({ at, lag, work, back }, n) =>
        handOver(master % (i + 1), i + 1, { sentAt: at, beganAt: at + lag, returnedAt: at + lag + work, receivedAt: at + lag + work + back }, n),
      ),
    ),
  )

const skewed = (true_: readonly HandOver[], skewOf: (agent: AgentId) => number): HandOver[] =>
  true_.map((one) => ({
    ...one,
    sentAt: one.sentAt === undefined ? undefined : one.sentAt + skewOf(one.by),
    receivedAt: one.receivedAt === undefined ? undefined : one.receivedAt + skewOf(one.by),
    beganAt: one.beganAt === undefined ? undefined : one.beganAt + skewOf(one.to),
    returnedAt: one.returnedAt === undefined ? undefined : one.returnedAt + skewOf(one.to),
  }))

describe('least shifts', () => {
  test('nobody is shifted where nothing contradicts itself', () => {
    fc.assert(
      fc.property(company, (told) => {
        expect([...leastShifts(told)]).toEqual([])
      }),
    )
  })

  test('whatever the clocks say, nothing contradicts itself afterwards, and the first master stands still', () => {
    fc.assert(
      fc.property(company, fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 9, maxLength: 9 }), (told, skews) => {
        const seen = skewed(told, (id) => skews[Number(id.slice(6))] ?? 0)
        const shifts = leastShifts(seen)
        for (const one of seen) expect(isViolated(one, shifts.get(one.by)?.ms, shifts.get(one.to)?.ms)).toBe(false)
        expect(shifts.has(agent(0))).toBe(false)
        for (const { ms } of shifts.values()) expect(Math.abs(ms)).toBeGreaterThan(0)
      }),
    )
  })

  test('the shift is the skew itself where work began in the moment in which it was given', () => {
    fc.assert(
      fc.property(fc.integer({ min: SAME_MOMENT_MS + 1, max: 1e9 }), fc.nat(60_000), (behind, work) => {
        const told = [handOver(0, 1, { sentAt: 1000, beganAt: 1000, returnedAt: 1000 + work, receivedAt: 1000 + work })]
        expect(leastShifts(skewed(told, (id) => (id === agent(1) ? -behind : 0))).get(agent(1))?.ms).toBe(behind)
        expect(leastShifts(skewed(told, (id) => (id === agent(1) ? behind : 0))).get(agent(1))?.ms).toBe(-behind)
      }),
    )
  })

  test('no smaller shift would do', () => {
    fc.assert(
      fc.property(company, fc.integer({ min: -1e5, max: 1e5 }), (told, skew) => {
        const seen = skewed(told, (id) => (id === agent(1) ? skew : 0)).filter(({ to }) => to === agent(1))
        const ms = leastShifts(seen).get(agent(1))?.ms
        if (ms === undefined) return
        const less = ms - Math.sign(ms) * (SAME_MOMENT_MS + 1)
        expect(seen.some((one) => isViolated(one, 0, less))).toBe(true)
      }),
    )
  })

  test('says which way and which task', () => {
    expect(leastShifts([handOver(0, 1, { sentAt: 5_000, beganAt: 800 })]).get(agent(1))).toEqual({
      agentId: 'agent-1',
      ms: 4_200,
      because: 'began_before_sent',
      taskId: 't0-0-1',
    })
    expect(leastShifts([handOver(0, 1, { sentAt: 0, beganAt: 9_000, returnedAt: 10_000, receivedAt: 4_000 })]).get(agent(1))).toMatchObject({
      ms: -6_000,
      because: 'received_before_returned',
    })
  })

  test('those who work for a shifted agent are shifted with it only as far as they must', () => {
    const shifts = leastShifts([handOver(0, 1, { sentAt: 5_000, beganAt: 1_000 }), handOver(1, 2, { sentAt: 2_000, beganAt: 3_000 })])
    expect(shifts.get(agent(1))?.ms).toBe(4_000)
    expect(shifts.get(agent(2))?.ms).toBe(3_000)
  })

  test('an agent that went on after its result was taken was on no other clock', () => {
    expect(leastShifts([handOver(0, 1, { sentAt: 1_000, beganAt: 1_100, returnedAt: 9_000, receivedAt: 5_000 })]).size).toBe(0)
    const beside = leastShifts([
      handOver(0, 1, { sentAt: 5_000, beganAt: 1_000 }),
      handOver(1, 2, { sentAt: 2_000, beganAt: 2_100, returnedAt: 9_000, receivedAt: 5_000 }),
    ])
    expect(beside.get(agent(2))).toMatchObject({ ms: 4_000, because: 'with_master' })
  })

  test('a circle of delegations ends', () => {
    const circle = [handOver(0, 1, { sentAt: 100, beganAt: 50 }), handOver(1, 0, { sentAt: 300, beganAt: 150 })]
    // agent 1 was given its task first: what came back to agent 0 says that agent 0 is behind
    expect([...leastShifts(circle).values()]).toMatchObject([{ agentId: 'agent-0', ms: 150 }])
    expect([...leastShifts([handOver(0, 0, { sentAt: 100, beganAt: 0 })])]).toEqual([])
  })
})
