import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { Rows } from './rows'
import type { Seam } from './scale'
import { type Led, Together } from './together'

const QUICK = sketch(`
  0s   lead   starts p1
  10s  lead   ends p1 (1000 tokens)
`)
const SLOW = sketch(`
  0s   lead   starts p1
  40s  lead   ends p1 (400 tokens)
`)

let now = 0
let frames: (() => void)[] = []

beforeEach(() => {
  now = 0
  frames = []
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame))
  vi.stubGlobal('cancelAnimationFrame', () => {})
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** Draws frames, `ms` apart. */
function pass(ms: number, times = 1): void {
  for (let i = 0; i < times; i++) {
    now += ms
    for (const frame of frames.splice(0)) frame()
  }
}

function stageOf({ state }: typeof QUICK, gaps: Seam[] = []) {
  const stage = {
    rows: new Rows(state, new Map()),
    idle: { gaps },
    end: state.lastAt ?? 0,
    live: false,
    shown: undefined as [number, number] | undefined,
    lookAt: (units: [number, number] | undefined) => {
      stage.shown = units
    },
    reclock: () => {},
    countFrom: () => {},
    request: () => {},
  }
  return stage satisfies Led
}

function pair(view: Partial<Parameters<Together['setView']>[0]> = {}, gaps: Seam[] = []) {
  const events = { onView: vi.fn(), onReplay: vi.fn(), onIdle: vi.fn(), onLive: vi.fn() }
  const together = new Together(events)
  const shown = { clock: 'time' as const, folded: false, window: undefined, follows: false, at: undefined, ...view }
  together.setView(shown)
  const a = stageOf(QUICK, gaps)
  const b = stageOf(SLOW, gaps)
  return { together, events, shown, a, b, leadA: together.enter('a', a).lead, leadB: together.enter('b', b).lead }
}

const first = QUICK.state.firstAt ?? 0

test('the axis reaches over all runs, from the first moment of any to the last', () => {
  const { leadA, leadB, together } = pair()
  expect(leadA.reach()).toEqual([0, 40_000])
  expect(leadB.reach()).toEqual([0, 40_000])
  together.align('b', first + 30_000)
  expect(leadA.reach()).toEqual([-30_000, 10_000])
  expect(leadB.clock().unitAt(first + 30_000)).toBe(0)
})

test('a window that is moved in one is the others’, and the address has it a moment later', () => {
  const { leadA, leadB, a, b, events } = pair()
  leadA.moved([1_000, 2_000], false)
  expect(b.shown).toEqual([1_000, 2_000])
  expect(a.shown).toBeUndefined()
  expect(leadB.window()).toEqual([1_000, 2_000])
  expect(events.onView).not.toHaveBeenCalled()
  vi.advanceTimersByTime(500)
  expect(events.onView).toHaveBeenCalledExactlyOnceWith({ window: { from: 1_000, to: 2_000 }, follows: false })
})

test('while one run goes on all have its axis, and all are drawn when it grows or ends', () => {
  const { leadA, leadB, a, b, events } = pair()
  b.live = true
  const asked = vi.spyOn(a, 'request')
  expect(leadB.reach()).toEqual([0, 52_000])
  expect(asked).toHaveBeenCalled()
  expect(leadA.live).toBe(true)
  expect(events.onLive).toHaveBeenLastCalledWith(true)
  asked.mockClear()
  // the axis grows in steps: within one nothing is drawn for it
  b.end = first + 50_000
  expect(leadA.reach()).toEqual([0, 52_000])
  expect(asked).not.toHaveBeenCalled()
  b.live = false
  expect(leadB.reach()).toEqual([0, 50_000])
  expect(asked).toHaveBeenCalled()
  expect(leadA.live).toBe(false)
  expect(events.onLive).toHaveBeenLastCalledWith(false)
})

