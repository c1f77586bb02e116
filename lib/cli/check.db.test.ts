import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { study } from '@/lib/sample/study'
import { type TestBackend, testBackend } from '../http/testing/test-backend'
import { register } from './check'

let folder: string
let server: TestBackend
const startedAt = Date.UTC(2026, 0, 5)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backseat-check-'))
  server = await testBackend()
  const lines: string[] = []
  for (const events of study({ sessions: 12, startedAt })) {
    await server.append(events)
    lines.push(...events.map((event) => JSON.stringify(event)))
  }
  await server.examined()
  await writeFile(join(folder, 'traces.jsonl'), lines.join('\n'))
  const policies: Record<string, string> = {
    'kept.yml': 'simulated: true\nrules:\n  - metric: overwriteRateAny\n    max: 0.99\n    where: { masterModel: simulated-patient }\n',
    'crossed.yml': 'simulated: true\nrules:\n  - name: Hands off\n    metric: overwriteRateAny\n    max: 0.05\n    groupBy: [masterModel]\n',
    'undecided.json': JSON.stringify({ simulated: true, rules: [{ metric: 'harm', max: 0.3 }] }),
    'same.yml': 'simulated: true\nrules:\n  - metric: justified\n    min: 0.5\n    groupBy: [masterModel]\n',
    'wrong.yml': 'rules:\n  - metric: speed\n    max: 1\n',
    'broken.yml': 'rules: [}',
    'real.yml': 'rules:\n  - metric: overwriteRate\n    max: 0.5\n',
  }
  for (const [name, text] of Object.entries(policies)) await writeFile(join(folder, name), text)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  process.exitCode = undefined
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

async function check(...args: string[]): Promise<{ code: number | string | undefined | null; out: string; err: string }> {
  const said = { out: '', err: '' }
  const hear = (stream: 'stdout' | 'stderr', as: 'out' | 'err') =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[as] += String(text)
      return true
    })
  hear('stdout', 'out')
  hear('stderr', 'err')
  vi.stubEnv('BACKSEAT_URL', server.origin)
  const program = new Command()
  register(program)
  await program.parseAsync(['check', ...args.map((arg) => (/\.(yml|json|jsonl|xml|md)$/.test(arg) ? join(folder, arg) : arg))], { from: 'user' })
  const code = process.exitCode
  process.exitCode = undefined
  vi.restoreAllMocks()
  return { code, ...said }
}

test('kept, crossed and undecided are 0, 1 and 2, and files without a server say the same as the server', async () => {
  for (const [policy, code] of [
    ['kept.yml', 0],
    ['crossed.yml', 1],
    ['undecided.json', 2],
  ] as const) {
    const asked = await check(policy)
    const read = await check(policy, '--files', 'traces.jsonl')
    expect([asked.code, read.code], `${policy}: ${asked.out} ${asked.err} ${read.err}`).toEqual([code, code])
    expect(read.out).toBe(asked.out)
  }
  expect((await check('undecided.json')).out).toMatch(/undecided .*more sessions|undecided/)
})

test('groups that cannot be judged for one reason are one line, and the verdict is said once', async () => {
  const { out } = await check('same.yml')
  expect(out).toMatch(
    /^undecided {2}justified at least 0\.5\n {11}3 groups \(simulated-[a-z]+, simulated-[a-z]+, simulated-[a-z]+\): Nobody has judged an intervention yet\.\n/,
  )
  expect(out.match(/undecided/g)).toHaveLength(1)
})

test('JUnit and Markdown for whoever reads the build', async () => {
  const { out } = await check('crossed.yml', '--junit', 'out.xml', '--markdown', 'out.md', '--json')
  const { judgements, tasks } = JSON.parse(out) as { judgements: { verdict: string }[]; tasks: number }
  expect(tasks).toBe(12 * 3 * 3)
  const failed = judgements.filter(({ verdict }) => verdict === 'failed').length
  expect(failed).toBeGreaterThan(0)
  expect(await readFile(join(folder, 'out.xml'), 'utf8')).toContain(`failures="${failed}"`)
  expect(await readFile(join(folder, 'out.md'), 'utf8')).toMatch(
    /Delegation policy: failed[\s\S]*Hands off · simulated-hasty[\s\S]*108 delegated tasks \(108 of them simulated\) in 36 sessions/,
  )
})

test('what cannot be judged is 3, and says why', async () => {
  expect(await check('wrong.yml')).toMatchObject({ code: 3, err: expect.stringContaining('rules.0.metric: metric must be one of') })
  expect(await check('broken.yml')).toMatchObject({ code: 3, err: expect.stringContaining('neither YAML nor JSON') })
  expect(await check('none.yml')).toMatchObject({ code: 3, err: expect.stringContaining('cannot be read') })
  expect(await check('kept.yml', '--files', join(folder, 'nowhere'))).toMatchObject({ code: 3 })
  expect(await check('kept.yml', '--since', 'soon')).toMatchObject({ code: 3, err: expect.stringContaining('"since"') })
})

test('made-up sessions count only if the policy says so; a range leaves the rest out', async () => {
  const asked = await check('real.yml')
  expect(asked).toMatchObject({
    code: 2,
    out: expect.stringContaining('0 delegated tasks in 0 sessions were looked at. 108 simulated tasks left out ("simulated: true" in the policy counts them).'),
  })
  expect((await check('real.yml', '--files', 'traces.jsonl')).out).toBe(asked.out)
  expect(await check('crossed.yml', '--since', new Date(startedAt + 12 * 3_600_000).toISOString())).toMatchObject({ code: 2 })
})
