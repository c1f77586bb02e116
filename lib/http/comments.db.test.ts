import { io } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Comment } from '@/lib/core/comment'
import { LIVE_MESSAGES, LIVE_PATH, LIVE_VERSION, VIEWER_NAMESPACE } from '@/lib/live/protocol'
import type { Activity } from '@/lib/store/activity'
import { ask, firstOwner, invited, type Known, keyFor, must, TEST_ACCOUNTS } from './testing/people'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
let owner: Known
let anna: Known
let vera: Known
beforeAll(async () => {
  server = await testBackend({ accounts: TEST_ACCOUNTS })
  owner = await firstOwner(server)
  anna = await invited(server, owner, 'anna', 'member', 'default')
  vera = await invited(server, owner, 'vera', 'viewer', 'default')
  await tell('one')
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const tell = (sessionId: string) =>
  must(server, owner, 'POST', '/api/v1/events', [
    { type: 'session.started', id: 's', sessionId, occurredAt: Date.now(), title: `Title of ${sessionId}` },
    { type: 'agent.joined', id: 'a', sessionId, occurredAt: Date.now(), agentId: 'lead' },
    { type: 'turn.started', id: 't', sessionId, occurredAt: Date.now(), turnId: 'u1', agentId: 'lead' },
  ])
const say = (who: Known, body: string, more: object = {}, session = 'one') =>
  ask(server, who, 'POST', `/api/v1/sessions/${session}/comments`, { on: { kind: 'turn', id: 'u1' }, body, ...more })
const list = async (who: Known, session = 'one') => (await must(server, who, 'GET', `/api/v1/sessions/${session}/comments`)).comments as Comment[]
const feed = async (who: Known, query = '') => (await must(server, who, 'GET', `/api/v1/activity${query}`)).lines as Activity[]

test('people comment on a turn, on words of it, and name one another; everybody in the project reads it', async () => {
  const { people } = await must(server, anna, 'GET', '/api/v1/people')
  const ids = new Map((people as { id: string; name: string }[]).map(({ id, name }) => [name, id]))
  expect([...ids.keys()]).toEqual(['anna', 'olga', 'vera'])
  expect(JSON.stringify(people)).not.toContain('@example.com')
  const first = await say(anna, '@Olga, was this asked for? (not mail to x@vera.example)', { quote: 'the words' })
  expect([first.status, first.body]).toEqual([
    201,
    expect.objectContaining({ author: 'anna', authorId: ids.get('anna'), quote: 'the words', mentions: [ids.get('olga')], on: { kind: 'turn', id: 'u1' } }),
  ])
  await say(owner, '<img src=x onerror=alert(1)> \u202e\u0000', { on: { kind: 'session' } })
  const read = await list(vera)
  expect(read.map(({ author, body }) => [author, body])).toEqual([
    ['anna', '@Olga, was this asked for? (not mail to x@vera.example)'],
    ['olga', '<img src=x onerror=alert(1)> \u202e\ufffd'],
  ])
})

test('what is not there, empty or too long is refused; a viewer and a key only read', async () => {
  for (const [body, more, status] of [
    ['x', { on: { kind: 'turn', id: 'none' } }, 404],
    ['x', { on: { kind: 'intervention', id: 'none' } }, 404],
    ['x', { on: { kind: 'planet', id: '' } }, 400],
    ['  ', {}, 400],
    ['x'.repeat(4_001), {}, 400],
    ['x', { quote: 'x'.repeat(601) }, 400],
  ] as const)
    expect([body.slice(0, 5), more, (await say(anna, body, more)).status]).toEqual([body.slice(0, 5), more, status])
  expect((await say(vera, 'x')).status).toBe(403)
  const { id: _id, ...key } = await keyFor(server, owner, ['read', 'write'], 'default')
  expect((await say(key, 'x')).status).toBe(403)
  expect((await say(anna, 'x', {}, 'nowhere')).status).toBe(404)
})

test('only who wrote it and owners delete it, and the log says so', async () => {
  const { body } = await say(owner, 'of the owner')
  const path = `/api/v1/sessions/one/comments/${String(body.id)}`
  expect((await ask(server, anna, 'DELETE', path)).status).toBe(403)
  expect((await ask(server, owner, 'DELETE', `/api/v1/sessions/nowhere/comments/${String(body.id)}`)).status).toBe(404)
  expect((await ask(server, owner, 'DELETE', path)).status).toBe(204)
  expect((await ask(server, owner, 'DELETE', path)).status).toBe(404)
  const own = await say(anna, 'mine')
  expect((await ask(server, anna, 'DELETE', `/api/v1/sessions/one/comments/${String(own.body.id)}`)).status).toBe(204)
  const { lines } = await must(server, owner, 'GET', '/api/v1/audit')
  expect((lines as { action: string }[]).filter(({ action }) => action === 'comment deleted')).toHaveLength(2)
})

test('the feed tells what happened, newest first, links to those who may make some, and nothing of another project', async () => {
  await must(server, owner, 'POST', '/api/v1/events', [
    { type: 'verdict.given', id: 'v', sessionId: 'one', occurredAt: Date.now(), reviewer: 'anna@example.com', verdict: 'justified', interventionId: 'i' },
  ])
  await must(server, owner, 'POST', '/api/v1/links', { session: 'one', audience: 'anyone', lasts: 'day', content: true })
  await must(server, owner, 'POST', '/api/v1/links', { compare: 'by=tag', audience: 'project', lasts: 'day', content: false })
  await tell('two')
  const lines = await feed(anna)
  expect(lines.map(({ kind }) => kind).sort()).toEqual(['comment', 'comment', 'link', 'link', 'sessions', 'verdict'])
  expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort((a, b) => b - a))
  expect(lines.find(({ kind }) => kind === 'sessions')).toMatchObject({ count: 2, sessionId: 'two', title: 'Title of two' })
  expect(lines.find(({ kind }) => kind === 'verdict')).toMatchObject({ reviewer: 'anna', title: 'Title of one' })
  expect((await feed(vera)).map(({ kind }) => kind)).not.toContain('link')
  expect(JSON.stringify(lines)).not.toMatch(/secret|hash|token/)
  // From any line on: what is before it, each once.
  for (const { at, id } of lines) expect((await feed(anna, `?before=${at}`)).map((line) => line.id)).not.toContain(id)
  await must(server, owner, 'POST', '/api/v1/projects', { id: 'elsewhere', name: 'Elsewhere' })
  const stranger = await invited(server, owner, 'stranger', 'owner', 'elsewhere')
  expect(await feed(stranger)).toEqual([])
  expect((await ask(server, stranger, 'GET', '/api/v1/sessions/one/comments')).status).toBe(404)
})

test('open pages are told that something happened, of their project only', async () => {
  const watch = (who: Known, project: string) => {
    const socket = io(server.origin + VIEWER_NAMESPACE, { path: LIVE_PATH, transports: ['websocket'], forceNew: true, extraHeaders: who })
    const heard: unknown[] = []
    socket.on(LIVE_MESSAGES.activity, (message) => heard.push(message))
    return { socket, heard, answer: socket.timeout(5_000).emitWithAck(LIVE_MESSAGES.watchActivity, { version: LIVE_VERSION, project }) }
  }
  const here = watch(vera, 'default')
  const elsewhere = watch(owner, 'elsewhere')
  expect(await Promise.all([here.answer, elsewhere.answer])).toEqual([{ kind: 'watching' }, { kind: 'watching' }])
  expect(await watch(vera, 'elsewhere').answer).toMatchObject({ kind: 'refused' })
  await say(anna, 'live')
  await expect.poll(() => here.heard).toEqual([{ sessions: ['one'] }])
  expect(elsewhere.heard).toEqual([])
  here.socket.disconnect()
  elsewhere.socket.disconnect()
})

test('a session that is deleted takes what was said of it along', async () => {
  await say(anna, 'gone with it', {}, 'two')
  await must(server, owner, 'DELETE', '/api/v1/sessions/two')
  const { rows } = await server.backend.database.pool.query("SELECT count(*)::int AS n FROM comment WHERE session_id = 'two'")
  expect(rows).toEqual([{ n: 0 }])
  expect(JSON.stringify(await feed(anna))).not.toContain('gone with it')
})
