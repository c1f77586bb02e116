import { expect, test } from 'vitest'
import { INTERVENTION_KINDS } from '../interventions'
import { seededRandom } from '../stats/random'
import { NAMED, PACKED_VERSION, packSession, VERDICTS } from './packed-session'
import { PHASES, REASONS, TRIGGERS } from './task-columns'
import { OUTCOME_LEVELS } from './task-record'
import { tasksIn } from './tasks'
import { randomSession } from './testing/random-records'

test('numbers that stand for words mean the same for ever: whoever adds one raises PACKED_VERSION and this', () => {
  expect({ version: PACKED_VERSION, kinds: INTERVENTION_KINDS.length, first: INTERVENTION_KINDS[0], last: INTERVENTION_KINDS.at(-1) }).toEqual({
    version: 1,
    kinds: 25,
    first: 'overwrite',
    last: 'censor_harness',
  })
  expect([PHASES, REASONS, TRIGGERS, NAMED, VERDICTS, OUTCOME_LEVELS].map((list) => list.join(' '))).toEqual([
    'pre_unit pre_completion post_completion post_acceptance',
    'running session_ended human harness requested alternative stopped',
    'user_request tool_failure review stall self',
    'masterModel subAgentModel framework workflow promptVariant format',
    'justified unjustified disagreed unsure unjudged',
    'test build type lint',
  ])
})

test('every number is one that JSON can say, and words are told once', () => {
  const random = seededRandom(6)
  for (let i = 0; i < 200; i++) {
    const { session, tasks } = randomSession(`s${i}`, random, 0, 3)
    const packed = packSession(session, tasks)
    expect(packed.tasks.flat().every((value) => value === null || Number.isFinite(value))).toBe(true)
    expect(JSON.parse(JSON.stringify(packed))).toEqual(packed)
    expect(new Set(packed.words).size).toBe(packed.words.length)
    expect(JSON.stringify(packed.tasks).length).toBeLessThan(JSON.stringify(tasks).length / 3)
  }
})

test('columns of many rows, put again and again, hold what each row was last given', () => {
  const random = seededRandom(9)
  const made = Array.from({ length: 40 }, (_, i) => randomSession(`s${i}`, random, 0, 3))
  const { table } = tasksIn(made.flatMap(({ tasks }) => tasks))
  // in another order and often, so that runs move and their columns are cleared of what nobody uses
  for (let round = 0; round < 30; round++) {
    const at = Math.floor(random() * made.length)
    const again = randomSession(`s${at}`, random, 0, 3)
    made[at] = again
    const packed = packSession(again.session, again.tasks)
    packed.tasks.forEach((task, i) => {
      table.put(at * 3 + i, task, packed.words, at, again.session.sessionId)
    })
  }
  const fresh = tasksIn(made.flatMap(({ tasks }) => tasks)).table
  const runOf = (own: typeof table, row: number) => {
    const { from, count, columns } = own.stepIns
    const start = from[row] as number
    return [...columns.step.slice(start, start + (count[row] as number))]
  }
  const cutsOf = (own: typeof table, row: number) => {
    const { from, count, columns } = own.cuts
    const start = from[row] as number
    return [...columns.above.slice(start, start + (count[row] as number))]
  }
  for (let row = 0; row < table.n; row++) {
    expect(runOf(table, row)).toEqual(runOf(fresh, row))
    expect(cutsOf(table, row)).toEqual(cutsOf(fresh, row))
    expect(table.word('masterModel', table.names.masterModel[row] as number)).toBe(fresh.word('masterModel', fresh.names.masterModel[row] as number))
    expect(table.ends.tokens[row]).toBe(fresh.ends.tokens[row])
  }
})
