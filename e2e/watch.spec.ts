import { type ChildProcess, spawn } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@playwright/test'

const FIXTURE = path.join('fixtures', 'claude-code', '2.1.114-subagents-dir')
const SESSION = 'cccc1111-0000-4000-8000-0000000000c1'

let watcher: ChildProcess | undefined
test.afterEach(async () => {
  if (!watcher || watcher.exitCode !== null) return
  const gone = new Promise((resolve) => watcher?.once('exit', resolve))
  watcher.kill('SIGTERM')
  await gone
})

/** A run that writes its transcripts while the page is open: the main file first, sub-agents as they come. */
test('watch shows a growing transcript, its sub-agents and what the master overwrote, with no reload', async ({ page, baseURL }) => {
  const folder = path.join(process.env.E2E_RUN ?? '.data/e2e', 'watched')
  await mkdir(folder, { recursive: true })
  const transcript = path.join(folder, `${SESSION}.jsonl`)
  const lines = (await readFile(path.join(FIXTURE, `${SESSION}.jsonl`), 'utf8')).trimEnd().split('\n')
  const half = Math.floor(lines.length / 3)
  await writeFile(transcript, `${lines.slice(0, half).join('\n')}\n`)

  let said = ''
  watcher = spawn(process.execPath, ['bin/backseat.mjs', 'watch', folder], {
    env: { ...process.env, BACKSEAT_URL: baseURL },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [watcher.stdout, watcher.stderr]) stream?.on('data', (text) => (said += text))

  let loads = 0
  await expect
    .poll(async () => (await page.request.get(`/api/v1/sessions/${SESSION}`)).status(), { timeout: 30_000, message: 'the watcher sends what is there' })
    .toBe(200)
  await page.goto(`/sessions/${SESSION}`)
  page.on('load', () => loads++)
  const overwrite = page.getByText(/overwrote\s+api\.md/)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(overwrite).toHaveCount(0)

  const agents = path.join(folder, SESSION, 'subagents')
  await mkdir(agents, { recursive: true })
  for (const name of await readdir(path.join(FIXTURE, SESSION, 'subagents')))
    await writeFile(path.join(agents, name), await readFile(path.join(FIXTURE, SESSION, 'subagents', name)))
  // the rest comes line by line, once with a line that is still being written
  const rest = lines.slice(half)
  const [first = '', ...others] = rest
  await appendFile(transcript, first.slice(0, 40))
  await appendFile(transcript, `${first.slice(40)}\n`)
  for (const line of others) await appendFile(transcript, `${line}\n`)

  await expect(overwrite.first(), said).toBeVisible({ timeout: 60_000 })
  expect(loads).toBe(0)
})
