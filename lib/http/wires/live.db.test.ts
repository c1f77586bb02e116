import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeViewer } from '../testing/node-viewer'
import { type TestBackend, testBackend } from '../testing/test-backend'
import { oneTurnByEachWire, type Sent } from './testing/one-turn'

let server: TestBackend
beforeAll(async () => {
  server = await testBackend()
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const send = async ({ method, path, type, body }: Sent) => {
  const response = await fetch(server.origin + path, { method, headers: { 'content-type': type }, body: Buffer.from(body) })
  expect([path, response.status < 300]).toEqual([path, true])
}

// How soon is measured by `npm run bench -- --part wires`; here it is that it comes, with nobody asking for it.
test.each(oneTurnByEachWire('live').map((wire) => [wire.wire, wire] as const))('%s: what happened is on an open page by itself', async (_, one) => {
  if (one.opening) await send(one.opening)
  await send(one.request(1))
  const viewer = nodeViewer(server.origin, one.sessionId)
  const shown = () => (one.seen === 'turn.started' ? viewer.store.state.turns.size : viewer.store.state.calls.size)
  await expect.poll(shown).toBe(1)
  await send(one.request(2))
  await expect.poll(shown).toBe(2)
  await send(one.request(2))
  await send(one.request(3))
  await expect.poll(shown).toBe(3)
  viewer.close()
})
