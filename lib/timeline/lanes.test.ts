import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId } from '@/lib/core/ids'
import { newSessionState, newTouched } from '@/lib/core/session'
import { sketch } from '@/lib/core/testing/sketch'
import { DEFAULT_LANES, LANE_GROUPS, LANE_SORTS, type LaneView } from '@/lib/view/lanes'
import { layoutLanes } from './layout'
import { Rows } from './rows'
import { sayLane, Tree } from './tree'

const rowsOf = (drawing: string, view: LaneView = DEFAULT_LANES) => {
  const { state, interventions } = sketch(drawing)
  return new Rows(state, new Map(interventions.map((finding) => [finding.id, finding])), view)
}
const shown = (rows: Rows) =>
  rows.lanes.map(({ id, members, depth }) => `${'  '.repeat(depth)}${id}${members.length > 0 ? ` + ${members.map((lane) => lane.id).join(' ')}` : ''}`)

const NESTED = `
  0s  lead    starts a
  1s  lead    delegates t1 to planner: plan
  2s  planner starts b
  3s  planner delegates t2 to coder: a.ts
  4s  coder   starts c
  5s  coder   ends c (40 tokens)
  6s  coder   starts c2
  7s  coder   ends c2 (40 tokens)
  7s  lead    delegates t3 to tester: t.ts
  8s  tester  starts d
`

/** Many agents that were made for the same. */
const crowd = (n: number) =>
  [
    '0s lead starts a',
    ...Array.from({ length: n }, (_, i) => `${i + 1}s lead delegates t${i} to writer-${i + 1}: f${i}.ts\n${i + 1}s writer-${i + 1} starts w${i}`),
  ].join('\n')

