import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Event, EventInput } from '@/lib/core/event'
import { DETECTOR_PARAMETERS } from '@/lib/core/interventions'
import { type TestBackend, testBackend } from '@/lib/http/testing/test-backend'
import { seeded } from '@/lib/sample/random'
import { scenarioEvents } from '@/lib/sample/scenarios'
import { isInOrder, lookupSession } from '@/lib/store/log'
import { detectWithParsers } from '@/lib/units/detector'
import { examinerHere, foundOf } from './examiner-here'
import { examineLog } from './load'

const SEED = Number(process.env.BACKSEAT_SEED ?? Math.floor(Math.random() * 1e6))

let server: TestBackend
beforeAll(async () => {
  server = await testBackend()
})
afterAll(async () => {
  await server.close()
})

const told = (sessionId: string) =>
  [...scenarioEvents('ten-thousand-turns', { sessionId, turns: 400 })].map((event, i): EventInput => ({ ...event, order: i + 1 }))

/** Reads the log of a session that was sent so, again. */
async function readAgain(sessionId: string, events: EventInput[]) {
  // as they are stored: with references to long texts
  const expected = foundOf(detectWithParsers(structuredClone(events) as Event[])).findings
  for (let at = 0; at < events.length; at += 500) await server.append(events.slice(at, at + 500))
  const { pool } = server.backend.database
  const session = await lookupSession(pool, sessionId)
  if (!session) throw new Error(`${sessionId} is not there`)
  let progress = 0
  const examination = await examineLog(
    server.backend.database,
    await examinerHere(),
    { pk: session.pk, id: sessionId },
    session.head,
    DETECTOR_PARAMETERS,
    () => false,
    (events) => {
      progress += events
    },
  )
  const ordered = await isInOrder(pool, session.pk, session.head)
  return { ordered, progress, head: session.head, found: (await examination?.findings())?.findings, expected }
}

test('a log in the order of what happened is read page by page, to the same findings', async () => {
  const { ordered, progress, head, found, expected } = await readAgain('in-order', told('in-order'))
  expect(head).toBeGreaterThan(2_000)
  expect(expected.length).toBeGreaterThan(20)
  expect(ordered).toBe(true)
  expect(found).toEqual(expected)
  expect(progress).toBe(head)
})

test('so is one in any other order', async () => {
  const random = seeded(SEED)
  const shuffled = told('shuffled')
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random.between(0, i)
    const moved = shuffled[i]
    const other = shuffled[j]
    if (moved && other) [shuffled[i], shuffled[j]] = [other, moved]
  }
  const { ordered, progress, head, found, expected } = await readAgain('shuffled', shuffled)
  expect(ordered, `seed ${SEED}`).toBe(false)
  expect(found, `seed ${SEED}`).toEqual(expected)
  expect(progress).toBe(head)
})
