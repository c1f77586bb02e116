import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Beside, besidePath, parseBeside, printBeside, SHARED_DEFAULT } from './beside'
import { HIDEABLE, SELECTION_KINDS } from './view'
import { ALL_WORK } from './work'

const text = fc.string({ unit: 'binary', minLength: 1 })
const side = fc.record({
  session: fc.oneof(fc.constant(''), text),
  task: fc.option(text, { nil: undefined }),
  selection: fc.option(fc.record({ kind: fc.constantFrom(...SELECTION_KINDS), id: text }), { nil: undefined }),
})
const beside: fc.Arbitrary<Beside> = fc.record({
  a: side,
  b: side,
  window: fc.option(
    fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 1e9 })).map(([from, length]) => ({ from, to: from + length })),
    { nil: undefined },
  ),
  both: fc.record({
    lanes: fc.constant(SHARED_DEFAULT.lanes),
    work: fc.constantFrom(ALL_WORK, { ...ALL_WORK, words: 'schema' }),
    hidden: fc.subarray([...HIDEABLE]),
    lens: fc.constantFrom('all' as const, 'interventions' as const),
    recorded: fc.boolean(),
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

test('a link to two sessions names them and nothing else', () => {
  expect(besidePath({ a: 'one two', b: 'x' })).toBe('/side-by-side?a=one+two&b=x')
  expect(besidePath({})).toBe('/side-by-side')
})
