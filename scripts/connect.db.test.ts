import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findSystem } from '@/components/connect/systems'
import { type TestBackend, testBackend } from '@/lib/http/testing/test-backend'
import type { SessionSummary } from '@/lib/live/protocol'

const folder = fileURLToPath(new URL('../docs/connect/', import.meta.url))
const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0)

let server: TestBackend
let scratch: string
beforeAll(async () => {
  server = await testBackend()
  scratch = await mkdtemp(join(tmpdir(), 'backseat-connect-'))
})
afterAll(async () => {
  await server.close()
  await rm(scratch, { recursive: true, force: true })
})

function run(command: string, args: string[], environment: Record<string, string>): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...environment } })
    let said = ''
    child.stdout.on('data', (chunk) => (said += chunk))
    child.stderr.on('data', (chunk) => (said += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, said }))
  })
}

/** What somebody who follows docs/formats.md sees at the end: one task, its work overwritten after completion. */
async function expectTheLoop(sessionId: string) {
  const summary = async () => (await (await server.get(`/api/v1/sessions/${sessionId}`)).json()) as SessionSummary
  // findings follow what is acknowledged
  await expect.poll(summary).toMatchObject({
    framework: 'own',
    simulated: true,
    agents: 2,
    tasks: 1,
    openTasks: 0,
    turns: 2,
    endStatus: 'completed',
    interventions: { overwrite: 1 },
  })
}

async function typescript(environment: Record<string, string>) {
  const outfile = join(scratch, 'typescript-loop.mjs')
  await build({ entryPoints: [join(folder, 'typescript-loop.ts')], outfile, format: 'esm', platform: 'node', target: 'node20' })
  return run(process.execPath, [outfile], environment)
}

describe('the examples in docs/connect, as they are', () => {
  it('typescript-loop.ts shows its loop', async () => {
    expect(await typescript({ BACKSEAT_URL: server.origin, BACKSEAT_SESSION: 'from-typescript' })).toEqual({ code: 0, said: '' })
    await expectTheLoop('from-typescript')
  })

  it('typescript-loop.ts goes on working when nobody listens, and says so', async () => {
    const { code, said } = await typescript({ BACKSEAT_URL: 'http://127.0.0.1:9' })
    expect(code).toBe(0)
    expect(said).toContain('backseat:')
  })

  it.skipIf(!python)('python-loop.py shows its loop (skipped where there is no Python 3.8 or newer)', async () => {
    const environment = { BACKSEAT_URL: server.origin, BACKSEAT_SESSION: 'from-python' }
    expect(await run(python ?? '', [join(folder, 'python-loop.py')], environment)).toEqual({ code: 0, said: '' })
    await expectTheLoop('from-python')
  })

  it.skipIf(!python)('python-loop.py goes on working when nobody listens, and says so', async () => {
    const { code, said } = await run(python ?? '', [join(folder, 'python-loop.py')], { BACKSEAT_URL: 'http://127.0.0.1:9' })
    expect(code).toBe(0)
    expect(said).toContain('backseat:')
  })
})

/** What the page Connect shows, as somebody pastes it. */
describe('the lines of the page Connect, as they are', () => {
  const shown = (key: string) => findSystem(key)?.steps({ origin: server.origin, accounts: false })[0]?.code ?? ''
  const sessions = async () => ((await (await server.get('/api/v1/sessions?limit=100')).json()) as { sessions: SessionSummary[] }).sessions
  /** The one session that came while `go` ran: by times of their own, in whole seconds for curl, the newest could be another. */
  const made = async (go: () => Promise<unknown>): Promise<SessionSummary | undefined> => {
    const before = new Set((await sessions()).map(({ id }) => id))
    await go()
    const [one, ...more] = (await sessions()).filter(({ id }) => !before.has(id))
    expect(more).toEqual([])
    return one
  }

  it.skipIf(spawnSync('curl', ['--version']).status !== 0)('curl: a session with a delegation', async () => {
    const session = await made(async () => expect((await run('bash', ['-c', shown('curl')], {})).said).toContain('"accepted":3'))
    expect(session).toMatchObject({ id: 'hello', title: 'Hello from curl', agents: 2, tasks: 1, openTasks: 1 })
  })

  it('TypeScript: the whole small loop', async () => {
    const outfile = join(scratch, 'pasted.mjs')
    await build({ stdin: { contents: shown('typescript'), loader: 'ts' }, outfile, format: 'esm', platform: 'node', target: 'node20' })
    const session = await made(async () => expect(await run(process.execPath, [outfile], {})).toEqual({ code: 0, said: '' }))
    expect(session).toMatchObject({ title: 'My agent loop', agents: 2, tasks: 1, openTasks: 0, turns: 1, outputTokens: 12, endStatus: 'completed' })
  })

  it.skipIf(!python)('Python: the whole small loop', async () => {
    const session = await made(async () => expect(await run(python ?? '', ['-c', shown('python')], {})).toEqual({ code: 0, said: '' }))
    expect(session).toMatchObject({ title: 'My agent loop', agents: 2, tasks: 1, openTasks: 0, turns: 1, outputTokens: 12, endStatus: 'completed' })
  })
})
