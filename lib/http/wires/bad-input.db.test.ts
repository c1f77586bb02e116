import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestBackend, testBackend } from '../testing/test-backend'
import { oneTurnByEachWire } from './testing/one-turn'

let server: TestBackend
beforeAll(async () => {
  server = await testBackend({ limits: { wireBytes: 200_000, bytes: 500_000 } })
})
afterAll(() => server.close())

const JSON_TYPE = { 'content-type': 'application/json' }
const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const UUID = '10000000-0000-4000-8000-000000000001'

/** Every path that foreign clients call, with a body of the right shape around `inner`. */
const PATHS: readonly [string, (inner: string) => string, string?][] = [
  ['/v1/traces', (inner) => `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"a","value":{"kvlistValue":${inner}}}]}]}]}]}`],
  ['/v1/logs', (inner) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"kvlistValue":${inner}}}]}]}]}`],
  ['/v1/claude-code/hooks', (inner) => `{"session_id":"s","hook_event_name":"PreToolUse","tool_name":"X","tool_use_id":"x","tool_input":${inner}}`],
  [
    '/v1/claude-code/stream',
    (inner) => `{"type":"assistant","session_id":"s","message":{"content":[{"type":"tool_use","id":"x","name":"X","input":${inner}}]}}`,
  ],
  ['/v1/traces/ingest', (inner) => `{"data":[{"object":"trace.span","id":"a","trace_id":"t","started_at":"2026-01-01T00:00:00Z","span_data":${inner}}]}`],
  ['/crewai_plus/api/v1/tracing/batches', (inner) => `{"trace_id":"t","execution_context":${inner}}`],
  [
    '/crewai_plus/api/v1/tracing/batches/t/events',
    (inner) => `{"events":[{"type":"tool_usage_started","timestamp":"2026-01-01T00:00:00Z","event_data":${inner}}]}`,
  ],
  ['/v1/langsmith/runs', (inner) => `{"id":"${UUID}","run_type":"tool","name":"n","start_time":"2026-01-01T00:00:00","inputs":${inner}}`],
  ['/v1/langsmith/runs/batch', (inner) => `{"post":[{"id":"${UUID}","run_type":"tool","name":"n","start_time":"2026-01-01T00:00:00","inputs":${inner}}]}`],
  [`/v1/langsmith/runs/${UUID}`, (inner) => `{"outputs":${inner}}`, 'PATCH'],
]

const nested = (levels: number) => '{"a":'.repeat(levels) + 1 + '}'.repeat(levels)

/** Each says in its own words what a body looks like. */
const NOT_THE_SHAPE = /a JSON object|Send \{"|"session_id"|message of stream-json|"id", "run_type"/

const BAD: readonly [string, (right: (inner: string) => string) => BodyInit, Record<string, string>, number, RegExp][] = [
  ['another type', () => 'hello', { 'content-type': 'text/plain' }, 415, /Send application\//],
  ['no JSON', () => '{oops', JSON_TYPE, 400, /not JSON/],
  ['an empty body', () => '', JSON_TYPE, 400, /not JSON|empty/],
  ['a bare value', () => '3', JSON_TYPE, 400, NOT_THE_SHAPE],
  ['a list', () => '[1]', JSON_TYPE, 400, NOT_THE_SHAPE],
  ['JSON nested beyond reason', (right) => right(nested(6_000)), JSON_TYPE, 422, /nested deeper than 256 levels/],
  ['what is no UTF-8', () => Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), JSON_TYPE, 400, /not UTF-8/],
  ['gzip cut off', (right) => gzipSync(right(nested(9))).subarray(0, -12), { ...JSON_TYPE, 'content-encoding': 'gzip' }, 400, /cannot be unpacked/],
  ['no gzip at all', () => 'plain', { ...JSON_TYPE, 'content-encoding': 'gzip' }, 400, /cannot be unpacked/],
  ['a body that unpacks to much', () => gzipSync(Buffer.alloc(5_000_000, 32)), { ...JSON_TYPE, 'content-encoding': 'gzip' }, 413, /MB unpacked/],
  ['an unknown packing', () => 'x', { ...JSON_TYPE, 'content-encoding': 'br' }, 415, /br is not known/],
]

test.each(
  PATHS.flatMap(
    (
      [path, right, method = 'POST'], // a shell's curl names no type; the stream's lines say themselves what they are
    ) => BAD.filter(([what]) => !(path === '/v1/claude-code/stream' && what === 'another type')).map((bad) => [path, bad[0], method, right, bad] as const),
  ),
)('%s: %s is refused in words', async (path, _, method, right, [, body, headers, status, words]) => {
  const response = await fetch(server.origin + path, { method, headers, body: body(right) })
  const said = (await response.text()).replaceAll('\\"', '"')
  // LangSmith's single run is answered with the run's own fault
  expect([response.status === 422 && status === 400 ? 400 : response.status, said]).toEqual([status, expect.stringMatching(words)])
  expect(response.headers.get('retry-after')).toBeNull()
})

test.each([
  ['lists that are none', '{"resourceSpans":7}', JSON_TYPE, /"resourceSpans" is a list; this is a number/],
  ['another message of protocol buffers', Buffer.from('2a0568656c6c6f', 'hex'), PROTOBUF, /no field 1/],
  ['protocol buffers cut off', Buffer.from('0aff7f', 'hex'), PROTOBUF, /ends inside a message/],
  ['bytes that are no protocol buffers', Buffer.from('0b'.repeat(5_000), 'hex'), PROTOBUF, /no message/],
] as const)('OTLP: %s are refused', async (_, body, headers, words) => {
  const response = await fetch(`${server.origin}/v1/traces`, { method: 'POST', headers, body })
  expect([
    response.status,
    Buffer.from(await response.arrayBuffer())
      .toString('latin1')
      .replaceAll('\\"', '"'),
  ]).toEqual([400, expect.stringMatching(words)])
})

test('OTLP: what stands among spans and is none is counted and said', async () => {
  const answer = await fetch(`${server.origin}/v1/traces`, {
    method: 'POST',
    headers: JSON_TYPE,
    body: '{"resourceSpans":[{"scopeSpans":[{"spans":[null,3,{"traceId":5}]}]}]}',
  })
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { partialSuccess: { rejectedSpans: '3', errorMessage: expect.stringMatching(/a span is an object.*trace id is not 16 bytes/) } },
  ])
})

test('LangSmith and CrewAI: what is no run and no event is said', async () => {
  const post = async (path: string, body: string) => {
    const answer = await fetch(server.origin + path, { method: 'POST', headers: JSON_TYPE, body })
    return [answer.status, await answer.text()]
  }
  expect(await post('/v1/langsmith/runs/batch', '{"post":3}')).toEqual([400, expect.stringContaining('each a list of runs')])
  expect(await post('/v1/langsmith/runs/batch', '{"post":[null,{"id":4}]}')).toEqual([
    202,
    expect.stringMatching(/"errors":\[\{"message":"A run is.*A run has an/),
  ])
  expect(await post('/crewai_plus/api/v1/tracing/batches/t2/events', '{"events":[null,{"type":"x"}]}')).toEqual([
    200,
    expect.stringMatching(/"events_created":0.*"rejected":2/),
  ])
})

test('after all that every way in still takes what is right, and nothing failed unseen', async () => {
  for (const wire of oneTurnByEachWire('after')) {
    for (const { method, path, type, body } of [...(wire.opening ? [wire.opening] : []), wire.request(1)]) {
      const response = await fetch(server.origin + path, { method, headers: { 'content-type': type }, body: Buffer.from(body) })
      expect([wire.wire, response.status < 300]).toEqual([wire.wire, true])
    }
    expect((await server.get(`/api/v1/sessions/${wire.sessionId}`)).status).toBe(200)
  }
  expect(server.problems).toEqual([])
})
