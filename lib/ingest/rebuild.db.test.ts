import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { scenarioEvents } from '@/lib/sample/scenarios'
import { study } from '@/lib/sample/study'
import { BUILT_IN } from '@/lib/core/parameters'
import { OWN_PRICES } from '@/lib/core/models/price-table'
import { openDatabase } from '@/lib/store/database'
import { type TestBackend, testBackend } from '../http/testing/test-backend'
import { examinerHere } from './examiner-here'
import { rebuildSession, sessionsToRebuild } from './rebuild'

let server: TestBackend

beforeAll(async () => {
  server = await testBackend()
  for (const events of study({ sessions: 3, startedAt: Date.UTC(2026, 0, 5) })) await server.append(events)
  for (const name of ['nested-masters', 'overwrite-race'] as const) await server.append([...scenarioEvents(name)])
  // findings follow a moment after the events
  await vi.waitFor(async () => expect(await stored('SELECT id FROM session WHERE detected < head')).toEqual([]), { timeout: 30_000 })
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const figures = async () => {
  const [compare, details, sessions, csv] = await Promise.all(
    ['compare?by=masterModel,workflow', 'compare/details', 'sessions?limit=200', 'compare.csv'].map(async (path) =>
      (await server.get(`/api/v1/${path}`)).text(),
    ),
  )
  const { sessions: list } = JSON.parse(sessions ?? '') as { sessions: { id: string; strip?: unknown }[] }
  return { compare, details, csv, list: list.map(({ strip: _strip, ...rest }) => rest) }
}

const stored = async (what: string) => {
  const database = openDatabase({ url: server.databaseUrl, onError: () => undefined })
  const { rows } = await database.pool.query(what)
  await database.close()
  return rows
}
const TASKS = 'SELECT * FROM task ORDER BY session_pk, id'
const FINDINGS =
  'SELECT session_pk, id, kind, phase, trigger, flags, task_id, artifact, survival, destroyed, headline, data FROM intervention WHERE NOT withdrawn ORDER BY 1, 2'

test('projections that were lost or spoilt come back from the log, with the same figures', async () => {
  const before = { figures: await figures(), tasks: await stored(TASKS), findings: await stored(FINDINGS) }
  expect(before.tasks.length).toBeGreaterThan(20)
  expect(before.findings.length).toBeGreaterThan(5)
  await stored('DELETE FROM snapshot')
  await stored('DELETE FROM session_records')
  await stored(`DELETE FROM task WHERE session_pk % 2 = 0`)
  await stored(`UPDATE task SET turns = 99, headline_kind = 'touch' WHERE session_pk % 2 = 1`)
  await stored(`DELETE FROM intervention WHERE session_pk % 3 = 0`)
  await stored(`UPDATE intervention SET headline = NOT headline WHERE session_pk % 3 = 1`)
  await stored(`UPDATE session SET counts = '{}', master_model = 'nobody', kinds = '{}', tags = '{}'`)
  const database = openDatabase({ url: server.databaseUrl, onError: () => undefined })
  try {
    const sessions = await sessionsToRebuild(database)
    const examiner = await examinerHere()
    for (const session of sessions) expect(await rebuildSession(database, examiner, session, BUILT_IN, OWN_PRICES)).toBe(true)
    expect(await sessionsToRebuild(database, [sessions[0]?.id ?? '', 'nobody'])).toEqual([sessions[0]])
  } finally {
    await database.close()
  }
  expect(await stored(TASKS)).toEqual(before.tasks)
  expect(await stored(FINDINGS)).toEqual(before.findings)
  await server.restart()
  expect(await figures()).toEqual(before.figures)
})

test('a session that is gone is told apart from one that is there', async () => {
  const database = openDatabase({ url: server.databaseUrl, onError: () => undefined })
  expect(await rebuildSession(database, await examinerHere(), { pk: 999_999, id: 'gone', head: 3 }, BUILT_IN, OWN_PRICES)).toBe(false)
  await database.close()
})