describe('lanes', () => {
  test('roll up below a master, and stand where it stands', () => {
    expect(shown(rowsOf(NESTED))).toEqual(['lead', '  planner', '    coder', '  tester'])
    const rows = rowsOf(NESTED, { ...DEFAULT_LANES, closed: ['planner'] })
    expect(shown(rows)).toEqual(['lead', '  planner + coder', '  tester'])
    expect(rows.lookupLane('coder')?.place).toBe(rows.lookupLane('planner')?.place)
    expect(shown(rowsOf(NESTED, { ...DEFAULT_LANES, closed: ['lead'] }))).toEqual(['lead + planner coder tester'])
  })

  test('sort, filter, pin, leave out, and only some', () => {
    expect(shown(rowsOf(NESTED, { ...DEFAULT_LANES, sort: 'activity' }))).toEqual(['lead', '  planner', '    coder', '  tester'])
    expect(shown(rowsOf(NESTED, { ...DEFAULT_LANES, filter: 'TEST' }))).toEqual(['  tester'])
    expect(shown(rowsOf(NESTED, { ...DEFAULT_LANES, filter: 'role:master' }))).toEqual(['lead', '  planner'])
    expect(shown(rowsOf(NESTED, { ...DEFAULT_LANES, pinned: ['tester', 'nobody'] }))).toEqual(['  tester', 'lead', '  planner', '    coder'])
    const muted = rowsOf(NESTED, { ...DEFAULT_LANES, muted: ['planner'] })
    expect(shown(muted)).toEqual(['lead', '    coder', '  tester'])
    expect(muted.hiddenLanes).toBe(1)
    expect(shown(rowsOf(NESTED, { ...DEFAULT_LANES, only: ['coder'] }))).toEqual(['    coder'])
  })

  test('stand in groups by role or by model, each under a row of its own, which rolls them up', () => {
    const by = (lanes: Partial<LaneView>) => shown(rowsOf(NESTED, { ...DEFAULT_LANES, ...lanes }))
    expect(by({ group: 'role' })).toEqual(['group:role:master', '  lead', '  planner', 'group:role:agent', '  coder', '  tester'])
    expect(by({ group: 'role', closed: ['group:role:agent'] })).toEqual(['group:role:master', '  lead', '  planner', 'group:role:agent + coder tester'])
    expect(by({ group: 'model' })).toEqual(['group:model:', '  lead', '  planner', '  coder', '  tester'])
    expect(by({ group: 'role', muted: ['lead', 'planner'] })).toEqual(['group:role:agent', '  coder', '  tester'])
    const rows = rowsOf(NESTED, { ...DEFAULT_LANES, group: 'role', closed: ['group:role:agent'] })
    const tree = new Tree(rows, new Set())
    const rest = Array.from({ length: tree.length }, (_, i) => tree.getRow(i)).filter(({ kind }) => kind === 'lane')
    expect(rest.map(({ lane }) => sayLane(lane)).at(-1)).toBe('Group sub-agents: 2 lanes, 3 turns, 0 calls, rolled up')
    // the same group is the same row, however often lanes are placed
    const [head] = rows.lanes
    rows.arrange({ ...DEFAULT_LANES, group: 'role' })
    expect(rows.lanes[0]).toBe(head)
    // of many lanes the groups begin rolled up
    expect(shown(rowsOf(crowd(60), { ...DEFAULT_LANES, group: 'role' })).map((line) => line.split(' ')[0])).toEqual(['group:role:master', 'group:role:agent'])
    expect(rowsOf(crowd(60), { ...DEFAULT_LANES, group: 'role', opened: ['group:role:agent'] }).lanes.length).toBe(62)
  })

  test('an agent that turned out to be another leaves no lane behind', () => {
    const of = (type: string, at: number, more: object) => ({ id: `${type}${at}`, type, sessionId: 's', occurredAt: at, ...more }) as Event
    const state = newSessionState('s' as SessionId)
    const rows = new Rows(state, new Map())
    for (const event of [
      of('turn.started', 1, { turnId: 'a', agentId: 'lead' }),
      of('agent.joined', 2, { agentId: 'call-7', parentId: 'lead' }),
      of('agent.joined', 3, { agentId: 'call-7', sameAs: 'coder' }),
      of('turn.started', 4, { turnId: 'b', agentId: 'coder' }),
    ]) {
      const touched = newTouched()
      applyEvents(state, [event], touched)
      rows.apply(touched, false)
    }
    expect(rows.lanes.map(({ id }) => id)).toEqual(['lead', 'coder'])
  })

  test('many alike stand as one, and one by one when asked', () => {
    const rows = rowsOf(crowd(50))
    expect(rows.lanes.map(({ id }) => id)).toEqual(['lead', 'writer-1'])
    expect(rows.lanes[1]?.family).toEqual({ of: 'alike', open: false, kept: 'opened', count: 50 })
    expect(rowsOf(crowd(50), { ...DEFAULT_LANES, opened: ['writer-1'] }).lanes).toHaveLength(51)
    expect(rowsOf(crowd(30)).lanes).toHaveLength(31)
  })

  test('are as high as a finger where there is no better pointer, however many there are', () => {
    const rows = rowsOf(crowd(30))
    const heights = ({ top }: { top: Float64Array }) => Array.from({ length: rows.lanes.length }, (_, i) => (top[i + 1] ?? 0) - (top[i] ?? 0))
    expect(Math.min(...heights(layoutLanes(rows, 200)))).toBe(30)
    expect(Math.min(...heights(layoutLanes(rows, 200, true)))).toBe(46)
  })

  test('what is rolled up counts what is under way at any moment', () => {
    const rows = rowsOf(NESTED, { ...DEFAULT_LANES, closed: ['planner'] })
    const planner = rows.lookupLane('planner')
    const first = rows.state.firstAt ?? 0
    planner?.rollUp.refresh(rows.bars, planner.members, rows.version, 0)
    // coder works from 4 to 5 and from 6 to 7
    expect(planner?.rollUp.areaBefore(first + 4_500)).toBeCloseTo(500)
    expect(planner?.rollUp.areaBefore(first + 6_500)).toBeCloseTo(1500)
    expect(planner?.rollUp.areaBefore(first + 60_000)).toBeCloseTo(2000)
    expect(planner?.rollUp.peak).toBe(1)
  })

  const agent = fc.constantFrom('lead', 'planner', 'coder', 'writer-1', 'writer-2')
  const names = fc.uniqueArray(agent, { maxLength: 2 })
  const view = fc.record({
    sort: fc.constantFrom(...LANE_SORTS),
    group: fc.constantFrom(...LANE_GROUPS),
    filter: fc.constantFrom('', '', 'writer', 'role:master'),
    only: fc.oneof(fc.constant([]), names),
    muted: names,
    pinned: names,
    closed: fc.oneof(names, fc.constantFrom(['group:role:agent'], ['group:model:', 'group:role:master'])),
    opened: names,
  })
  const steps = fc.array(fc.tuple(agent, agent, fc.nat(9)), { minLength: 1, maxLength: 25 })

  test('L8: every bar that is drawn has a row in the tree, every row a bar that is drawn, and the rest is in a lane that is rolled up or left out', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 50 }), view, (told, more, lanes) => {
        const drawing = `${crowd(more)}\n${told.map(([a, b, n], i) => (n < 3 && a !== b ? `${i}s ${a} delegates q${i} to ${b}: f.ts` : `${i}s ${a} starts x${i}\n${i + n / 3}s ${a} ends x${i} (5 tokens)`)).join('\n')}`
        const rows = rowsOf(drawing, lanes)
        const tree = new Tree(rows, new Set())
        const listed = new Set<number>()
        for (let i = 0; i < tree.length; i++) {
          const row = tree.getRow(i)
          if (row.kind === 'lane') expect(rows.lanes[row.lane.place]).toBe(row.lane)
          else {
            expect(listed.has(row.bar)).toBe(false)
            listed.add(row.bar)
            expect(tree.indexOfBar(row.bar)).toBe(i)
          }
        }
        layoutLanes(rows, 400)
        for (const lane of rows.lanesByNumber)
          for (let i = 0; i < lane.order.length; i++) {
            const isDrawn = lane.place >= 0 && lane.standIn === undefined
            expect(listed.has(lane.order.at(i))).toBe(isDrawn)
            if (lane.standIn) {
              expect(lane.standIn.members).toContain(lane)
              expect(lane.standIn.standIn).toBeUndefined()
              expect(rows.lanes[lane.place]).toBe(lane.standIn)
              expect(tree.indexOfBar(lane.order.at(i))).toBe(tree.indexOfLane(lane.standIn.id))
            }
          }
        const left = rows.lanesByNumber.filter((lane) => lane.place < 0 && lane.order.length > 0)
        expect(rows.hiddenLanes).toBe(left.length)
      }),
      { numRuns: 150 },
    )
  })
})
