import { setTimeout as sleep } from 'node:timers/promises'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EventInput } from '@/lib/core/event'
import { LIVE_MESSAGES, LIVE_PATH, LIVE_VERSION, type Problem, PRODUCER_NAMESPACE, VIEWER_NAMESPACE } from '@/lib/live/protocol'
import { type CutWay, cutWay } from '@/lib/store/testing/cut'
import { type TestDatabase, testDatabase } from '@/lib/store/testing/database'
import { nodeViewer } from './testing/node-viewer'
import { type TestBackend, testBackend } from './testing/test-backend'

let database: TestDatabase
let way: CutWay
let server: TestBackend
beforeAll(async () => {
  database = await testDatabase()
  way = await cutWay(database.url)
  server = await testBackend({ databaseUrl: way.url })
})
afterAll(async () => {
  await server.close()
  await way.close()
  await database.drop()
})
beforeEach(() => {
  server.problems.splice(0)
})

const turn = (sessionId: string, id: string): EventInput => ({
  type: 'turn.started',
  id,
  sessionId,
  occurredAt: 1_767_600_000_000,
  turnId: id,
  agentId: 'lead',
})
const logOf = async (sessionId: string) =>
  (await (await server.get(`/api/v1/sessions/${sessionId}/events`)).text())
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id)

async function answersAgain(): Promise<void> {
  await expect.poll(async () => (await server.get('/api/health')).status).toBe(200)
}

test('everything that needs the database answers 503 with Retry-After and a sentence, and goes on by itself when it is back', async () => {
  await server.append([turn('cut', 'e1')])
  way.cut()
  const answers = await Promise.all([
    server.post(JSON.stringify([turn('cut', 'e2')])),
    server.post(JSON.stringify([turn('never-seen', 'e1')])),
    server.get('/api/health'),
    server.get('/api/v1/sessions'),
    server.get('/api/v1/sessions/cut'),
    server.get('/api/v1/sessions/cut/events'),
    server.get('/api/v1/sessions/never-seen/snapshot'),
    fetch(`${server.origin}/api/v1/sessions/cut`, { method: 'DELETE' }),
  ])
  for (const answer of answers) {
    expect([new URL(answer.url).pathname, answer.status]).toEqual([new URL(answer.url).pathname, 503])
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await answer.json()).toMatchObject({ code: 'database_unavailable', detail: expect.stringMatching(/^The database does not answer\. .+\.$/) })
  }
  // One outage is told once, not once a request.
  expect(server.problems.filter((text) => text.includes('does not answer'))).toHaveLength(1)
  expect(server.problems).toHaveLength(1)
  await way.mend()
  await answersAgain()
  expect(await server.append([turn('cut', 'e2')])).toMatchObject({ accepted: 1 })
  expect(await logOf('cut')).toEqual(['e1', 'e2'])
})

test('what was acknowledged is there, once, wherever in the writing the connections are cut', { timeout: 120_000 }, async () => {
  const acknowledged: string[] = []
  let stop = false
  const producer = async (name: string) => {
    for (let i = 0; !stop; i++) {
      const batch = [turn('acknowledged', `${name}-${i}-a`), turn('acknowledged', `${name}-${i}-b`)]
      for (;;) {
        const response = await server.post(JSON.stringify(batch))
        expect([200, 503]).toContain(response.status)
        await response.arrayBuffer()
        if (response.status === 200) break
        await sleep(20)
      }
      acknowledged.push(...batch.map(({ id }) => id))
    }
  }
  const producers = ['p', 'q', 'r'].map(producer)
  for (let round = 0; round < 5; round++) {
    await sleep(60 + round * 7)
    way.cut()
    await sleep(30)
    await way.mend()
    const before = acknowledged.length
    await expect.poll(() => acknowledged.length).toBeGreaterThan(before)
  }
  stop = true
  await Promise.all(producers)
  const log = await logOf('acknowledged')
  expect(new Set(log).size).toBe(log.length)
  expect([...log].sort()).toEqual([...acknowledged].sort())
})

test('viewers who were there, and those who came meanwhile, are live again without doing anything', { timeout: 120_000 }, async () => {
  await server.append([turn('seen', 'e1')])
  const before = nodeViewer(server.origin, 'seen')
  await expect.poll(() => before.store.connection.kind).toBe('live')
  way.cut()
  const meanwhile = nodeViewer(server.origin, 'seen')
  expect((await server.post(JSON.stringify([turn('seen', 'e2')]))).status).toBe(503)
  // Another process writes, of which nobody could tell us.
  const other = await testBackend({ databaseUrl: database.url })
  await other.append([turn('seen', 'of-another')])
  await way.mend()
  await answersAgain()
  await expect.poll(() => [before.store.head, meanwhile.store.head]).toEqual([2, 2])
  expect(await server.append([turn('seen', 'e2')])).toMatchObject({ accepted: 1 })
  await expect.poll(() => [before.store.head, meanwhile.store.head]).toEqual([3, 3])
  expect([before, meanwhile].map(({ store }) => [...store.state.turns.keys()])).toEqual([
    ['e1', 'of-another', 'e2'],
    ['e1', 'of-another', 'e2'],
  ])
  before.close()
  meanwhile.close()
  await other.close()
})

test('over a socket the same: a producer gets the problem, a viewer is told to ask again', async () => {
  const options = { path: LIVE_PATH, transports: ['websocket'], forceNew: true }
  const producer = io(server.origin + PRODUCER_NAMESPACE, options)
  const viewer = io(server.origin + VIEWER_NAMESPACE, options)
  await Promise.all([producer, viewer].map((socket) => new Promise((resolve) => socket.once('connect', () => resolve(undefined)))))
  way.cut()
  const problem = (await producer.timeout(5_000).emitWithAck(LIVE_MESSAGES.events, [turn('socket', 'e1')])) as Problem
  expect(problem).toMatchObject({ status: 503, code: 'database_unavailable' })
  expect(await viewer.timeout(5_000).emitWithAck(LIVE_MESSAGES.subscribe, { version: LIVE_VERSION, sessionId: 'unheard', after: 0 })).toMatchObject({
    kind: 'refused',
    again: true,
  })
  await way.mend()
  await answersAgain()
  expect(await producer.timeout(5_000).emitWithAck(LIVE_MESSAGES.events, [turn('socket', 'e1')])).toMatchObject({ accepted: 1 })
  producer.disconnect()
  viewer.disconnect()
})
