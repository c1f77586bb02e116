import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Beside, besidePath, MOST_RUNS, parseBeside, printBeside, SHARED_DEFAULT } from './beside'
import { CLOCKS, HIDEABLE, SELECTION_KINDS } from './view'
import { ALL_WORK } from './work'

const text = fc.string({ unit: 'binary', minLength: 1 })
const side = fc.record({
  session: fc.oneof(fc.constant(''), text),
  task: fc.option(text, { nil: undefined }),
  selection: fc.option(fc.record({ kind: fc.constantFrom(...SELECTION_KINDS), id: text }), { nil: undefined }),
})
const beside: fc.Arbitrary<Beside> = fc.record({
  // the last of more than two is one
  runs: fc.array(side, { minLength: 2, maxLength: MOST_RUNS }).filter((runs) => runs.length === 2 || runs.at(-1)?.session !== ''),
  window: fc.option(
    fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 1e9 })).map(([from, length]) => ({ from, to: from + length })),
    { nil: undefined },
  ),
  follows: fc.boolean(),
  at: fc.option(fc.integer({ min: -1e9, max: 1e9 }), { nil: undefined }),
  both: fc.record({
    lanes: fc.constant(SHARED_DEFAULT.lanes),
    work: fc.constantFrom(ALL_WORK, { ...ALL_WORK, words: 'schema' }),
    hidden: fc.subarray([...HIDEABLE]),
    lens: fc.constantFrom('all' as const, 'interventions' as const),
    recorded: fc.boolean(),
    clock: fc.constantFrom(...CLOCKS),
    folded: fc.boolean(),
  }),
})

test('L9: what is printed parses to the same, and any text opens something', () => {
  fc.assert(
    fc.property(beside, (v) => {
      expect(parseBeside(printBeside(v))).toEqual(v)
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (s) => {
      const v = parseBeside(s)
      expect(parseBeside(printBeside(v))).toEqual(v)
    }),
  )
})

test('links of before there were more than two runs, or clocks, open what they did', () => {
  expect(parseBeside('a=x&b=y&ta=t1&from=-10&to=20&pb=turn:u1')).toEqual({
    runs: [
      { session: 'x', task: 't1', selection: undefined },
      { session: 'y', task: undefined, selection: { kind: 'turn', id: 'u1' } },
    ],
    window: { from: -10, to: 20 },
    follows: false,
    at: undefined,
    both: SHARED_DEFAULT,
  })
})

test('a link to sessions names them and nothing else', () => {
  expect(besidePath(['one two', 'x'])).toBe('/side-by-side?a=one+two&b=x')
  expect(besidePath(['x', 'y', 'z', 'u', 'v'])).toBe('/side-by-side?a=x&b=y&c=z&d=u')
  expect(besidePath([])).toBe('/side-by-side')
})
