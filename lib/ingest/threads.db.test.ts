import { expect, onTestFinished, test, vi } from 'vitest'
import type { EventInput } from '@/lib/core/event'
import { DETECTOR_PARAMETERS } from '@/lib/core/interventions'
import { print } from '@/lib/core/print'
import { decodeSnapshot } from '@/lib/core/snapshot'
import { sketchEvents } from '@/lib/core/testing/sketch'
import { type TestBackend, testBackend } from '@/lib/http/testing/test-backend'
import { scenarioEvents } from '@/lib/sample/scenarios'
import { openDatabase } from '@/lib/store/database'
import { testDatabase } from '@/lib/store/testing/database'
import { detectWithParsers } from '@/lib/units/detector'
import { openExaminer } from './detector-threads'
import type { Examination, Examiner } from './examiner'
import { Ingest } from './ingest'
import { parseEvents } from './parse'
import { compiledThread, illThread } from './testing/compiled-thread'

const script = sketchEvents(`
  0s  lead   delegates t1 to coder: src/a.ts
  2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }; export function product(a, b) { return a * b }"
  4s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
  5s  lead   cancels t1
`)
const expected = print(detectWithParsers(script))
const told = (sessionId: string): EventInput[] => structuredClone(script).map((event) => ({ ...event, sessionId }) as EventInput)
const ill = (sessionId: string, how: string): EventInput =>
  ({ type: 'session.started', id: `ill-${how}`, sessionId, occurredAt: 0, attributes: { ill: how } }) as EventInput

async function withThreads(options: Parameters<typeof testBackend>[0] = {}): Promise<TestBackend> {
  const server = await testBackend(options)
  onTestFinished(() => server.close())
  return server
}

async function findingsOf(server: TestBackend, sessionId: string): Promise<string> {
  const answer = await server.get(`/api/v1/sessions/${encodeURIComponent(sessionId)}/snapshot`)
  return print(decodeSnapshot(new Uint8Array(await answer.arrayBuffer())).findings)
}

const hasFound = (server: TestBackend, sessionId: string, timeout = 30_000) =>
  expect.poll(() => findingsOf(server, sessionId), { message: sessionId, timeout }).toBe(expected)

test('sessions side by side, in order and out of it, over two threads: each has its own findings, and they are stored', { timeout: 120_000 }, async () => {
  const server = await withThreads({ detector: { threads: 2, file: await compiledThread() } })
  const ids = Array.from({ length: 12 }, (_, k) => `side-${k}`)
  await Promise.all(
    ids.map(async (id, k) => {
      const events = k % 3 === 0 ? told(id).reverse() : told(id)
      if (k % 2 === 0) await server.append(events)
      else for (const event of events) await server.append([event])
    }),
  )
  for (const id of ids) await hasFound(server, id)
  const { pool } = server.backend.database
  await expect
    .poll(
      async () =>
        (await pool.query('SELECT count(*)::int AS n, bool_and(detected = head) AS whole FROM session, intervention WHERE pk = session_pk AND NOT withdrawn'))
          .rows[0],
      { timeout: 30_000 },
    )
    .toEqual({ n: 12 * detectWithParsers(script).length, whole: true })
  expect(server.problems).toEqual([])
})

test('a session that ends its thread is acknowledged, keeps nobody else from their findings, and is left alone the second time', {
  timeout: 120_000,
}, async () => {
  const server = await withThreads({ detector: { threads: 1, file: await illThread() } })
  await server.append(told('before'))
  await hasFound(server, 'before')
  expect((await server.append([ill('ill', 'exit')])).accepted).toBe(1)
  await vi.waitFor(() => expect(server.problems).toHaveLength(3), { timeout: 30_000 })
  expect(server.problems.map((problem) => problem.replace(/(?:;| failed on).*/s, ''))).toEqual([
    'the detector thread ended at session ill',
    'the detector thread ended at session ill',
    'the detector',
  ])
  // its log goes on
  expect((await server.append(told('ill'))).accepted).toBe(script.length)
  // and so does everybody's reading: of what is new, and of what the thread had known
  await server.append(told('after'))
  await hasFound(server, 'after')
  const more = { type: 'verdict.given', id: 'more', sessionId: 'before', occurredAt: Date.UTC(2026, 3, 1), verdict: 'accept', taskId: 't1' } as EventInput
  await server.append([more])
  await hasFound(server, 'before')
  const { pool } = server.backend.database
  const behind = async () => (await pool.query('SELECT id FROM session WHERE detected < head ORDER BY id')).rows.map(({ id }) => id)
  await expect.poll(behind).toEqual(['ill'])
  expect(server.problems).toHaveLength(3)
})

