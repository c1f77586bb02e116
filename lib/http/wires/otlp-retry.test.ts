import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { COMPANY, jsonRequest, protobufRequest } from '@/lib/formats/otlp/testing/spans'
import { Overloaded } from '@/lib/ingest/failures'
import type { Door } from '@/lib/ingest/scope'
import { DEFAULT_LIMITS } from '../events-route'
import { otlpWire } from './otlp'
import { Owing } from './owing'

/** The wire alone, on a log that takes what `append` says. */
let server: Server | undefined
afterEach(() => server?.close())

async function serve(append: (events: unknown[]) => void): Promise<string> {
  const door: Door = {
    async append({ events, rejected }) {
      append(events)
      return { accepted: events.length, duplicate: 0, rejected }
    },
  }
  const wire = otlpWire({ owing: new Owing(door), limits: DEFAULT_LIMITS, onProblem: () => undefined, now: Date.now })
  server = createServer((request, response) => void wire.route(request.method ?? 'GET', request.url ?? '/')?.(request, response))
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const send = (origin: string, body: BodyInit, headers: Record<string, string>) => fetch(`${origin}/v1/traces`, { method: 'POST', body, headers })
const JSON_TYPE = { 'content-type': 'application/json' }
const asJson = JSON.stringify(jsonRequest(COMPANY))

test('a log that is too busy: 429 or 503 with Retry-After, and what was told then goes with the next request', async () => {
  const taken: unknown[][] = []
  let busy = true
  const origin = await serve((events) => {
    if (busy) throw new Overloaded(3)
    taken.push(events)
  })
  const refused = await send(origin, asJson, JSON_TYPE)
  expect([429, 503]).toContain(refused.status)
  expect(refused.headers.get('retry-after')).toBe('3')
  expect(((await refused.json()) as { message: string }).message.length).toBeGreaterThan(10)
  const packed = await send(origin, new Uint8Array(protobufRequest(COMPANY)), { 'content-type': 'application/x-protobuf' })
  expect([packed.status, packed.headers.get('content-type'), packed.headers.get('retry-after')]).toEqual([refused.status, 'application/x-protobuf', '3'])
  busy = false
  expect((await send(origin, asJson, JSON_TYPE)).status).toBe(200)
  // the decoder tells each fact once; what the first request told was owed
  expect(taken).toHaveLength(1)
  expect(taken[0]?.length).toBeGreaterThan(20)
})

test('packings: gzip is spoken; others are refused with the reason, and nothing is taken', async () => {
  let appended = 0
  const origin = await serve((events) => {
    appended += events.length
  })
  for (const encoding of ['zstd', 'br', 'deflate']) {
    const answer = await send(origin, asJson, { ...JSON_TYPE, 'content-encoding': encoding })
    expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([
      415,
      expect.stringContaining(`Content-Encoding ${encoding} is not known here. Send the body plain or with gzip`),
    ])
  }
  expect(appended).toBe(0)
})
