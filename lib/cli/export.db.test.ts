import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Command } from 'commander'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Event } from '@/lib/core/event'
import type { CompareAnswer } from '@/lib/core/metrics/compare-protocol'
import { study } from '@/lib/sample/study'
import type { KeptProgram } from '@/lib/share/kept-file'
import { type TestBackend, testBackend } from '../http/testing/test-backend'
import { register as registerExport } from './export'
import { register as registerImport } from './import'

const PROGRAM: KeptProgram = { script: '', style: '', themeScript: '', hashes: [] }
let folder: string
let from: TestBackend
let to: TestBackend

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backseat-export-'))
  from = await testBackend({ keptProgram: async () => PROGRAM })
  to = await testBackend()
  for (const events of study({ sessions: 6, startedAt: Date.UTC(2026, 0, 5) })) await from.append(events)
  await from.examined()
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  process.exitCode = undefined
})
afterAll(async () => {
  expect([...from.problems, ...to.problems]).toEqual([])
  await from.close()
  await to.close()
  await rm(folder, { recursive: true, force: true })
})

async function run(server: TestBackend, ...args: string[]): Promise<{ code: number | string | undefined | null; err: string }> {
  const said = { err: '' }
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.err += String(text)
    return true
  })
  vi.stubEnv('BACKSEAT_URL', server.origin)
  const program = new Command()
  registerExport(program)
  registerImport(program)
  await program.parseAsync(args, { from: 'user' })
  const code = process.exitCode
  process.exitCode = undefined
  vi.restoreAllMocks()
  return { code, ...said }
}

const json = async <T>(server: TestBackend, path: string) => (await (await server.get(path)).json()) as T

test('a project goes out as one file and comes in again: the same sessions, findings and figures', async () => {
  const { sessions } = await json<{ sessions: { id: string; kinds: string[] }[] }>(from, '/api/v1/sessions?limit=200')
  const lines = (await (await from.get(`/api/v1/sessions/${sessions[0]?.id}/events`)).text()).trim().split('\n')
  const judged = JSON.parse(lines[0] ?? '') as Event
  await from.append([
    { type: 'verdict.given', id: 'judged', sessionId: judged.sessionId, occurredAt: judged.occurredAt + 1, by: 'somebody', taskId: 't1', verdict: 'justified' },
  ] as never)
  await from.examined()
  const file = join(folder, 'project.ndjson.gz')
  expect((await run(from, 'export', '--project', 'default', '--out', file)).code).toBe(0)
  expect(gunzipSync(await readFile(file)).toString('utf8')).toContain('"verdict.given"')
  expect((await run(to, 'import', file)).code).toBe(0)

  const compared = async (server: TestBackend) => {
    const { running: _running, ...figures } = await json<CompareAnswer>(server, '/api/v1/compare?by=masterModel&simulated=include')
    // sums depend in their last digits on the order in which sessions came
    return JSON.parse(JSON.stringify(figures), (_key, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value)) as unknown
  }
  const listed = async (server: TestBackend) =>
    (await json<{ sessions: Record<string, unknown>[] }>(server, '/api/v1/sessions?limit=200')).sessions
      .map(({ id, title, turns, tasks, agents, interventions, startedAt, endedAt }) => ({ id, title, turns, tasks, agents, interventions, startedAt, endedAt }))
      // those of one moment stand in the order in which they came
      .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1))
  const wanted = await listed(from)
  expect(wanted.length).toBe(18)
  await expect.poll(() => listed(to)).toEqual(wanted)
  await expect.poll(() => compared(to)).toEqual(await compared(from))
}, 120_000)

test('a session goes out as one HTML file', async () => {
  const { sessions } = await json<{ sessions: { id: string }[] }>(from, '/api/v1/sessions?limit=1')
  const file = join(folder, 'session.html')
  expect((await run(from, 'export', sessions[0]?.id ?? '', '--html', file, '--no-content', '--hide', 'Falcon')).code).toBe(0)
  expect(await readFile(file, 'utf8')).toMatch(/^<!doctype html>[\s\S]*id="snapshot"/)
})

test('what cannot be exported is said', async () => {
  expect(await run(from, 'export', 'no-such-session', '--html', join(folder, 'x.html'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('no-such-session'),
  })
  expect(await run(from, 'export', '--project', 'none-of-it', '--out', join(folder, 'y'))).toMatchObject({ code: 1, err: expect.stringMatching(/project/i) })
  expect(await run(from, 'export')).toMatchObject({ code: 1, err: expect.stringContaining('--project') })
})
