import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { EventInput } from '@/lib/core/event'
import { decodeSnapshot } from '@/lib/core/snapshot'
import { type TestBackend, testBackend } from '@/lib/http/testing/test-backend'
import { packSnapshot, readSnapshot, unpackSnapshot, writeSnapshot } from '@/lib/store/snapshots'
import type { Ingest } from './ingest'
import { Snapshots } from './snapshots'

let server: TestBackend
beforeAll(async () => {
  server = await testBackend()
})
afterAll(async () => {
  await server.close()
})

const turns = (from: number, count: number): EventInput[] =>
  Array.from({ length: count }, (_, i) => ({
    type: 'turn.started',
    id: `e${from + i}`,
    sessionId: 'long',
    occurredAt: Date.UTC(2026, 0, 5) + from + i,
    turnId: `u${from + i}`,
    agentId: 'lead',
  }))

async function storedHead(): Promise<number | undefined> {
  const { rows } = await server.backend.database.pool.query("SELECT snapshot.head FROM snapshot JOIN session ON pk = session_pk WHERE session.id = 'long'")
  return rows[0]?.head
}

test('a quiet session is made into a snapshot once, and again only when it has grown much', async () => {
  const { ingest, database } = server.backend
  await server.append(turns(0, 2_500))
  const made = vi.fn(ingest.read.bind(ingest))
  // others read the session too: only what this one reads counts
  const own: Ingest = Object.assign(Object.create(ingest), { read: made })
  const snapshots = new Snapshots(database, own, (what, error) => expect.unreachable(`${what}: ${String(error)}`))
  const keep = () => snapshots.keepQuiet(Date.now() + 10_000, 3_000)
  await keep()
  await vi.waitFor(async () => expect(await storedHead()).toBe(2_500), { timeout: 30_000 })
  expect(made).toHaveBeenCalledTimes(1)

  await server.append(turns(2_500, 10))
  await keep()
  await keep()
  expect(made).toHaveBeenCalledTimes(1)

  await server.append(turns(2_510, 1_000))
  await keep()
  await vi.waitFor(async () => expect(await storedHead()).toBe(3_510), { timeout: 30_000 })
  await keep()
  expect(made).toHaveBeenCalledTimes(2)
  expect((await snapshots.find('long'))?.head).toBe(3_510)
})

test('a snapshot whose findings changed while it was packed is kept for nobody', async () => {
  const { ingest, database } = server.backend
  await server.append([{ type: 'turn.started', id: 'e1', sessionId: 'short', occurredAt: Date.UTC(2026, 0, 5), turnId: 'u1', agentId: 'lead' }])
  let overtake = true
  const look = vi.fn(async (...[id, see]: Parameters<Ingest['read']>) => {
    const seen = await ingest.read(id, see)
    if (overtake) snapshots.findingsChanged(id)
    return seen
  }) as Ingest['read'] & ReturnType<typeof vi.fn>
  const own: Ingest = Object.assign(Object.create(ingest), { read: look })
  const snapshots = new Snapshots(database, own, (what, error) => expect.unreachable(`${what}: ${String(error)}`))
  expect((await snapshots.find('short'))?.head).toBe(1)
  overtake = false
  await snapshots.find('short')
  expect(look).toHaveBeenCalledTimes(2)
  await snapshots.find('short')
  expect(look).toHaveBeenCalledTimes(2)
})

test('a kept snapshot of another version is made again from the log', async () => {
  const { ingest, database } = server.backend
  const many = turns(0, 2_100).map((event) => ({ ...event, sessionId: 'older' }))
  await server.append(many)
  const { rows } = await database.pool.query<{ pk: number }>("SELECT pk FROM session WHERE id = 'older'")
  const pk = Number(rows[0]?.pk)
  const made = await new Snapshots(database, ingest, (what, error) => expect.unreachable(`${what}: ${String(error)}`)).find('older')
  const stored = await vi.waitUntil(() => readSnapshot(database.pool, pk))
  expect(stored.head).toBe(made?.head)

  const older = await unpackSnapshot(stored.body)
  new DataView(older.buffer, older.byteOffset).setUint32(4, 3, true)
  await writeSnapshot(database.pool, pk, { ...stored, body: await packSnapshot(older) })
  expect(await readSnapshot(database.pool, pk)).toBeUndefined()

  // as after a restart: nothing is in memory
  const cold: Ingest = Object.assign(Object.create(ingest), { peek: () => undefined })
  const found = await new Snapshots(database, cold, (what, error) => expect.unreachable(`${what}: ${String(error)}`)).find('older')
  expect(decodeSnapshot(await unpackSnapshot(found?.body ?? Buffer.alloc(0))).state.turns.size).toBe(2_100)
  expect((await vi.waitUntil(() => readSnapshot(database.pool, pk))).head).toBe(2_100)
})
