import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, firstOwner, invited, type Known, must, PASSWORD, TEST_ACCOUNTS } from './testing/people'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
let owner: Known
let anna: Known
beforeAll(async () => {
  server = await testBackend({ accounts: TEST_ACCOUNTS })
  owner = await firstOwner(server)
  anna = await invited(server, owner, 'anna', 'member', 'default')
  await must(server, owner, 'POST', '/api/v1/projects', { id: 'elsewhere', name: 'Elsewhere' })
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const DAY = 86_400_000
const TEXT = 'A text that two sessions hold, and that is longer than what stands in the log itself. '.repeat(3)

async function tell(who: Known, sessionId: string): Promise<void> {
  await must(server, who, 'POST', '/api/v1/events', [
    { type: 'session.started', id: 's', sessionId, occurredAt: Date.now(), title: sessionId },
    { type: 'agent.joined', id: 'a', sessionId, occurredAt: Date.now(), agentId: 'lead' },
    { type: 'turn.started', id: 't', sessionId, occurredAt: Date.now(), turnId: 'u1', agentId: 'lead' },
    { type: 'turn.ended', id: 'e', sessionId, occurredAt: Date.now(), turnId: 'u1', output: TEXT },
  ])
}
const silentFor = (days: number, ...ids: string[]) =>
  server.backend.database.pool.query('UPDATE session SET received_at = $1 WHERE id = ANY($2::text[])', [Date.now() - days * DAY, ids])
const rowsOf = async (table: string, where: string, value: string) =>
  (await server.backend.database.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`, [value])).rows[0]?.n
const pkOf = async (id: string) => (await server.backend.database.pool.query<{ pk: number }>('SELECT pk FROM session WHERE id = $1', [id])).rows[0]?.pk
const retention = (query = '', who = owner) => must(server, who, 'GET', `/api/v1/retention${query}`)

test('what is silent for longer than its project keeps is deleted from every table; what others hold of the same text stays', async () => {
  const stranger = await invited(server, owner, 'stranger', 'owner', 'elsewhere')
  for (const id of ['old', 'new', 'older']) await tell(owner, id)
  await tell(stranger, 'theirs')
  await must(server, anna, 'POST', '/api/v1/sessions/old/comments', { on: { kind: 'session' }, body: 'said of the old one' })
  const link = await must(server, owner, 'POST', '/api/v1/links', { session: 'old', audience: 'anyone', lasts: 'never', content: true })
  await silentFor(31, 'old', '~elsewhere~theirs')
  await silentFor(400, 'older')
  expect(await retention()).toEqual({})
  expect(await server.backend.sweep(Date.now())).toBe(0)
  expect(await retention('?days=30')).toEqual({ days: 30, silent: 2 })
  expect(await retention('?days=365')).toEqual({ days: 365, silent: 1 })
  await must(server, owner, 'PATCH', '/api/v1/retention', { days: 30 })
  const pk = String(await pkOf('old'))
  for (const table of ['event', 'content']) expect(await rowsOf(table, 'session_pk = $1', pk)).toBeGreaterThan(0)
  // Two processes, or two sweeps of one, at once.
  expect(await Promise.all([server.backend.sweep(Date.now()), server.backend.sweep(Date.now())])).toEqual([2, 2])
  for (const table of ['event', 'content', 'task', 'intervention', 'snapshot', 'session_records', 'search_item', 'search_head'])
    expect([table, await rowsOf(table, 'session_pk = $1', pk)]).toEqual([table, 0])
  for (const table of ['comment', 'share_link']) expect([table, await rowsOf(table, 'session_id = $1', 'old')]).toEqual([table, 0])
  for (const id of ['old', 'older']) expect((await ask(server, owner, 'GET', `/api/v1/sessions/${id}`)).status).toBe(404)
  expect((await ask(server, {}, 'POST', '/api/v1/shared/open', { token: String(link.path).replace('/share/', '') })).status).toBe(404)
  // The same words of a session that is kept are its own.
  expect(JSON.stringify((await ask(server, owner, 'GET', '/api/v1/sessions/new/events?content=inline')).body)).toContain('two sessions hold')
  expect((await ask(server, stranger, 'GET', '/api/v1/sessions/~elsewhere~theirs')).status).toBe(200)
  const { lines } = await must(server, owner, 'GET', '/api/v1/audit')
  expect((lines as { actor: string; action: string; target?: string }[]).map(({ actor, action, target }) => [actor, action, target])).toEqual(
    expect.arrayContaining([
      ['Backseat', 'sessions past their time deleted', '2 silent for 30 days'],
      ['olga@example.com', 'how long sessions are kept changed', '30 days after their last event'],
    ]),
  )
  await must(server, owner, 'PATCH', '/api/v1/retention', { days: null })
  expect(await retention()).toEqual({})
})

test('how long is a whole number of days, and the owners’ to say', async () => {
  for (const days of [0, -1, 1.5, 4_000, '30']) expect((await ask(server, owner, 'PATCH', '/api/v1/retention', { days })).status).toBe(400)
  expect((await ask(server, owner, 'GET', '/api/v1/retention?days=x')).status).toBe(400)
  expect((await ask(server, anna, 'PATCH', '/api/v1/retention', { days: 1 })).status).toBe(403)
})

test('a person who is deleted is nowhere any more; their verdicts stay, without name and note', async () => {
  const paul = await invited(server, owner, 'paul', 'member', 'default')
  await tell(owner, 'judged')
  await must(server, owner, 'POST', '/api/v1/events', [
    // The last with text that Postgres looks into no JSON for.
    ...['paul', 'anna', 'paul', 'anna'].map((name, index) => ({
      type: 'verdict.given',
      id: `v${index}`,
      sessionId: 'judged',
      occurredAt: Date.now(),
      interventionId: 'i',
      reviewer: `${name}@example.com`,
      verdict: 'justified',
      note: `a note of ${name}${index > 1 ? ' with half a pair \ud800 and \0' : ''}`,
    })),
  ])
  await must(server, paul, 'POST', '/api/v1/sessions/judged/comments', { on: { kind: 'session' }, body: 'words of his' })
  await must(server, anna, 'POST', '/api/v1/sessions/judged/comments', { on: { kind: 'session' }, body: '@paul, is it?' })
  await must(server, paul, 'POST', '/api/v1/links', { session: 'judged', audience: 'anyone', lasts: 'never', content: true })
  const { members } = await must(server, owner, 'GET', '/api/v1/members')
  const userId = (members as { userId: string; name: string }[]).find(({ name }) => name === 'paul')?.userId
  expect((await ask(server, anna, 'DELETE', `/api/v1/people/${userId}`)).status).toBe(403)
  expect((await ask(server, owner, 'DELETE', `/api/v1/people/${userId}`)).status).toBe(204)
  expect((await ask(server, owner, 'DELETE', `/api/v1/people/${userId}`)).status).toBe(404)
  // Signed out, and gone.
  expect((await ask(server, paul, 'GET', '/api/v1/sessions')).status).toBe(401)
  expect((await ask(server, {}, 'POST', '/api/auth/sign-in', { email: 'paul@example.com', password: PASSWORD })).status).toBe(401)
  const { pool } = server.backend.database
  const { rows: tables } = await pool.query<{ name: string }>("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")
  for (const { name } of tables) {
    const { rows } = await pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM "${name}" t WHERE t::text ILIKE '%paul%' AND NOT t::text LIKE '%sign-in failed%'`,
    )
    expect([name, rows[0]?.n]).toEqual([name, 0])
  }
  const { comments } = await must(server, anna, 'GET', '/api/v1/sessions/judged/comments')
  expect((comments as { body: string }[]).map(({ body }) => body)).toEqual(['@somebody, is it?'])
  const { body } = await ask(server, anna, 'GET', '/api/v1/verdicts')
  expect(JSON.stringify(body)).toMatch(/deleted person/)
  expect(JSON.stringify(body)).toContain('a note of anna')
  // Also where it was in memory.
  const events = JSON.stringify((await ask(server, anna, 'GET', '/api/v1/sessions/judged/events')).body)
  expect(events).not.toContain('paul')
  const snapshot = await (await server.get('/api/v1/sessions/judged/snapshot', { ...anna, 'accept-encoding': 'identity' })).text()
  expect(snapshot).toContain('anna@example.com')
  expect(snapshot).not.toContain('paul')
})

test('the only owner of the installation cannot be deleted', async () => {
  const me = await must(server, owner, 'GET', '/api/v1/me')
  const answer = await ask(server, owner, 'DELETE', `/api/v1/people/${String(me.id)}`)
  expect([answer.status, String(answer.body.detail)]).toEqual([400, expect.stringContaining('BACKSEAT_NEW_OWNER')])
})
