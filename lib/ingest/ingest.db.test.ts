import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type EventInput, EventSchema } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import { SessionId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { print } from '@/lib/core/print'
import { newSessionState } from '@/lib/core/session'
import { decodeSnapshot } from '@/lib/core/snapshot'
import { sketchEvents } from '@/lib/core/testing/sketch'
import { serverProcess } from '@/lib/http/testing/server-process'
import { type TestBackend, testBackend } from '@/lib/http/testing/test-backend'
import type { AppendResult, SessionSummary } from '@/lib/live/protocol'
import { seeded } from '@/lib/sample/random'
import { scenario, scenarioEvents } from '@/lib/sample/scenarios'
import { detectWithParsers } from '@/lib/units/detector'
import { examinerHere } from './examiner-here'
import { Ingest } from './ingest'
import { parseEvents } from './parse'

const SEED = Number(process.env.BACKSEAT_SEED ?? Math.floor(Math.random() * 1e6))
const at = Date.UTC(2026, 0, 5)
const turn = (sessionId: string, id: string, extra: Partial<EventInput> = {}): EventInput =>
  ({ type: 'turn.started', id, sessionId, occurredAt: at, turnId: id, agentId: 'lead', ...extra }) as EventInput

let server: TestBackend
beforeAll(async () => {
  server = await testBackend()
})
afterAll(async () => {
  await server.close()
})

async function logOf(sessionId: string, origin = server.origin) {
  const text = await (await fetch(`${origin}/api/v1/sessions/${encodeURIComponent(sessionId)}/events?content=inline`)).text()
  return text
    .trim()
    .split('\n')
    .map((line) => EventSchema.parse(JSON.parse(line)))
}

async function rows(sql: string, values: unknown[] = []) {
  return (await server.backend.database.pool.query(sql, values)).rows
}

async function snapshotOf(sessionId: string) {
  return decodeSnapshot(new Uint8Array(await (await server.get(`/api/v1/sessions/${encodeURIComponent(sessionId)}/snapshot`)).arrayBuffer()))
}

test('sequences are gapless from 1, whatever arrives at once', async () => {
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, batch) => server.append(Array.from({ length: 25 }, (_, i) => turn('gapless', `e${batch}-${i}`)))),
  )
  expect(results.reduce((sum, result) => sum + result.accepted, 0)).toBe(1000)
  const sequences = await rows(`SELECT sequence FROM event JOIN session ON pk = session_pk WHERE session.id = 'gapless' ORDER BY sequence`)
  expect(sequences.map((row) => row.sequence)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1))
})

test('text that Postgres cannot write (half a pair, U+0000) stays in the log and does not keep findings away', async () => {
  const odd = { attributes: { odd: 'half \ud800 a pair, and \0' } }
  const title: EventInput = { type: 'session.started', id: 'odd', sessionId: 'odd-text', occurredAt: at, title: 'half \udc00 a pair\0', ...odd }
  const sketch = sketchEvents(`
    0s  lead   delegates t1 to coder: src/a.ts
    2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
    4s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
  `)
  const events = sketch.map((event) => ({ ...event, sessionId: 'odd-text', ...(event.type === 'task.delegated' ? odd : {}) })) as EventInput[]
  await server.append([title])
  // The wrong way round, so that the whole log is read again for its findings.
  for (const event of events.reverse()) await server.append([event])
  await expect
    .poll(async () => (await rows(`SELECT kind FROM intervention JOIN session ON pk = session_pk WHERE session.id = 'odd-text'`)).map(({ kind }) => kind))
    .toContain('overwrite')
  const log = await logOf('odd-text')
  expect(log).toHaveLength(sketch.length + 1)
  expect(log.find(({ id }) => id === 'odd')).toMatchObject({ title: 'half \udc00 a pair\0' })
})

