import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SessionId } from '@/lib/core/ids'
import { print } from '@/lib/core/print'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { decodeSnapshot } from '@/lib/core/snapshot'
import { sketchEvents } from '@/lib/core/testing/sketch'
import type { AppendResult, Problem, SessionSummary, SessionsPage } from '@/lib/live/protocol'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
beforeAll(async () => {
  server = await testBackend()
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const at = Date.UTC(2026, 0, 5)
const started = (sessionId: string, id = 's', extra: object = {}) => ({ type: 'session.started' as const, id, sessionId, occurredAt: at, ...extra })

test('health answers', async () => {
  const response = await server.get('/api/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ status: 'ok' })
})

test('a batch is written, listed, and comes back as a snapshot and as an export', async () => {
  const result = await server.append([
    started('trip', 's', { title: 'A trip', tags: ['x'], workflow: 'rest-api' }),
    { type: 'agent.joined', id: 'a', sessionId: 'trip', occurredAt: at, agentId: 'lead', model: 'm-1' },
    { type: 'task.delegated', id: 'd', sessionId: 'trip', occurredAt: at + 1, taskId: 't1', by: 'lead', to: 'coder', brief: 'x'.repeat(500) },
    { type: 'turn.ended', id: 'u', sessionId: 'trip', occurredAt: at + 5, turnId: 'u1', agentId: 'coder', taskId: 't1', usage: { outputTokens: 7 } },
  ])
  expect(result).toEqual({ accepted: 4, duplicate: 0, rejected: [] })
  const summary = (await (await server.get('/api/v1/sessions/trip')).json()) as SessionSummary
  expect(summary).toMatchObject({
    id: 'trip',
    title: 'A trip',
    head: 4,
    tasks: 1,
    openTasks: 1,
    agents: 2,
    turns: 1,
    outputTokens: 7,
    masterModel: 'm-1',
    tags: ['x'],
  })
  const snapshot = await server.get('/api/v1/sessions/trip/snapshot')
  expect(snapshot.headers.get('x-backseat-head')).toBe('4')
  const { state, head } = decodeSnapshot(new Uint8Array(await snapshot.arrayBuffer()))
  expect(head).toBe(4)
  expect(state.tasks.size).toBe(1)
  const exported = (await (await server.get('/api/v1/sessions/trip/events?content=inline')).text()).trim().split('\n')
  expect(exported).toHaveLength(4)
  expect(JSON.parse(exported[2] ?? '')).toMatchObject({ brief: 'x'.repeat(500) })
  const stored = (await (await server.get('/api/v1/sessions/trip/events?after=2&limit=1')).text()).trim().split('\n')
  expect(stored).toHaveLength(1)
  const { brief } = JSON.parse(stored[0] ?? '') as { brief: { hash: string; chars: number } }
  expect(brief.chars).toBe(500)
  const content = await server.get(`/api/v1/sessions/trip/content/${brief.hash}`)
  expect(await content.text()).toBe('x'.repeat(500))
  expect(content.headers.get('cache-control')).toContain('immutable')
  const page = (await (await server.get('/api/v1/sessions?q=TRIP&workflow=rest-api&tag=x&model=m-1')).json()) as SessionsPage
  expect(page.sessions.map((session) => session.id)).toEqual(['trip'])
  expect(page.facets.workflow).toContainEqual({ value: 'rest-api', count: 1 })
})

test('the same again changes nothing', async () => {
  const events = [started('again'), started('again', 's2')]
  expect(await server.append(events)).toEqual({ accepted: 2, duplicate: 0, rejected: [] })
  expect(await server.append(events)).toEqual({ accepted: 0, duplicate: 2, rejected: [] })
  expect(await server.append([...events, ...events, started('again', 's3')])).toEqual({ accepted: 1, duplicate: 4, rejected: [] })
})

test('L10: accepted + duplicate + rejected = received, each rejection with its place', async () => {
  const lines = [
    JSON.stringify(started('loud')),
    '{ broken',
    '',
    '[]',
    JSON.stringify(started('loud')),
    JSON.stringify({ ...started('loud', 'v'), version: 2 }),
    JSON.stringify({ ...started('loud', 'w'), type: 'no.such' }),
  ]
  const response = await server.post(lines.join('\n'), { 'content-type': 'application/x-ndjson' })
  const result = (await response.json()) as AppendResult
  expect(result.accepted + result.duplicate + result.rejected.length).toBe(6)
  expect(result.rejected.map(({ line, code }) => ({ line, code }))).toEqual([
    { line: 2, code: 'bad_json' },
    { line: 4, code: 'not_an_event' },
    { line: 6, code: 'unknown_version' },
    { line: 7, code: 'unknown_type' },
  ])
})

test('a line of 50 MB is answered clearly, and costs the others nothing', async () => {
  const huge = JSON.stringify(started('huge', 'big', { title: 'x'.repeat(50 * 1024 * 1024) }))
  const lines = [JSON.stringify(started('huge', 'a')), huge, JSON.stringify(started('huge', 'b'))].join('\n')
  const plain = await server.post(lines, { 'content-type': 'application/x-ndjson' })
  // The answer comes before the whole body was sent, and is seen.
  expect(plain.status).toBe(413)
  const packed = await server.post(new Uint8Array(gzipSync(lines)), { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' })
  const result = (await packed.json()) as AppendResult
  expect(result).toMatchObject({ accepted: 2, duplicate: 0, rejected: [{ index: 1, line: 2, code: 'too_large' }] })
})

test('one event of an array may be as large as one of a line, no larger', async () => {
  const huge = started('huge-array', 'big', { attributes: { text: 'x'.repeat(9 * 1024 * 1024) } })
  const response = await server.post(JSON.stringify([started('huge-array', 'a'), huge, started('huge-array', 'b')]))
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ accepted: 2, duplicate: 0, rejected: [{ index: 1, id: 'big', code: 'too_large' }] })
})

test('gzip bodies are unpacked', async () => {
  const response = await server.post(new Uint8Array(gzipSync(JSON.stringify({ events: [started('zip')] }))), { 'content-encoding': 'gzip' })
  expect(await response.json()).toEqual({ accepted: 1, duplicate: 0, rejected: [] })
})

test('L3 and L2 over HTTP: any order, any batches, twice: the same state as the fold of the log', async () => {
  const events = sketchEvents(`
    0s  lead   delegates t1 to coder: src/a.ts
    2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
    4s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
  `)
  const sessionId = SessionId.parse(events[0]?.sessionId)
  for (const event of [...events].reverse()) await server.append([event])
  await server.append(events)
  const { state } = decodeSnapshot(new Uint8Array(await (await server.get(`/api/v1/sessions/${sessionId}/snapshot`)).arrayBuffer()))
  const log = (await (await server.get(`/api/v1/sessions/${sessionId}/events?content=inline`)).text()).trim().split('\n')
  expect(log).toHaveLength(events.length)
  expect(print(state)).toBe(print(applyEvents(newSessionState(sessionId), events)))
})

describe('refusals say how to mend it', () => {
  const cases: [string, () => Promise<Response>, number, RegExp][] = [
    ['malformed JSON', () => server.post('[{"a": 1},\n {"b" 2}]'), 400, /line 2, column 7.*":" is missing/],
    ['wrong content type', () => server.post('[]', { 'content-type': 'text/plain' }), 415, /application\/json/],
    ['unknown encoding', () => server.post('[]', { 'content-encoding': 'br' }), 415, /gzip/],
    ['broken gzip', () => server.post(new Uint8Array([31, 139, 8, 0, 1, 2, 3]), { 'content-encoding': 'gzip' }), 400, /unpacked/],
    ['invalid UTF-8', () => server.post(new Uint8Array([91, 10, 34, 0xff, 34, 93])), 400, /Byte 3 \(in line 2\)/],
    ['a zip bomb', () => server.post(new Uint8Array(gzipSync(Buffer.alloc(100 * 1024 * 1024, 32))), { 'content-encoding': 'gzip' }), 413, /64 MB/],
    [
      'too deep',
      () => server.post(JSON.stringify([{ ...started('deep'), attributes: { a: JSON.parse('['.repeat(500) + ']'.repeat(500)) } }])),
      422,
      /64 levels/,
    ],
    ['too deep, not an event', () => server.post('['.repeat(100_000) + ']'.repeat(100_000)), 422, /64 levels/],
    ['too many', () => server.post(`[${'1,'.repeat(30_000)}1]`), 413, /20000 events/],
    ['no array', () => server.post('{"event": 1}'), 400, /array/],
    ['a foreign page', () => server.post('[]', { origin: 'https://evil.example' }), 403, /other sites/],
    ['no such session', () => server.get('/api/v1/sessions/nobody'), 404, /no session "nobody"/],
    ['no such path', () => server.get('/api/v2'), 404, /docs\/api.md/],
    ['bad cursor', () => server.get('/api/v1/sessions?cursor=zz'), 400, /cursor/],
  ]
  test.each(cases)('%s', async (_name, send, status, detail) => {
    const response = await send()
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const said = (await response.json()) as Problem
    expect(said.detail).toMatch(detail)
    expect(said.status).toBe(status)
  })
})
