import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LANES, isDefaultLanes, LANE_GROUPS, LANE_SORTS } from './lanes'
import { CLOCKS, DEFAULT_VIEW, FOLLOWS, HIDEABLE, LENSES, parseView, printView, SELECTION_KINDS, TABS, type View, withView } from './view'
import { ALL_WORK, isAllWork, WORK_KINDS } from './work'

const time = fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }).map((t) => t + 0)
const text = fc.string({ unit: 'binary' })
const ids = fc.uniqueArray(
  text.filter((s) => s.length > 0),
  { maxLength: 3 },
)
const lanes = fc
  .record({ sort: fc.constantFrom(...LANE_SORTS), group: fc.constantFrom(...LANE_GROUPS), filter: text, only: ids, muted: ids, pinned: ids, closed: ids, opened: ids })
  .map((v) => (isDefaultLanes(v) ? DEFAULT_LANES : v))
const work = fc
  .record({ without: fc.subarray([...WORK_KINDS]), models: fc.uniqueArray(text, { maxLength: 3 }), words: text })
  .map((filter) => (isAllWork(filter) ? ALL_WORK : filter))
const view: fc.Arbitrary<View> = fc
  .record({
    window: fc.oneof(
      fc.constant({ kind: 'fit' as const }),
      fc
        .tuple(time, time)
        .filter(([a, b]) => a !== b)
        .map(([a, b]) => ({ kind: 'range' as const, from: Math.min(a, b), to: Math.max(a, b) })),
    ),
    selection: fc.option(fc.record({ kind: fc.constantFrom(...SELECTION_KINDS), id: text.filter((s) => s.length > 0) }), { nil: undefined }),
    follow: fc.constantFrom(...FOLLOWS),
    folded: fc.boolean(),
    lens: fc.constantFrom(...LENSES),
    tab: fc.constantFrom(...TABS),
    search: text,
    find: fc.option(text, { nil: undefined }),
    hidden: fc.subarray([...HIDEABLE]),
    revision: fc.option(fc.integer({ min: 1, max: 99_999 }), { nil: undefined }),
    lanes,
    work,
    clock: fc.constantFrom(...CLOCKS),
    recorded: fc.boolean(),
    at: fc.option(time, { nil: undefined }),
  })
  .map((v) => (v.selection?.kind === 'artifact' ? v : { ...v, revision: undefined }))

describe('the address of a view', () => {
  test('L9: what is printed parses to the same view', () => {
    fc.assert(
      fc.property(view, (v) => {
        expect(parseView(printView(v))).toEqual(v)
      }),
      { numRuns: 500 },
    )
  })

  test('L9: any text opens some view, and that view has an address of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (s) => {
        const v = parseView(s)
        expect(parseView(printView(v))).toEqual(v)
      }),
    )
  })

  test('the default view has an empty address', () => {
    expect(printView(DEFAULT_VIEW)).toBe('')
    expect(parseView('')).toEqual(DEFAULT_VIEW)
  })

  test('what a damaged link says wrongly stays at its default', () => {
    expect(parseView('?t0=5&t1=4&follow=everyone&tab=nope&fold=yes&t=soon&sort=best')).toEqual(DEFAULT_VIEW)
    expect(parseView('?t0=1e400&t1=NaN')).toEqual(DEFAULT_VIEW)
  })

  test('a link to a stretch of time does not follow unless it says so', () => {
    expect(parseView('t0=1&t1=2').follow).toBe('paused')
    expect(parseView('t0=1&t1=2&follow=main').follow).toBe('main')
    expect(printView({ ...DEFAULT_VIEW, window: { kind: 'range', from: 1000, to: 2500 }, follow: 'paused', selection: { kind: 'turn', id: 'a b' } })).toBe(
      'turn=a+b&t0=1000&t1=2500',
    )
  })

  test('parameters of others stay', () => {
    expect(withView('token=abc&turn=old&t0=1', { ...DEFAULT_VIEW, tab: 'tasks' })).toBe('token=abc&tab=tasks')
  })
})
