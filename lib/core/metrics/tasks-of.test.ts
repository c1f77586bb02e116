import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detectAll, inlineText, newDetector } from '../detect/detector'
import type { Event } from '../event'
import type { SessionId } from '../ids'
import { applyEvents } from '../fold'
import { newSessionState } from '../session'
import { arbitrarySession } from '../testing/arbitrary'
import { sketch } from '../testing/sketch'
import { disposition } from './completion'
import { sessionRecordOf } from './sessions-of'
import type { TaskRecord } from './task-record'
import { tasksOf } from './tasks-of'
import { atThreshold, THRESHOLDS } from './threshold'

const CODE = '"export function add(left: number, right: number) {\\n  const total = left + right\\n  return total\\n}\\n"'
const OTHER = '"import { sum } from \'lodash\'\\n\\nexport const add = (...numbers: number[]): number => sum(numbers.map(Number))\\n"'

function drawn(drawing: string): TaskRecord[] {
  const { state, interventions } = sketch(drawing)
  return tasksOf(state, interventions)
}

function only(drawing: string): TaskRecord {
  const [record, ...others] = drawn(drawing)
  if (!record || others.length > 0) throw new Error('the sketch does not delegate exactly one task')
  return record
}

describe('how a delegation ended', () => {
  it('cut short while it streamed: clocks as the detector read them', () => {
    const record = only(`
      0s  lead   delegates t1 to coder: src/add.ts
      1s  coder  starts u1
      2s  coder  streams u1 40
      3s  coder  writes src/add.ts partial ${CODE}
      4s  lead   says "hm"
      5s  lead   writes src/add.ts ${OTHER}
      6s  coder  ends u1 (90 tokens)
    `)
    expect(record.end).toMatchObject({ how: 'cut_short', kind: 'overwrite', clocks: { tokens: 40, step: 2, opportunity: 1 } })
    expect(record).toMatchObject({ started: true, tokensKnown: true, opportunitiesBeforeEnd: 1 })
    expect(record.firstOpportunity).toMatchObject({ step: 2, opportunity: 1 })
    expect(record.interventions).toMatchObject([{ kind: 'overwrite', headline: true }])
  })

  it('completed, then rewritten: completed before, cut short in any phase', () => {
    const record = only(`
      0s  lead   delegates t1 to coder: src/add.ts
      1s  coder  writes src/add.ts ${CODE}
      2s  coder  says "done" (30 tokens)
      3s  coder  completes t1
      4s  lead   says "let me see"
      5s  lead   writes src/add.ts ${OTHER}
    `)
    expect(record.end).toMatchObject({ how: 'completed', clocks: { tokens: 30, step: 1, opportunity: 0 } })
    expect(record.opportunitiesBeforeEnd).toBe(0)
    expect(record.fate).toMatchObject({ how: 'cut_short', phase: 'post_completion' })
    expect(record.firstOpportunity).toMatchObject({ step: 2, opportunity: 1, tokens: 30 })
  })

  it('the call blocks the master: its turn that begins with the result came too late to interfere', () => {
    const record = only(`
      0s  lead   starts m1
      1s  lead   delegates t1 to coder
      2s  coder  says "done" (30 tokens)
      3s  coder  completes t1
      3s  lead   starts m2
      4s  lead   ends m2 (9 tokens)
    `)
    expect(record.opportunitiesBeforeEnd).toBe(0)
    expect(record.end.clocks).toEqual({ tokens: 30, step: 1, opportunity: 0 })
    expect(record.firstOpportunity).toEqual({ tokens: 30, step: 2, opportunity: 1 })
    expect(record.fate.clocks.opportunity).toBe(1)
  })

  it('accepted explicitly, or by the end of the session: left alone', () => {
    const done = `
      0s  lead   delegates t1 to coder: src/add.ts
      1s  coder  writes src/add.ts ${CODE}
      3s  coder  completes t1`
    expect(only(`${done}\n 4s lead accepts t1`).fate).toMatchObject({ how: 'accepted' })
    expect(only(done).fate).toMatchObject({ how: 'censored', why: 'running' })
  })

  it.each([
    ['a person', 'user cancels t1', 'human'],
    ['a limit', 'harness cancels t1', 'harness'],
    ['nobody known as its master', 'coder cancels t1', 'stopped'],
  ])('stopped by %s: censored, what the master would have done is not known', (_, what, why) => {
    const record = only(`
      0s  lead   delegates t1 to coder
      1s  coder  says "working" (20 tokens)
      2s  ${what}
    `)
    expect(record.end).toMatchObject({ how: 'censored', why })
    expect(disposition([record])).toMatchObject({ n: 1, stopped: 1, stoppedWhy: { [why]: 1 } })
  })

  it('cut short because the assignee asked for it: censored', () => {
    const record = only(`
      0s  lead   delegates t1 to coder: src/add.ts
      1s  coder  writes src/add.ts ${CODE}
      2s  coder  asks help on t1
      3s  lead   writes src/add.ts ${OTHER}
    `)
    expect(record.end).toMatchObject({ how: 'censored', why: 'requested' })
  })

  it('interrupted and rewritten: the interrupt is the end, once', () => {
    const record = only(`
      0s  lead   delegates t1 to coder: src/add.ts
      1s  coder  writes src/add.ts partial ${CODE}
      2s  lead   cancels t1
      3s  lead   writes src/add.ts ${OTHER}
    `)
    expect(record.end).toMatchObject({ how: 'cut_short', kind: 'interrupt' })
    expect(record.interventions.map(({ kind, headline }) => [kind, headline])).toEqual([
      ['interrupt', true],
      ['overwrite', false],
    ])
  })

  it('never begun, taken over: beside the bar', () => {
    const records = drawn(`
      0s  lead   delegates t1 to coder: src/add.ts
      3s  lead   writes src/add.ts ${OTHER}
    `)
    expect(disposition(records)).toMatchObject({ n: 0, notStarted: 1, takenOverUnstarted: 1 })
  })

  it('two tasks of one agent: each counts from its own delegation', () => {
    const [first, second] = drawn(`
      0s  lead   delegates t1 to coder
      1s  coder  says "one" (10 tokens)
      2s  coder  completes t1
      3s  lead   delegates t2 to coder
      4s  coder  says "two" (25 tokens)
      5s  coder  completes t2
    `)
    expect(first?.end.clocks.tokens).toBe(10)
    expect(second?.end.clocks.tokens).toBe(25)
    expect([first?.spend.outputTokens, second?.spend.outputTokens]).toEqual([10, 25])
  })
})

