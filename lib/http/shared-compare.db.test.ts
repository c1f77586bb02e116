import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventInput } from '@/lib/core/event'
import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import { study } from '@/lib/sample/study'
import { ask, firstOwner, invited, type Known, must, TEST_ACCOUNTS } from './testing/people'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
let owner: Known
const MAIL = 'canary@example.com'

beforeAll(async () => {
  server = await testBackend({ accounts: TEST_ACCOUNTS })
  owner = await firstOwner(server)
  const sessions: EventInput[][] = [...study({ sessions: 8, startedAt: Date.UTC(2026, 0, 5) })]
  for (const [i, events] of sessions.entries()) {
    const told = events.map((event) =>
      event.type === 'session.started' ? { ...event, title: `secret title ${MAIL}`, workflow: i % 2 === 0 ? `nightly of ${MAIL}` : 'other-team' } : event,
    )
    await must(server, owner, 'POST', '/api/v1/events', told)
  }
  await server.examined()
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

async function link(compare: string, more: object = {}): Promise<{ id: string; token: string }> {
  const { id, path } = await must(server, owner, 'POST', '/api/v1/links', { compare, audience: 'anyone', lasts: 'week', content: false, ...more })
  return { id: String(id), token: String(path).replace('/share/', '') }
}

async function opened(token: string) {
  const answer = await must(server, {}, 'POST', '/api/v1/shared/open', { token })
  return { ...answer, base: `/api/v1/shared/${String(answer.visit)}` } as { base: string; kind: string; view: string; sessionId: string }
}

const FILTER = new URLSearchParams({ by: 'masterModel', workflow: `nightly of ${MAIL}`, k: '3' }).toString()

test('whoever has it sees the figures of exactly the sender’s choice, and nothing else', async () => {
  const { token } = await link(FILTER, { hidden: ['other-team'] })
  const { base, kind, view } = await opened(token)
  expect(kind).toBe('compare')
  expect(new URLSearchParams(view).get('workflow')).toMatch(/^nightly of \[e-mail \w{4}\]$/)
  const own = (await must(server, owner, 'GET', `/api/v1/compare?${FILTER}&simulated=auto`)) as unknown as CompareAnswer
  const shown = (await must(server, {}, 'GET', `${base}/compare`)) as unknown as CompareAnswer
  expect(shown).toEqual({ ...own, choices: Object.fromEntries(Object.keys(own.choices).map((name) => [name, []])), recorded: own.sessions })
  expect(own.recorded).toBe(24)
  expect(shown.sessions).toBe(12)
  // What whoever looks asks for changes nothing.
  expect(await must(server, {}, 'GET', `${base}/compare?workflow=other-team&by=workflow&k=9`)).toEqual(shown)
  const ownDetails = (await must(server, owner, 'GET', `/api/v1/compare/details?${FILTER}&simulated=auto`)) as unknown as CompareDetailsAnswer
  expect(await must(server, {}, 'GET', `${base}/compare/details`)).toEqual(ownDetails)
  // It opens no session, no text, no list.
  for (const path of [base, `${base}/snapshot`, `${base}/content/${'a'.repeat(64)}`, `${base}/turns/x/text`])
    expect((await ask(server, {}, 'GET', path)).status).toBe(404)
  for (const path of ['/api/v1/compare', '/api/v1/compare.csv', '/api/v1/sessions']) expect((await ask(server, {}, 'GET', path)).status).toBe(401)
})

test('names of groups are shown with secrets hidden, also in sentences and on the card', async () => {
  const { token } = await link('by=workflow', { hidden: ['other-team'] })
  const { base } = await opened(token)
  const texts = await Promise.all([`${base}/compare`, `${base}/compare/details`].map(async (path) => JSON.stringify((await ask(server, {}, 'GET', path)).body)))
  const card = (await ask(server, {}, 'POST', '/api/v1/shared/card', { token })).body
  for (const text of [...texts, JSON.stringify(card)]) {
    expect(text).not.toMatch(/canary|other-team|secret title/)
    expect(text).toMatch(/\[e-mail \w{4}\]/)
  }
  expect(card).toMatchObject({ kind: 'compare', title: 'Tasks cut short, by workflow', simulated: true, rows: [{ says: expect.any(String) }, {}] })
  const { found } = await must(server, owner, 'POST', '/api/v1/links/preview', { compare: 'by=workflow', hidden: ['other-team'] })
  expect((found as { what: string }[]).map(({ what }) => what)).toEqual(expect.arrayContaining(['e-mail', 'hidden']))
})

test('a session’s link shows no figures; what cannot be asked, and what does not end, makes no link', async () => {
  const [session] = (await must(server, owner, 'GET', '/api/v1/sessions?limit=1')).sessions as { id: string }[]
  const made = await must(server, owner, 'POST', '/api/v1/links', { session: session?.id, audience: 'anyone', lasts: 'day', content: true })
  const { base } = await opened(String(made.path).replace('/share/', ''))
  expect((await ask(server, {}, 'GET', `${base}/compare`)).status).toBe(404)
  const make = (body: object) => ask(server, owner, 'POST', '/api/v1/links', { audience: 'anyone', lasts: 'day', content: false, ...body })
  for (const [body, says] of [
    [{ compare: 'by=nothing' }, /"by" must be/],
    [{ compare: '', lasts: 'end' }, /does not end/],
    [{ compare: '', session: session?.id }, /not to both/],
    [{}, /Name what the link is to/],
  ] as const) {
    const { status, body: answer } = await make(body)
    expect([status, String(answer.detail)]).toEqual([400, expect.stringMatching(says)])
  }
})

test('it is listed, is of its project, and ends like any other', async () => {
  const { id, token } = await link('by=framework')
  const { links } = await must(server, owner, 'GET', '/api/v1/links')
  expect(links).toContainEqual(expect.objectContaining({ id, kind: 'compare', compare: 'by=framework' }))
  await must(server, owner, 'POST', '/api/v1/projects', { id: 'elsewhere', name: 'Elsewhere' })
  const stranger = await invited(server, owner, 'stranger', 'owner', 'elsewhere')
  const theirs = await must(server, stranger, 'POST', '/api/v1/links', { compare: '', audience: 'anyone', lasts: 'day', content: false })
  const foreign = await opened(String(theirs.path).replace('/share/', ''))
  expect(await must(server, {}, 'GET', `${foreign.base}/compare`)).toMatchObject({ tasks: 0, sessions: 0, recorded: 0 })
  const { base } = await opened(token)
  expect((await ask(server, owner, 'DELETE', `/api/v1/links/${id}`)).status).toBe(204)
  expect((await ask(server, {}, 'GET', `${base}/compare`)).status).toBe(404)
})
