import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId } from '@/lib/core/ids'
import { newSessionState, newTouched } from '@/lib/core/session'
import { encodeSnapshot, openSnapshot } from '@/lib/core/snapshot'
import { arbitrarySession } from '@/lib/core/testing/arbitrary'
import { sketch } from '@/lib/core/testing/sketch'
import { DEFAULT_LANES, type LaneView } from '@/lib/view/lanes'
import { ALL_WORK, WORK_KINDS, type WorkFilter } from '@/lib/view/work'
import { printRows } from './print'
import { Rows } from './rows'
import { facetsOf } from './sift'
import { Tree } from './tree'

const filtered = (drawing: string, work: Partial<WorkFilter>, lanes: LaneView = DEFAULT_LANES) => {
  const { state, interventions } = sketch(drawing)
  const rows = new Rows(state, new Map(interventions.map((finding) => [finding.id, finding])), lanes)
  rows.filter({ ...ALL_WORK, ...work })
  return rows
}
const shown = (rows: Rows) =>
  rows.lanes.map((lane) => `${lane.id}: ${Array.from({ length: lane.shown.length }, (_, i) => rows.label(lane.shown.at(i))).join(', ')}`)

const RUN = `
  0s   lead   starts p1
  2s   lead   ends p1 (40 tokens)
  2s   lead   delegates t1 to coder: schema.sql
  3s   coder  calls grep "users"
  4s   coder  writes schema.sql "create table users (id uuid primary key, email citext unique not null)"
  5s   coder  checks "npm test" fails
  6s   lead   starts p2
  7s   lead   writes schema.sql "create table accounts (number bigserial, mail varchar(255), secret text)"
  9s   lead   ends p2 (312 tokens)
  9s   user   asks "faster"
`
const session = arbitrarySession(30)
const work = fc.record({
  without: fc.subarray([...WORK_KINDS]),
  models: fc.subarray(['m1', 'gpt-4o', '']),
  words: fc.constantFrom('', '', 'file1', 'name', 'bash'),
})

describe('what of the work is shown', () => {
  test('kinds that are left out take bars away and leave the lanes', () => {
    expect(shown(filtered(RUN, { without: ['turn', 'tool', 'check'] }))).toEqual(['lead: rewrites schema.sql', 'coder: schema.sql', 'user: faster'])
    expect(shown(filtered(RUN, { without: ['turn', 'write', 'tool', 'message'] }))).toEqual(['lead: ', 'coder: Bash npm test · failed', 'user: '])
  })

  test('words and models take lanes away that have nothing to do with them', () => {
    const rows = filtered(RUN, { words: 'SCHEMA' })
    expect(shown(rows)).toEqual(['lead: rewrites schema.sql', 'coder: schema.sql'])
    expect(rows.hiddenLanes).toBe(1)
    expect(shown(filtered(RUN, { words: 'schema drop' }))).toEqual([])
    expect(shown(filtered(RUN, { models: ['gpt-4o'] }))).toEqual([])
    expect(shown(filtered(RUN, { models: [''], without: ['turn', 'write', 'tool', 'check', 'delegation'] }))).toEqual(['lead: ', 'coder: ', 'user: faster'])
  })

  test('an intervention goes with the work that it is about, not with a kind', () => {
    const out = (rows: Rows) => [...rows.strikes.values()].filter((strike) => strike.kind === 'overwrite').map((strike) => strike.out)
    expect(out(filtered(RUN, { without: [...WORK_KINDS] }))).toEqual([false])
    expect(out(filtered(RUN, { words: 'schema' }))).toEqual([false])
    expect(out(filtered(RUN, { words: 'grep' }))).toEqual([true])
  })

  test('counts are of everything, and say how much of it is shown', () => {
    const facets = facetsOf(filtered(RUN, { without: ['turn'] }))
    expect(Object.fromEntries(facets.kinds)).toEqual({ turn: 2, tool: 1, write: 2, check: 1, message: 1 })
    expect(Object.fromEntries(facets.agents)).toEqual({ lead: 3, coder: 3, user: 1 })
    expect(Object.fromEntries(facets.models)).toEqual({ '': 6 })
    expect([facets.all, facets.shown]).toEqual([7, 5])
  })

  test('however the events came, the same is shown', () => {
    fc.assert(
      fc.property(session, work, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 12 }), (events, filter, size, step) => {
        const whole = new Rows(applyEvents(newSessionState('random' as SessionId), events), new Map())
        whole.filter(filter)
        const arriving = events.toSorted((a, b) => ((a.occurredAt * step) % 13) - ((b.occurredAt * step) % 13))
        const growing = newSessionState('random' as SessionId)
        const rows = new Rows(growing, new Map())
        rows.filter(filter)
        for (let i = 0; i < arriving.length; i += size) {
          const touched = newTouched()
          applyEvents(growing, arriving.slice(i, i + size), touched)
          rows.apply(touched, false)
        }
        expect(printRows(rows)).toBe(printRows(whole))
      }),
      { numRuns: 120 },
    )
  })

  test('over columns it is the same, counts included', () => {
    fc.assert(
      fc.property(session, work, (events, filter) => {
        const state = applyEvents(newSessionState('random' as SessionId), events)
        const whole = new Rows(state, new Map())
        const bytes = encodeSnapshot({ state, findings: [], head: events.length })
        const opened = openSnapshot(bytes)
        const rows = new Rows(opened.snapshot.state, new Map())
        rows.filter(filter)
        opened.complete(bytes)
        rows.forgetLabels()
        whole.filter(filter)
        expect(printRows(rows)).toBe(printRows(whole))
        expect(facetsOf(rows)).toEqual(facetsOf(whole))
      }),
      { numRuns: 60 },
    )
  })

  test('L8: the tree has the bars that are shown, and no others; taking the filter away brings all back', () => {
    fc.assert(
      fc.property(session, work, (events, filter) => {
        const rows = new Rows(applyEvents(newSessionState('random' as SessionId), events), new Map())
        const before = printRows(rows)
        rows.filter(filter)
        const tree = new Tree(rows, new Set())
        const listed = new Set<number>()
        for (let i = 0; i < tree.length; i++) {
          const row = tree.getRow(i)
          if (row.kind === 'bar') {
            listed.add(row.bar)
            expect(tree.indexOfBar(row.bar)).toBe(i)
          }
        }
        const placed = new Set<number>()
        for (const lane of rows.lanes) for (const row of lane.rows) for (let i = 0; i < row.bars.length; i++) placed.add(row.bars.at(i))
        expect(listed).toEqual(placed)
        for (const bar of listed) expect(rows.bars.out.at(bar)).toBe(0)
        rows.filter(ALL_WORK)
        expect(printRows(rows)).toBe(before)
      }),
      { numRuns: 100 },
    )
  })
})
