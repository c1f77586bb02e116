import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../testing/database'
import { migrate } from './migrate'

let database: TestDatabase
let client: pg.Client
let folder: string

beforeAll(async () => {
  database = await testDatabase()
  client = new pg.Client(database.url)
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})
beforeEach(async () => {
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  folder = await mkdtemp(join(tmpdir(), 'backseat-migrations-'))
  return () => rm(folder, { recursive: true })
})

async function given(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'migration.sql'), sql)
}
const run = () => migrate(database.url, { folder })
const tables = async () =>
  (
    await client.query(`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY 1`)
  ).rows.map((row: { table_name: string }) => row.table_name)

describe('migrate', () => {
  test('applies what is missing, oldest first, and each once', async () => {
    await given('1_a', 'CREATE TABLE a (x int)')
    expect(await run()).toEqual({ applied: ['1_a'] })
    await given('2_b', 'ALTER TABLE a RENAME TO b; CREATE TABLE c (x int)')
    expect(await run()).toEqual({ applied: ['2_b'] })
    expect(await run()).toEqual({ applied: [] })
    expect(await tables()).toEqual(['b', 'c'])
  })

  test('eight starts at once apply it once', async () => {
    await given('1_a', 'CREATE TABLE a (x int)')
    const all = await Promise.all(Array.from({ length: 8 }, run))
    expect(all.flatMap((one) => one.applied)).toEqual(['1_a'])
  })

  test('a failed migration is undone whole, named, and tried again', async () => {
    await given('1_a', 'CREATE TABLE a (x int); SELECT 1/0')
    await expect(run()).rejects.toMatchObject({ code: 'migration-failed', what: expect.stringContaining('1_a failed: division by zero') })
    expect(await tables()).toEqual([])
    await given('1_a', 'CREATE TABLE a (x int)')
    expect(await run()).toEqual({ applied: ['1_a'] })
  })

  test('a schema written by a newer version is refused', async () => {
    await given('1_a', 'CREATE TABLE a (x int)')
    await given('2_from_the_future', 'CREATE TABLE b (x int)')
    await run()
    await rm(join(folder, '2_from_the_future'), { recursive: true })
    await expect(run()).rejects.toMatchObject({ code: 'schema-newer', what: expect.stringContaining('2_from_the_future') })
  })

  test('an edited migration is refused', async () => {
    await given('1_a', 'CREATE TABLE a (x int)')
    await run()
    await given('1_a', 'CREATE TABLE a (x bigint)')
    await expect(run()).rejects.toMatchObject({ code: 'migration-edited' })
  })

  test('a migration that the Prisma command line left unfinished is refused', async () => {
    await given('1_a', 'CREATE TABLE a (x int)')
    await run()
    await client.query(`UPDATE _prisma_migrations SET finished_at = NULL, logs = 'deadlock detected'`)
    await expect(run()).rejects.toMatchObject({ code: 'migration-failed', what: expect.stringContaining('deadlock detected') })
  })

  test('a database that cannot be reached, a wrong password, a missing database and nonsense are told apart, without the password', async () => {
    const wrong = (change: (url: URL) => void) => {
      const url = new URL(database.url)
      change(url)
      return migrate(url.href, { folder })
    }
    await expect(wrong((url) => (url.port = '1'))).rejects.toMatchObject({ code: 'database-unreachable' })
    await expect(wrong((url) => (url.password = 'guess'))).rejects.toMatchObject({
      code: 'database-rejected-login',
      message: expect.not.stringContaining('guess'),
    })
    await expect(wrong((url) => (url.pathname = '/nowhere'))).rejects.toMatchObject({ code: 'database-missing' })
    await expect(migrate('mysql://x', { folder })).rejects.toMatchObject({ code: 'bad-database-url' })
  })
})
