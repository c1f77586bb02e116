import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SessionSummary } from '@/lib/live/protocol'
import { type TestBackend, testBackend } from '../testing/test-backend'

let server: TestBackend
beforeAll(async () => {
  server = await testBackend()
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const fixture = (path: string): unknown => JSON.parse(readFileSync(join(process.cwd(), 'fixtures', path), 'utf8'))
const send = (path: string, body: unknown, method = 'POST') =>
  fetch(server.origin + path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
const summary = async (id: string) => (await (await server.get(`/api/v1/sessions/${id}`)).json()) as SessionSummary

test('the OpenAI Agents exporter', async () => {
  const response = await send('/v1/traces/ingest', fixture('openai-agents/0.3-handoff/ingest.json'))
  expect([response.status, await response.json()]).toEqual([200, { received: 10, rejected: [] }])
  expect(await summary('order-12')).toMatchObject({ agents: 3, tasks: 2, turns: 3, framework: 'openai-agents', workflow: 'Bindery' })
  expect((await send('/v1/traces/ingest', { items: [] })).status).toBe(400)
})

test('CrewAI: open, events, finalize, at the paths its client calls', async () => {
  const calls = fixture('crewai/1.9-hierarchical/requests.json') as { method: string; uri: string; body: unknown }[]
  for (const { method, uri, body } of calls) {
    const response = await send(new URL(uri).pathname, body, method)
    expect(response.status).toBeLessThan(300)
  }
  expect(await summary('7b1de0aa-0000-4000-8000-00000000c0de')).toMatchObject({ agents: 2, tasks: 1, turns: 3, framework: 'crewai', workflow: 'orchard' })
})

test('LangSmith: a run is there when it begins, and complete when it is patched', async () => {
  const runs = fixture('langsmith/0.4-supervisor/runs.json') as { id: string; start_time: string; end_time: string; outputs: object }[]
  expect((await server.get('/v1/langsmith/info')).status).toBe(200)
  const [first, ...rest] = runs
  const { end_time, outputs, ...beginning } = first ?? { end_time: '', outputs: {} }
  expect((await send('/v1/langsmith/runs', beginning)).status).toBe(202)
  expect((await send('/v1/langsmith/runs/batch', { post: rest.map(({ end_time: _, outputs: __, ...run }) => run), patch: [] })).status).toBe(202)
  const begun = await summary('garden-7')
  expect(begun).toMatchObject({ agents: 2, turns: 3, outputTokens: 0 })
  const form = new FormData()
  for (const run of rest) {
    form.append(`patch.${run.id}`, new Blob([JSON.stringify({ end_time: run.end_time })], { type: 'application/json' }))
    form.append(`patch.${run.id}.outputs`, new Blob([JSON.stringify(run.outputs)], { type: 'application/json' }))
  }
  const patched = await fetch(`${server.origin}/v1/langsmith/runs/multipart`, { method: 'POST', body: form })
  expect([patched.status, await patched.json()]).toEqual([202, { message: 'Runs received', errors: [] }])
  expect((await send(`/v1/langsmith/runs/${runs[0]?.id}`, { end_time, outputs }, 'PATCH')).status).toBe(202)
  expect(await summary('garden-7')).toMatchObject({ agents: 2, tasks: 1, turns: 3, outputTokens: 77, masterModel: 'gpt-4.1' })
})

test('Claude Code hooks', async () => {
  const common = { session_id: 'hooked', cwd: '/w', transcript_path: '/w/t.jsonl' }
  expect(
    (
      await send('/v1/claude-code/hooks', {
        ...common,
        hook_event_name: 'PreToolUse',
        tool_name: 'Agent',
        tool_use_id: 'toolu_1',
        tool_input: { prompt: 'Look', description: 'A look' },
      })
    ).status,
  ).toBe(200)
  expect((await send('/v1/claude-code/hooks', { ...common, hook_event_name: 'SubagentStart', agent_id: 'a1', agent_type: 'general-purpose' })).status).toBe(200)
  expect(await summary('hooked')).toMatchObject({ agents: 2, tasks: 1, openTasks: 1 })
  const bad = await send('/v1/claude-code/hooks', { what: 1 })
  expect([bad.status, bad.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
})

test('messages of Claude Code’s stream: lines of one or several runs; nothing of a body with a broken line is taken', async () => {
  const post = (body: string) => fetch(`${server.origin}/v1/claude-code/stream`, { method: 'POST', body })
  const message = (session: string, n: number) =>
    JSON.stringify({
      type: 'assistant',
      session_id: session,
      uuid: `${session}-${n}`,
      timestamp: `2026-07-08T06:00:0${n}.000Z`,
      parent_tool_use_id: null,
      message: {
        id: `m${n}`,
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [{ type: 'text', text: 'So be it.' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 4, output_tokens: 3 },
      },
    })
  const broken = await post(`${message('stream-c', 1)}\nnot json\n`)
  expect([broken.status, ((await broken.json()) as { detail: string }).detail]).toEqual([400, expect.stringContaining('Line 2 is not JSON')])
  expect((await server.get('/api/v1/sessions/stream-c')).status).toBe(404)
  expect((await post('{"type":"assistant"}')).status).toBe(400)
  const good = await post([message('stream-a', 1), message('stream-b', 1), message('stream-a', 2)].join('\n'))
  expect([good.status, await good.json()]).toEqual([200, { received: 3, rejected: [] }])
  await expect.poll(async () => [(await summary('stream-a')).turns, (await summary('stream-a')).outputTokens]).toEqual([2, 6])
  expect(await summary('stream-b')).toMatchObject({ turns: 1 })
})
