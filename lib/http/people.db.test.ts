import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TrustedProxies } from '@/lib/auth/trusted-proxies'
import { ask, cookieOf, firstOwner, invited, joins, type Known, keyFor, must, PASSWORD, TEST_ACCOUNTS, tokenIn } from './testing/people'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
let owner: Known
let provider: Provider
beforeAll(async () => {
  provider = await identityProvider()
  const oidc = { issuer: provider.issuer, clientId: 'backseat', clientSecret: 'shh', name: 'Example', domains: ['example.org'] }
  server = await testBackend({ accounts: { ...TEST_ACCOUNTS, oidc } })
  owner = await firstOwner(server)
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
  await provider.close()
})

const me = async (who: Known) => must(server, who, 'GET', '/api/v1/me')
const at = Date.UTC(2026, 10, 23)
const started = (sessionId: string, title: string) => ({ type: 'session.started', id: 's', sessionId, occurredAt: at, title })

test('the first owner’s link works once, and is not made again', async () => {
  expect(await me(owner)).toMatchObject({ kind: 'user', owner: true, email: 'olga@example.com', projects: [{ id: 'default', role: 'owner' }] })
  expect(await server.backend.ownerLink()).toBeUndefined()
})

test('an invitation joins one person, with its role; withdrawn, used or foreign ones join nobody', async () => {
  const { url, id } = await must(server, owner, 'POST', '/api/v1/invitations', { role: 'viewer', email: 'Vera@example.com' })
  const token = tokenIn(url)
  await expect(joins(server, 'mallory', token)).rejects.toThrow(/400.*made for somebody else/)
  const vera = await joins(server, 'vera', token)
  expect(await me(vera)).toMatchObject({ owner: false, projects: [{ id: 'default', role: 'viewer' }] })
  await expect(joins(server, 'vera2', token)).rejects.toThrow(/has been used/)
  const other = await must(server, owner, 'POST', '/api/v1/invitations', { role: 'owner' })
  expect((await ask(server, owner, 'DELETE', `/api/v1/invitations/${String(other.id)}`)).status).toBe(204)
  await expect(joins(server, 'late', tokenIn(other.url))).rejects.toThrow(/has expired/)
  expect(id).not.toBe(other.id)
})

test('passwords: the same answer for a wrong one and for a wrong address; then it is enough for a while', async () => {
  const attempt = (email: string, password: string) => ask(server, {}, 'POST', '/api/auth/sign-in', { email, password })
  const signedIn = await attempt('olga@example.com', PASSWORD)
  expect(signedIn.status).toBe(204)
  const cookies = signedIn.headers.getSetCookie().join('\n')
  expect(cookies).toMatch(/HttpOnly/i)
  expect(cookies).toMatch(/SameSite=Lax/i)
  const wrong = await attempt('olga@example.com', 'wrong password')
  const unknown = await attempt('nobody@example.com', 'wrong password')
  expect([wrong.status, wrong.body]).toEqual([401, unknown.body])
  for (let i = 0; i < 10; i++) await attempt('target@example.com', 'wrong password')
  const limited = await attempt('target@example.com', 'wrong password')
  expect([limited.status, limited.body.code, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, 'too_often', true])
})

test('a reset sets the password and signs every browser out; owners of a project cannot take over those above them', async () => {
  const rita = await invited(server, owner, 'rita', 'owner', 'default')
  const { members } = await must(server, owner, 'GET', '/api/v1/members')
  const idOf = (name: string) => (members as { name: string; userId: string }[]).find((member) => member.name === name)?.userId
  const { url } = await must(server, owner, 'POST', `/api/v1/members/${idOf('rita')}/reset`, {})
  const set = await ask(server, {}, 'POST', '/api/auth/reset', { token: tokenIn(url), password: 'another long password' })
  expect(set.status).toBe(204)
  expect(await me(rita)).toMatchObject({ kind: 'nobody', projects: [] })
  const again = cookieOf(set.headers)
  expect(await me(again)).toMatchObject({ kind: 'user', name: 'rita' })

  await must(server, owner, 'POST', '/api/v1/projects', { id: 'second', name: 'Second' })
  const wanda = await invited(server, owner, 'wanda', 'viewer', 'default')
  const both = await must(server, owner, 'POST', '/api/v1/invitations?project=second', { role: 'owner' })
  expect(await must(server, wanda, 'POST', '/api/auth/accept', { token: tokenIn(both.url) })).toEqual({ project: 'second' })
  const wandas = ((await must(server, owner, 'GET', '/api/v1/members')).members as { name: string; userId: string }[]).find(
    ({ name }) => name === 'wanda',
  )?.userId
  expect((await ask(server, again, 'POST', `/api/v1/members/${wandas}/reset`, {})).status).toBe(403)
  expect((await ask(server, owner, 'POST', `/api/v1/members/${wandas}/reset`, {})).status).toBe(201)
})

