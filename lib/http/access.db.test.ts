import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LIVE_MESSAGES, LIVE_PATH, LIVE_VERSION, PRODUCER_NAMESPACE, VIEWER_NAMESPACE } from '@/lib/live/protocol'
import { type Access, MESSAGES, ROUTES } from './access'
import { ask, cookieOf, firstOwner, invited, type Known, keyFor, must, PASSWORD, TEST_ACCOUNTS } from './testing/people'
import { type TestBackend, testBackend } from './testing/test-backend'

/** Every kind of caller, as seen from the default project. */
const CALLERS = [
  'installation owner',
  'owner',
  'member',
  'viewer',
  'reading key',
  'writing key',
  'owner elsewhere',
  'key elsewhere',
  'revoked key',
  'no key',
  'nobody',
] as const
type CallerName = (typeof CALLERS)[number]

/** Who may, written down by hand: what lib/auth/principal.ts says is what is tested. */
const MAY: Record<Exclude<Access['needs'], 'nothing' | 'person'>, readonly CallerName[]> = {
  read: ['installation owner', 'owner', 'member', 'viewer', 'reading key'],
  write: ['installation owner', 'owner', 'member', 'writing key'],
  judge: ['installation owner', 'owner', 'member'],
  share: ['installation owner', 'owner', 'member'],
  manage: ['installation owner', 'owner'],
  administer: ['installation owner'],
}
const PEOPLE: readonly CallerName[] = ['installation owner', 'owner', 'member', 'viewer', 'owner elsewhere']
/** A key that is none is refused even where nothing is needed: whoever sends one believes that it works. */
const EVERYBODY = CALLERS.filter((name) => name !== 'revoked key' && name !== 'no key')

const allowed = ({ needs }: Access): readonly CallerName[] => (needs === 'nothing' ? EVERYBODY : needs === 'person' ? PEOPLE : MAY[needs])

const WAYS_IN = ['POST /api/v1/events', 'WIRE *']

let server: TestBackend
const known = new Map<CallerName, Known>()
const headersOf = (name: CallerName) => known.get(name) ?? {}
const at = Date.UTC(2026, 10, 23)
const started = (sessionId: string) => ({ type: 'session.started', id: 's', sessionId, occurredAt: at })

