import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Event } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId, TaskId } from '@/lib/core/ids'
import { compareEvents } from '@/lib/core/order'
import { newSessionState, newTouched } from '@/lib/core/session'
import { decodeSnapshot, encodeSnapshot, openSnapshot, snapshotLengths } from '@/lib/core/snapshot'
import { sketch } from '@/lib/core/testing/sketch'
import { createSessionStore } from '@/lib/live/session-store'
import { printRows } from '@/lib/timeline/print'
import { Rows } from '@/lib/timeline/rows'
import { createRowsSource } from './rows-source'

/** The coder's clock is 4.2 s behind: it seems to begin before anybody asked it to. */
const TRUE = sketch(`
  10s  lead   starts p1
  12s  lead   ends p1 (40 tokens)
  12s  lead   delegates t1 to coder: schema.sql
  12s  coder  starts c1
  14s  coder  writes schema.sql "create table users (id uuid primary key, email citext unique not null)"
  15s  coder  ends c1 (47 tokens)
  15s  coder  completes t1 "done"
  16s  lead   starts p2
  17s  lead   writes schema.sql "create table accounts (number bigserial, mail varchar(255), secret text)"
  19s  lead   ends p2 (312 tokens)
`)
const SKEW = 4_200
const agentOf = (event: Event) => ('agentId' in event ? event.agentId : 'by' in event ? event.by : 'from' in event ? event.from : undefined)
const withClock = (events: readonly Event[], who: string, ms: number) =>
  events.map((event) => (agentOf(event) === who && event.type !== 'agent.joined' ? { ...event, occurredAt: event.occurredAt + ms } : event))
/** Drawings name no task for turns. */
const EVENTS = TRUE.events.map((event) =>
  (event.type === 'turn.started' || event.type === 'turn.ended') && event.agentId === 'coder' ? { ...event, taskId: 't1' as TaskId } : event,
)
const SEEN = withClock(EVENTS, 'coder', -SKEW)
// the findings stay whatever the detector said of the times as recorded
const findings = new Map(TRUE.interventions.map((finding) => [finding.id, finding]))
const stateOf = (events: readonly Event[]) => applyEvents(newSessionState('sketch' as SessionId), events)
const trueRows = printRows(new Rows(stateOf(EVENTS), findings))

/** Labels of bars need texts, which the first part of a snapshot does not have. */
function storeOf(events: readonly Event[]) {
  const store = createSessionStore('sketch')
  store.replace({ state: stateOf(events), findings: new Map(findings), head: events.length })
  return store
}

describe('the rows of a store', () => {
  test('clocks that agree are left alone', () => {
    const source = createRowsSource(storeOf(EVENTS))
    expect(source.shifts.size).toBe(0)
    expect(printRows(source.rows)).toBe(trueRows)
  })

  test('a clock that is behind is shifted until causes come before effects, and the switch shows what was recorded', () => {
    const store = storeOf(SEEN)
    const source = createRowsSource(store)
    expect([...source.shifts.values()]).toMatchObject([{ agentId: 'coder', ms: SKEW, because: 'began_before_sent' }])
    expect(printRows(source.rows)).toBe(trueRows)
    expect(source.rows.lookupLane('coder')?.shift).toBe(SKEW)
    const told = vi.fn()
    source.subscribe(told)
    source.correct(false)
    expect(told).toHaveBeenCalledWith(true)
    expect(printRows(source.rows)).toBe(printRows(new Rows(store.state, findings)))
    expect(source.rows.lookupLane('coder')?.shift).toBe(0)
    source.correct(true)
    expect(printRows(source.rows)).toBe(trueRows)
    // nothing of it reaches the session itself
    expect(store.state).toEqual(stateOf(SEEN))
  })

  test('over columns, before and after the texts have come, it is the same', () => {
    const bytes = encodeSnapshot({ state: stateOf(SEEN), findings: [...findings.values()], head: SEEN.length })
    const opened = openSnapshot(bytes.subarray(0, snapshotLengths(bytes)?.first))
    const store = createSessionStore('sketch')
    store.replace(opened.snapshot)
    const source = createRowsSource(store)
    expect(source.shifts.get(SEEN.find((event) => event.type === 'task.delegated')?.to as never)?.ms).toBe(SKEW)
    expect(source.rows.state.firstAt).toBe(10_000)
    opened.complete(bytes)
    store.complete()
    expect(printRows(source.rows)).toBe(trueRows)
    expect(decodeSnapshot(bytes).state).toEqual(stateOf(SEEN))
  })

  test('event by event, in any order, it comes to the same', () => {
    vi.useFakeTimers()
    try {
      fc.assert(
        fc.property(fc.shuffledSubarray(SEEN, { minLength: SEEN.length }), fc.integer({ min: 1, max: 5 }), (shuffled, size) => {
          const store = createSessionStore('sketch')
          store.replace({ state: newSessionState('sketch' as SessionId), findings: new Map(), head: 0 })
          const source = createRowsSource(store, 10)
          for (let i = 0; i < shuffled.length; i += size) {
            const events = shuffled.slice(i, i + size)
            const last = i + size >= shuffled.length
            const changed = last ? [...findings.values()] : []
            store.apply(
              [{ sessionId: 'sketch' as SessionId, first: i + 1, events, head: i + events.length, findings: { changed, removed: [] } }],
              0,
              applyEvents,
            )
            if (i % 2 === 0) vi.advanceTimersByTime(11)
          }
          vi.advanceTimersByTime(11)
          expect(printRows(source.rows)).toBe(trueRows)
        }),
        { numRuns: 60 },
      )
    } finally {
      vi.useRealTimers()
    }
  })

  test('the order within each agent is as recorded', () => {
    const before = new Rows(stateOf(SEEN), findings)
    const after = createRowsSource(storeOf(SEEN)).rows
    for (const lane of before.lanesByNumber) {
      const subjects = (rows: Rows, id: string) => {
        const own = rows.lookupLane(id)
        return own ? Array.from({ length: own.order.length }, (_, i) => rows.bars.subject(own.order.at(i))?.id) : []
      }
      expect(subjects(after, lane.id)).toEqual(subjects(before, lane.id))
    }
  })
})

test('what is touched is not lost: applying nothing changes nothing', () => {
  const store = storeOf([...SEEN].sort(compareEvents))
  const source = createRowsSource(store)
  source.rows.apply(newTouched(), false)
  expect(printRows(source.rows)).toBe(trueRows)
})
