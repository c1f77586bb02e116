import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { EventInput } from '@/lib/core/event'
import type { SearchAnswer, SessionSearchAnswer } from '@/lib/core/search/answer'
import { BUILT_IN } from '@/lib/core/parameters'
import { OWN_PRICES } from '@/lib/core/models/price-table'
import { examinerHere } from '@/lib/ingest/examiner-here'
import { rebuildSession, sessionsToRebuild } from '@/lib/ingest/rebuild'
import { openDatabase } from '@/lib/store/database'
import { projectRoot } from '@/lib/store/postgres/project-root'
import { testDatabase } from '@/lib/store/testing/database'
import { serverProcess } from './testing/server-process'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
const at = Date.UTC(2026, 10, 20)
const long = (text: string) => `${text} ${'and so on, '.repeat(30)}`

function run(sessionId: string): EventInput[] {
  const base = { sessionId }
  return [
    { ...base, id: 's', type: 'session.started', occurredAt: at, title: 'A parser for invoices', tags: ['billing'] },
    { ...base, id: 'a1', type: 'agent.joined', occurredAt: at, agentId: 'lead', name: 'Lead', model: 'claude-opus-4-1' },
    { ...base, id: 'a2', type: 'agent.joined', occurredAt: at, agentId: 'w1', name: 'code-writer', parentId: 'lead', model: 'gpt-4o-2024-08-06' },
    {
      ...base,
      id: 'd',
      type: 'task.delegated',
      occurredAt: at + 1,
      taskId: 't1',
      by: 'lead',
      to: 'w1',
      title: 'Write the tokenizer',
      brief: long('Mind the Umlaut Ärger and user.id'),
    },
    { ...base, id: 'u1', type: 'turn.started', occurredAt: at + 2, turnId: 'turn-1', agentId: 'w1', taskId: 't1' },
    {
      ...base,
      id: 'u2',
      type: 'turn.ended',
      occurredAt: at + 9,
      turnId: 'turn-1',
      output: long('I will handle the rate limit with a zebra'),
      reasoning: 'limit first, rate later',
    },
    {
      ...base,
      id: 'c1',
      type: 'tool.called',
      occurredAt: at + 10,
      callId: 'call-1',
      agentId: 'w1',
      turnId: 'turn-1',
      name: 'Bash',
      arguments: 'grep -r handleInvoice src',
    },
    {
      ...base,
      id: 'c2',
      type: 'tool.returned',
      occurredAt: at + 12,
      callId: 'call-1',
      status: 'ok',
      result: long('src/parse/invoice.ts: export function handleInvoice() {}'),
    },
    {
      ...base,
      id: 'w',
      type: 'artifact.written',
      occurredAt: at + 13,
      agentId: 'w1',
      path: 'src/parse/invoice.ts',
      turnId: 'turn-1',
      taskId: 't1',
      change: { kind: 'content', content: long('const zebra = 1') },
    },
    { ...base, id: 'm', type: 'message.sent', occurredAt: at + 14, from: 'lead', to: 'w1', purpose: 'note', text: 'nul \u0000 here, zebra crossing' },
  ]
}

const search = async (q: string, more = '') => {
  const response = await server.get(`/api/v1/search?q=${encodeURIComponent(q)}${more}`)
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as SearchAnswer
}
const inSession = async (id: string, q: string, more = '') => {
  const response = await server.get(`/api/v1/sessions/${id}/search?q=${encodeURIComponent(q)}${more}`)
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as SessionSearchAnswer
}
const kinds = async (id: string, q: string) => (await inSession(id, q)).hits.map(({ kind, ref }) => `${kind} ${ref}`)
const settled = (id: string) => vi.waitFor(async () => expect((await inSession(id, 'kind:message')).at).toHaveLength(1), { timeout: 30_000 })