test('a window that follows keeps its breadth and the newest moment of what goes on, until somebody moves it', () => {
  const { together, shown, leadA, leadB, a, b, events } = pair({ window: { from: 0, to: 2_000 }, follows: true })
  leadB.keepUp()
  pass(16)
  // nothing goes on: the window stays where the address has it
  expect(a.shown).toBeUndefined()
  b.live = true
  leadB.reach()
  leadB.keepUp()
  pass(16)
  expect(a.shown).toEqual([38_240, 40_240])
  expect(b.shown).toEqual(a.shown)
  leadA.moved([1_000, 2_000], false)
  expect(events.onView).toHaveBeenLastCalledWith({ follows: false })
  b.end = first + 45_000
  leadB.keepUp()
  pass(16)
  expect(b.shown).toEqual([1_000, 2_000])
  // the key brings it back, and again lets it stand
  together.setView({ ...shown, window: { from: 1_000, to: 2_000 }, follows: false })
  together.toggleFollow()
  expect(events.onView).toHaveBeenLastCalledWith({ follows: true })
  leadB.keepUp()
  pass(16)
  expect(b.shown).toEqual([44_120, 45_120])
  together.toggleFollow()
  expect(events.onView).toHaveBeenLastCalledWith({ window: { from: 44_120, to: 45_120 }, follows: false })
})

test('all that is in view while a run goes on can be let stand', () => {
  const { together, leadB, b, events } = pair()
  b.live = true
  leadB.reach()
  together.toggleFollow()
  expect(events.onView).toHaveBeenLastCalledWith({ window: { from: -624, to: 52_000 }, follows: false })
  expect(leadB.window()).toEqual([-624, 52_000])
})

test('a replay is one place of the axis: of time, the same time in each', () => {
  const { together, leadA, leadB, events } = pair()
  together.replay.playOrPause()
  together.replay.setSpeed(8, false)
  pass(250, 4)
  expect(leadA.at()).toBe(first + 8_000)
  expect(leadB.at()).toBe(first + 8_000)
  // the quick one is over; the other goes on to its end
  pass(250, 100)
  expect(leadB.at()).toBe(first + 40_000)
  expect(together.replay.playing).toBe(false)
  expect(events.onView).toHaveBeenLastCalledWith({ at: 40_000 })
})

test('of tokens, the same number in each, as fast as in the run that is quickest', () => {
  const { together, leadA, leadB } = pair({ clock: 'tokens' })
  expect(leadA.reach()[1]).toBeCloseTo(1_000, 6)
  together.replay.playOrPause()
  together.replay.setSpeed(1, false)
  pass(250, 4)
  expect(together.replay.at).toBeCloseTo(100, 6)
  expect((leadA.at() ?? 0) - first).toBeCloseTo(1_000, 0)
  expect((leadB.at() ?? 0) - first).toBeCloseTo(10_000, 0)
})

test('what plays stays in view of all', () => {
  const { together, a, b } = pair({ window: { from: 0, to: 2_000 } })
  together.replay.playOrPause()
  together.replay.setSpeed(64, false)
  pass(100, 1)
  expect(a.shown).toEqual(b.shown)
  const [from, to] = b.shown ?? [0, 0]
  expect(to - from).toBe(2_000)
  expect(together.replay.at ?? 0).toBeGreaterThan(from)
  expect(together.replay.at ?? 0).toBeLessThan(to)
})

test('window and moment keep their place in another clock', () => {
  const { together, shown } = pair({ window: { from: 0, to: 5_000 }, at: 2_500 })
  const there = together.inClock('tokens')
  expect(there.window?.from).toBeCloseTo(0, 3)
  expect(there.window?.to).toBeCloseTo(500, 0)
  expect(there.at).toBeCloseTo(250, 0)
  together.setView({ ...shown, clock: 'tokens', ...there })
  const back = together.inClock('time')
  expect(back.window?.to).toBeCloseTo(5_000, -2)
  expect(back.at).toBeCloseTo(2_500, -2)
})

test('idle time that both share is offered for folding, and folds for both', () => {
  const { together, shown, events, leadA, leadB } = pair({}, [{ from: first + 1_000, to: first + 39_000 }])
  expect(events.onIdle).toHaveBeenLastCalledWith(expect.closeTo(0.95, 2))
  together.setView({ ...shown, folded: true })
  expect(leadB.clock().seams).toEqual([{ from: first + 1_000, to: first + 39_000 }])
  expect(leadA.reach()[1]).toBeLessThan(5_000)
})

test('who leaves takes its part of the axis along', () => {
  const { together, a } = pair()
  const { lead, leave } = together.enter('c', stageOf(SLOW))
  together.align('c', first + 40_000)
  expect(lead.reach()[0]).toBe(-40_000)
  leave()
  expect(lead.reach()[0]).toBe(0)
  expect(a.end).toBe(first + 10_000)
})
