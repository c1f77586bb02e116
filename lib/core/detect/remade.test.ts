import { describe, expect, test } from 'vitest'
import type { AgentId } from '../ids'
import { sketch } from '../testing/sketch'
import { Remakes } from './remade'
import { isSameAnswer } from './same-answer'

const USERS = `export function loadUsers(path: string): User[] {
  const rows = readRows(path).filter((row) => Number(row.age) >= 18)
  return rows.map(({ name, age, mail }) => ({ name: name.trim(), age: Number(age), mail: mail.toLowerCase() }))
}
export function findUser(users: User[], wanted: string): User | undefined {
  return users.find((user) => user.name === wanted || user.mail === wanted)
}
`
const q = JSON.stringify

function told(drawing: string): string[] {
  return sketch(drawing)
    .interventions.filter(({ kind }) => kind === 'rederive')
    .map(
      ({ explanation, taskId, master, artifact }) =>
        `${master.agentId} on ${taskId}${artifact ? ` ${artifact}` : ''}: ${explanation.rule.slice('rederive: '.length)}`,
    )
}

describe('the same artifact made elsewhere', () => {
  const remade = (between: string, after = '', who = 'lead') =>
    told(`
      0s lead  delegates t1 to coder: src/users.ts
      1s coder writes src/users.ts ${q(USERS)}
      2s coder completes t1
      ${between}
      5s ${who} writes lib/people.ts ${q(`// people\n${USERS}export const version = 2\n`)}
      ${after}
      9s lead ends the session`)

  test('while the first lies unused', () => {
    expect(remade('3s lead calls grep "rows" reads src/rows.ts')).toEqual(['lead on t1 src/users.ts: same artifact'])
    expect(remade('3s lead delegates t2 to helper: lib/people.ts\n4s helper reads src/rows.ts', '', 'helper')).toEqual(
      ['lead'].map(() => 'helper on t1 src/users.ts: same artifact'),
    )
  })

  test('but not where somebody had read, named, changed or imported it, or it is gone', () => {
    expect(remade('3s lead reads src/users.ts')).toEqual([])
    expect(remade('3s lead calls cat "src/users.ts"')).toEqual([])
    expect(remade('3s lead calls grep "rows"', '6s lead says "It is in src/users.ts" (9 tokens)')).toEqual([])
    expect(remade('3s lead calls grep "rows"', '6s lead writes src/main.ts "import { loadUsers } from \'./users\'"')).toEqual([])
    expect(remade('3s lead calls grep "rows"', '6s lead edits src/users.ts "18" -> "21"')).toEqual([])
    expect(remade('3s lead calls grep "rows"', '6s lead deletes src/users.ts')).toEqual([])
  })

  test('nor where the log does not show what the writer looks at, nor by a peer, nor before it was completed', () => {
    expect(remade('')).toEqual([])
    expect(remade('3s other calls grep "x"', '', 'other')).toEqual([])
    expect(
      told(`
        0s lead  delegates t1 to coder: src/users.ts
        1s coder writes src/users.ts ${q(USERS)}
        2s lead  calls grep "rows"
        3s lead  writes lib/people.ts ${q(USERS)}
        4s coder completes t1
        9s lead ends the session`),
    ).toEqual([])
  })

  test('less than most of it is no remake', () => {
    const part = USERS.split('\n').slice(4).join('\n')
    expect(
      told(`
        0s lead  delegates t1 to coder: src/users.ts
        1s coder writes src/users.ts ${q(USERS)}
        2s coder completes t1
        3s lead  calls grep "rows"
        4s lead  writes lib/people.ts ${q(`${part}\nexport const version = 2\n`)}
        9s lead ends the session`),
    ).toEqual([])
  })
})

describe('the same order again', () => {
  const asked = (first: string, second: string, between = '') => {
    const { events } = sketch(`
      0s lead  delegates t1 to counter
      1s counter completes t1 ${q(first)}
      ${between}
      3s lead  delegates t2 to other
      4s other completes t2 ${q(second)}
      9s lead ends the session`)
    return events.map((event) =>
      event.type === 'task.delegated' ? { ...event, brief: 'Count the rows of the table of orders that were paid in March and tell the sum' } : event,
    )
  }
  const rules = async (events: ReturnType<typeof asked>) => {
    const { detectAll } = await import('./detector')
    return detectAll(events)
      .filter(({ kind }) => kind === 'rederive')
      .map(({ taskId, explanation }) => `${taskId} ${explanation.rule}`)
  }

  test('with the same answer, though nothing had changed', async () => {
    expect(await rules(asked('{"rows": 1200, "sum": 88.5}', '{"sum": 88.50, "rows": 1200}'))).toEqual(['t1 rederive: same order'])
    expect(await rules(asked('1,200', '1200.0'))).toEqual(['t1 rederive: same order'])
  })

  test('but not with another answer, with one that says nothing, or where something was written between', async () => {
    expect(await rules(asked('1200', '1201'))).toEqual([])
    expect(await rules(asked('done', 'done'))).toEqual([])
    expect(await rules(asked('1200', '1200', '2s lead writes orders.csv "a,b"'))).toEqual([])
  })
})

test('answers that say the same', () => {
  expect(isSameAnswer('0.30000000000000004', '0.3')).toBe(true)
  expect(isSameAnswer('Final Answer: 12 %', '12')).toBe(true)
  expect(isSameAnswer('12', 'There are 12 of them')).toBe(false)
  expect(isSameAnswer('[1, {"a": "x "}]', '[1, {"a": "x"}]')).toBe(true)
  expect(isSameAnswer('[1, 2]', '[2, 1]')).toBe(false)
  const words = 'The service keeps each user in a table by name and drops everyone below eighteen on import'
  expect(isSameAnswer(words, `${words}.`)).toBe(true)
  expect(isSameAnswer(words, 'Users live in one table; whoever is not yet eighteen is left out when files are read in, so none are there')).toBe(false)
})

test('names of files in words, in time that does not grow with the length of a word', () => {
  const remakes = new Remakes()
  const who = 'lead' as AgentId
  remakes.noteNames(who, `See ./src/users.test.ts, "b/größe.md" and README.\n${'a'.repeat(19_000)}`, 5)
  for (const path of ['src/users.test.ts', 'x/größe.md']) expect(remakes.namersAfter(path, 4), path).toEqual([who])
  expect(remakes.namersAfter('src/users.test.ts', 5)).toEqual([])
  expect(remakes.namersAfter('README', 0)).toEqual([])
  remakes.noteNames(who, '.'.repeat(20_000), 6)
  remakes.noteNames(who, 'a.'.repeat(10_000), 6)
})
