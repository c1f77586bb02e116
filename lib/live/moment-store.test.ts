import { expect, test, vi } from 'vitest'
import { applyEvents } from '@/lib/core/fold'
import { sketch, sketchEvents } from '@/lib/core/testing/sketch'
import { createMomentStore } from './moment-store'
import { createSessionStore } from './session-store'

const DRAWING = `
  0s  lead   delegates t1 to coder: src/a.ts
  2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
  4s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
  9s  coder  completes t1
`

function whole() {
  const store = createSessionStore('sketch')
  const { interventions } = sketch(DRAWING)
  const events = sketchEvents(DRAWING)
  store.apply([{ first: 1, head: events.length, events, findings: { changed: interventions, removed: [] } }] as never, 0, applyEvents)
  return store
}

test('a moment is a store like any other, and says when it moves and when the run grows', async () => {
  const store = whole()
  const start = store.state.firstAt ?? 0
  const moment = createMomentStore(store, start + 3_000)
  expect([moment.findings.size, moment.state.writes.size, moment.clock]).toEqual([0, 1, start + 3_000])
  const told = vi.fn()
  const stop = moment.subscribe(told)
  const { version } = moment
  moment.seek(start + 4_000)
  moment.seek(start + 4_500)
  await vi.waitFor(() => expect(told).toHaveBeenCalled(), { timeout: 30_000 })
  expect([moment.version > version, moment.findings.size, moment.state.writes.size]).toEqual([true, 1, 2])
  told.mockClear()
  moment.seek(start + 9_000)
  await vi.waitFor(() => expect(told).toHaveBeenCalled(), { timeout: 30_000 })
  expect([moment.clock, [...moment.state.tasks.values()].map(({ endStatus }) => endStatus)]).toEqual([undefined, ['completed']])
  const last = sketchEvents('8.5s coder writes src/b.ts "export const more = 1"').at(-1)
  const more = { ...last, id: 'later' } as NonNullable<typeof last>
  told.mockClear()
  store.apply([{ first: store.head + 1, head: store.head + 1, events: [more], findings: { changed: [], removed: [] } }] as never, 0, applyEvents)
  await vi.waitFor(() => expect(told).toHaveBeenCalled(), { timeout: 30_000 })
  expect(moment.state.writes.size).toBe(3)
  stop()
})

test('a moment is of the times that the picture shows', () => {
  const store = whole()
  const { state } = sketch(DRAWING.replace('2s  coder', '6s  coder'))
  const start = store.state.firstAt ?? 0
  const moment = createMomentStore(store, start + 3_000, () => ({ state, findings: store.findings }))
  expect(moment.state.writes.size).toBe(0)
})
