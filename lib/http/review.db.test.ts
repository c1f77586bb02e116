import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { EventInput } from '@/lib/core/event'
import { ask, firstOwner, invited, type Known, must, TEST_ACCOUNTS } from './testing/people'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
let owner: Known
let anna: Known
beforeAll(async () => {
  server = await testBackend({ accounts: TEST_ACCOUNTS })
  owner = await firstOwner(server)
  anna = await invited(server, owner, 'anna', 'member', 'default')
  for (const name of ['one', 'two']) {
    await must(server, owner, 'POST', '/api/v1/events', overwrite(name))
    await vi.waitFor(async () => expect((await must(server, owner, 'GET', `/api/v1/sessions/${name}`)).interventions).toMatchObject({ overwrite: 1 }), {
      timeout: 30_000,
    })
  }
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

function overwrite(sessionId: string): EventInput[] {
  const before = `create table users (\n  id uuid primary key default gen_random_uuid(),\n  email citext unique not null,\n  display_name text not null,\n  created_at timestamptz not null`
  const after = `create table accounts (\n  number bigserial primary key,\n  login varchar(255) not null,\n  secret bytea,\n  since timestamp default now()\n);`
  const events: Record<string, unknown>[] = [
    { type: 'session.started', title: sessionId },
    { type: 'agent.joined', agentId: 'lead', model: 'm-1' },
    { type: 'agent.joined', agentId: 'coder', parentId: 'lead', model: 'm-2' },
    { type: 'task.delegated', taskId: 't1', by: 'lead', to: 'coder', title: 'Schema', brief: 'Users and what they own.' },
    { type: 'artifact.written', agentId: 'coder', taskId: 't1', path: 'schema.sql', change: { kind: 'content', content: before }, partial: true },
    { type: 'artifact.written', agentId: 'lead', path: 'schema.sql', change: { kind: 'content', content: after } },
  ]
  return events.map((event, index) => ({ ...event, id: `e${index}`, sessionId, occurredAt: Date.UTC(2026, 10, 23) + index * 100 }) as unknown as EventInput)
}

interface Queue {
  queue: { sessionId: string; finding: { id: string } }[]
  left: number
  unjudged: number
  done: number
}
const queueOf = async (who: Known) => (await must(server, who, 'GET', '/api/v1/review')) as unknown as Queue
const judge = (who: Known, sessionId: string, interventionId: string, verdict: string, more: object = {}) =>
  ask(server, who, 'POST', `/api/v1/sessions/${sessionId}/verdicts`, { interventionId, verdict, ...more })

test('what nobody judged comes first, what I judged not again; agreement, labels and figures follow', async () => {
  const first = await queueOf(anna)
  expect([first.left, first.unjudged, first.done]).toEqual([2, 2, 0])
  expect((await queueOf(anna)).queue).toEqual(first.queue)
  const [a, b] = first.queue
  if (!a || !b) throw new Error('two findings are waited for')
  expect((await judge(anna, a.sessionId, a.finding.id, 'unjustified', { because: 'too_early', note: 'It was not done.' })).status).toBe(201)
  expect(await queueOf(anna)).toMatchObject({ left: 1, unjudged: 1, done: 1, queue: [{ sessionId: b.sessionId }] })
  // For another person it is last: nobody judged the other.
  expect((await queueOf(owner)).queue.map(({ sessionId }) => sessionId)).toEqual([b.sessionId, a.sessionId])
  await judge(owner, a.sessionId, a.finding.id, 'justified')
  await judge(owner, b.sessionId, b.finding.id, 'justified')
  await judge(anna, b.sessionId, b.finding.id, 'unsure')
  // The newest word counts.
  await judge(anna, b.sessionId, b.finding.id, 'justified')
  const agreement = await must(server, anna, 'GET', '/api/v1/review/agreement')
  expect(agreement).toMatchObject({
    judged: 2,
    results: { justified: 1, unjustified: 0, unsure: 0, disagreed: 1 },
    pairs: [{ cases: 2, reviewers: ['anna@example.com', 'olga@example.com'] }],
  })
  const response = await ask(server, anna, 'GET', '/api/v1/verdicts')
  const labels = String(response.body.text)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { session: string; kind: string; result: string; judgements: { reviewer: string; because?: string }[] })
  expect(labels.find(({ session }) => session === a.sessionId)).toMatchObject({ kind: 'overwrite', result: 'disagreed' })
  expect(labels.find(({ session }) => session === a.sessionId)?.judgements.find(({ reviewer }) => reviewer.startsWith('anna'))).toMatchObject({
    because: 'too_early',
    note: 'It was not done.',
  })
  expect(labels.find(({ session }) => session === b.sessionId)).toMatchObject({ result: 'justified' })
  // People are no agents of the run.
  expect(await must(server, owner, 'GET', `/api/v1/sessions/${a.sessionId}`)).toMatchObject({ agents: 2 })
  const compared = await must(server, owner, 'GET', '/api/v1/compare/details')
  expect(JSON.stringify(compared)).toContain('"judged":1')
})

test('what cannot be judged is refused with a sentence', async () => {
  expect((await judge(anna, 'one', 'no such finding', 'justified')).status).toBe(404)
  expect((await judge(anna, 'nowhere', 'x', 'justified')).status).toBe(404)
  expect((await judge(anna, 'one', 'x', 'perhaps')).body).toMatchObject({ code: 'bad_request', detail: expect.stringContaining('"verdict"') })
})

test('what a task was delegated with', async () => {
  expect(await must(server, anna, 'GET', '/api/v1/sessions/one/tasks/t1/brief')).toEqual({ title: 'Schema', brief: 'Users and what they own.' })
  expect((await ask(server, anna, 'GET', '/api/v1/sessions/one/tasks/none/brief')).status).toBe(404)
})
