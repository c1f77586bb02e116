import { expect, test } from 'vitest'
import { iconOf, titlePrefix } from '@/components/chrome/tab-sign'
import type { SessionSummary } from '@/lib/live/protocol'
import { columnsFor, destructiveCount, loudestFirst } from './loudness'

const NOW = 1_800_000_000_000

function session(id: string, more: Partial<SessionSummary> = {}): SessionSummary {
  return {
    id,
    tags: [],
    simulated: false,
    receivedAt: NOW,
    lastAt: NOW,
    head: 1,
    agents: 2,
    tasks: 10,
    openTasks: 1,
    turns: 1,
    toolCalls: 0,
    inputTokens: 0,
    outputTokens: 0,
    tokensEstimated: false,
    interventions: {},
    tasksCutShort: 0,
    ...more,
  }
}
const strip = (...at: number[]) => ({ from: NOW - 120_000, to: NOW, lanes: 1, bars: [], marks: at.map((ms): [number, number] => [ms, 0]) })
const ids = (sessions: SessionSummary[]) => loudestFirst(sessions, NOW).map(({ id }) => id)

test('the loudest first: lately, then by share, then in all, then who spoke last', () => {
  expect(
    ids([
      session('quiet'),
      session('spoke before', { receivedAt: NOW - 200_000 }),
      session('much', { interventions: { overwrite: 9 }, tasksCutShort: 0 }),
      session('share', { tasksCutShort: 5, interventions: { overwrite: 5 } }),
      session('just now', { strip: strip(119_000) }),
      session('twice now', { strip: strip(100_000, 119_000) }),
    ]),
  ).toEqual(['twice now', 'just now', 'share', 'much', 'quiet', 'spoke before'])
})

test('a mark of a strip that has stood still is not of the last two minutes', () => {
  expect(ids([session('b stood still', { strip: strip(30_000), receivedAt: NOW - 100_000 }), session('a', { receivedAt: NOW - 100_000 })])).toEqual([
    'a',
    'b stood still',
  ])
})

test('what ended, and what was read from a recording, is not on the wall', () => {
  expect(ids([session('ended', { endedAt: NOW }), session('gone', { receivedAt: NOW - 700_000 }), session('read in', { lastAt: NOW - 100_000_000 })])).toEqual(
    [],
  )
})

test('only what destroyed or cut work counts', () => {
  expect(destructiveCount(session('a', { interventions: { overwrite: 2, interrupt: 1, takeover: 1, accept: 7, steer: 3 } }))).toBe(4)
})

test('twelve fit in rows of a screen', () => {
  expect([1, 3, 4, 8, 12, 30].map((n) => Math.ceil(n / columnsFor(n)))).toEqual([1, 3, 2, 4, 4, 8])
})

test('a tab says what runs and what was overwritten', () => {
  expect([titlePrefix({ running: 0, overwritten: 4 }), titlePrefix({ running: 3, overwritten: 0 }), titlePrefix({ running: 3, overwritten: 2 })]).toEqual([
    '',
    '(3) ',
    '(3 running, 2 overwritten) ',
  ])
  expect(iconOf({ running: 3, overwritten: 0 })).toContain('>3</text>')
  expect(iconOf({ running: 3, overwritten: 120 })).toMatch(/#c2370f.*>99<\/text>/)
  expect(iconOf({ running: 0, overwritten: 0 })).not.toContain('<text')
})
