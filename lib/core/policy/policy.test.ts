import { describe, expect, it } from 'vitest'
import type { TaskRecord } from '../metrics/task-record'
import { clocks, ended } from '../metrics/testing/records'
import { judgePolicy } from './judge'
import { type Policy, parsePolicy } from './policy'
import { printJunit, printMarkdown } from './print'

function policyOf(...rules: object[]): Policy {
  const parsed = parsePolicy(JSON.stringify({ rules }))
  if ('problems' in parsed) throw new Error(parsed.problems.join('; '))
  return parsed.policy
}

/** Every `every`-th of so many tasks, three a session, is cut at step 2. */
function tasks(sessions: number, every: number, masterModel = 'm'): TaskRecord[] {
  return Array.from({ length: sessions * 3 }, (_, i) => ({
    ...ended(`${masterModel}${Math.floor(i / 3)}`, `t${i}`, i % every === 0 ? 'cut' : 'completed', clocks(i % every === 0 ? 2 : 6)),
    groups: { tags: [], masterModel },
  }))
}

const verdicts = (policy: Policy, records: TaskRecord[]) => judgePolicy(policy, records, []).judgements.map(({ verdict }) => verdict)

describe('a policy', () => {
  it('fails only what is shown to be over, passes only what is shown to be under, and says how many sessions are missing', () => {
    const half = tasks(40, 2)
    expect(verdicts(policyOf({ metric: 'overwriteRate', max: 0.7 }), half)).toEqual(['passed'])
    expect(verdicts(policyOf({ metric: 'overwriteRate', max: 0.3 }), half)).toEqual(['failed'])
    const close = judgePolicy(policyOf({ metric: 'overwriteRate', max: 0.53 }), half, [])
    expect(close).toMatchObject({ exitCode: 2, judgements: [{ verdict: 'undecided' }] })
    const more = close.judgements[0]?.moreSessions ?? 0
    expect(more).toBeGreaterThan(10)
    // with as many more it is decided
    expect(verdicts(policyOf({ metric: 'overwriteRate', max: 0.53 }), tasks(40 + more + 30, 2))).toEqual(['passed'])
  })

  it('says the counts that a figure stands on, and the verdict nowhere but in the verdict', () => {
    const [few] = judgePolicy(policyOf({ metric: 'overwriteRate', max: 0.3 }), tasks(3, 2), []).judgements
    expect(few?.sentence).toMatch(
      /^5 of 9 tasks in 3 sessions; estimated with competing risks \(Aalen-Johansen\): 0\.\d+, one-sided limits 0\.\d+ to 0\.\d+: the rule asks for 30, which takes about 7 more sessions\.$/,
    )
    for (const max of [0.3, 0.53, 0.7])
      expect(judgePolicy(policyOf({ metric: 'overwriteRate', max }), tasks(40, 2), []).judgements[0]?.sentence).toMatch(/^60 of 120 tasks in 40 sessions; /)
  })

  it('min is the mirror of max; the exit code is the worst', () => {
    const rules = [
      { metric: 'autonomousCompletion', min: 0.3 },
      { metric: 'autonomousCompletion', min: 0.9 },
      { metric: 'overwriteRate', max: 0.5 },
    ]
    const result = judgePolicy(policyOf(...rules), tasks(40, 2), [])
    expect(result.judgements.map(({ verdict }) => verdict)).toEqual(['passed', 'failed', 'undecided'])
    expect(result.exitCode).toBe(1)
    expect(judgePolicy(policyOf(rules[0] ?? {}), tasks(40, 2), []).exitCode).toBe(0)
  })

  it('too few tasks, too few sessions, nothing measurable: undecided, never passed', () => {
    expect(judgePolicy(policyOf({ metric: 'overwriteRate', max: 0.9 }), tasks(5, 2), []).judgements[0]).toMatchObject({ verdict: 'undecided', moreSessions: 5 })
    expect(judgePolicy(policyOf({ metric: 'overwriteRate', max: 0.9, minTasks: 5 }), tasks(3, 2), []).judgements[0]).toMatchObject({
      verdict: 'undecided',
      moreSessions: 2,
    })
    for (const metric of [
      'overwriteRate',
      'overwriteRateAny',
      'harm',
      'netValue',
      'caught',
      'justified',
      'wasteShare',
      'costPerSuccess',
      'destroyedShare',
      'restrictedTokens',
    ])
      expect(judgePolicy(policyOf({ metric, max: 1 }), [], []), metric).toMatchObject({ exitCode: 2 })
  })

  it('one verdict a group; where picks; made-up sessions count only if asked', () => {
    const both = [...tasks(40, 2, 'a'), ...tasks(40, 6, 'b')]
    const result = judgePolicy(policyOf({ metric: 'overwriteRate', max: 0.3, groupBy: ['masterModel'] }), both, [])
    expect(result.judgements.map(({ group, verdict }) => [group, verdict])).toEqual([
      ['a', 'failed'],
      ['b', 'passed'],
    ])
    expect(verdicts(policyOf({ metric: 'overwriteRate', max: 0.3, where: { masterModel: 'b' } }), both)).toEqual(['passed'])
    const simulated = both.map((record) => ({ ...record, simulated: true }))
    expect(judgePolicy(policyOf({ metric: 'overwriteRate', max: 0.3 }), simulated, []).judgements[0]).toMatchObject({ measured: { code: 'no_tasks' } })
  })

  it('a wrong file is told what is wrong, and where', () => {
    expect(parsePolicy('{')).toMatchObject({ problems: [expect.stringContaining('not JSON')] })
    expect(parsePolicy('{"rules":[]}')).toMatchObject({ problems: [expect.stringContaining('at least one')] })
    expect(parsePolicy('{"rules":[{"metric":"speed","max":1}]}')).toMatchObject({
      problems: [expect.stringMatching(/rules\.0\.metric: metric must be one of overwriteRate/)],
    })
    expect(parsePolicy('{"rules":[{"metric":"harm"}]}')).toMatchObject({ problems: [expect.stringContaining('either max or min')] })
    expect(parsePolicy('{"rules":[{"metric":"harm","max":1,"maximum":2}]}')).toMatchObject({ problems: [expect.stringContaining('maximum')] })
  })

  it('prints for a build server and for a pull request, and no name of a trace becomes markup', () => {
    const result = judgePolicy(
      policyOf({ metric: 'overwriteRate', max: 0.3, groupBy: ['masterModel'] }, { metric: 'harm', max: 0.2 }),
      tasks(40, 2, '<b>&"|\u0001'),
      [],
    )
    const junit = printJunit(result)
    expect(junit).toContain('tests="2" failures="1" errors="0" skipped="1"')
    expect(junit).toContain('&lt;b&gt;&amp;&quot;|\ufffd')
    expect(junit).not.toContain('<b>')
    const markdown = printMarkdown(result)
    expect(markdown).toContain('### Delegation policy: failed')
    expect(markdown).toContain('\\<b\\>&"\\|')
    expect(markdown.split('\n').filter((line) => line.startsWith('| ')).length).toBe(4)
  })
})
