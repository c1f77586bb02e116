import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMPANY, gzipped, jsonRequest, protobufRequest, type TestSpan, traceIdOf } from '@/lib/formats/otlp/testing/spans'
import type { SessionSummary } from '@/lib/live/protocol'
import { type TestBackend, testBackend } from '../testing/test-backend'

let server: TestBackend
beforeAll(async () => {
  server = await testBackend({ limits: { wireBytes: 100_000, bytes: 300_000 } })
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const post = (path: string, body: BodyInit, type: string, headers: Record<string, string> = {}) =>
  fetch(server.origin + path, { method: 'POST', body, headers: { 'content-type': type, ...headers } })
const bytes = (body: Uint8Array) => new Uint8Array(body)
const inTrace = (trace: number, spans: readonly TestSpan[] = COMPANY) => spans.map((span) => ({ ...span, trace }))
const summary = async (trace: number) => (await (await server.get(`/api/v1/sessions/${traceIdOf(trace)}`)).json()) as SessionSummary

test('protocol buffers, plain and packed, are answered in protocol buffers', async () => {
  const half = COMPANY.length >> 1
  const first = await post('/v1/traces', bytes(protobufRequest(inTrace(1, COMPANY.slice(half)))), 'application/x-protobuf')
  expect([first.status, first.headers.get('content-type'), (await first.arrayBuffer()).byteLength]).toEqual([200, 'application/x-protobuf', 0])
  const second = await post('/v1/traces', bytes(gzipped(protobufRequest(inTrace(1, COMPANY.slice(0, half))))), 'application/x-protobuf', {
    'content-encoding': 'gzip',
  })
  expect(second.status).toBe(200)
  expect(await summary(1)).toMatchObject({ agents: 3, tasks: 2, turns: 5, outputTokens: 175, masterModel: 'gpt-4.1-mini' })
})

test('JSON is answered in JSON; what cannot be used is counted and said', async () => {
  const good = await post('/v1/traces', JSON.stringify(jsonRequest(inTrace(2))), 'application/json')
  expect([good.status, await good.json()]).toEqual([200, {}])
  const bad = await post('/v1/traces', JSON.stringify(jsonRequest([{ id: 1, name: 'backwards', at: [5, 2], trace: 3 }])), 'application/json')
  expect([bad.status, await bad.json()]).toEqual([
    200,
    { partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('ends before it starts') } },
  ])
})

test('the same again changes nothing', async () => {
  const before = await summary(2)
  await post('/v1/traces', JSON.stringify(jsonRequest(inTrace(2))), 'application/json')
  expect((await summary(2)).head).toBe(before.head)
})

test('refusals: type, size as sent and unpacked, what is no OTLP', async () => {
  expect((await post('/v1/traces', 'x', 'text/plain')).status).toBe(415)
  expect((await post('/v1/traces', 'x'.repeat(200_000), 'application/json')).status).toBe(413)
  const bomb = await post('/v1/traces', bytes(gzipped(' '.repeat(2_000_000))), 'application/json', { 'content-encoding': 'gzip' })
  expect(bomb.status).toBe(413)
  const broken = await post('/v1/traces', bytes(protobufRequest(COMPANY).subarray(0, 1000)), 'application/x-protobuf')
  expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/x-protobuf'])
  expect(Buffer.from(await broken.arrayBuffer()).toString('latin1')).toContain('Send it whole')
  expect((await fetch(`${server.origin}/v1/traces`)).status).toBe(405)
})

test('messages that come as log records go with their span', async () => {
  const span: TestSpan = {
    id: 2,
    name: 'chat gpt-4.1-mini',
    at: [1, 3],
    trace: 4,
    attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4.1-mini' },
  }
  const log = (name: string, body: object) => ({
    timeUnixNano: `${Date.UTC(2026, 2, 3, 9)}000000`,
    eventName: name,
    traceId: traceIdOf(4),
    spanId: 'b7ad6b7169200002',
    body: { kvlistValue: { values: Object.entries(body).map(([key, value]) => ({ key, value: { stringValue: value as string } })) } },
  })
  await post('/v1/traces', JSON.stringify(jsonRequest([span])), 'application/json')
  const logs = { resourceLogs: [{ scopeLogs: [{ logRecords: [log('gen_ai.choice', { content: 'Turn left at the mill', role: 'assistant' })] }] }] }
  const answer = await post('/v1/logs', JSON.stringify(logs), 'application/json')
  expect([answer.status, await answer.json()]).toEqual([200, {}])
  // content comes after the span here; the next span's answer shows that it was kept
  await post('/v1/traces', JSON.stringify(jsonRequest([{ ...span, id: 3 }])), 'application/json')
  const events = await (await server.get(`/api/v1/sessions/${traceIdOf(4)}/events?content=inline`)).text()
  expect(events).toContain('Turn left at the mill')
})
