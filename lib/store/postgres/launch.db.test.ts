import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { keepPostgres } from './keep'
import { startPostgres, stopPostgres } from './launch'
import { findPostmaster } from './postmaster'

// One data folder, in one life after another. Under the run's folder rather than the temporary one: root hands the server to a user who must reach it.
const folder = join(process.env.BACKSEAT_TEST_RUN ?? '', 'launch, with spaces')
const dataDir = join(folder, 'postgres')
const start = () => startPostgres({ dataDir })
afterAll(() => stopPostgres(dataDir, 'immediate'))

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('eight starts at once on a new folder lead to one server', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, start))
  expect(new Set(all.map((one) => one.url)).size).toBe(1)
  expect(all.filter((one) => one.created)).toHaveLength(1)
  await query(all[0]?.url ?? '', 'CREATE TABLE kept AS SELECT 7 AS n')
})

test("the password is the owner's alone, and the server lets nobody in without it", async () => {
  const { url } = await start()
  expect((await stat(join(dataDir, 'backseat.password'))).mode & 0o077).toBe(0)
  await expect(query(url.replace(/:[^:@]+@/, ':guess@'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
})

test('a server that was killed, its children maybe still there, is started again with everything that was committed', async () => {
  process.kill((await findPostmaster(dataDir))?.pid ?? 0, 'SIGKILL')
  // For some milliseconds the killed server may still take connections, and be found.
  const kept = async () => query((await start()).url, 'SELECT n FROM kept').catch((error: Error) => error.message)
  await expect.poll(kept).toEqual([{ n: 7 }])
})

test('a server that is kept comes back by itself, at its address, with everything that was committed', { timeout: 120_000 }, async () => {
  const server = await start()
  const said: string[] = []
  const letGo = keepPostgres(server, (line) => said.push(line), 50)
  process.kill((await findPostmaster(dataDir))?.pid ?? 0, 'SIGKILL')
  await expect.poll(() => said.length, { timeout: 50_000 }).toBe(1)
  expect(said[0]).toContain('started again')
  expect(await query(server.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }])
  await letGo()
})

test('a pid file that names some other living program, as after a reboot, is not believed', async () => {
  const pidFile = join(dataDir, 'postmaster.pid')
  const text = await readFile(pidFile, 'utf8')
  await stopPostgres(dataDir)
  await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)))
  expect(await query((await start()).url, 'SELECT n FROM kept')).toEqual([{ n: 7 }])
})

test('stopping is final, and stopping again is nothing', async () => {
  const { stop } = await start()
  await stop()
  expect(await findPostmaster(dataDir)).toBeUndefined()
  await stop()
})

test('data of another major version of Postgres is refused', async () => {
  await writeFile(join(dataDir, 'PG_VERSION'), '12\n')
  await expect(start()).rejects.toMatchObject({ code: 'written-by-another-postgres' })
})

test('a folder with files but no database is left alone', async () => {
  const foreign = join(folder, 'letters')
  await mkdir(foreign)
  await writeFile(join(foreign, 'letter.txt'), 'mine')
  await expect(startPostgres({ dataDir: foreign })).rejects.toMatchObject({ code: 'folder-not-ours' })
  expect(await readFile(join(foreign, 'letter.txt'), 'utf8')).toBe('mine')
})
