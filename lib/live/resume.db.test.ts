import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EventInput, EventSchema } from '@/lib/core/event'
import { SessionId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { print } from '@/lib/core/print'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { decodeSnapshot } from '@/lib/core/snapshot'
import { type NodeViewer, nodeViewer } from '@/lib/http/testing/node-viewer'
import { type ServerProcess, serverProcess } from '@/lib/http/testing/server-process'
import { seeded } from '@/lib/sample/random'
import { scenario } from '@/lib/sample/scenarios'
import { type TestDatabase, testDatabase } from '@/lib/store/testing/database'
import type { AppendResult } from './protocol'

const SEED = Number(process.env.BACKSEAT_SEED ?? Math.floor(Math.random() * 1e6))

let database: TestDatabase
let server: ServerProcess
beforeAll(async () => {
  database = await testDatabase()
  server = await serverProcess(database.url, join(process.env.BACKSEAT_TEST_RUN ?? '', 'resume'))
  await server.start()
})
afterAll(async () => {
  await server.stop()
  await database.drop()
})

/** Sends until it is acknowledged, as a producer does. Counts what was acknowledged as new. */
async function deliver(events: EventInput[]): Promise<AppendResult> {
  for (;;) {
    try {
      const response = await fetch(`${server.origin}/api/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(events),
      })
      if (response.status === 200) return (await response.json()) as AppendResult
    } catch {
      // The server is down; it will be back.
    }
    await sleep(20)
  }
}

/** What a viewer who was never cut off would see. */
async function expected(sessionId: string): Promise<{ text: string; ids: string[] }> {
  const lines = (await (await fetch(`${server.origin}/api/v1/sessions/${sessionId}/events`)).text()).trim().split('\n')
  const events = lines.map((line) => EventSchema.parse(JSON.parse(line)))
  return { text: print(applyEvents(newSessionState(SessionId.parse(sessionId)), events)), ids: events.map((event) => event.id) }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 60_000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never happened: ${what}`)
    await sleep(10)
  }
}

const headOf = async (sessionId: string) => Number((await fetch(`${server.origin}/api/v1/sessions/${sessionId}/snapshot`)).headers.get('x-backseat-head'))

test(`L7: viewers cut anywhere, the server killed in the middle: nothing lost, nothing twice (seed ${SEED})`, { timeout: 180_000 }, async () => {
  const random = seeded(SEED)
  const sessionId = 'resume'
  const batches = [...scenario('fan-out', { sessionId, seed: SEED, batch: 9, turns: 300 })]
  const sent = batches.flat().map((event) => event.id)
  await deliver(batches[0] ?? [])
  const viewers: NodeViewer[] = [nodeViewer(server.origin, sessionId), nodeViewer(server.origin, sessionId)]
  let kills = 0
  let cuts = 0
  for (const batch of batches.slice(1)) {
    const delivery = deliver(batch)
    const dice = random.next()
    if (dice < 0.03 && kills < 4) {
      kills++
      await sleep(random.next() * 5)
      await server.kill()
      await server.start()
    } else if (dice < 0.1) {
      cuts++
      viewers[Math.floor(random.next() * viewers.length)]?.cut()
    } else if (dice < 0.14) {
      viewers.push(nodeViewer(server.origin, sessionId))
    }
    await delivery
  }
  if (kills === 0) {
    await server.kill()
    await server.start()
  }
  const head = await headOf(sessionId)
  await until(`all ${viewers.length} viewers come to ${head}`, () => viewers.every((viewer) => viewer.store.head === head))
  const { text, ids } = await expected(sessionId)
  expect(ids).toHaveLength(sent.length)
  expect(new Set(ids)).toEqual(new Set(sent))
  const sorted = (findings: Iterable<Intervention>) => print([...findings].sort((a, b) => (a.id < b.id ? -1 : 1)))
  const snapshot = async () => decodeSnapshot(new Uint8Array(await (await fetch(`${server.origin}/api/v1/sessions/${sessionId}/snapshot`)).arrayBuffer()))
  for (const viewer of viewers) {
    expect(print(viewer.store.state)).toBe(text)
    // findings follow their events, here and there
    await expect.poll(async () => sorted(viewer.store.findings.values()) === sorted((await snapshot()).findings)).toBe(true)
    viewer.close()
  }
  console.log(`L7: seed ${SEED}, ${sent.length} events, ${viewers.length} viewers, ${cuts} cuts, ${Math.max(kills, 1)} kills`)
})

test('kill -9 during ingest: everything acknowledged is there after the restart, once', { timeout: 180_000 }, async () => {
  const random = seeded(SEED + 1)
  const acknowledged = new Map<string, Set<string>>()
  let stop = false
  const producer = async (sessionId: string) => {
    const ids = new Set<string>()
    acknowledged.set(sessionId, ids)
    for (const batch of scenario('retry-storm', { sessionId, seed: SEED, batch: 5, turns: 2_000 })) {
      if (stop) return
      try {
        const response = await fetch(`${server.origin}/api/v1/events`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(batch),
        })
        if (response.status === 200) for (const event of batch) ids.add(event.id)
      } catch {
        // Not acknowledged, so not counted; the next batch is sent all the same.
        await sleep(5)
      }
    }
  }
  const producers = ['kill-1', 'kill-2', 'kill-3', 'kill-4'].map(producer)
  for (let kill = 0; kill < 3; kill++) {
    await sleep(150 + random.next() * 200)
    await server.kill()
    await server.start()
  }
  stop = true
  await Promise.all(producers)
  for (const [sessionId, ids] of acknowledged) {
    const log = await expected(sessionId)
    const held = new Set(log.ids)
    expect(held.size).toBe(log.ids.length)
    expect([...ids].filter((id) => !held.has(id))).toEqual([])
    expect(ids.size).toBeGreaterThan(0)
  }
})
