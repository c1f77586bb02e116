import { beforeAll, describe, expect, test } from 'vitest'
import { DETECTOR_PARAMETERS } from '@/lib/core/interventions'
import { compareDetails } from '@/lib/core/metrics/details'
import { compareReport } from '@/lib/core/metrics/report'
import type { SessionRecord, TaskRecord } from '@/lib/core/metrics/task-record'
import { clocks, ended, fact, taskRecord } from '@/lib/core/metrics/testing/records'
import { type Answer, answersOf } from './answers'
import { NOTHING_ASKED } from './query'

const OPTIONS = { by: ['masterModel' as const], k: 5, theta: DETECTOR_PARAMETERS.overwriteBelow, min: 1, margin: 0.1 }

function answers(tasks: TaskRecord[], sessions: SessionRecord[] = []): Record<Answer['id'], string> {
  const report = { ...compareReport(tasks, OPTIONS), choices: {} as never, recorded: 1, running: 0, simulatedLeftOut: 0 }
  const all = answersOf(report, compareDetails(tasks, sessions, [], OPTIONS), NOTHING_ASKED)
  return Object.fromEntries(all.map(({ id, verdict, because }) => [id, `${verdict}: ${because}`])) as Record<Answer['id'], string>
}

/** `cut` of `n` tasks cut short at the third step, one a session. */
function tasksOf(masterModel: string, cut: number, n: number, more: Partial<TaskRecord['groups']> = {}): TaskRecord[] {
  return Array.from({ length: n }, (_, i) => ({
    ...ended(`${masterModel}-${more.promptVariant}-${i}`, 't', i < cut ? 'cut' : 'completed', clocks(3)),
    groups: { masterModel, tags: [], ...more },
  }))
}

describe('which master lets its agents work', () => {
  test('the best is named only where chance does not explain it', () => {
    expect(answers([...tasksOf('a', 8, 60), ...tasksOf('b', 45, 60)]).work).toBe(
      'a: 13% (7–24) of tasks cut short within 5 steps with a, 75% (63–84) with b: a difference of 62 points, more than chance.',
    )
    expect(answers([...tasksOf('a', 28, 60), ...tasksOf('b', 30, 60)]).work).toMatch(/^They cannot be told apart: .* at this n that can be chance\.$/)
  })

  test('too few are counted, not rated; what could not happen is not 0 %', () => {
    expect(answers(tasksOf('a', 1, 4)).work).toBe('Too few to say: 1 of 4 tasks cut short. A rate takes ten tasks in five sessions a group.')
    const blocked = tasksOf('a', 0, 20).map((task) => ({ ...task, opportunitiesBeforeEnd: 0, fate: { ...task.fate, clocks: clocks(0) } }))
    expect(answers(blocked).work).toMatch(/^Not measurable here: .*That is not 0 %\.$/)
  })
})

describe('does the prompt change anything', () => {
  const under = (variant: string, cut: number, n: number) => tasksOf('a', cut, n, { promptVariant: variant })
  test.each([
    ['Yes: −50 points', [...under('plain', 80, 100), ...under('trust', 30, 100)]],
    ['No', [...under('plain', 400, 600), ...under('trust', 400, 600)]],
    ['Undecided', [...under('plain', 20, 30), ...under('trust', 18, 30)]],
    ['Too few to say', [...under('plain', 3, 5), ...under('trust', 2, 5)]],
    ['Only one prompt', under('plain', 3, 50)],
    ['No prompts named', tasksOf('a', 3, 50)],
  ])('%s', (verdict, tasks) => expect(answers(tasks).prompt).toMatch(new RegExp(`^${verdict}: `)))
})

describe('rewriting and cost', () => {
  let tasks: TaskRecord[]
  beforeAll(() => {
    // 40 good outputs rewritten, 20 of them broken
    tasks = Array.from({ length: 40 }, (_, i) =>
      taskRecord({
        sessionId: `s${i}`,
        taskId: 't',
        groups: { masterModel: 'a', tags: [] },
        interventions: [fact({ kind: 'overwrite', headline: true, survival: 0.1, destroyed: 50 })],
        outcomes: { test: { before: 'good', after: i < 20 ? 'bad' : 'good' } },
        spend: { outputTokens: 100, inputTokens: 0, turns: 1, turnsWithoutUsage: 0, destroyed: 50, written: 100, cancelledTokens: 0, redoneTokens: 0 },
      }),
    )
  })

  test('harm is called harm when the pairs show it', () => {
    expect(answers(tasks).rewriting).toMatch(/^It hurts: Of 40 rewrites .* 20 broke what worked and 0 mended .* net −50 points \(−\d+ to −\d+\)\.$/)
    expect(answers(tasks.slice(0, 4)).rewriting).toMatch(/^Too few to say: /)
    expect(answers(tasksOf('a', 0, 20)).rewriting).toBe('Not known: Nothing was overwritten.')
  })

  test('half of what was written was thrown away; money is said where it is known', () => {
    expect(answers(tasks).cost).toMatch(/^50% thrown away: 50% of the sub-agents’ output tokens/)
    const session = { groups: { tags: [] }, simulated: false, ended: true, outputTokens: 100, inputTokens: 300, turns: 1, turnsWithoutUsage: 0, tasks: 1 }
    const sessions = tasks.map(({ sessionId }, i): SessionRecord => ({ ...session, sessionId, ...(i < 10 ? { costUsd: 0.5 } : {}) }))
    expect(answers(tasks, sessions).cost).toMatch(/13% of all 16k tokens, in and out, left nothing; the sessions cost \$5\.00 \(known for 10 of 40\)\.$/)
  })
})
