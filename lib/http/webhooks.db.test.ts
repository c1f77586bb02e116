import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type TestBackend, testBackend } from './testing/test-backend'

let backend: TestBackend
let receiver: Server
let status = 200
const got: { path: string; body: { type: string; text: string; session?: { id: string } } }[] = []

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      got.push({ path: request.url ?? '', body: JSON.parse(body) })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening))
  backend = await testBackend({ webhooksPrivate: true })
})
afterAll(async () => {
  expect(backend.problems).toEqual([])
  await backend.close()
  receiver.close()
})

const urlOf = (path: string) => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`
const call = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(backend.origin + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: response.status === 204 ? undefined : await response.json() }
}
const make = async (path: string, rule: unknown, shape = 'json') =>
  (await call('POST', '/api/v1/webhooks', { name: 'a hook', url: urlOf(path), shape, rule })).body as { id: string; secret: string }
const log = async (webhook: string) => (await call('GET', `/api/v1/deliveries?webhook=${webhook}`)).body.deliveries
const RATE = { kind: 'overwrite-rate', above: 0.5, tasks: 1 }

/** A master whose one task it overwrites, or leaves alone. */
async function run(sessionId: string, overwritten: boolean) {
  const at = Date.now() - 5_000
  const base = { sessionId, occurredAt: at }
  const code = 'export function total(list: number[]) {\n  let sum = 0\n  for (const item of list) sum += item\n  return sum\n}\n'
  await backend.append([
    { ...base, id: 'a1', type: 'agent.joined', agentId: 'lead' },
    { ...base, id: 'a2', type: 'agent.joined', agentId: 'w', parentId: 'lead' },
    { ...base, id: 'd', type: 'task.delegated', occurredAt: at + 1, taskId: 't', by: 'lead', to: 'w' },
    { ...base, id: 'w1', type: 'artifact.written', occurredAt: at + 2, agentId: 'w', taskId: 't', path: 'a.ts', change: { kind: 'content', content: code } },
    ...(overwritten
      ? [
          {
            ...base,
            id: 'w2',
            type: 'artifact.written' as const,
            occurredAt: at + 3,
            agentId: 'lead',
            path: 'a.ts',
            change: { kind: 'content' as const, content: 'export const nothing = { here: true }\n' },
          },
        ]
      : []),
  ])
}

test('a running session above the rate is told once, another is not', async () => {
  const { id, secret } = await make('/rate', RATE)
  expect(secret).toMatch(/^bsw_/)
  await run('told', true)
  await run('left alone', false)
  const told = () => got.filter(({ path }) => path === '/rate')
  await vi.waitFor(
    async () => {
      await backend.backend.webhooks.look()
      expect(told()).toHaveLength(1)
    },
    { timeout: 30_000 },
  )
  expect(told()[0]?.body).toMatchObject({ type: 'alert', session: { id: 'told', tasks: 1, tasksCutShort: 1 } })
  await backend.backend.webhooks.look()
  await backend.restart()
  await backend.backend.webhooks.look()
  expect(told()).toHaveLength(1)
  expect(await log(id)).toMatchObject([{ state: 'delivered', attempts: 1, status: 200, session: 'told' }])
  await fetch(`${backend.origin}/api/v1/sessions/told`, { method: 'DELETE' })
  expect(await log(id)).toEqual([])
})

test('a test is sent at once and says how it went', async () => {
  const { id } = await make('/test', RATE, 'slack')
  expect((await call('POST', `/api/v1/webhooks/${id}/test`)).body).toMatchObject({ state: 'delivered', test: true })
  expect(got.at(-1)?.body.text).toContain('test')
  status = 500
  expect((await call('POST', `/api/v1/webhooks/${id}/test`)).body).toMatchObject({ state: 'given up', status: 500, error: 'answered 500', attempts: 1 })
  status = 200
  expect((await call('POST', '/api/v1/webhooks/none/test')).status).toBe(404)
})

test('what cannot be delivered waits, survives a restart, and is tried again', async () => {
  const { id } = await make('/later', RATE)
  status = 503
  await run('again', true)
  await vi.waitFor(
    async () => {
      await backend.backend.webhooks.look()
      expect(await log(id)).toMatchObject([{ state: 'waiting', attempts: 1, status: 503 }])
    },
    { timeout: 30_000 },
  )
  await backend.restart()
  status = 200
  await backend.backend.database.pool.query("UPDATE webhook_delivery SET next_at = 0 WHERE state = 'waiting'")
  await backend.backend.webhooks.look()
  expect(await log(id)).toMatchObject([{ state: 'delivered', attempts: 2, status: 200 }])
  expect((await call('DELETE', `/api/v1/webhooks/${id}`)).status).toBe(204)
  expect((await call('DELETE', `/api/v1/webhooks/${id}`)).status).toBe(404)
})

test('what is wrong is said; an address is shown without its key', async () => {
  const refused = async (patch: object) =>
    (await call('POST', '/api/v1/webhooks', { name: 'x', url: urlOf('/x'), shape: 'json', rule: RATE, ...patch })).body.detail
  expect(await refused({ url: 'nowhere' })).toContain('https://')
  expect(await refused({ rule: { kind: 'overwrite-rate', above: 2, tasks: 1 } })).toContain('share')
  expect(await refused({ rule: { kind: 'silent', minutes: 0 } })).toContain('at least 1')
  expect(await refused({ shape: 'xml' })).toContain('shape')
  expect(await refused({ name: undefined })).toBe('"name" is missing: send a string.')
  expect(await refused({ name: 7 })).toContain('"name": ')
  await make('/services/T0/secretpart', RATE)
  const { webhooks } = (await call('GET', '/api/v1/webhooks')).body
  expect(JSON.stringify(webhooks)).not.toContain('secretpart')
  expect(JSON.stringify(webhooks)).not.toContain('bsw_')
})

test('a receiver that has many messages waiting does not keep another from its one', async () => {
  const [many, one] = [await make('/many', RATE), await make('/one', RATE)]
  const waiting = (hook: string, key: string, at: number) =>
    backend.backend.database.pool.query(
      "INSERT INTO webhook_delivery (webhook_id, key, body, state, next_at, created_at) VALUES ($1, $2, '{}', 'waiting', $3, $3)",
      [hook, key, at],
    )
  for (let i = 0; i < 30; i++) await waiting(many.id, `m${i}`, 1_000 + i)
  await waiting(one.id, 'last', 2_000)
  const before = got.length
  await backend.backend.webhooks.look()
  const paths = got.slice(before).map(({ path }) => path)
  expect(paths.indexOf('/one')).toBeGreaterThanOrEqual(0)
  expect(paths.indexOf('/one')).toBeLessThan(10)
  // and while they are taken at once, more are sent at once
  expect(paths.filter((path) => path === '/many')).toHaveLength(30)
})

test('of a short address nothing is shown but whose it is', async () => {
  await make('/k3y', RATE)
  const { webhooks } = (await call('GET', '/api/v1/webhooks')).body
  expect(JSON.stringify(webhooks)).not.toContain('k3y')
})
