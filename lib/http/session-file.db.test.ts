import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventInput } from '@/lib/core/event'
import { decodeSnapshot } from '@/lib/core/snapshot'
import type { KeptProgram } from '@/lib/share/kept-file'
import { ask, firstOwner, invited, type Known, must, TEST_ACCOUNTS } from './testing/people'
import { type TestBackend, testBackend } from './testing/test-backend'

const PROGRAM: KeptProgram = { script: '', style: '', themeScript: '', hashes: [] }
let server: TestBackend
let owner: Known
let viewer: Known
beforeAll(async () => {
  server = await testBackend({ accounts: TEST_ACCOUNTS, keptProgram: async () => PROGRAM })
  owner = await firstOwner(server)
  viewer = await invited(server, owner, 'vera', 'viewer', 'default')
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

/** In parts, so that scanners of repositories do not take this file for a leak. */
const KEY = ['sk-', 'ant-api03-canarycanarycanary'].join('')
const LONG = `${'Write the schema. '.repeat(20)} Use ${KEY} and ask canary@example.com.`

async function tell(): Promise<void> {
  const events: Record<string, unknown>[] = [
    { type: 'session.started', title: 'A run of canary@example.com', workingDirectory: '/home/canary/x' },
    { type: 'agent.joined', agentId: 'lead', name: 'lead', model: 'm-1' },
    { type: 'turn.started', turnId: 'u1', agentId: 'lead' },
    { type: 'turn.streamed', turnId: 'u1', outputTokens: 20, offset: 0, text: `I use ${KEY.slice(0, 12)}` },
    { type: 'turn.streamed', turnId: 'u1', outputTokens: 40, offset: 18, text: `${KEY.slice(12)} and Falcon` },
    { type: 'turn.started', turnId: 'u2', agentId: 'lead' },
    { type: 'turn.ended', turnId: 'u2', usage: { outputTokens: 60 }, output: LONG },
  ]
  const at = Date.now() - 60_000
  const told = events.map((event, index) => ({ ...event, id: `e${index}`, sessionId: 'leaky', occurredAt: at + index }) as unknown as EventInput)
  await must(server, owner, 'POST', '/api/v1/events', told)
}

/** What lies in a file, by the id of its element. */
function elements(file: string): Map<string, string> {
  return new Map([...file.matchAll(/<script type="[^"]+" id="([^"]+)">([^<]*)<\/script>/g)].map(([, id = '', body = '']) => [id, body]))
}

const unpacked = (body: string | undefined) => gunzipSync(Buffer.from(body ?? '', 'base64'))

test('a file holds what a link would show: the texts, and no secret in any of them', async () => {
  await tell()
  const { status, body, headers } = await ask(server, viewer, 'POST', '/api/v1/sessions/leaky/file', { hidden: ['falcon'], view: 'tab=turns' })
  expect(status).toBe(200)
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="A-run-of-e-mail-\w{4}.html"$/)
  expect(headers.get('content-security-policy')).toContain('sandbox')
  const inside = elements(String(body.text))
  expect(JSON.parse(inside.get('about') ?? '')).toMatchObject({ kind: 'session', view: 'tab=turns' })
  const { state } = decodeSnapshot(unpacked(inside.get('snapshot')))
  expect([...state.turns.keys()]).toEqual(['u1', 'u2'])
  expect(state.facts.workingDirectory).toBeUndefined()
  const texts = new Map(JSON.parse(unpacked(inside.get('part-0')).toString('utf8')) as [string, string][])
  expect(texts.get('turn u1')).toMatch(/^I use \[key \w{4}\] and \[hidden \w{4}\]$/)
  const output = state.turns.get('u2' as never)?.output
  expect(texts.get((output as { hash: string }).hash)).toMatch(/^Write the schema.* Use \[key \w{4}\] and ask \[e-mail \w{4}\]\.$/)
  for (const [id, packed] of inside) expect(id === 'about' ? packed : unpacked(packed).toString('latin1')).not.toMatch(/canary|falcon/i)
})

test('texts may be left out altogether', async () => {
  const { body } = await ask(server, owner, 'POST', '/api/v1/sessions/leaky/file', { content: false })
  const inside = elements(String(body.text))
  expect([...inside.keys()]).toEqual(['about', 'snapshot', 'index'])
  expect(unpacked(inside.get('snapshot')).toString('latin1')).not.toContain('Write the schema')
})

test('what will be hidden is told before, and what was saved is told afterwards', async () => {
  const { found } = await must(server, viewer, 'POST', '/api/v1/sessions/leaky/file/preview', { hidden: ['schema'] })
  expect(found).toEqual(expect.arrayContaining([expect.objectContaining({ what: 'key' }), { what: 'hidden', count: 20 }]))
  const { lines } = await must(server, owner, 'GET', '/api/v1/audit')
  expect(lines).toEqual(expect.arrayContaining([expect.objectContaining({ action: 'saved as a file', target: 'leaky, without texts' })]))
})

test('a comparison is saved with the figures of the page and no other choice', async () => {
  const { body } = await ask(server, viewer, 'GET', '/api/v1/compare.html?by=framework&k=3&reported=0')
  const inside = elements(String(body.text))
  expect(JSON.parse(inside.get('about') ?? '')).toMatchObject({ kind: 'comparison', view: 'by=framework&k=3&reported=0' })
  const { choices, recorded, ...answer } = await must(server, viewer, 'GET', '/api/v1/compare?by=framework&k=3')
  expect(choices).toBeDefined()
  expect(recorded).toBe(1)
  // what else the project holds is nobody's affair
  expect(JSON.parse(unpacked(inside.get('answer-0')).toString('utf8'))).toMatchObject({ ...answer, recorded: 0 })
  expect(JSON.parse(unpacked(inside.get('answer-1')).toString('utf8'))).toEqual(await must(server, viewer, 'GET', '/api/v1/compare/details?by=framework&k=3'))
})

test('nobody else gets one', async () => {
  expect((await ask(server, {}, 'POST', '/api/v1/sessions/leaky/file', {})).status).toBe(401)
  expect((await ask(server, owner, 'POST', '/api/v1/sessions/none/file', {})).status).toBe(404)
})
