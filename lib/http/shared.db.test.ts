import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { EventInput } from '@/lib/core/event'
import { print } from '@/lib/core/print'
import { decodeSnapshot, type Snapshot } from '@/lib/core/snapshot'
import { nodeViewer } from './testing/node-viewer'
import { ask, firstOwner, invited, type Known, must, TEST_ACCOUNTS } from './testing/people'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
let owner: Known
let viewer: Known
beforeAll(async () => {
  server = await testBackend({ accounts: TEST_ACCOUNTS })
  owner = await firstOwner(server)
  viewer = await invited(server, owner, 'vera', 'viewer', 'default')
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const at = Date.now() - 60_000
/** Written in parts, so that scanners of repositories do not take this file for a leak. */
const KEY = ['sk-', 'ant-api03-canarycanarycanary'].join('')
const MAIL = 'canary@example.com'
const HOME = '/home/canary/project'
const CANARY = /canary/i
const LONG = `${'Write the schema. '.repeat(20)} Use ${KEY} and ask ${MAIL}.`

/** Secrets wherever a secret can be; the log of a master who overwrites a sub-agent's file. */
function leaky(sessionId: string): EventInput[] {
  const source = { path: `${HOME}/log-canary.jsonl`, line: 3 }
  const base = { sessionId, source, attributes: { note: `canary ${KEY}` } }
  const original = `create table users (\n  id uuid primary key default gen_random_uuid(),\n  email citext unique not null,\n  display_name text not null,\n  token text default '${KEY}'`
  const rewrite = `create table accounts (\n  number bigserial primary key,\n  login varchar(255) not null,\n  secret bytea,\n  since timestamp default now()\n); -- ${MAIL}`
  const events: Record<string, unknown>[] = [
    { type: 'session.started', title: `A run for ${MAIL}`, workingDirectory: HOME, tags: ['x'] },
    { type: 'agent.joined', agentId: 'lead', name: `lead of ${MAIL}`, model: 'm-1' },
    { type: 'agent.joined', agentId: 'coder', name: 'coder', parentId: 'lead', model: 'm-2' },
    { type: 'task.delegated', taskId: 't1', by: 'lead', to: 'coder', title: `Schema with ${KEY}`, brief: LONG, outputs: [`${HOME}/schema.sql`] },
    { type: 'turn.started', turnId: 'u2', agentId: 'coder', taskId: 't1' },
    { type: 'turn.streamed', turnId: 'u2', outputTokens: 20, offset: 0, text: `I use ${KEY.slice(0, 12)}` },
    { type: 'turn.streamed', turnId: 'u2', outputTokens: 40, offset: 18, text: `${KEY.slice(12)} for ${MAIL}` },
    { type: 'tool.called', callId: 'c1', agentId: 'coder', name: 'Bash', arguments: `curl -H "Authorization: Bearer ${KEY}"` },
    { type: 'tool.returned', callId: 'c1', status: 'ok', result: `password=hunter2canary ${LONG}` },
    {
      type: 'artifact.written',
      agentId: 'coder',
      taskId: 't1',
      turnId: 'u2',
      path: `${HOME}/schema.sql`,
      change: { kind: 'content', content: original },
      partial: true,
    },
    { type: 'turn.started', turnId: 'u3', agentId: 'lead' },
    { type: 'artifact.written', agentId: 'lead', turnId: 'u3', path: `${HOME}/schema.sql`, change: { kind: 'content', content: rewrite } },
    { type: 'turn.ended', turnId: 'u3', usage: { outputTokens: 60 }, output: `I did it myself, ${MAIL}. ${LONG}` },
    { type: 'message.sent', from: 'lead', to: 'coder', purpose: 'steer', text: `Stop. ${KEY}` },
  ]
  return events.map((event, index) => ({ ...base, ...event, id: `e${index}`, occurredAt: at + index * 100 }) as unknown as EventInput)
}

async function tell(sessionId: string, events: EventInput[]): Promise<void> {
  await must(server, owner, 'POST', '/api/v1/events', events)
  await expect.poll(async () => Object.keys((await must(server, owner, 'GET', `/api/v1/sessions/${sessionId}`)).interventions ?? {}).length).toBeGreaterThan(0)
}

async function link(session: string, more: object = {}): Promise<{ id: string; token: string }> {
  const { id, path } = await must(server, owner, 'POST', '/api/v1/links', { session, audience: 'anyone', lasts: 'never', content: true, ...more })
  return { id: String(id), token: String(path).replace('/share/', '') }
}

const open = (token: string, who: Known = {}) => ask(server, who, 'POST', '/api/v1/shared/open', { token })

async function visit(token: string, who: Known = {}) {
  const { visit: path, sessionId } = await must(server, who, 'POST', '/api/v1/shared/open', { token })
  const base = `/api/v1/shared/${String(path)}`
  const text = async (rest: string) => (await fetch(`${server.origin}${base}${rest}`)).text()
  return { base, sessionId: String(sessionId), visit: String(path), text, snapshot: () => snapshotAt(`${base}/snapshot`, who) }
}

async function snapshotAt(path: string, who: Known): Promise<Snapshot> {
  return decodeSnapshot(new Uint8Array(await (await fetch(server.origin + path, { headers: who })).arrayBuffer()))
}

const ownSnapshot = () => snapshotAt('/api/v1/sessions/leaky/snapshot', owner)

/** Everything in it, as text. */
function written({ state, findings }: Snapshot): string {
  return JSON.stringify([state, findings], (_key, value: unknown) => (value instanceof Map ? [...value] : value))
}

const contentsOf = (text: string) => [...new Set([...text.matchAll(/"([0-9a-f]{64})"/g)].map(([, hash]) => hash ?? ''))]

test('a link shows the session, and nothing that is secret in it, live and later', async () => {
  await tell('leaky', leaky('leaky').slice(0, 13))
  const { token } = await link('leaky', { hidden: ['bytea'] })
  const shared = await visit(token)
  const live = nodeViewer(server.origin, shared.sessionId, { path: shared.base, auth: { visit: shared.visit } })
  await expect.poll(() => live.store.connection).toEqual({ kind: 'live' })
  await must(server, owner, 'POST', '/api/v1/events', leaky('leaky'))
  await expect.poll(() => live.store.head).toBe(14)
  const own = await ownSnapshot()
  const shape = ({ state, findings, head }: Snapshot) => [
    state.agents.size,
    state.tasks.size,
    state.turns.size,
    state.calls.size,
    state.writes.size,
    state.messages.size,
    findings.length,
    head,
    state.totals,
  ]
  const later = await shared.snapshot()
  expect(shape(later)).toEqual(shape(own))
  // What was told live adds up to what is read later.
  expect(print(live.store.state)).toBe(print(later.state))
  const text = written(later)
  const hashes = contentsOf(text)
  const texts = await Promise.all(hashes.map((hash) => shared.text(`/content/${hash}`)))
  expect(texts.filter((body) => body.includes('Write the schema.')).length).toBeGreaterThan(0)
  const streamed = await shared.text('/turns/u2/text')
  expect(streamed).toMatch(/^I use \[key \w{4}\] for \[e-mail \w{4}\]$/)
  const paced = JSON.parse(await shared.text('/turns/u2/pace'))
  expect(paced).toEqual({ at: [expect.any(Number), expect.any(Number)], chars: [18, expect.any(Number)] })
  expect(JSON.parse(await shared.text('/turns/u3/pace'))).toEqual({ at: [], chars: [] })
  const all = [
    text,
    await shared.text('/snapshot'),
    ...texts,
    streamed,
    JSON.stringify(live.tails),
    await shared.text(''),
    JSON.stringify((await ask(server, {}, 'POST', '/api/v1/shared/card', { token })).body),
  ]
  for (const body of all) expect(body).not.toMatch(CANARY)
  expect(texts.join()).not.toContain('bytea')
  // Hashes are other names: nobody can compare them with those of texts they guess, nor use them elsewhere.
  const ownHashes = new Set(contentsOf(written(await ownSnapshot())))
  for (const hash of hashes) expect(ownHashes.has(hash)).toBe(false)
  for (const hash of ownHashes) expect(await shared.text(`/content/${hash}`)).toContain('did not include this text')
  live.close()
})

test('a card says that a session runs only while it does: a recording that stops without an end does not', async () => {
  const card = async (token: string) => (await ask(server, {}, 'POST', '/api/v1/shared/card', { token })).body
  await tell('now', leaky('now'))
  expect(await card((await link('now')).token)).toMatchObject({
    running: true,
    description: '1 of 1 delegated task overwritten or cut by the master; 1 task under way.',
  })
  const YEAR = 365 * 86_400_000
  await tell(
    'long-ago',
    leaky('long-ago').map((event) => ({ ...event, occurredAt: Number(event.occurredAt) - YEAR })),
  )
  expect(await card((await link('long-ago')).token)).toMatchObject({
    running: false,
    description: '1 of 1 delegated task overwritten or cut by the master.',
    counts: expect.arrayContaining([{ name: 'overwrite', value: '1', loud: true }]),
  })
})

test('without content there is none; of an intervention there is its own', async () => {
  const bare = await visit((await link('leaky', { content: false })).token)
  const text = written(await bare.snapshot())
  expect(text).not.toMatch(CANARY)
  expect(new Set(contentsOf(text))).toEqual(new Set(['0'.repeat(64)]))
  expect(await bare.text('/turns/u2/text')).toContain('did not include this text')
  expect(await bare.text('/turns/u2/pace')).toContain('did not include this text')
  const { findings } = await ownSnapshot()
  const finding = findings.find(({ kind }) => kind === 'overwrite')
  const one = await visit((await link('leaky', { intervention: finding?.id })).token)
  const snapshot = await one.snapshot()
  const shown = contentsOf(JSON.stringify([...snapshot.state.calls.values(), ...snapshot.state.messages.values()]))
  expect(shown.filter((hash) => hash !== '0'.repeat(64))).toEqual([])
  expect(JSON.stringify([...snapshot.state.messages.values()])).not.toContain('Stop.')
  const before = snapshot.findings.find(({ id }) => id === finding?.id)?.explanation.before
  expect(typeof before === 'object' && (await one.text(`/content/${before.hash}`))).toContain('create table users')
})

test('a wrong, revoked, expired, used up and foreign link get one answer', async () => {
  const wrong = await open('no-such-token')
  expect(wrong.status).toBe(404)
  const revoked = await link('leaky')
  const before = await visit(revoked.token)
  expect((await ask(server, owner, 'DELETE', `/api/v1/links/${revoked.id}`)).status).toBe(204)
  const expired = await link('leaky', { lasts: 'hour' })
  await server.backend.database.pool.query('UPDATE share_link SET expires_at = $1 WHERE id = $2', [Date.now() - 1, expired.id])
  const once = await link('leaky', { mostViews: 1 })
  const first = await visit(once.token)
  expect((await first.snapshot()).head).toBe(14)
  const members = await link('leaky', { audience: 'project' })
  const signedIn = await link('leaky', { audience: 'signed-in' })
  for (const { token } of [revoked, expired, once, members, signedIn]) {
    const { status, body } = await open(token)
    expect([status, body]).toEqual([wrong.status, wrong.body])
  }
  for (const { token } of [revoked, expired, members]) {
    const { status, body } = await ask(server, {}, 'POST', '/api/v1/shared/card', { token })
    expect([status, body]).toEqual([wrong.status, wrong.body])
  }
  // What was open when it was revoked is closed.
  expect((await ask(server, {}, 'GET', `${before.base}/snapshot`)).status).toBe(404)
  expect((await open(members.token, viewer)).status).toBe(200)
  expect((await open(signedIn.token, viewer)).status).toBe(200)
  await must(server, owner, 'POST', '/api/v1/projects', { id: 'elsewhere', name: 'Elsewhere' })
  const stranger = await invited(server, owner, 'stranger', 'owner', 'elsewhere')
  expect((await open(signedIn.token, stranger)).status).toBe(200)
  expect((await open(members.token, stranger)).body).toEqual(wrong.body)
  // A visit is signed: it cannot be made up, lengthened, or turned to another link.
  const [id, until, signature] = first.visit.split('.')
  for (const forged of [`${id}.${Number(until) + 1}.${signature}`, `${signedIn.id}.${until}.${signature}`, `${id}.${until}.${'A'.repeat(43)}`])
    expect((await ask(server, {}, 'GET', `/api/v1/shared/${forged}/snapshot`)).status).toBe(404)
})

test('refusing a wrong, revoked, expired, used up and foreign link takes the same statements', async () => {
  const revoked = await link('leaky')
  await must(server, owner, 'DELETE', `/api/v1/links/${revoked.id}`)
  const expired = await link('leaky', { lasts: 'hour' })
  await server.backend.database.pool.query('UPDATE share_link SET expires_at = $1 WHERE id = $2', [Date.now() - 1, expired.id])
  const usedUp = await link('leaky', { mostViews: 1 })
  await must(server, {}, 'POST', '/api/v1/shared/open', { token: usedUp.token })
  const members = await link('leaky', { audience: 'project' })
  const compared = await must(server, owner, 'POST', '/api/v1/links', { compare: '', audience: 'signed-in', lasts: 'day', content: false })
  const tokens = ['no-such-token', revoked.token, expired.token, usedUp.token, members.token, String(compared.path).replace('/share/', '')]
  const statements: string[] = []
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args
    statements.push(typeof first === 'string' ? first : String((first as { text?: unknown }).text))
    return query.apply(this, args)
  } as never)
  const asked: string[][] = []
  for (const token of tokens) {
    // What else the server does meanwhile (it looks after snapshots and parameters) is no part of the answer.
    statements.length = 0
    expect((await open(token)).status).toBe(404)
    asked.push(statements.filter((text) => /share_link|ended_at/.test(text)))
  }
  spy.mockRestore()
  expect(asked[0]).toHaveLength(2)
  for (const [index, list] of asked.entries()) expect([tokens[index], list]).toEqual([tokens[index], asked[0]])
})