test('two projects may have sessions of the same name, and neither sees the other’s', async () => {
  await must(server, owner, 'POST', '/api/v1/projects', { id: 'acme', name: 'Acme' })
  const { id: _a, ...here } = await keyFor(server, owner, ['read', 'write'], 'default')
  const { id: _b, ...acme } = await keyFor(server, owner, ['read', 'write'], 'acme')
  await must(server, here, 'POST', '/api/v1/events', [started('run-1', 'ours')])
  expect(await must(server, acme, 'POST', '/api/v1/events', [started('run-1', 'theirs')])).toMatchObject({ accepted: 1, duplicate: 0 })
  const listed = async (who: Known) =>
    ((await must(server, who, 'GET', '/api/v1/sessions')).sessions as { id: string; title?: string }[]).map(({ id, title }) => [id, title])
  expect(await listed(here)).toEqual([['run-1', 'ours']])
  expect(await listed(acme)).toEqual([['~acme~run-1', 'theirs']])
  expect((await ask(server, acme, 'GET', '/api/v1/sessions/run-1')).status).toBe(404)
  // An event cannot claim a project.
  await must(server, here, 'POST', '/api/v1/events', [started('~acme~run-1', 'sneaky')])
  expect(await listed(acme)).toEqual([['~acme~run-1', 'theirs']])
  expect(await listed(here)).toContainEqual(['~default~~acme~run-1', 'sneaky'])
  const exported = await ask(server, acme, 'GET', '/api/v1/sessions/~acme~run-1/events?content=inline')
  expect(exported.body).toMatchObject({ sessionId: 'run-1' })
  // The page's choice of project is a cookie; a key's project is its own.
  const choosing = { cookie: `${owner.cookie}; backseat_project=acme` }
  expect(await listed(choosing)).toEqual([['~acme~run-1', 'theirs']])
  expect(await must(server, { ...here, cookie: 'backseat_project=acme' }, 'GET', '/api/v1/me')).toMatchObject({ project: 'default' })
})

test('the log says who did what, to owners of the project only', async () => {
  const { lines } = await must(server, owner, 'GET', '/api/v1/audit')
  const said = (lines as { actor: string; action: string; target?: string }[]).map(
    ({ actor, action, target }) => `${actor} ${action}${target ? ` ${target}` : ''}`,
  )
  expect(said).toEqual(
    expect.arrayContaining([
      'olga@example.com joined',
      'vera@example.com joined',
      'olga@example.com signed in',
      'olga@example.com invited vera@example.com: viewer',
    ]),
  )
  expect(said.join('\n')).not.toMatch(/bsk_|correct horse/)
})

test('signing in at the identity provider: an invited address and a known domain come in, others do not', async () => {
  const visit = async (email: string) => {
    provider.email = email
    const go = await ask(server, {}, 'GET', '/api/auth/oidc?next=/compare')
    expect(go.status).toBe(302)
    const asked = new URL(go.headers.get('location') ?? '')
    expect([asked.origin, asked.searchParams.get('redirect_uri'), asked.searchParams.get('code_challenge_method')]).toEqual([
      provider.issuer,
      'http://127.0.0.1/api/auth/callback/oidc',
      'S256',
    ])
    provider.nonce = asked.searchParams.get('nonce') ?? undefined
    const back = `/api/auth/callback/oidc?code=x&state=${asked.searchParams.get('state')}`
    const done = await ask(server, { ...cookieOf(go.headers), 'sec-fetch-site': 'cross-site' }, 'GET', back)
    return { to: done.headers.get('location'), who: await me(cookieOf(done.headers)) }
  }
  expect(await visit('dora@example.org')).toMatchObject({
    to: expect.stringMatching(/\/compare$/),
    who: { email: 'dora@example.org', projects: [{ role: 'viewer' }] },
  })
  expect(await visit('dora@example.org')).toMatchObject({ who: { email: 'dora@example.org' } })
  const stranger = await visit('eve@elsewhere.net')
  expect([stranger.to, stranger.who.kind]).toEqual([expect.stringContaining('error='), 'nobody'])
  await must(server, owner, 'POST', '/api/v1/invitations', { role: 'member', email: 'ines@elsewhere.net' })
  expect(await visit('ines@elsewhere.net')).toMatchObject({ who: { email: 'ines@elsewhere.net', projects: [{ role: 'member' }] } })
})

