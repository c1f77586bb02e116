import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { takeLock } from '../postgres/folder-lock'
import { startPostgres } from '../postgres/launch'
import { migrate } from '../postgres/migrate'

export interface TestDatabase {
  url: string
  /** Connections that are still open are cut. */
  drop(): Promise<void>
}

const TEMPLATE = 'template_backseat'

/**
 * A database of its own with the newest schema and no rows, made from a template in about 0.1 s.
 * The first call of a test run starts Postgres and migrates the template (about 1 s); runs that never call it do not pay.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const run = process.env.BACKSEAT_TEST_RUN
  if (run === undefined) throw new Error('testDatabase() works under Vitest only, whose global setup (lib/store/testing/global-setup.ts) prepares its folder')
  const server = await startPostgres({ dataDir: join(run, 'postgres'), disposable: true })
  const of = (name: string) => server.url.replace(/\/postgres$/, `/${name}`)
  await makeTemplate(run, server.url, of(TEMPLATE))
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await query(server.url, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY file_copy`)
  return { url: of(name), drop: () => query(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).then(() => {}) }
}

async function makeTemplate(run: string, server: string, template: string): Promise<void> {
  const outcome = await takeLock(join(run, 'template.lock'), { waitMs: 60_000 })
  if (!outcome.held) throw new Error(`process ${outcome.by.pid} has been preparing the test database for a minute`)
  try {
    if ((await query(server, `SELECT FROM pg_database WHERE datname = '${TEMPLATE}' AND datistemplate`)).length > 0) return
    await query(server, `DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`)
    await query(server, `CREATE DATABASE ${TEMPLATE}`)
    await migrate(template)
    await query(server, `ALTER DATABASE ${TEMPLATE} IS_TEMPLATE true`)
  } finally {
    await outcome.lock.release()
  }
}

/** A closed connection's process lives on for a moment and makes Postgres refuse to copy the database (55006): try again. */
async function query(url: string, sql: string): Promise<unknown[]> {
  for (let attempt = 1; ; attempt++) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    try {
      await client.connect()
      return (await client.query(sql)).rows
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt === 50) throw error
      await sleep(50)
    } finally {
      await client.end().catch(() => {})
    }
  }
}