test('a link until the end ends with the run, on open pages too; the kill switch ends all', async () => {
  await tell('short', leaky('short'))
  const { token } = await link('short', { lasts: 'end' })
  const shared = await visit(token)
  const live = nodeViewer(server.origin, shared.sessionId, { path: shared.base, auth: { visit: shared.visit } })
  await expect.poll(() => live.store.connection).toEqual({ kind: 'live' })
  await must(server, owner, 'POST', '/api/v1/events', [{ type: 'session.ended', id: 'end', sessionId: 'short', occurredAt: at + 9000, status: 'completed' }])
  await expect.poll(() => live.store.connection.kind).toBe('refused')
  live.close()
  expect((await open(token)).status).toBe(404)
  expect((await ask(server, owner, 'POST', '/api/v1/links', { session: 'short', audience: 'anyone', lasts: 'end', content: true })).status).toBe(400)
  const { links } = await must(server, owner, 'GET', '/api/v1/links')
  const alive = (links as { views: number; sessionId: string }[]).length
  expect(alive).toBeGreaterThan(3)
  expect(JSON.stringify(links)).not.toMatch(/secret|hash/)
  expect(await must(server, owner, 'DELETE', '/api/v1/links')).toEqual({ ended: expect.any(Number) })
  expect((await must(server, owner, 'GET', '/api/v1/links')).links).toEqual([])
})

test('the preview says what would be hidden', async () => {
  const { found, examples } = await must(server, owner, 'POST', '/api/v1/links/preview', { session: 'leaky', hidden: ['bytea'] })
  expect((found as { what: string }[]).map(({ what }) => what)).toEqual(expect.arrayContaining(['key', 'e-mail', 'home', 'hidden', 'secret']))
  expect(JSON.stringify(examples)).not.toMatch(CANARY)
})

test('who may not share this session cannot, and is not told that it exists', async () => {
  expect((await ask(server, viewer, 'POST', '/api/v1/links', { session: 'leaky', audience: 'anyone', lasts: 'day', content: true })).status).toBe(403)
  await must(server, owner, 'POST', '/api/v1/projects', { id: 'another', name: 'Another' })
  const stranger = await invited(server, owner, 'other', 'owner', 'another')
  for (const session of ['leaky', 'no such session']) {
    const { status, body } = await ask(server, stranger, 'POST', '/api/v1/links', { session, audience: 'anyone', lasts: 'day', content: true })
    expect([status, String(body.detail)]).toEqual([404, expect.stringContaining('There is no session')])
  }
})