test('the same events from several producers at once are there once', async () => {
  const batch = Array.from({ length: 50 }, (_, i) => turn('same', `e${i}`))
  const results = await Promise.all(Array.from({ length: 8 }, () => server.append(batch)))
  expect(results.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(50)
  expect(results.reduce((sum, { duplicate }) => sum + duplicate, 0)).toBe(350)
  expect(await logOf('same')).toHaveLength(50)
})

test('events of one time keep the order in which they were sent', async () => {
  await server.append(['b', 'a', 'c'].map((id) => turn('ties', id)))
  await server.append([turn('ties', 'A')])
  const log = await logOf('ties')
  expect(log.map((event) => [event.id, event.order])).toEqual([
    ['b', 1],
    ['a', 2],
    ['c', 3],
    ['A', 4],
  ])
})

test('one batch for several sessions is written to each', async () => {
  const result = await server.append([turn('left', 'e1'), turn('right', 'e1'), turn('left', 'e2'), turn('right', 'e1')])
  expect(result).toEqual({ accepted: 3, duplicate: 1, rejected: [] })
  expect((await logOf('left')).map((event) => event.id)).toEqual(['e1', 'e2'])
  expect((await logOf('right')).map((event) => event.id)).toEqual(['e1'])
})

test('what Postgres text cannot hold survives in the log', async () => {
  const strange = 'nul \u0000, half \ud83d, whole 😀, separator \u001e, quote ", backslash \\ '
  await server.append([
    { type: 'session.started', id: 's', sessionId: 'strange', occurredAt: at, title: strange },
    { type: 'task.delegated', id: 'd', sessionId: 'strange', occurredAt: at, taskId: 't', by: 'lead', to: 'coder', title: strange, brief: strange.repeat(10) },
    { type: 'turn.streamed', id: 'x', sessionId: 'strange', occurredAt: at, turnId: 'u', text: `${'y'.repeat(200)}\ud83d` },
    { type: 'turn.streamed', id: 'y', sessionId: 'strange', occurredAt: at + 1, turnId: 'u', offset: 201, text: '\ude00!' },
  ])
  const [started, delegated] = await logOf('strange')
  expect(started).toMatchObject({ title: strange })
  expect(delegated).toMatchObject({ title: strange, brief: strange.repeat(10) })
  const summary = (await (await server.get('/api/v1/sessions/strange')).json()) as SessionSummary
  expect(summary.title).toBe(strange.replace('\u0000', '\ufffd').replace('\ud83d,', '\ufffd,'))
  const text = await (await server.get('/api/v1/sessions/strange/turns/u/text')).text()
  expect(text).toBe(`${'y'.repeat(200)}😀!`)
})

test('events for ended sessions and clocks a year off are taken as they are', async () => {
  await server.append([
    { type: 'session.started', id: 's', sessionId: 'late', occurredAt: at },
    { type: 'session.ended', id: 'e', sessionId: 'late', occurredAt: at + 1000 },
  ])
  const year = 365 * 24 * 3600 * 1000
  expect(
    await server.append([
      turn('late', 'after', { occurredAt: at + 2000 }),
      turn('late', 'old', { occurredAt: at - year }),
      turn('late', 'new', { occurredAt: at + year }),
    ]),
  ).toEqual({
    accepted: 3,
    duplicate: 0,
    rejected: [],
  })
  const { state } = await snapshotOf('late')
  expect([state.firstAt, state.lastAt, state.facts.endedAt]).toEqual([at - year, at + year, at + 1000])
})

test('references to content: known ones are taken, unknown ones are rejected with a reason', async () => {
  const brief = 'the whole brief '.repeat(20)
  await server.append([{ type: 'task.delegated', id: 'd1', sessionId: 'refs', occurredAt: at, taskId: 't1', by: 'lead', to: 'coder', brief }])
  const [line] = (await (await server.get('/api/v1/sessions/refs/events')).text()).trim().split('\n')
  const reference = (JSON.parse(line ?? '') as { brief: { hash: string; chars: number; preview: string } }).brief
  const again = (id: string, hash: string): EventInput => ({
    type: 'task.delegated',
    id,
    sessionId: 'refs',
    occurredAt: at,
    taskId: id,
    by: 'lead',
    to: 'coder',
    brief: { ...reference, hash },
  })
  const result = await server.append([again('d2', reference.hash), again('d3', 'f'.repeat(64))])
  expect(result.accepted).toBe(1)
  expect(result.rejected).toMatchObject([{ index: 1, id: 'd3', code: 'unknown_content' }])
})

test('findings are those of the whole log, in any order of arrival', { timeout: 120_000 }, async () => {
  const events = sketchEvents(`
    0s  lead   delegates t1 to coder: src/a.ts
    2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }; export function product(a, b) { return a * b }"
    4s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
    5s  lead   cancels t1
  `)
  const random = seeded(SEED)
  const expected = print(detectWithParsers(events))
  for (let round = 0; round < 5; round++) {
    const sessionId = SessionId.parse(`any-order-${round}`)
    const shuffled = events.map((event) => ({ event: { ...structuredClone(event), sessionId }, key: random.next() })).sort((a, b) => a.key - b.key)
    for (const { event } of shuffled) await server.append([event])
    await expect.poll(async () => print((await snapshotOf(sessionId)).findings), { message: `seed ${SEED}, round ${round}`, timeout: 30_000 }).toBe(expected)
    await expect
      .poll(
        async () =>
          (await rows('SELECT count(*) AS n FROM intervention JOIN session ON pk = session_pk WHERE session.id = $1 AND NOT withdrawn', [sessionId]))[0]?.n,
        { timeout: 30_000 },
      )
      .toBe(detectWithParsers(events).length)
  }
})

test('a long session whose events keep coming out of order is not read over and over', { timeout: 120_000 }, async () => {
  const events = [...scenarioEvents('fan-out', { sessionId: 'disorder', turns: 600, seed: SEED })]
  const random = seeded(SEED)
  // Neighbourhoods of 60 events arrive in any order.
  const shuffled = events.map((event, index) => ({ event, key: index + random.next() * 60 })).sort((a, b) => a.key - b.key)
  const start = performance.now()
  for (let i = 0; i < shuffled.length; i += 20) await server.append(shuffled.slice(i, i + 20).map(({ event }) => event))
  const took = performance.now() - start
  const log = await logOf('disorder')
  const byTimeAndId = (findings: readonly Intervention[]) => print([...findings].sort((a, b) => a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : 1)))
  const expected = byTimeAndId(detectWithParsers(log))
  await expect.poll(async () => byTimeAndId((await snapshotOf('disorder')).findings), { timeout: 30_000, message: `seed ${SEED}` }).toBe(expected)
  expect(print((await snapshotOf('disorder')).state)).toBe(print(applyEvents(newSessionState(SessionId.parse('disorder')), log)))
  expect(took).toBeLessThan(30_000)
})

