import { expect, test } from 'vitest'
import type { AgentId } from '../ids'
import { quoted, readable } from './wording'

test('agents by the name of their lane where the id is a key, and one stop at the end', () => {
  const [key, word, nameless] = ['acdf3d7', 'master', 'b77'] as [AgentId, AgentId, AgentId]
  const world = {
    agents: new Map([
      [key, { name: 'Coder $& 1' }],
      [word, { name: 'gpt-4o' }],
      [nameless, {}],
    ]),
  }
  const ids = [key, word, nameless, undefined]
  expect(readable(world, "0 % of acdf3d7's 11 tokens in out/acdf3d7/a.ts survived, acdf3d7.ts apart.", ids)).toBe(
    "0 % of Coder $& 1's 11 tokens in out/acdf3d7/a.ts survived, acdf3d7.ts apart.",
  )
  // an id that is a word stands in sentences as that word, too
  expect(readable(world, "It is in the master's answer, and in b77's.", ids)).toBe("It is in the master's answer, and in b77's.")
  expect(readable(world, 'master rejected the result of acdf3d7.', ids)).toBe('master rejected the result of Coder $& 1.')
  expect(readable(world, 'lead rejected the result: I have written the schema..', ids)).toBe('lead rejected the result: I have written the schema.')
})

test('a quote ends with a whole word', () => {
  expect(quoted('short  and\nsweet', 60)).toBe('short and sweet')
  expect(quoted('write the database schema, please', 20)).toBe('write the database…')
  expect(quoted('write the database schema', 18)).toBe('write the database…')
  expect(quoted('x'.repeat(30), 10)).toBe(`${'x'.repeat(10)}…`)
})
