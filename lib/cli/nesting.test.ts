import { expect, test } from 'vitest'
import { MAX_NESTING, NestingWatch } from './nesting'
import { LineCutter } from './read-lines'

const nested = (levels: number) => '{"a":'.repeat(levels) + 1 + '}'.repeat(levels)

test('lines of JSON are watched one by one', () => {
  const lines = [nested(3), nested(MAX_NESTING), nested(MAX_NESTING + 1), nested(2), `[${nested(MAX_NESTING)}]`]
  expect(new NestingWatch().deepLines(lines.join('\n'))).toEqual([2, 4])
})

test('a document over many lines is watched as one, also in pieces', () => {
  const watch = new NestingWatch()
  expect(watch.deepLines(`${'[\n'.repeat(200)}`)).toEqual([])
  expect(watch.deepLines(`${'[\n'.repeat(100)}`)[0]).toBe(56)
})

test('brackets in strings, in words and in broken lines do not count', () => {
  const brackets = '['.repeat(400)
  expect(new NestingWatch().deepLines(`{"a":"${brackets} \\" ${brackets}"}\n`)).toEqual([])
  expect(new NestingWatch().deepLines('INFO [half a bracket\n'.repeat(400))).toEqual([])
  expect(new NestingWatch().deepLines(`${'{"cut":"off\n'.repeat(400)}`)).toEqual([])
})

test('what is read of a file leaves such a line out, says where, and goes on', () => {
  const cutter = new LineCutter('x.jsonl')
  const chunk = cutter.take(Buffer.from(`{"a":1}\n${nested(20_000)}\n{"b":2}\n`))
  expect(chunk.text).toBe('{"a":1}\n\n{"b":2}\n')
  expect(chunk.issues).toEqual([{ code: 'too_deep', severity: 'error', message: expect.stringContaining('256 levels'), place: { path: 'x.jsonl', line: 2 } }])
})
