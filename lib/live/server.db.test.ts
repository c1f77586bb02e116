import { io, type Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { EventInput } from '@/lib/core/event'
import { sketchEvents } from '@/lib/core/testing/sketch'
import { nodeViewer } from '@/lib/http/testing/node-viewer'
import { type TestBackend, testBackend } from '@/lib/http/testing/test-backend'
import {
  type AppendResult,
  LIVE_MESSAGES,
  LIVE_PATH,
  LIVE_VERSION,
  PRODUCER_NAMESPACE,
  type Problem,
  type Resubscribe,
  type SessionsChanged,
  type Subscribed,
  type Tail,
  VIEWER_NAMESPACE,
} from './protocol'

const at = Date.UTC(2026, 0, 5)
const turn = (sessionId: string, id: string, extra: object = {}): EventInput => ({
  type: 'turn.started',
  id,
  sessionId,
  occurredAt: at,
  turnId: id,
  agentId: 'lead',
  ...extra,
})

let server: TestBackend
const sockets: Socket[] = []
beforeAll(async () => {
  server = await testBackend()
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect()
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

function connect(namespace: string, headers: Record<string, string> = {}): Socket {
  const socket = io(server.origin + namespace, { path: LIVE_PATH, transports: ['websocket'], forceNew: true, reconnection: false, extraHeaders: headers })
  sockets.push(socket)
  return socket
}

function tailsOf(socket: Socket): Tail[] {
  const tails: Tail[] = []
  socket.on(LIVE_MESSAGES.events, (tail: Tail) => tails.push(tail))
  return tails
}

const subscribe = (socket: Socket, sessionId: string, after: number, version = LIVE_VERSION): Promise<Subscribed> =>
  socket.emitWithAck(LIVE_MESSAGES.subscribe, { version, sessionId, after })

test('wrong versions, unknown sessions and nonsense are refused with a reason', async () => {
  const socket = connect(VIEWER_NAMESPACE)
  await server.append([turn('known', 'e1')])
  expect(await subscribe(socket, 'known', 1, 99)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('Reload the page') })
  expect(await subscribe(socket, 'nobody', 1)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('nobody') })
  for (const nonsense of [undefined, 7, {}, { version: 1, sessionId: 'known', after: -1 }, { version: 1, sessionId: '', after: 0 }]) {
    expect(await socket.emitWithAck(LIVE_MESSAGES.subscribe, nonsense)).toMatchObject({ kind: 'refused' })
  }
})

test('who is new, too far behind, or ahead of the log gets a snapshot', async () => {
  const socket = connect(VIEWER_NAMESPACE)
  await server.append(Array.from({ length: 6_000 }, (_, i) => turn('long', `e${i}`)))
  expect(await subscribe(socket, 'long', 0)).toEqual({ kind: 'snapshot', url: '/api/v1/sessions/long/snapshot', head: 6_000 })
  expect(await subscribe(socket, 'long', 900)).toMatchObject({ kind: 'snapshot' })
  expect(await subscribe(socket, 'long', 6_001)).toMatchObject({ kind: 'snapshot' })
  const answer = await subscribe(socket, 'long', 5_990)
  expect(answer).toMatchObject({ kind: 'tail', tail: { first: 5_991, head: 6_000 } })
})

test('tails are contiguous, whatever is committed at once', async () => {
  const socket = connect(VIEWER_NAMESPACE)
  const tails = tailsOf(socket)
  await server.append([turn('flow', 'first')])
  expect(await subscribe(socket, 'flow', 1)).toMatchObject({ kind: 'tail', tail: { first: 2, head: 1, events: [] } })
  await Promise.all(Array.from({ length: 60 }, (_, batch) => server.append(Array.from({ length: 1 + (batch % 7) }, (_, i) => turn('flow', `e${batch}-${i}`)))))
  const head = 1 + Array.from({ length: 60 }, (_, batch) => 1 + (batch % 7)).reduce((a, b) => a + b)
  await expect.poll(() => tails.at(-1)?.head).toBe(head)
  let next = 2
  for (const tail of tails) {
    expect(tail.first).toBe(next)
    expect(tail.head).toBe(tail.first + tail.events.length - 1)
    next = tail.head + 1
  }
})

test('a viewer that left gets nothing more', async () => {
  const socket = connect(VIEWER_NAMESPACE)
  const tails = tailsOf(socket)
  await server.append([turn('left', 'e1')])
  await subscribe(socket, 'left', 1)
  socket.emit(LIVE_MESSAGES.unsubscribe, { sessionId: 'left' })
  await subscribe(socket, 'known', 1)
  await server.append([turn('left', 'e2'), turn('known', 'e2')])
  await expect.poll(() => tails.map((tail) => tail.sessionId)).toEqual(['known'])
})

test('findings come with or after their events, and a viewer who was away is told of them', async () => {
  const events = sketchEvents(`
    0s  lead   delegates t1 to coder: src/a.ts
    2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }; export function product(a, b) { return a * b }"
    4s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
  `)
  const sessionId = events[0]?.sessionId ?? ''
  const last = events.at(-1)
  await server.append(events.slice(0, -1))
  const head = events.length - 1
  const watching = connect(VIEWER_NAMESPACE)
  const tails = tailsOf(watching)
  await subscribe(watching, sessionId, head)
  if (last) await server.append([last])
  await expect.poll(() => tails.flatMap((tail) => tail.findings.changed.map((finding) => finding.kind))).toContain('overwrite')
  const away = connect(VIEWER_NAMESPACE)
  const answer = await subscribe(away, sessionId, head)
  expect(answer.kind === 'tail' && answer.tail.findings.changed.map((finding) => finding.kind)).toContain('overwrite')
})

test('a viewer that cannot keep up is told to subscribe again, and comes back to the same state', { timeout: 120_000 }, async () => {
  await server.append([turn('slow', 'first')])
  const viewer = nodeViewer(server.origin, 'slow')
  await expect.poll(() => viewer.store.connection.kind).toBe('live')
  let told: Resubscribe | undefined
  viewer.socket.on(LIVE_MESSAGES.resubscribe, (message: Resubscribe) => {
    told = message
  })
  viewer.pause()
  const padding = 'x'.repeat(100_000)
  for (let i = 0; i < 200; i++) await server.append([turn('slow', `e${i}`, { attributes: { padding } })])
  viewer.resume()
  await expect.poll(() => viewer.store.head).toBe(201)
  expect(told).toMatchObject({ sessionId: 'slow', reason: expect.stringContaining('keep up') })
  viewer.close()
})

test('the list hears what changed, in few messages, and what was deleted', async () => {
  const socket = connect(VIEWER_NAMESPACE)
  const changes: SessionsChanged[] = []
  socket.on(LIVE_MESSAGES.sessions, (change: SessionsChanged) => changes.push(change))
  expect(await socket.emitWithAck(LIVE_MESSAGES.watchSessions, { version: 7 })).toMatchObject({ kind: 'refused' })
  expect(await socket.emitWithAck(LIVE_MESSAGES.watchSessions, { version: LIVE_VERSION })).toEqual({ kind: 'watching' })
  for (let i = 0; i < 20; i++) await server.append([turn('listed', `e${i}`, { occurredAt: at + i })])
  await expect
    .poll(() => changes.flatMap((change) => change.sessions).findLast((session) => session.id === 'listed'))
    .toMatchObject({ head: 20, turns: 20, strip: { lanes: 1 } })
  expect(changes.length).toBeLessThan(20)
  await fetch(`${server.origin}/api/v1/sessions/listed`, { method: 'DELETE' })
  await expect.poll(() => changes.flatMap((change) => change.removed)).toContain('listed')
})

test('a producer is answered after the commit, as over HTTP', async () => {
  const socket = connect(PRODUCER_NAMESPACE)
  const send = (events: unknown): Promise<AppendResult | Problem> => socket.emitWithAck(LIVE_MESSAGES.events, events)
  expect(await send([turn('produced', 'e1'), turn('produced', 'e1'), { type: 'nonsense' }])).toMatchObject({
    accepted: 1,
    duplicate: 1,
    rejected: [{ index: 2, code: 'unknown_type' }],
  })
  expect(await send('nonsense')).toMatchObject({ status: 400, code: 'bad_request' })
  const [row] = (await server.backend.database.pool.query(`SELECT head FROM session WHERE id = 'produced'`)).rows
  expect(row).toEqual({ head: 1 })
})

test('pages of other sites get no connection', async () => {
  const foreign = connect(VIEWER_NAMESPACE, { origin: 'https://evil.example' })
  await new Promise<void>((resolve, reject) => {
    foreign.on('connect_error', () => resolve())
    foreign.on('connect', () => reject(new Error('a foreign page was let in')))
  })
})
