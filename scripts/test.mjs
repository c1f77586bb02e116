/**
 * The one command for "is it all right": everything that .ci/run runs after `npm ci`. Two steps at a time.
 * The last line adds the tests of both runners, as their own reports count them, and one for every other step.
 * `npm test -- types lint` runs the named steps only.
 */
import { spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const reports = join(root, '.data/reports')
const bin = (name, ...args) => [join(root, 'node_modules/.bin', name), ...args]
const node = (...args) => [process.execPath, ...args]
const vitestReport = join(reports, 'vitest.json')
const unsteadyReport = join(reports, 'unsteady.json')
const playwrightReport = join(reports, 'playwright.json')

/** `after`: what must have passed before. `report`: where a runner counts its tests. The longest first, so that they overlap with the many short ones. */
const steps = [
  { name: 'generate', run: node('scripts/generate.mjs') },
  { name: 'pages', run: node('bin/backseat.mjs', 'build'), after: ['generate'] },
  { name: 'types', run: bin('tsc', '--noEmit'), after: ['generate'] },
  { name: 'lint', run: bin('biome', 'lint', '--error-on-warnings', '.') },
  { name: 'rules', run: bin('depcruise', '--config', '.dependency-cruiser.cjs', 'app', 'components', 'lib', 'bin', 'server.ts'), after: ['generate'] },
  { name: 'unused', run: bin('knip', '--no-progress'), after: ['generate'] },
  {
    name: 'unit',
    run: bin(
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${vitestReport}`,
      '--reporter=./scripts/unsteady-reporter.mjs',
      // as for browser tests: playwright.config.ts
      ...(process.env.CI ? ['--retry=1'] : []),
    ),
    env: { UNSTEADY_REPORT: unsteadyReport },
    // Its two workers take both cores, and some of its tests look at the clock: not beside the build.
    after: ['generate', 'pages', 'types', 'lint', 'rules', 'unused'],
    evenWhenFailed: ['pages', 'types', 'lint', 'rules', 'unused'],
    report: () => countVitest(vitestReport, unsteadyReport),
  },
  {
    name: 'browser',
    run: bin('playwright', 'test', '--reporter=list,json'),
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: playwrightReport },
    // Alone too: a browser that waits for a busy machine tells little.
    after: ['pages', 'types', 'lint', 'rules', 'unused', 'unit'],
    evenWhenFailed: ['types', 'lint', 'rules', 'unused', 'unit'],
    report: () => countPlaywright(playwrightReport),
  },
]

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !steps.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}.`)
  process.exit(2)
}
const chosen = asked.length === 0 ? steps : steps.filter((step) => asked.includes(step.name))
const AT_ONCE = 2

await rm(reports, { recursive: true, force: true })
await mkdir(reports, { recursive: true })
const began = performance.now()
const done = new Map()
const running = new Map()
process.on('SIGINT', () => stopAll())
process.on('SIGTERM', () => stopAll())

let waiting = [...chosen]
while (waiting.length > 0 || running.size > 0) {
  for (const step of [...waiting]) {
    const needs = (step.after ?? []).filter((name) => chosen.some((other) => other.name === name))
    if (needs.some((name) => done.get(name)?.failed && !step.evenWhenFailed?.includes(name))) {
      waiting = waiting.filter((other) => other !== step)
      finish(step, {
        seconds: 0,
        code: undefined,
        output: `not run: ${needs.filter((name) => done.get(name)?.failed).join(', ')} failed`,
        passed: 0,
        failed: 1,
        skipped: 0,
      })
    } else if (running.size < AT_ONCE && needs.every((name) => done.has(name))) {
      waiting = waiting.filter((other) => other !== step)
      running.set(step.name, execute(step))
    }
  }
  if (running.size > 0) await Promise.race([...running.values()].map(({ ended }) => ended))
}
summarize()

function execute(step) {
  const start = performance.now()
  const child = spawn(step.run[0], step.run.slice(1), {
    cwd: root,
    env: { ...process.env, ...step.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }), CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const ended = new Promise((resolve) => {
    child.on('error', (error) => (output += error.message))
    child.on('close', async (code) => {
      running.delete(step.name)
      const counted = step.report ? await step.report().catch(() => undefined) : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
      const counts = counted ?? { passed: 0, failed: 0, skipped: 0 }
      // A runner can fail without a failing test: nothing found, or an error outside of the tests.
      if (code !== 0 && counts.failed === 0) counts.failed = 1
      finish(step, { seconds: (performance.now() - start) / 1000, code, output, ...counts })
      resolve()
    })
  })
  return { child, ended }
}

function finish(step, result) {
  done.set(step.name, result)
  const ok = result.failed === 0
  if (!ok || step.report) console.log(`\n${'-'.repeat(20)} ${step.name}\n${result.output.trim()}\n`)
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${step.name.padEnd(10)} ${result.seconds.toFixed(1).padStart(6)} s`)
}

function summarize() {
  const results = [...done.values()]
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  console.log(`\nstep        seconds  passed  failed  skipped`)
  for (const [name, { seconds, passed, failed, skipped }] of done) {
    console.log(
      `${name.padEnd(10)} ${seconds.toFixed(1).padStart(8)} ${String(passed).padStart(7)} ${String(failed).padStart(7)} ${String(skipped).padStart(8)}`,
    )
  }
  console.log(`all        ${((performance.now() - began) / 1000).toFixed(1).padStart(8)}\n`)
  for (const { unsteady = [] } of results) for (const title of unsteady) console.log(`unsteady, passed only when tried again: ${title}`)
  if (sum('skipped') > 0) console.log(`${sum('skipped')} skipped: each says why in its title or in the output above`)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
  process.exitCode = sum('failed') === 0 ? 0 : 1
}

async function countVitest(file, unsteadyFile) {
  const report = JSON.parse(await readFile(file, 'utf8'))
  const brokenFiles = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles, skipped: report.numPendingTests + report.numTodoTests, unsteady: JSON.parse(await readFile(unsteadyFile, 'utf8')) }
}

async function countPlaywright(file) {
  const { stats, suites } = JSON.parse(await readFile(file, 'utf8'))
  const specs = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)]
  const unsteady = suites.flatMap(specs).flatMap(({ title, tests }) => (tests.some(({ status }) => status === 'flaky') ? [title] : []))
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped, unsteady }
}

function stopAll() {
  waiting = []
  for (const { child } of running.values()) child.kill('SIGTERM')
}
