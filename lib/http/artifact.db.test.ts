import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OutcomesAnswer } from '@/lib/core/checks/outcomes-answer'
import type { EventInput } from '@/lib/core/event'
import type { BlameAnswer } from '@/lib/core/provenance/blame-answer'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
let at = 0
const event = (told: object) => ({ id: `e${++at}`, sessionId: 's', occurredAt: 1_000 * at, ...told }) as EventInput
const write = (agentId: string, content: string) => event({ type: 'artifact.written', agentId, path: 'src/sum.py', change: { kind: 'content', content } })
const check = (call: string, ok: boolean) => [
  event({ type: 'tool.called', callId: call, agentId: 'lead', name: 'Bash', arguments: '{"command":"pytest -q"}' }),
  event({
    type: 'tool.returned',
    callId: call,
    result: ok ? '2 passed in 0.1s' : '1 failed, 1 passed in 0.1s',
    check: { kind: 'test', ok, tool: 'pytest', passed: ok ? 2 : 1, failed: ok ? 0 : 1 },
  }),
]
const LONG = Array.from({ length: 12_000 }, (_, n) => `value_${n} = compute_${n}(${n})`).join('\n')

beforeAll(async () => {
  server = await testBackend()
  await server.append([
    event({ type: 'agent.joined', agentId: 'lead' }),
    event({ type: 'agent.joined', agentId: 'coder', parentId: 'lead' }),
    event({ type: 'task.delegated', taskId: 't', by: 'lead', to: 'coder', title: 'sum', outputs: ['src/sum.py'] }),
    write('coder', 'def total(values):\n    result = 0\n    for value in values:\n        result += value\n    return result\n'),
    ...check('c1', true),
    event({ type: 'turn.started', turnId: 'u', agentId: 'lead' }),
    write('lead', 'import functools, operator\n\nanswer = functools.reduce(operator.mul, [1, 2, 3], 1)\nprint(answer)\n'),
    ...check('c2', false),
    event({ type: 'artifact.written', agentId: 'coder', path: 'long.py', change: { kind: 'content', content: LONG } }),
  ])
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const blame = async (query: string) => server.get(`/api/v1/sessions/s/artifact?${query}`)

test('who owns each line, now and before', async () => {
  const now = (await (await blame('path=src/sum.py')).json()) as BlameAnswer
  expect(now.revisions.map(({ agentId, change }) => `${agentId} ${change}`)).toEqual(['coder content', 'lead content'])
  expect(now).toMatchObject({ revision: 2, complete: true, exists: true })
  expect(now.lines[0]).toMatchObject({ text: 'import functools, operator', revision: 2 })
  const first = (await (await blame('path=src/sum.py&revision=1')).json()) as BlameAnswer
  expect(first.lines.map(({ revision }) => revision)).toEqual([1, 1, 1, 1, 1, 1])
  expect(first.share).toEqual([[1, 6]])
})

test('a long one comes in parts', async () => {
  const part = (await (await blame('path=long.py&from=11990&limit=500')).json()) as BlameAnswer
  expect(part).toMatchObject({ total: 12_000, from: 11_990 })
  expect(part.lines).toHaveLength(10)
  expect(part.lines.at(-1)).toEqual({ text: 'value_11999 = compute_11999(11999)', revision: 1 })
})

test('what there is not is told', async () => {
  expect((await blame('path=nowhere')).status).toBe(404)
  expect((await blame('')).status).toBe(400)
  expect((await blame('path=src/sum.py&revision=3')).status).toBe(400)
  expect((await server.get('/api/v1/sessions/none/artifact?path=a')).status).toBe(404)
})

test('checks before and after, and the calls that ran them', async () => {
  await expect
    .poll(async () => ((await (await server.get('/api/v1/sessions/s')).json()) as { interventions: Record<string, number> }).interventions.overwrite)
    .toBe(1)
  const { outcomes, calls, coverage } = (await (await server.get('/api/v1/sessions/s/outcomes')).json()) as OutcomesAnswer
  const [outcome] = Object.values(outcomes)
  expect(outcome).toMatchObject({ level: 'test', before: { ok: true }, after: { ok: false } })
  expect(calls[outcome?.before?.eventId ?? '']).toBe('c1')
  expect(calls[outcome?.after?.eventId ?? '']).toBe('c2')
  expect(coverage.pairs).toBe(1)
})