test('a batch that Postgres refuses takes no other with it, and leaves nothing behind', async () => {
  await server.append([turn('poison', 'before'), turn('healthy', 'before')])
  const { pool } = server.backend.database
  await pool.query(`ALTER TABLE event ADD CONSTRAINT no_poison CHECK (id <> 'poison') NOT VALID`)
  try {
    const [bad, good, same] = await Promise.allSettled([
      server.append([turn('poison', 'ok'), turn('poison', 'poison')]),
      server.append([
        turn('healthy', 'e1', { model: 'm' } as Partial<EventInput>),
        { type: 'message.sent', id: 'm', sessionId: 'healthy', occurredAt: at, from: 'lead', purpose: 'note', text: 'z'.repeat(500) },
      ]),
      server.append([turn('poison', 'neighbour')]),
    ])
    expect(bad.status).toBe('rejected')
    expect([good.status, same.status]).toEqual(['fulfilled', 'fulfilled'])
  } finally {
    await pool.query('ALTER TABLE event DROP CONSTRAINT no_poison')
  }
  expect((await logOf('poison')).map((event) => event.id)).toEqual(['before', 'neighbour'])
  expect((await logOf('healthy')).find((event) => event.id === 'm')).toMatchObject({ text: 'z'.repeat(500) })
  expect([...(await snapshotOf('poison')).state.turns.keys()]).toEqual(['before', 'neighbour'])
  expect(server.problems.splice(0)).toHaveLength(1)
})