describe('good or bad, by checks', () => {
  const written = `
    0s  lead   delegates t1 to coder: src/add.ts
    1s  coder  writes src/add.ts ${CODE}`

  it('the same command before and after a rewrite', () => {
    const record = only(`${written}
      2s  coder  checks "npm test" passes
      3s  coder  completes t1
      4s  lead   writes src/add.ts ${OTHER}
      5s  lead   checks "npm test" fails
    `)
    expect(record.outcomes).toEqual({ test: { before: 'good', after: 'bad' } })
  })

  it('another command after is no pair; a write in between breaks it; what nobody touched has a before only', () => {
    expect(
      only(`${written}
      2s  coder  checks "npm test" passes
      4s  lead   writes src/add.ts ${OTHER}
      5s  lead   checks "npm test -- other" fails
    `).outcomes,
    ).toEqual({ test: { before: 'good' } })
    expect(
      only(`${written}
      2s  coder  checks "npm test" passes
      4s  lead   writes src/add.ts ${OTHER}
      5s  coder  writes src/add.ts ${CODE}
      6s  lead   checks "npm test" fails
    `).outcomes.test?.after,
    ).toBeUndefined()
    expect(only(`${written}\n 2s coder completes t1\n 3s lead checks "npm test" fails`).outcomes).toEqual({ test: { before: 'bad' } })
  })

  it('both answers on one state: flaky, no outcome; a burst of the master counts as one rewrite', () => {
    expect(only(`${written}\n 2s coder checks "npm test" fails\n 3s coder checks "npm test" passes`).outcomes).toEqual({ test: { flaky: true } })
    expect(
      only(`${written}
      2s  coder  checks "npm test" fails
      4s  lead   writes src/add.ts ${OTHER}
      5s  lead   edits src/add.ts "sum" -> "plus"
      6s  lead   checks "npm test" passes
    `).outcomes,
    ).toEqual({ test: { before: 'bad', after: 'good' } })
  })
})

