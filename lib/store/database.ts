import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '@/lib/generated/prisma/client'

/**
 * The connections to Postgres. Hot paths use the pool with SQL, ordinary queries use Prisma; both
 * share the same connections.
 */
export interface Database {
  url: string
  pool: pg.Pool
  /** For the statements of lib/store/write.ts alone. */
  writer: pg.Pool
  prisma: PrismaClient
  close(): Promise<void>
}

export interface DatabaseOptions {
  url: string
  /** Connections at most. */
  connections?: number
  /** Called when a connection that nobody uses breaks (the database went away). */
  onError?(error: Error): void
}

/** As many as ingest has under way at once, and one for a reading that ends meanwhile. */
const WRITERS = 3

// Counts and keys fit in a double (2^53); as strings they would be compared and added wrongly.
const INT8 = 20
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? 8,
    types,
    application_name: 'backseat',
    // Detect a database that vanished instead of waiting for ever.
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  pool.on('error', (error) => options.onError?.(error))
  surviveBreaks(pool)
  const writer = new pg.Pool({
    connectionString: options.url,
    max: WRITERS,
    types,
    application_name: 'backseat writer',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // Planning a write anew for each batch costs Postgres more than carrying it out: one plan fits all. It is made
    // while the tables are small, so it must not be one that only suits small tables.
    onConnect: async (client) => {
      await client.query(
        // A process that freezes between BEGIN and COMMIT must not hold a session's row for ever.
        "SET idle_in_transaction_session_timeout = '10s'; SET plan_cache_mode = 'force_generic_plan'; SET jit = off; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off",
      )
    },
  })
  writer.on('error', (error) => options.onError?.(error))
  surviveBreaks(writer)
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  return {
    url: options.url,
    pool,
    writer,
    prisma,
    close: async () => {
      await prisma.$disconnect()
      await Promise.all([pool.end(), writer.end()])
    },
  }
}

/**
 * A connection that breaks while somebody holds it, between two statements, tells nobody but its own
 * listeners, and without one the process ends. The holder's next statement fails, and says why.
 */
function surviveBreaks(pool: pg.Pool): void {
  pool.on('connect', (client) => client.on('error', () => {}))
}