test('when the database goes away the answer is 503, and the same batch goes in afterwards', async () => {
  await server.append([turn('away', 'e1')])
  await server.backend.database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  )
  const results: number[] = []
  for (let attempt = 0; attempt < 20 && results.at(-1) !== 200; attempt++) {
    results.push((await server.post(JSON.stringify([turn('away', 'e2')]))).status)
    await sleep(20)
  }
  expect(results.at(-1)).toBe(200)
  expect(results.every((status) => status === 200 || status === 503)).toBe(true)
  expect((await logOf('away')).map((event) => event.id)).toEqual(['e1', 'e2'])
  server.problems.splice(0)
})

test('two processes write to the same sessions at once: gapless, once, the same state', { timeout: 120_000 }, async () => {
  const deadline = Date.now() + 100_000
  const other = await serverProcess(server.databaseUrl, join(process.env.BACKSEAT_TEST_RUN ?? '', 'ingest'))
  onTestFinished(() => other.kill())
  await other.start()
  {
    const sessions = ['shared-1', 'shared-2']
    const send = async (origin: string, batch: EventInput[]): Promise<AppendResult> => {
      for (;;) {
        const response = await fetch(`${origin}/api/v1/events`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(batch),
        })
        if (response.status === 200) return (await response.json()) as AppendResult
        if (Date.now() > deadline) throw new Error(`no answer but ${response.status} for too long: ${await response.text()}`)
        await sleep(10)
      }
    }
    const work = sessions.flatMap((sessionId) => {
      const batches = [...scenario('fan-out', { sessionId, turns: 60, seed: SEED, batch: 12 })]
      // Both get all of it, in different orders: every event arrives twice.
      return [
        { origin: server.origin, batches },
        { origin: other.origin, batches: [...batches].reverse() },
      ]
    })
    let accepted = 0
    let received = 0
    await Promise.all(
      work.map(async ({ origin, batches }) => {
        for (const batch of batches) {
          const result = await send(origin, batch)
          expect(result.rejected).toEqual([])
          accepted += result.accepted
          received += result.accepted + result.duplicate
        }
      }),
    )
    const sent = work.filter(({ origin }) => origin === server.origin).flatMap(({ batches }) => batches.flat()).length
    expect({ accepted, received }).toEqual({ accepted: sent, received: 2 * sent })
    for (const sessionId of sessions) {
      const log = await logOf(sessionId)
      const [row] = await rows(
        'SELECT head, (SELECT count(*) FROM event WHERE session_pk = pk) AS n, (SELECT max(sequence) FROM event WHERE session_pk = pk) AS last FROM session WHERE id = $1',
        [sessionId],
      )
      expect(row).toEqual({ head: log.length, n: log.length, last: log.length })
      const expected = print(applyEvents(newSessionState(SessionId.parse(sessionId)), log))
      for (const origin of [server.origin, other.origin]) {
        await expect
          .poll(async () => print(decodeSnapshot(new Uint8Array(await (await fetch(`${origin}/api/v1/sessions/${sessionId}/snapshot`)).arrayBuffer())).state), {
            timeout: 30_000,
            message: `seed ${SEED}`,
          })
          .toBe(expected)
      }
    }
    // It also comes to rest: nothing goes round and round for a session that it no longer holds.
    await other.stop()
  }
})