describe('records of any session at all', () => {
  const stateOf = (events: readonly Event[]) => applyEvents(newSessionState('random' as SessionId), events)

  it('agree with the detector, account for every task, survive JSON, and do not depend on the order of arrival', () => {
    fc.assert(
      fc.property(arbitrarySession(60), fc.integer(), (events, seed) => {
        const findings = detectAll(events)
        const records = tasksOf(stateOf(events), findings)
        const shuffled = [...events].sort((a, b) => hash(a.id, seed) - hash(b.id, seed))
        expect(tasksOf(stateOf(shuffled), findings).sort(byId)).toEqual([...records].sort(byId))
        expect(tasksOf(stateOf(events), JSON.parse(JSON.stringify(findings)))).toEqual(JSON.parse(JSON.stringify(records)))
        const { n, cutShort, completed, failed, open, stopped, notStarted } = disposition(records)
        expect(cutShort + completed + failed + open + stopped).toBe(n)
        expect(n + notStarted).toBe(records.length)
        const headlines = new Map(findings.filter((finding) => finding.headline).map((finding) => [finding.taskId as string, finding]))
        for (const record of records) {
          const { end, fate, endWithoutCut } = record
          const headline = headlines.get(record.taskId)
          if (end.how === 'cut_short') {
            expect(headline?.phase.startsWith('pre_')).toBe(true)
            expect(end.clocks).toEqual({
              tokens: Math.max(0, headline?.clocks.tokens ?? 0),
              step: headline?.clocks.step,
              opportunity: headline?.clocks.opportunity,
            })
            expect(record.opportunitiesBeforeEnd).toBeGreaterThan(0)
          } else expect(end).toEqual(endWithoutCut)
          if (end.how !== 'completed') expect(fate).toEqual(end)
          for (const reading of Object.values(end.clocks)) expect(reading).toBeGreaterThanOrEqual(0)
          if (headline && record.firstOpportunity) expect(record.firstOpportunity.step).toBeLessThanOrEqual(headline.clocks.step)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('the sweep over thresholds never loses a cut as the threshold rises, and at 0.70 is the detector', () => {
    fc.assert(
      fc.property(arbitrarySession(60), (events) => {
        for (const record of tasksOf(stateOf(events), detectAll(events))) {
          expect(atThreshold(record, 0.7)).toBe(record)
          let cut = false
          for (const theta of THRESHOLDS) {
            const now = atThreshold(record, theta).end.how === 'cut_short'
            expect(now || !cut).toBe(true)
            cut = now
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it("the clocks read from the state are the detector's, wherever no stream is under way", () => {
    const { state, interventions } = sketch(`
      0s   lead   delegates t1 to coder: src/add.ts
      1s   coder  says "a" (10 tokens)
      2s   lead   says "b" (5 tokens)
      3s   coder  writes src/add.ts ${CODE}
      4s   coder  says "c" (20 tokens)
      5s   lead   says "d" (5 tokens)
      6s   coder  completes t1
      7s   lead   says "e" (5 tokens)
      8s   lead   writes src/add.ts ${OTHER}
    `)
    const [record] = tasksOf(state, interventions)
    expect(record?.end.clocks).toEqual({ tokens: 30, step: 4, opportunity: 2 })
    expect(record?.fate.clocks).toEqual({ tokens: 30, step: 5, opportunity: 3 })
    expect(record?.firstOpportunity).toEqual({ tokens: 10, step: 2, opportunity: 1 })
  })

  it('what a task wrote and what of it is left, where the detector is at hand', () => {
    const { events, state } = sketch(`
      0s  lead   delegates t1 to coder: src/add.ts
      1s  coder  writes src/add.ts ${CODE}
      2s  coder  completes t1
      3s  lead   writes src/add.ts ${OTHER}
    `)
    const detector = newDetector()
    for (const event of events) detector.apply(event, inlineText)
    const [record] = tasksOf(state, detector.findings(), detector.ledger())
    const { written = 0, surviving = 0, destroyed } = record?.spend ?? { destroyed: 0 }
    expect(written).toBeGreaterThan(10)
    expect(written - surviving).toBe(destroyed)
    // without it the one artifact that a master changed tells as much
    expect(tasksOf(state, detector.findings())[0]?.spend.written).toBe(written)
  })

  it('a session as a whole: its master, its totals, and how it ended', () => {
    const { state } = sketch(`
      0s  lead   delegates t1 to coder
      1s  coder  says "a" (10 tokens)
      2s  lead   says "b" (5 tokens)
    `)
    expect(sessionRecordOf(state)).toMatchObject({
      outputTokens: 15,
      turns: 2,
      turnsWithoutUsage: 0,
      tasks: 1,
      ended: false,
      succeeded: undefined,
      costUsd: undefined,
    })
  })
})

function byId(a: TaskRecord, b: TaskRecord): number {
  return a.taskId < b.taskId ? -1 : 1
}

function hash(text: string, seed: number): number {
  let h = seed | 0
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x9e3779b1)
  return h
}