beforeAll(async () => {
  server = await testBackend({ accounts: TEST_ACCOUNTS })
  const owner = await firstOwner(server)
  await must(server, owner, 'POST', '/api/v1/projects', { id: 'elsewhere', name: 'Elsewhere' })
  known.set('installation owner', owner)
  for (const role of ['owner', 'member', 'viewer'] as const) known.set(role, await invited(server, owner, role, role, 'default'))
  known.set('owner elsewhere', await invited(server, owner, 'stranger', 'owner', 'elsewhere'))
  const { id: _read, ...reading } = await keyFor(server, owner, ['read'], 'default')
  const { id: _write, ...writing } = await keyFor(server, owner, ['write'], 'default')
  const { id: _other, ...elsewhere } = await keyFor(server, owner, ['read', 'write'], 'elsewhere')
  const { id, ...revoked } = await keyFor(server, owner, ['read', 'write'], 'default')
  expect((await ask(server, revoked, 'GET', '/api/v1/sessions')).status).toBe(200)
  expect((await ask(server, owner, 'DELETE', `/api/v1/keys/${id}`)).status).toBe(204)
  known.set('reading key', reading)
  known.set('writing key', writing)
  known.set('key elsewhere', elsewhere)
  known.set('revoked key', revoked)
  known.set('no key', { 'x-api-key': 'bsk_no-such-key' })
  known.set('nobody', {})
  await must(server, owner, 'POST', '/api/v1/events', [started('here')])
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

test('every route has an entry in the table, and every entry a route', () => {
  expect([...server.backend.routes, ...WAYS_IN].sort()).toEqual(Object.keys(ROUTES).sort())
})

describe('routes', () => {
  for (const [route, access] of Object.entries(ROUTES)) {
    for (const name of CALLERS) {
      const may = allowed(access).includes(name)
      // Ways in name no project: strangers write into their own (the next test but one).
      if (WAYS_IN.includes(route) && name.endsWith('elsewhere')) continue
      test(`${route}: ${name} ${may ? 'may' : 'may not'}`, async () => {
        const { status, body } = await asked(route, access, name)
        if (may) {
          // The handler was reached: what it says of an empty body, or of a thing that is not there, is its own affair.
          expect(status === 401 && body.code === 'unauthenticated' && !route.includes('/api/auth/')).toBe(false)
          expect(status, JSON.stringify(body)).not.toBe(403)
          expect(String(body.detail)).not.toMatch(/There is no (session|such project)/)
        } else if (['nobody', 'no key', 'revoked key'].includes(name)) expect([status, body.code]).toEqual([401, 'unauthenticated'])
        else if (name.endsWith('elsewhere') && access.needs !== 'person')
          expect([status, body.code, String(body.detail)]).toEqual([404, 'not_found', expect.stringMatching(/There is no (session|such project)/)])
        else expect([status, body.code]).toEqual([403, 'forbidden'])
      })
    }
  }
  test('what was refused did nothing', async () => {
    expect((await ask(server, headersOf('viewer'), 'GET', '/api/v1/sessions/here')).status).toBe(200)
    expect((await must(server, headersOf('installation owner'), 'GET', '/api/v1/keys')).keys).toHaveLength(3)
  })
})

/** Deletes of those who may go to something that is not there. Ways in name no project: theirs is the caller's own. */
async function asked(route: string, access: Access, name: CallerName) {
  const wire = route === 'WIRE *'
  const [method = '', pattern = ''] = wire ? ['POST', '/v1/traces'] : route.split(' ')
  const deletes = method === 'DELETE' && allowed(access).includes(name)
  if (deletes && pattern.includes(':id')) await must(server, headersOf('installation owner'), 'POST', '/api/v1/events', [started('to-delete')])
  const path = pattern
    .replace(':id', deletes ? 'to-delete' : 'here')
    .replace(':hash', 'a'.repeat(64))
    .replace(/:\w+/g, 'none')
  const named = access.needs === 'nothing' || pattern === '/api/v1/events' || wire ? '' : '?project=default'
  return ask(server, await speaking(route, name), method, path + named, method === 'GET' || method === 'DELETE' ? undefined : {})
}

const EMAILS: Partial<Record<CallerName, string>> = {
  'installation owner': 'olga',
  owner: 'owner',
  member: 'member',
  viewer: 'viewer',
  'owner elsewhere': 'stranger',
}

/** Signing out ends a session of the browser: here one of its own. */
async function speaking(route: string, name: CallerName): Promise<Known> {
  const email = EMAILS[name]
  if (!route.endsWith('/sign-out') || email === undefined) return headersOf(name)
  return cookieOf((await ask(server, {}, 'POST', '/api/auth/sign-in', { email: `${email}@example.com`, password: PASSWORD })).headers)
}

test('ways in: who has no right to write in the default project writes elsewhere or not at all', async () => {
  for (const path of ['/api/v1/events', '/v1/claude-code/hooks'])
    for (const name of CALLERS) {
      const body = path === '/api/v1/events' ? [started(`of ${name}`)] : { session_id: `hook of ${name}`, hook_event_name: 'SessionStart' }
      const { status } = await ask(server, headersOf(name), 'POST', path, body)
      expect([name, status]).toEqual([name, MAY.write.includes(name) || name.endsWith('elsewhere') ? 200 : status === 403 ? 403 : 401])
    }
  const { sessions } = await must(server, headersOf('viewer'), 'GET', '/api/v1/sessions?limit=200')
  const ids = (sessions as { id: string }[]).map(({ id }) => id)
  expect(ids).toContain('of member')
  expect(
    ids.filter(
      (id) =>
        id.includes('elsewhere') || id.includes('viewer') || id.includes('reading') || id.includes('nobody') || id.includes('no key') || id.includes('revoked'),
    ),
  ).toEqual([])
  const elsewhere = await must(server, headersOf('owner elsewhere'), 'GET', '/api/v1/sessions?limit=200')
  expect((elsewhere.sessions as { id: string }[]).map(({ id }) => id)).toEqual(
    expect.arrayContaining(['~elsewhere~of owner elsewhere', '~elsewhere~of key elsewhere']),
  )
})

describe('messages of sockets', () => {
  for (const [message, access] of Object.entries(MESSAGES)) {
    if (access.needs === 'nothing') continue
    for (const name of CALLERS) {
      const may = allowed(access).includes(name)
      test(`${message}: ${name} ${may ? 'may' : 'may not'}`, async () => {
        const [kind = '', event = ''] = message.split(' ')
        const socket = io(server.origin + (kind === 'viewer' ? VIEWER_NAMESPACE : PRODUCER_NAMESPACE), {
          path: LIVE_PATH,
          transports: ['websocket'],
          forceNew: true,
          extraHeaders: headersOf(name),
        })
        try {
          const answer = await socket.timeout(5_000).emitWithAck(event, bodyOf(message, name))
          if (kind === 'viewer') expect([answer.kind === 'refused', answer.reason]).toEqual([!may, may ? undefined : expect.any(String)])
          // A way in names no project: a stranger's key writes into its own.
          else expect(answer.code ?? 'taken').toEqual(may || name.endsWith('elsewhere') ? 'taken' : expect.stringMatching(/^(unauthenticated|forbidden)$/))
        } finally {
          socket.disconnect()
        }
      })
    }
  }

  test('a viewer whose rights end hears nothing more', async () => {
    const owner = headersOf('installation owner')
    const { id, ...key } = await keyFor(server, owner, ['read'], 'default')
    const socket = io(server.origin + VIEWER_NAMESPACE, {
      path: LIVE_PATH,
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 20,
      extraHeaders: key,
    })
    const subscribe = () => socket.timeout(5_000).emitWithAck(LIVE_MESSAGES.subscribe, { version: LIVE_VERSION, sessionId: 'here', after: 1 })
    let heard = 0
    socket.on(LIVE_MESSAGES.events, () => heard++)
    expect((await subscribe()).kind).toBe('tail')
    const back = new Promise<void>((done) => reconnected(socket, done))
    await must(server, owner, 'DELETE', `/api/v1/keys/${id}`)
    await back
    expect(await subscribe()).toMatchObject({ kind: 'refused' })
    await must(server, owner, 'POST', '/api/v1/events', [{ type: 'session.ended', id: 'e', sessionId: 'here', occurredAt: at + 1 }])
    await new Promise((done) => setTimeout(done, 200))
    expect(heard).toBe(0)
    socket.disconnect()
  })
})

function reconnected(socket: Socket, done: () => void) {
  socket.once('disconnect', () => socket.once('connect', done))
}

function bodyOf(message: string, name: string): unknown {
  if (message.startsWith('producer')) return [started(`by socket of ${name}`)]
  return { version: LIVE_VERSION, sessionId: 'here', after: 0, project: 'default' }
}
