import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { explainConnection } from './connection'
import { projectRoot } from './project-root'
import { diskFull, Refusal, saysDiskFull } from './refusal'

export interface MigrateOptions {
  /** The folder of `<name>/migration.sql` files. Default: prisma/migrations of this project. */
  folder?: string
}

interface Migration {
  name: string
  sql: string
  checksum: string
}

/** Oldest Postgres that Backseat is made for, as `server_version_num`. */
const OLDEST_POSTGRES = 160000
/** The advisory lock of Prisma's own schema engine, so that `prisma migrate` and this runner never work at the same time. */
const LOCK = 72707369
/** Prisma's table, letter for letter: what this runner applies, `prisma migrate` finds applied, and the other way round. */
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`

/**
 * Brings a database up to this version's schema; several processes may do so at once.
 * @returns the names of the migrations that this call applied, oldest first
 * Throws Refusal: the connection's, `schema-newer`, `migration-failed`, `migration-edited`, `database-too-old`, `disk-full`.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  const known = await readMigrations(options.folder ?? join(projectRoot(), 'prisma/migrations'))
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {}) // a connection that breaks while idle also fails the query that follows, where it is told
  try {
    await client.connect()
  } catch (error) {
    throw explainConnection(url, error)
  }
  try {
    await checkServer(client)
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    try {
      return { applied: await bringUp(client, known) }
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => {})
    }
  } finally {
    await client.end().catch(() => {})
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'))
      return { name, sql: sql.toString('utf8'), checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version`,
  )
  const server = rows[0]
  if (server === undefined || server.number >= OLDEST_POSTGRES) return
  throw new Refusal('database-too-old', {
    what: `DATABASE_URL leads to Postgres ${server.version}; Backseat needs Postgres ${OLDEST_POSTGRES / 10000} or newer.`,
    kept: 'Nothing was changed.',
    mend: 'Point DATABASE_URL at a newer Postgres, or leave it unset: Backseat then starts its own.',
  })
}

async function bringUp(client: pg.Client, known: Migration[]): Promise<string[]> {
  await client.query(TABLE)
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null; logs: string | null }>(
    'SELECT migration_name, checksum, finished_at, logs FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
  )
  const newer = rows.map((row) => row.migration_name).filter((name) => !known.some((migration) => migration.name === name))
  if (newer.length > 0) {
    throw new Refusal('schema-newer', {
      what: `This database was written by a newer Backseat: it has ${newer.join(', ')}, which this version does not know.`,
      kept: 'Nothing was changed.',
      mend: 'Update Backseat (git pull, npm ci), or use another BACKSEAT_HOME (or DATABASE_URL) for this version.',
    })
  }
  const failed = rows.find((row) => row.finished_at === null)
  if (failed !== undefined) throw leftUnfinished(failed.migration_name, failed.logs)
  const done = new Map(rows.map((row) => [row.migration_name, row.checksum]))
  for (const { name, checksum } of known) {
    const found = done.get(name)
    if (found !== undefined && found !== checksum) {
      throw new Refusal('migration-edited', {
        what: `prisma/migrations/${name}/migration.sql was changed after this database had applied it, so the schema is not what this version expects.`,
        kept: 'Nothing was changed.',
        mend: 'Bring the file back (git checkout prisma/migrations) and put the change in a new migration; in development a fresh BACKSEAT_HOME also does.',
      })
    }
  }
  const applied: string[] = []
  for (const migration of known) {
    if (done.has(migration.name)) continue
    await apply(client, migration)
    applied.push(migration.name)
  }
  return applied
}

/** A migration and the row that records it commit together: whenever we are killed, it is applied whole and recorded, or neither, and the next start tries again. */
async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(sql)
    await client.query(
      'INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, clock_timestamp(), 1)',
      [randomUUID(), checksum, name],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    if (saysDiskFull(error)) throw diskFull('the database', error)
    throw new Refusal('migration-failed', {
      what: `The migration ${name} failed: ${error instanceof Error ? error.message : error}.`,
      kept: 'It was undone as a whole; the data is as it was before.',
      mend: 'Mend the cause and start again; if the data are in the way, the version that wrote them still opens them.',
      cause: error,
    })
  }
}

/** Only Prisma's own command line records a migration before it has ended. */
const leftUnfinished = (name: string, logs: string | null) =>
  new Refusal('migration-failed', {
    what: `The migration ${name} was begun by \`prisma migrate\` and did not end${logs ? `: ${logs.split('\n')[0]}` : ''}.`,
    kept: 'Nothing was changed now.',
    mend: `Look whether its changes are in the database, then run \`npx prisma migrate resolve\` with --applied ${name} or --rolled-back ${name}, and start again.`,
  })