test('a deleted session is gone from every table, and may begin anew', async () => {
  await server.append([
    turn('gone', 'e1'),
    { type: 'message.sent', id: 'm', sessionId: 'gone', occurredAt: at, from: 'lead', purpose: 'note', text: 'z'.repeat(500) },
  ])
  const [{ pk }] = (await rows(`SELECT pk FROM session WHERE id = 'gone'`)) as [{ pk: number }]
  expect((await fetch(`${server.origin}/api/v1/sessions/gone`, { method: 'DELETE' })).status).toBe(204)
  expect((await server.get('/api/v1/sessions/gone/snapshot')).status).toBe(404)
  for (const table of ['event', 'content', 'task', 'intervention', 'snapshot'])
    expect(await rows(`SELECT 1 FROM ${table} WHERE session_pk = $1`, [pk])).toEqual([])
  expect(await server.append([turn('gone', 'e1')])).toMatchObject({ accepted: 1 })
  expect((await snapshotOf('gone')).head).toBe(1)
})

test('more than can wait is answered with 429 and Retry-After', async () => {
  const many = (from: number) => JSON.stringify(Array.from({ length: 19_000 }, (_, i) => turn('flood', `e${from + i}`)))
  const responses = await Promise.all([0, 1, 2, 3, 4, 5].map((part) => server.post(many(part * 19_000))))
  const statuses = responses.map((response) => response.status)
  expect(statuses).toContain(200)
  const refused = responses.find((response) => response.status === 429)
  expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(await refused?.json()).toMatchObject({ code: 'overloaded' })
})

test('many events at once are a press, which passes', async () => {
  let now = at
  const ingest = new Ingest({
    database: server.backend.database,
    examiner: await examinerHere(),
    onCommit: () => undefined,
    onProblem: () => undefined,
    now: () => now,
  })
  const send = (from: number, count: number) => ingest.append(parseEvents(Array.from({ length: count }, (_, i) => turn('pressed', `p${from + i}`))))
  await send(0, 300)
  expect(ingest.isPressed).toBe(false)
  await send(300, 300)
  expect(ingest.isPressed).toBe(true)
  now += 1_000
  expect(ingest.isPressed).toBe(false)
  await ingest.close()
})

test('small batches of other sessions wait for the statement under way and are written together, but not for long', async () => {
  const { pool, writer } = server.backend.database
  const committed: string[] = []
  const ingest = new Ingest({
    examiner: await examinerHere(),
    database: server.backend.database,
    onCommit: ({ sessionId }) => committed.push(sessionId),
    onProblem: (what, error) => expect.unreachable(`${what}: ${String(error)}`),
  })
  const send = (sessionId: string, id: string) => ingest.append(parseEvents([turn(sessionId, id)]))
  const sessions = ['wait-0', 'wait-1', 'wait-2', 'wait-3', 'wait-4']
  for (const session of sessions) await send(session, 'first')
  const written = (id: string) =>
    rows('SELECT session.id, event.xmin::text AS statement FROM event JOIN session ON pk = session_pk WHERE event.id = $1 AND session.id LIKE $2 ORDER BY 1', [
      id,
      'wait-%',
    ])
  // As long as somebody holds the first one's row its statement cannot end: the others must not wait for that.
  const holder = await pool.connect()
  await holder.query(`BEGIN; SELECT 1 FROM session WHERE id = 'wait-0' FOR UPDATE`)
  const held = send('wait-0', 'second')
  await sleep(1)
  await Promise.all(sessions.slice(1).map((session) => send(session, 'second')))
  expect(await written('second')).toHaveLength(4)
  await holder.query('COMMIT')
  holder.release()
  await held
  const statements = await written('second')
  expect(statements).toHaveLength(5)
  expect(new Set(statements.slice(1).map((row) => row.statement)).size).toBe(1)
  expect(committed.at(-1)).toBe('wait-0')
  expect(writer.waitingCount).toBe(0)
  await ingest.close()
})