interface Provider {
  issuer: string
  email: string
  nonce: string | undefined
  close(): Promise<void>
}

/** As much of an identity provider as a sign-in needs, with signed tokens. */
async function identityProvider(): Promise<Provider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = (payload: object) => {
    const text = `${part({ alg: 'RS256', kid: 'k' })}.${part(payload)}`
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
  }
  const http: Server = createServer((request, response) => {
    const answer = (value: unknown) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    const claims = () => ({ sub: `sub of ${self.email}`, email: self.email, email_verified: true, name: self.email.split('@')[0] })
    const path = request.url?.split('?')[0]
    if (path === '/.well-known/openid-configuration')
      answer({
        issuer: self.issuer,
        authorization_endpoint: `${self.issuer}/authorize`,
        token_endpoint: `${self.issuer}/token`,
        userinfo_endpoint: `${self.issuer}/userinfo`,
        jwks_uri: `${self.issuer}/jwks`,
      })
    else if (path === '/jwks') answer({ keys: [jwk] })
    else if (path === '/userinfo') answer(claims())
    else if (path === '/token') {
      const iat = Math.floor(Date.now() / 1000)
      const id_token = token({
        ...claims(),
        ...(self.nonce === undefined ? {} : { nonce: self.nonce }),
        iss: self.issuer,
        aud: 'backseat',
        iat,
        exp: iat + 300,
      })
      answer({ access_token: 'a', token_type: 'Bearer', expires_in: 300, id_token })
    } else response.writeHead(404).end()
  })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  const self: Provider = {
    issuer: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    email: '',
    nonce: undefined,
    close: () => new Promise((done) => http.close(() => done())),
  }
  return self
}

test('behind a trusted proxy each address is counted by itself, at signing in and at links; without one the header says nothing', async () => {
  const proxied = await testBackend({ accounts: TEST_ACCOUNTS, proxies: TrustedProxies.parse('loopback') })
  const from = (address: string) => ({ 'x-forwarded-for': `6.6.6.6, ${address}` })
  const open = (at: TestBackend, address: string) => ask(at, from(address), 'POST', '/api/v1/shared/open', { token: 'no-such-token' })
  const join = (address: string) =>
    ask(proxied, from(address), 'POST', '/api/auth/join', { token: 'no-such-token', name: 'N', email: 'n@example.com', password: PASSWORD })
  try {
    for (let n = 0; n < 60; n++) expect((await open(proxied, '198.51.100.1')).status).toBe(404)
    const stopped = await open(proxied, '198.51.100.1')
    expect([stopped.status, stopped.body.code, Number(stopped.headers.get('retry-after')) > 0]).toEqual([429, 'too_often', true])
    expect((await open(proxied, '198.51.100.2')).status).toBe(404)
    // The card's own count: pages that are drawn for others are not stopped by it.
    expect((await ask(proxied, from('198.51.100.1'), 'POST', '/api/v1/shared/card', { token: 'no-such-token' })).status).toBe(404)
    for (let n = 0; n < 10; n++) expect((await join('198.51.100.3')).status).toBe(400)
    expect((await join('198.51.100.3')).status).toBe(429)
    expect((await join('198.51.100.4')).status).toBe(400)
    for (let n = 0; n < 60; n++) await open(server, `198.51.100.${n}`)
    expect((await open(server, '198.51.100.99')).status).toBe(429)
  } finally {
    expect(proxied.problems).toEqual([])
    await proxied.close()
  }
})
