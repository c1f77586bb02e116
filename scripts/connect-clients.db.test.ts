import { spawn } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestBackend, testBackend } from '@/lib/http/testing/test-backend'
import type { SessionSummary, SessionsPage } from '@/lib/live/protocol'
import { type StandInModel, standInModel, TOKENS } from './testing/stand-in-model'

/** The examples of docs/connect that use clients from npm, each against a stand-in for the model. Nothing leaves the machine. */
const root = fileURLToPath(new URL('..', import.meta.url))
// below the project, so that the clients are found in its node_modules
const scratch = join(root, '.data', `connect-${process.pid}`)

let server: TestBackend
let model: StandInModel
beforeAll(async () => {
  server = await testBackend()
  model = await standInModel()
  await mkdir(scratch, { recursive: true })
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
  model.close()
  await rm(scratch, { recursive: true, force: true })
})

/** Runs an example to its end; answers what it said. */
async function run(name: string, environment: Record<string, string>): Promise<string> {
  const outfile = join(scratch, `${name}.mjs`)
  await build({
    entryPoints: [join(root, 'docs/connect', `${name}.ts`)],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
  })
  const { code, said } = await new Promise<{ code: number | null; said: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [outfile], { env: { ...process.env, NODE_ENV: 'production', BACKSEAT_URL: server.origin, ...environment } })
    let said = ''
    child.stdout.on('data', (chunk) => (said += chunk))
    child.stderr.on('data', (chunk) => (said += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, said }))
  })
  expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' })
  return said
}

const summary = async (id: string) => (await (await server.get(`/api/v1/sessions/${id}`)).json()) as SessionSummary
test.each(['http/protobuf', 'http/json'])('OpenTelemetry’s own exporter, %s: agents, a task, turns, tokens, and the overwrite', async (protocol) => {
  const session = `otel-${protocol.slice(5)}`
  expect(await run('opentelemetry', { OTEL_EXPORTER_OTLP_ENDPOINT: server.origin, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, BACKSEAT_SESSION: session })).toBe('')
  // findings follow what is acknowledged
  await expect
    .poll(() => summary(session))
    .toMatchObject({
      format: 'otlp',
      agents: 2,
      tasks: 1,
      openTasks: 0,
      turns: 3,
      toolCalls: 2,
      inputTokens: 12,
      outputTokens: 61,
      masterName: 'lead',
      masterModel: 'stand-in',
      interventions: { overwrite: 1 },
    })
})

test.each(['chat_completions', 'responses'])('OpenAI Agents SDK and its own exporter, %s', async (api) => {
  const session = `agents-${api}`
  const said = await run('openai-agents', { OPENAI_API_KEY: 'none', OPENAI_BASE_URL: model.url, OPENAI_API: api, BACKSEAT_SESSION: session })
  expect(said).toContain('src/sum.ts is written')
  const { masterModel, ...rest } = await summary(session)
  expect(rest).toMatchObject({
    framework: 'openai-agents',
    workflow: 'Small library',
    agents: 2,
    tasks: 1,
    openTasks: 0,
    turns: 3,
    toolCalls: 1,
    inputTokens: 3 * TOKENS.input,
    outputTokens: 3 * TOKENS.output,
    masterName: 'Lead',
  })
  // spans of the Responses API do not name the model
  expect(masterModel).toBe(api === 'responses' ? undefined : 'gpt-4.1-mini')
})

test('LangSmith’s client', async () => {
  expect(await run('langsmith', { BACKSEAT_SESSION: 'langsmith-js' })).toBe('')
  expect(await summary('langsmith-js')).toMatchObject({
    format: 'langsmith',
    agents: 2,
    tasks: 1,
    openTasks: 0,
    turns: 3,
    toolCalls: 1,
    masterName: 'lead',
    masterModel: 'stand-in',
  })
})

test('LangGraph JS: a supervisor and a worker', async () => {
  expect(await run('langgraph', { BACKSEAT_SESSION: 'langgraph-js' })).toBe('')
  expect(await summary('langgraph-js')).toMatchObject({
    framework: 'langgraph',
    workflow: 'small-library',
    agents: 2,
    tasks: 1,
    openTasks: 0,
    turns: 4,
    toolCalls: 2,
    inputTokens: 160,
    outputTokens: 36,
    masterName: 'supervisor',
    masterModel: 'stand-in',
  })
})

test.each(['current', 'legacy'])('Vercel’s AI SDK, %s telemetry', async (telemetry) => {
  const session = `ai-sdk-${telemetry}`
  expect(await run('vercel-ai', { OTEL_EXPORTER_OTLP_ENDPOINT: server.origin, AI_TELEMETRY: telemetry, BACKSEAT_SESSION: session })).toBe('')
  // the older telemetry has no place for a conversation: its trace is the session
  const { sessions } = (await (await server.get('/api/v1/sessions?limit=100')).json()) as SessionsPage
  const found = telemetry === 'current' ? await summary(session) : sessions.find(({ id }) => /^[0-9a-f]{32}$/.test(id))
  expect(found).toMatchObject({
    framework: 'vercel-ai',
    title: 'We need src/sum.ts.',
    agents: 2,
    tasks: 1,
    openTasks: 0,
    turns: 4,
    toolCalls: 2,
    inputTokens: 160,
    outputTokens: 36,
    masterName: 'lead',
    masterModel: 'stand-in',
  })
})

test('Claude Agent SDK: its messages sent on as they come', async () => {
  const session = '5eed0000-0000-4000-8000-0000000000c1'
  const said = await run('claude-agent-sdk', { CLAUDE_PROGRAM: join(root, 'scripts/testing/stand-in-claude.mjs'), STAND_IN_SESSION: session })
  expect(said).toBe('The sub-agent wrote src/sum.ts.\n')
  await expect.poll(async () => (await summary(session)).turns).toBe(4)
  const found = await summary(session)
  expect(found).toMatchObject({
    framework: 'claude-code',
    agents: 2,
    tasks: 1,
    openTasks: 0,
    turns: 4,
    toolCalls: 2,
    inputTokens: 160,
    outputTokens: 36,
    endStatus: 'completed',
    masterModel: 'claude-sonnet-4-5',
  })
})
