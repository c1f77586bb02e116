import { expect, test } from 'vitest'
import { detectAll } from './detect/detector'
import { type Event, type EventInput, EventSchema } from './event'
import { applyEvents } from './fold'
import type { SessionId } from './ids'
import { sessionFigures } from './metrics/session-figures'
import { isEstimate } from './metrics/estimate'
import { tasksOf } from './metrics/tasks-of'
import { newSessionState } from './session'
import { setAsideOf, standingFindings } from './set-aside'
import { sketch } from './testing/sketch'

const session = sketch(`
  0s  lead   delegates t1 to coder: src/a.ts
  2s  coder  writes src/a.ts "export function sum(left, right) { const total = left + right; return total }"
  4s  lead   writes src/a.ts "export const product = (values) => values.reduce((result, value) => result * value, 1)"
  6s  coder  writes src/a.ts "export function difference(first, second) { const rest = first - second; return rest }"
  8s  lead   writes src/a.ts "export const quotient = (numbers) => numbers.map((number) => number / 2).filter(Boolean)"
`)
const findings = detectAll(session.events)
const overwrites = findings.filter(({ kind }) => kind === 'overwrite')
const [first, second] = overwrites

function verdict(id: string, verdict: 'set_aside' | 'restored', at: number, interventionId = first?.id): Event {
  const said: EventInput = {
    type: 'verdict.given',
    id,
    sessionId: session.events[0]?.sessionId ?? '',
    occurredAt: at,
    interventionId,
    verdict,
    ...(verdict === 'set_aside' ? { reason: 'asked_for' as const } : {}),
  }
  return EventSchema.parse(said)
}
const stateOf = (...said: Event[]) => applyEvents(newSessionState('s' as SessionId), [...session.events, ...said])

test('the two overwrites are there, and the first is the headline', () => {
  expect(overwrites).toHaveLength(2)
  expect(overwrites.map(({ headline }) => headline)).toEqual([true, false])
})

test('set aside, it counts no more, and the next takes its place as the headline', () => {
  const state = stateOf(verdict('v1', 'set_aside', 10_000))
  expect(setAsideOf(state).get(first?.id ?? '')).toMatchObject({ reason: 'asked_for', at: 10_000 })
  const standing = standingFindings(state, findings)
  expect(standing.map(({ id }) => id)).not.toContain(first?.id)
  expect(standing.find(({ id }) => id === second?.id)?.headline).toBe(true)
  // what was found stays as it was found
  expect(second?.headline).toBe(false)
})

test('with both set aside no task is cut short, in the records as well', () => {
  const state = stateOf(verdict('v1', 'set_aside', 10_000), verdict('v2', 'set_aside', 10_001, second?.id))
  const records = tasksOf(state, findings)
  expect(records.flatMap(({ interventions }) => interventions.filter(({ kind }) => kind === 'overwrite'))).toEqual([])
  const cut = sessionFigures(records, true).cutShort
  expect(isEstimate(cut) && cut.value).toBe(0)
  const before = sessionFigures(tasksOf(stateOf(), findings), true).cutShort
  expect(isEstimate(before) && before.value).toBe(1)
})

test('the newest word counts, whatever order they arrive in', () => {
  const said = [verdict('v1', 'set_aside', 10_000), verdict('v2', 'restored', 11_000), verdict('v3', 'set_aside', 12_000), verdict('v4', 'restored', 13_000)]
  for (const order of [said, [...said].reverse(), [said[2], said[0], said[3], said[1]] as Event[]]) expect(setAsideOf(stateOf(...order)).size).toBe(0)
  expect(setAsideOf(stateOf(...said.slice(0, 3).reverse())).size).toBe(1)
})

test('a word said weeks later moves neither the session nor its findings', () => {
  const late = verdict('v1', 'set_aside', 1e12)
  expect(stateOf(late).lastAt).toBe(stateOf().lastAt)
  expect(detectAll([...session.events, late])).toEqual(findings)
})
