import { mkdir, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../store/testing/database'
import { findPostmaster } from '../store/postgres/postmaster'
import { findRunningAddress } from './home'
import { readSettings, type Settings } from './settings'
import { begin, type Run, type ServeOptions } from './start'

// The pages need a build, which the browser tests have; here something smaller is served.
const home = join(process.env.BACKSEAT_TEST_RUN ?? '', 'start')
const runs: Run[] = []
let served: ServeOptions | undefined

beforeEach(() => mkdir(home, { recursive: true, mode: 0o755 }))
afterEach(async () => {
  for (const run of runs.splice(0)) await run.close()
  await rm(home, { recursive: true, force: true })
})

function starting(change: Partial<Settings> = {}, gate: Promise<void> = Promise.resolve()): Run {
  const run = begin({
    settings: { ...readSettings({ NODE_ENV: 'test', PORT: '0', BACKSEAT_HOME: home }), ...change },
    dev: true,
    version: 'test',
    log: () => {},
    serve: async (options) => {
      served = options
      await gate
      return {
        handle: (request, response) => setTimeout(() => response.end(`you asked for ${request.url}`), request.url === '/slow' ? 300 : 0),
        close: async () => {},
      }
    },
  })
  runs.push(run)
  return run
}

test('serves on its own Postgres, says where, is found there, and leaves nothing running', async () => {
  const run = starting()
  const { address } = await run.ready
  expect(await (await fetch(`${address}/x`)).text()).toBe('you asked for /x')
  expect(served?.databaseUrl).toMatch(/^postgresql:\/\/backseat:/)
  expect(await findRunningAddress(home)).toBe(address)
  expect(await findPostmaster(join(home, 'postgres'))).toBeDefined()

  const slow = fetch(`${address}/slow`).then((response) => response.text())
  await new Promise((done) => setTimeout(done, 50))
  await run.close()
  expect(await slow).toBe('you asked for /slow')
  await expect(fetch(address)).rejects.toThrow()
  expect(await findPostmaster(join(home, 'postgres'))).toBeUndefined()
  expect(await readdir(home)).toEqual(['postgres'])
})

test('a second start on the same data says where the first one is, and lets it be', async () => {
  const { address } = await starting().ready
  await expect(starting().ready).rejects.toMatchObject({ code: 'already-running', what: expect.stringContaining(address) })
  expect((await fetch(address)).status).toBe(200)
})

test('until it is ready it answers 503, and it can be closed in the middle', async () => {
  let open = () => {}
  const run = starting({}, new Promise<void>((done) => (open = done)))
  let address: string | undefined
  while (address === undefined) address = await findRunningAddress(home)
  const answer = await fetch(`${address}/api/health`)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(await answer.json()).toMatchObject({ title: 'Backseat is starting' })
  const ended = expect(run.ready).rejects.toThrow()
  const closed = run.close()
  open()
  await Promise.all([ended, closed])
  expect(await findPostmaster(join(home, 'postgres'))).toBeUndefined()
  expect(await findRunningAddress(home)).toBeUndefined()
})

test('a taken port is refused, by whom it is taken is said, and the data folder is free again', async () => {
  const other = createServer((_, response) => response.end('hello'))
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await expect(starting({ port }).ready).rejects.toMatchObject({ code: 'port-taken', what: expect.stringContaining('another program') })
  expect(await findRunningAddress(home)).toBeUndefined()
  await new Promise((done) => other.close(done))
})

test('with DATABASE_URL it starts no Postgres and needs no data folder', async () => {
  const database = await testDatabase()
  const run = starting({ databaseUrl: database.url })
  expect((await run.ready).data).toMatch(/^the Postgres at 127\.0\.0\.1:/)
  expect(await readdir(home)).toEqual([])
  await run.close()
  await database.drop()
})

test('settings that make no sense are refused', () => {
  expect(() => readSettings({ NODE_ENV: 'test', PORT: '99999' })).toThrow(expect.objectContaining({ code: 'bad-setting' }))
  expect(() => readSettings({ NODE_ENV: 'test', BACKSEAT_DETECTOR_THREADS: 'two' })).toThrow(expect.objectContaining({ code: 'bad-setting' }))
})