beforeAll(async () => {
  server = await testBackend()
  await server.append(run('one'))
  await settled('one')
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

test('every text can be found by its words, in the order of time', async () => {
  expect(await kinds('one', 'zebra')).toEqual(['turn turn-1', 'write w', 'message m'])
  expect(await kinds('one', 'invoices billing')).toEqual(['session one'])
  expect(await kinds('one', 'tokenizer ÄRGER')).toEqual(['task t1'])
  expect(await kinds('one', 'limit later')).toEqual(['turn turn-1'])
  expect(await kinds('one', 'grep handleinvoice')).toEqual(['call call-1'])
})

test('words in quotes and words written together stand side by side; a star finds beginnings', async () => {
  expect(await kinds('one', '"rate limit"')).toEqual(['turn turn-1'])
  expect(await kinds('one', '"limit rate"')).toEqual([])
  expect(await kinds('one', 'user.id')).toEqual(['task t1'])
  expect(await kinds('one', 'id.user')).toEqual([])
  expect(await kinds('one', 'handleInv')).toEqual([])
  expect(await kinds('one', 'handleInv*')).toEqual(['call call-1', 'result call-1'])
  expect(await kinds('one', 'handleInv* kind:result')).toEqual(['result call-1'])
})

test('filters: agent, tool, path, model, kind', async () => {
  expect(await kinds('one', 'zebra agent:lead')).toEqual(['message m'])
  expect(await kinds('one', 'agent:writer kind:turn')).toEqual(['turn turn-1'])
  expect(await kinds('one', 'tool:bash')).toEqual(['call call-1', 'result call-1'])
  expect(await kinds('one', 'zebra path:parse/invoice.ts')).toEqual(['write w'])
  expect(await kinds('one', 'model:gpt-4o kind:turn kind:write')).toEqual(['turn turn-1', 'write w'])
  expect(await kinds('one', "kind:it's\\ agent:'")).toEqual([])
})

test('a hit has its place in the text', async () => {
  const { hits } = await inSession('one', 'zebra', '&limit=1')
  const snippet = hits[0]?.snippet
  expect(snippet?.marks.map(([from, to]) => snippet.text.slice(from, to))).toEqual(['zebra'])
  expect(hits[0]).toMatchObject({ agent: 'code-writer', model: 'gpt-4o', sequence: 6, at: at + 9 })
})

test('over all sessions: newest arrivals first, counted by session and value, page by page', async () => {
  await server.append(run('two').slice(0, 6))
  await vi.waitFor(async () => expect((await inSession('two', 'zebra')).at).toHaveLength(1), { timeout: 30_000 })
  const all = await search('zebra')
  expect(all.hits.map(({ sessionId, kind }) => `${sessionId} ${kind}`)).toEqual(['two turn', 'one message', 'one write', 'one turn'])
  expect(all.sessions.map(({ id, title, hits }) => [id, title, hits])).toEqual([
    ['two', 'A parser for invoices', 1],
    ['one', 'A parser for invoices', 3],
  ])
  expect(all.facets.kind).toEqual([
    { value: 'turn', count: 2 },
    { value: 'message', count: 1 },
    { value: 'write', count: 1 },
  ])
  // by the name of comparisons, which is what a filter on it asks for
  expect(all.facets.model).toEqual([{ value: 'gpt-4o', count: 3 }])
  expect((await search('zebra model:gpt-4o')).hits).toHaveLength(3)
  expect([all.counted, all.more, all.before]).toEqual([4, false, undefined])
  const first = await search('zebra', '&limit=3')
  const second = await search('zebra', `&limit=3&before=${first.before}`)
  expect([...first.hits, ...second.hits]).toEqual(all.hits)
})

test('hits and their counts can be asked for apart, and are those of both together', async () => {
  const all = await search('zebra', '&limit=3')
  const { hits, before, sessions, behind, ignored, ...counts } = all
  const page = await search('zebra', '&limit=3&part=hits')
  expect(page).toEqual({ hits, before, sessions: sessions.map(({ hits: _, ...session }) => session), behind, ignored })
  expect(await search('zebra', '&part=counts')).toEqual(counts)
  expect(counts.inSessions).toEqual([
    { id: 'two', hits: 1 },
    { id: 'one', hits: 3 },
  ])
  expect((await server.get('/api/v1/search?q=a&part=all')).status).toBe(400)
})

test('a question without a word finds nothing and says so; none at all is refused', async () => {
  expect(await search('🦓')).toMatchObject({ hits: [], counted: 0 })
  expect((await server.get('/api/v1/search?q=')).status).toBe(400)
  expect((await server.get('/api/v1/search?q=a&limit=none')).status).toBe(400)
})

test('what a turn streams can be found before it ends, and once only afterwards', async () => {
  const base = { sessionId: 'streaming' }
  await server.append([
    { ...base, id: 'u1', type: 'turn.started', occurredAt: at, turnId: 't', agentId: 'a' },
    { ...base, id: 'p1', type: 'turn.streamed', occurredAt: at + 1, turnId: 't', offset: 0, text: 'first quagga' },
  ])
  await vi.waitFor(async () => expect(await kinds('streaming', 'quagga')).toEqual(['turn t']), { timeout: 30_000 })
  // too little to be read at once; found when nothing follows
  await server.append([{ ...base, id: 'p2', type: 'turn.streamed', occurredAt: at + 2, turnId: 't', offset: 12, text: ' okapi' }])
  await vi.waitFor(async () => expect(await kinds('streaming', 'okapi')).toEqual(['turn t']), { timeout: 30_000 })
  await server.append([{ ...base, id: 'u2', type: 'turn.ended', occurredAt: at + 3, turnId: 't', output: 'first quagga okapi giraffe' }])
  await vi.waitFor(async () => expect(await kinds('streaming', 'giraffe')).toEqual(['turn t']), { timeout: 30_000 })
  expect(await kinds('streaming', 'quagga')).toEqual(['turn t'])
}, 120_000)

test('an agent that is named late is found by its name', async () => {
  const base = { sessionId: 'late' }
  await server.append([
    { ...base, id: 'u1', type: 'turn.started', occurredAt: at, turnId: 't', agentId: 'x9' },
    { ...base, id: 'u2', type: 'turn.ended', occurredAt: at + 1, turnId: 't', output: 'tapir' },
  ])
  await vi.waitFor(async () => expect(await kinds('late', 'tapir agent:x9')).toEqual(['turn t']), { timeout: 30_000 })
  await server.append([{ ...base, id: 'a', type: 'agent.joined', occurredAt: at, agentId: 'x9', name: 'Reviewer' }])
  await vi.waitFor(async () => expect(await kinds('late', 'tapir agent:reviewer')).toEqual(['turn t']), { timeout: 30_000 })
}, 120_000)

test('interventions are found by their kind and what they say', async () => {
  const response = await server.get('/api/v1/sessions?limit=1')
  expect(response.status).toBe(200)
  const base = { sessionId: 'struck' }
  const code = 'export function total(list: number[]) {\n  let sum = 0\n  for (const item of list) sum += item\n  return sum\n}\n'
  await server.append([
    { ...base, id: 'a1', type: 'agent.joined', occurredAt: at, agentId: 'lead', name: 'Lead' },
    { ...base, id: 'a2', type: 'agent.joined', occurredAt: at, agentId: 'w', name: 'writer', parentId: 'lead' },
    { ...base, id: 'd', type: 'task.delegated', occurredAt: at + 1, taskId: 't', by: 'lead', to: 'w', title: 'sums' },
    {
      ...base,
      id: 'w1',
      type: 'artifact.written',
      occurredAt: at + 2,
      agentId: 'w',
      taskId: 't',
      path: 'src/sum.ts',
      change: { kind: 'content', content: code },
    },
    {
      ...base,
      id: 'w2',
      type: 'artifact.written',
      occurredAt: at + 3,
      agentId: 'lead',
      path: 'src/sum.ts',
      change: { kind: 'content', content: 'export const nothing = { here: true, of: "it" }\n' },
    },
  ])
  await vi.waitFor(async () => expect((await inSession('struck', 'kind:overwrite path:sum.ts')).hits).toHaveLength(1), { timeout: 30_000 })
  const [hit] = (await inSession('struck', 'kind:intervention')).hits
  expect(hit?.snippet?.text).toContain('src/sum.ts')
  expect((await search('kind:overwrite agent:writer')).hits[0]?.ref).toBe(hit?.ref)
})

test('what was acknowledged and not yet read is found after a restart', async () => {
  await server.append(run('cut'))
  await server.restart()
  await settled('cut')
  expect(await kinds('cut', 'zebra')).toEqual(['turn turn-1', 'write w', 'message m'])
})

test('a server that is killed loses and doubles nothing', async () => {
  const database = await testDatabase()
  const child = await serverProcess(database.url, join(projectRoot(), '.data', `search-kill-${process.pid}`))
  onTestFinished(async () => {
    await child.kill()
    await rm(join(projectRoot(), '.data', `search-kill-${process.pid}`), { recursive: true, force: true })
    await database.drop()
  })
  const events = Array.from(
    { length: 4_000 },
    (_, at): EventInput => ({ sessionId: 'k', id: `u${at}`, type: 'turn.ended', occurredAt: at, turnId: `t${at}`, output: `word ${at}` }),
  )
  const found = async () => ((await (await fetch(`${child.origin}/api/v1/sessions/k/search?q=word`)).json()) as SessionSearchAnswer).at
  await child.start()
  const posted = await fetch(`${child.origin}/api/v1/events`, { method: 'POST', body: JSON.stringify(events), headers: { 'content-type': 'application/json' } })
  expect(posted.status).toBe(200)
  await vi.waitFor(async () => expect((await found()).length).toBeGreaterThan(0), { timeout: 30_000, interval: 20 })
  await child.kill()
  await child.start()
  await vi.waitFor(async () => expect(await found()).toHaveLength(4_000), { timeout: 30_000 })
  expect(new Set(await found()).size).toBe(4_000)
}, 120_000)

test('rebuild makes it anew, and a deleted session leaves nothing behind', async () => {
  const database = openDatabase({ url: server.databaseUrl })
  const count = async (sql: string) => Number((await database.pool.query<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)).rows[0]?.n)
  try {
    await server.append(run('gone'))
    await settled('gone')
    const [session] = await sessionsToRebuild(database, ['gone'])
    const of = `search_item WHERE session_pk = ${session?.pk}`
    const before = await count(of)
    await database.pool.query(`DELETE FROM ${of}`)
    expect(session && (await rebuildSession(database, await examinerHere(), session, BUILT_IN, OWN_PRICES))).toBe(true)
    expect(await count(of)).toBe(before)
    expect(before).toBeGreaterThan(6)
    const deleted = await fetch(`${server.origin}/api/v1/sessions/gone`, { method: 'DELETE' })
    expect(deleted.status).toBe(204)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect([await count(of), await count(`search_head WHERE session_pk = ${session?.pk}`)]).toEqual([0, 0])
  } finally {
    await database.close()
  }
})

test('where nearly everything matches, only the newest are read', async () => {
  const client = new pg.Client({ connectionString: server.databaseUrl })
  await client.connect()
  try {
    await client.query(
      `INSERT INTO session (pk, id, head, received_at, sort_at, simulated, counts, detected, detector_version) VALUES (-1, 'made', 1, 0, 0, true, '{}', 1, 1)`,
    )
    await client.query(`INSERT INTO search_item (id, session_pk, sequence, kind, ref, at, words)
      SELECT n, -1, 1, 'turn', 't' || n, n, to_tsvector('simple', 'common' || CASE WHEN n % 1000 = 0 THEN ' seldom' ELSE '' END || CASE WHEN n % 100 = 0 THEN ' always together' ELSE '' END) || array_to_tsvector(ARRAY[':jdefault', ':s-1', ':b' || (n >> 16)])
      FROM (SELECT nextval('search_item_id_seq') AS n FROM generate_series(1, 150000)) made`)
    await client.query('ANALYZE search_item')
    const common = await search('common')
    expect([common.counted, common.more]).toEqual([1_000, true])
    const rest = await search('common', `&before=${70_000}`)
    expect([rest.counted, rest.more]).toEqual([1_000, true])
    expect(await search('seldom')).toMatchObject({ counted: 150, more: false })
    expect(await search('common seldom kind:turn')).toMatchObject({ counted: 0 })
    // beginnings of words, of which Postgres can only guess how many there are
    expect(await search('comm*')).toMatchObject({ counted: 1_000, more: true })
    expect(await search('seld*')).toMatchObject({ counted: 150, more: false })
    // every way to the newest finds the same, page by page, and none twice
    // "always together": Postgres expects 15 and there are 1,500
    for (const [q, every] of [
      ['common', 1],
      ['comm*', 1],
      ['always together', 100],
      ['"always together"', 100],
      ['common togeth*', 100],
      ['seldom', 1000],
      ['seld*', 1000],
      ['"common seldom"', 1000],
    ] as const) {
      const pages: number[] = []
      for (let before: number | undefined = 120_000; before !== undefined && pages.length < 300; ) {
        const page: SearchAnswer = await search(q, `&part=hits&limit=40&before=${before}`)
        pages.push(...page.hits.map(({ item }) => item))
        before = page.before
      }
      const { rows } = await client.query<{ id: string }>(
        'SELECT id FROM search_item WHERE session_pk = -1 AND id < 120000 AND id % $1 = 0 ORDER BY id DESC LIMIT $2',
        [every, pages.length],
      )
      expect(pages.length, q).toBeGreaterThan(100)
      expect(pages, q).toEqual(rows.map(({ id }) => Number(id)))
    }
    // another project's items are nobody else's, be they most of what there is or few
    await client.query("UPDATE session SET id = '~other~made' WHERE pk = -1")
    expect(await search('common')).toMatchObject({ counted: 0, more: false })
    expect(await search('seldom')).toMatchObject({ counted: 0, more: false })
    await client.query("UPDATE session SET id = 'made' WHERE pk = -1")
  } finally {
    await client.query('DELETE FROM search_item WHERE session_pk = -1')
    await client.query('DELETE FROM session WHERE pk = -1')
    await client.end()
  }
}, 120_000)