test('while a thread hangs batches are acknowledged and sessions are shown; then it is ended', { timeout: 120_000 }, async () => {
  const server = await withThreads({ detector: { threads: 1, file: await illThread(), limits: { lookEveryMs: 300 } } })
  await server.append(told('shown'))
  await hasFound(server, 'shown')
  await server.append([ill('hangs', 'hang')])
  for (let k = 0; k < 6; k++) await server.append([...scenarioEvents('fan-out', { sessionId: `busy-${k}`, turns: 30 })])
  await server.append(told('shown-later'))
  await findingsOf(server, 'shown-later')
  // it still hangs
  expect(server.problems).toEqual([])
  // which it does a second time, when its log is read again
  await hasFound(server, 'shown-later', 60_000)
  expect(server.problems[0]).toMatch(/ended at session hangs.*did not get past one event/s)
})

test('a server that is asked to stop while a thread hangs stops, and the next one finds what it had not', { timeout: 120_000 }, async () => {
  const database = await testDatabase()
  onTestFinished(() => database.drop())
  const server = await testBackend({ databaseUrl: database.url, detector: { threads: 1, file: await illThread() } })
  await server.append([ill('hangs', 'hang')])
  await server.append(told('waits'))
  await server.close()
  const next = await testBackend({ databaseUrl: database.url })
  onTestFinished(() => next.close())
  await hasFound(next, 'waits')
  expect(next.problems).toEqual([])
})

test('findings of what was committed before a stop are stored by it', { timeout: 120_000 }, async () => {
  const database = await testDatabase()
  onTestFinished(() => database.drop())
  const server = await testBackend({ databaseUrl: database.url })
  await Promise.all(Array.from({ length: 10 }, async (_, k) => server.append(told(`stops-${k}`))))
  await server.close()
  const opened = openDatabase({ url: database.url, onError: () => undefined })
  onTestFinished(() => opened.close())
  const { rows } = await opened.pool.query('SELECT count(*)::int AS n FROM intervention WHERE NOT withdrawn')
  expect(rows[0]?.n).toBe(10 * detectWithParsers(script).length)
  expect((await opened.pool.query('SELECT id FROM session WHERE detected < head')).rows).toEqual([])
})

test('what is begun is ended: with the session that is forgotten, deleted, pushed out, read again or read with other parameters', {
  timeout: 120_000,
}, async () => {
  const database = await testDatabase()
  onTestFinished(() => database.drop())
  const opened = openDatabase({ url: database.url, onError: () => undefined })
  onTestFinished(() => opened.close())
  const threads = await openExaminer({ file: await compiledThread(), threads: 1, onProblem: (what) => expect(what).toBe('') })
  onTestFinished(() => threads.close())
  const living = new Map<Examination, string>()
  let whenRead = () => {}
  const examiner: Examiner = {
    ...threads,
    patienceMs: (events) => threads.patienceMs(events),
    hurry: () => threads.hurry(),
    close: () => threads.close(),
    begin(sessionId, parameters) {
      const made = threads.begin(sessionId, parameters)
      const end = made.end.bind(made)
      made.end = () => {
        living.delete(made)
        end()
      }
      const findings = made.findings.bind(made)
      made.findings = () => {
        whenRead()
        return findings()
      }
      living.set(made, sessionId)
      return made
    },
  }
  const ingest = new Ingest({
    database: opened,
    examiner,
    onCommit: () => undefined,
    onProblem: (what) => expect(what).toBe(''),
    room: { sessions: 3, events: 1_000 },
  })
  const left = () => expect.poll(() => [...living.values()].sort())
  for (let k = 0; k < 6; k++) await ingest.append(parseEvents(told(`s${k}`)))
  // whichever three were wanted last when there was nothing to wait for, also by the writing of their findings
  const kept = () => ingest.inMemory().map(({ id }) => String(id)).sort() // biome-ignore format: as a sentence
  await expect.poll(() => living.size).toBe(3)
  expect([...living.values()].sort()).toEqual(kept())
  const [one = '', ...others] = kept()
  for (const id of others) ingest.forget(id)
  await left().toEqual([one])
  // out of order: read again, by another examination
  const another = (id: string, occurredAt: number) => ({ type: 'task.delegated', id, sessionId: one, occurredAt, taskId: id, by: 'lead', to: 'coder' })
  const before = [...living].find(([, id]) => id === one)?.[0]
  expect((await ingest.append(parseEvents([another('early', (script[0]?.occurredAt ?? 0) - 1_000)]))).accepted).toBe(1)
  await expect.poll(() => before && living.has(before)).toBe(false)
  await left().toEqual([one])
  ingest.adopt({ version: 1, parameters: { ...DETECTOR_PARAMETERS, overwriteBelow: 0.5 } })
  await left().toEqual([])
  await ingest.append(parseEvents([another('late', Date.UTC(2030, 0, 1))]))
  await left().toEqual([one])
  // while the log is being read
  whenRead = () => {
    whenRead = () => {}
    ingest.adopt({ version: 2, parameters: DETECTOR_PARAMETERS })
  }
  await ingest.append(parseEvents([another('earlier', (script[0]?.occurredAt ?? 0) - 2_000)]))
  await left().toEqual([])
  await ingest.close()
})
