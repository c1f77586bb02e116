import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId } from '@/lib/core/ids'
import { findingsAt, stateAt } from '@/lib/core/moment'
import { newSessionState } from '@/lib/core/session'
import { atOnce } from '@/lib/core/slices'
import { decodeSnapshot, encodeSnapshot } from '@/lib/core/snapshot'
import { arbitrarySession } from '@/lib/core/testing/arbitrary'
import { sketch } from '@/lib/core/testing/sketch'
import { Course } from './course'
import { countSums, sumsOf } from './differences'

const share = fc.double({ min: -0.05, max: 1.05, noNaN: true })

test('a moment comes to what the state of that moment comes to, whether it lies in columns or not', () => {
  fc.assert(
    fc.property(arbitrarySession(60), fc.integer({ min: 0, max: 60 }), share, (events, kept, where) => {
      const state = applyEvents(newSessionState('random' as SessionId), events.slice(0, kept))
      const page = decodeSnapshot(encodeSnapshot({ state, findings: [], head: kept })).state
      for (const one of [state, page]) {
        applyEvents(one, events.slice(kept))
        const at = (one.firstAt ?? 0) + where * ((one.lastAt ?? 0) - (one.firstAt ?? 0))
        expect(atOnce(Course.of(one, [])).at(at)).toEqual(sumsOf(stateAt(one, at), []))
        expect(atOnce(countSums(one, []))).toEqual(sumsOf(one, []))
      }
    }),
  )
})

test('so do its interventions and the files that were overwritten', () => {
  const { state, interventions } = sketch(`
    0s   lead   delegates t1 to coder: schema.sql
    4s   coder  writes schema.sql "create table users (id uuid primary key, email citext unique not null)"
    6s   lead   starts p2
    7s   lead   writes schema.sql "create table accounts (number bigserial, mail varchar(255), secret text)"
    9s   lead   ends p2 (312 tokens)
  `)
  const course = atOnce(Course.of(state, interventions))
  const first = state.firstAt ?? 0
  for (let at = first - 1_000; at <= first + 10_000; at += 500)
    expect(course.at(at)).toEqual(sumsOf(stateAt(state, at), findingsAt(interventions, at).values()))
  expect([...course.at(first + 6_900).overwritten]).toEqual([])
  expect([...course.at(first + 7_000).overwritten]).toEqual(['schema.sql'])
})
