import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { EventInput } from '@/lib/core/event'
import type { CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import { isEstimate } from '@/lib/core/metrics/estimate'
import { OWN_PRICES, pricesWith } from '@/lib/core/models/price-table'
import { BUILT_IN } from '@/lib/core/parameters'
import { study } from '@/lib/sample/study'
import { openDatabase } from '@/lib/store/database'
import { testDatabase } from '@/lib/store/testing/database'
import { type TestBackend, testBackend } from '../http/testing/test-backend'
import { Ingest } from './ingest'
import { parseEvents } from './parse'
import { examinerHere } from './examiner-here'
import { rebuildSession, sessionsToRebuild } from './rebuild'

const OTHER_PRICES = pricesWith(
  JSON.stringify({ checked: '2026-02-01', prices: [{ model: 'thing-1', currency: 'USD', input: 10, output: 20, from: '2026-01-01' }] }),
)
const startedAt = Date.UTC(2026, 0, 5)

let database: Awaited<ReturnType<typeof testDatabase>>
let server: TestBackend

beforeAll(async () => {
  database = await testDatabase()
  server = await testBackend({ databaseUrl: database.url })
  for (const events of study({ sessions: 3, startedAt })) await server.append(events)
  await server.append(quiet('nothing-found'))
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
  await database.drop()
})

/** A session in which a master lets its agent work, and says so nowhere: the detector finds nothing but an end. */
function quiet(sessionId: string): EventInput[] {
  const at = startedAt
  const base = { sessionId, occurredAt: at }
  return [
    { ...base, type: 'session.started', id: '1', workflow: 'quiet', simulated: true },
    { ...base, type: 'agent.joined', id: '2', agentId: 'lead' },
    { ...base, type: 'agent.joined', id: '3', agentId: 'coder', parentId: 'lead' },
    { ...base, type: 'task.delegated', id: '4', taskId: 't', by: 'lead', to: 'coder' },
    { ...base, type: 'turn.started', id: '5', turnId: 'u', agentId: 'coder', taskId: 't' },
    {
      ...base,
      type: 'artifact.written',
      id: '6',
      path: 'a.ts',
      agentId: 'coder',
      taskId: 't',
      turnId: 'u',
      change: { kind: 'content', content: 'export const sum = (a: number, b: number) => a + b\n' },
    },
    { ...base, type: 'turn.ended', id: '7', turnId: 'u', usage: { inputTokens: 300, outputTokens: 40 } },
  ]
}

const details = async (query = 'by=workflow') => (await (await server.get(`/api/v1/compare/details?${query}`)).json()) as CompareDetailsAnswer
const figures = async () => ({ details: await details(), csv: await (await server.get('/api/v1/compare.csv')).text() })

const restart = async (prices = OWN_PRICES) => {
  await server.close()
  server = await testBackend({ databaseUrl: database.url, prices })
}

const query = async (text: string) => {
  const opened = openDatabase({ url: database.url, onError: () => undefined })
  const { rows } = await opened.pool.query(text)
  await opened.close()
  return rows
}

test('who owns which tokens is known before a restart, after it, with other prices, and after a rebuild: the same figures', async () => {
  const before = await figures()
  expect(before.details.groups.map(({ label }) => label)).toContain('quiet')
  for (const group of before.details.groups) expect(isEstimate(group.yield), group.label).toBe(true)
  await restart()
  expect(await figures()).toEqual(before)
  await restart(OTHER_PRICES)
  expect(await figures()).toEqual(before)
  // as if they had been made by a version that is not known any more: the log is read again
  await query(`UPDATE session_records SET version = 'older'`)
  await restart()
  expect(await figures()).toEqual(before)
  const opened = openDatabase({ url: database.url, onError: () => undefined })
  const examiner = await examinerHere()
  for (const session of await sessionsToRebuild(opened)) expect(await rebuildSession(opened, examiner, session, BUILT_IN, OWN_PRICES)).toBe(true)
  await opened.close()
  await restart()
  expect(await figures()).toEqual(before)
})

test('what was stored before figures were packed is packed at the first start, and gives the same figures', async () => {
  const packed = () => query('SELECT session_pk, packed, packed_version FROM session_records ORDER BY session_pk')
  const [before, stored] = [await figures(), await packed()]
  expect(stored.every((row) => typeof row.packed === 'string')).toBe(true)
  await query('UPDATE session_records SET packed = NULL, packed_version = NULL WHERE session_pk % 2 = 0')
  await query(`UPDATE session_records SET packed = '{}', packed_version = -1 WHERE session_pk % 2 = 1`)
  await restart()
  expect(await figures()).toEqual(before)
  expect(await packed()).toEqual(stored)
})

test('what is stored is used: after a restart no session is read again, findings or none', async () => {
  await server.append(quiet('again-nothing-found'))
  await details()
  await vi.waitFor(async () => expect(await query('SELECT id FROM session WHERE detected < head')).toEqual([]), { timeout: 30_000 })
  await restart()
  await details()
  expect(server.backend.ingest.inMemory().map(({ id }) => id)).toEqual([])
})

test('a session that leaves memory has its records made while its detector is there', async () => {
  const opened = openDatabase({ url: database.url, onError: () => undefined })
  const left: [string, boolean][] = []
  const ingest = new Ingest({
    database: opened,
    onCommit: () => undefined,
    onProblem: (what) => expect(what).toBe(''),
    examiner: await examinerHere(),
    onLeave: async ({ id, examination, detected, head }) => {
      left.push([id, (await examination?.ledger()) !== undefined && detected === head])
    },
    room: { sessions: 1, events: 1_000 },
  })
  for (const id of ['leaves-1', 'leaves-2', 'leaves-3']) await ingest.append(parseEvents(quiet(id)))
  await vi.waitFor(() => expect(left).toEqual([['leaves-1', true], ['leaves-2', true]]), { timeout: 30_000 }) // biome-ignore format: one row a session
  await ingest.close()
  await opened.close()
  expect(await query(`SELECT id FROM session WHERE detected < head AND id LIKE 'leaves%'`)).toEqual([])
})
