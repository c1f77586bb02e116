#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which the Prisma command line downloads from a host that not every machine can reach.
 * Speaks the same protocol (one JSON-RPC message a line on stdin and stdout; `cli` sub-commands) on top of the same engine compiled to WebAssembly, which comes from npm.
 * prisma.config.ts points to it only when the native engine is not there. Windows cannot spawn a script as a program: there the download is needed.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { datasource: { type: 'string' }, datamodels: { type: 'string', multiple: true }, version: { type: 'boolean' } },
})

if (options.version) {
  console.log('schema-engine-wasm')
  process.exit(0)
}

const url = options.datasource ? JSON.parse(options.datasource).url : process.env.DATABASE_URL
if (positionals[0] === 'cli') await runCommand(positionals[1])
else await serve()

/** adapter-pg ignores `database` beside a connection string, and would then replay migrations on the real database: it never gets one. */
function connection(text) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(text)
  return {
    host: decodeURIComponent(hostname),
    port: Number(port) || 5432,
    user: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(password) || undefined,
    database: decodeURIComponent(pathname.slice(1)) || 'postgres',
    ssl: searchParams.get('sslmode') === 'require' ? { rejectUnauthorized: false } : undefined,
  }
}

async function runCommand(command) {
  const target = connection(url)
  const name = pg.escapeIdentifier(target.database)
  const client = new pg.Client({ ...target, database: command === 'can-connect-to-database' ? target.database : 'postgres' })
  try {
    await client.connect()
    if (command === 'create-database') await client.query(`CREATE DATABASE ${name}`)
    if (command === 'drop-database') await client.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await client.end()
    process.exit(0)
  } catch (error) {
    const missing = error.code === '3D000'
    const code = missing ? 'P1003' : error.code === '28P01' ? 'P1000' : 'P1001'
    const message = missing ? `Database \`${target.database}\` does not exist` : String(error.message || error.code)
    process.stderr.write(`\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields: { message, error_code: code } })}\n`)
    process.exit(1)
  }
}

async function serve() {
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'))
  const { instance } = await WebAssembly.instantiate(readFileSync(join(folder, 'schema_engine_bg.wasm')), { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  const panic = {
    message: '',
    get: () => panic.message,
    set_message: (text) => {
      panic.message = text
    },
  }
  globalThis.PRISMA_WASM_PANIC_REGISTRY = panic
  const factory = bindMigrationAwareSqlAdapterFactory(shadowingFactory(connection(url ?? 'postgresql://localhost:1/none')))
  const models = (options.datamodels ?? []).map((file) => [file, readFileSync(file, 'utf8')])
  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

  const answer = async (line) => {
    const { id, method, params } = JSON.parse(line)
    try {
      // A new engine for each request: one engine hands out its shadow database once only.
      const engine = await glue.SchemaEngine.new({ datamodels: models.length > 0 ? models : modelsOf(params) }, () => {}, factory)
      // These two forget to set up the shadow database; devDiagnostic on the same engine does it.
      if (method === 'evaluateDataLoss' || method === 'createMigration') {
        await engine.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters })
      }
      const result = (await engine[method === 'getDatabaseVersion' ? 'version' : method](params)) ?? {}
      if (method === 'diff' && result.stdout != null) send({ id: 1_000_000 + id, method: 'print', params: { content: result.stdout } })
      send({ id, result })
    } catch (error) {
      factory.errorRegistry?.consumeError?.(0)
      const data = { is_panic: false, message: panic.message || error.message, error_code: error.code, meta: error.meta }
      send({ id, error: { code: 4466, message: String(error.message), data } })
    }
  }

  const pending = new Set()
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    const work = answer(line).finally(() => pending.delete(work))
    pending.add(work)
  })
  lines.on('close', async () => {
    await Promise.allSettled(pending)
    process.exit(0)
  })
}

function modelsOf(params) {
  const files = params?.to?.files ?? params?.from?.files ?? params?.schema?.files
  return files?.map((file) => [file.path, file.content]) ?? [['schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n']]
}

/** adapter-pg, with what the schema engine needs of it and it lacks. */
function shadowingFactory(config) {
  class Factory extends PrismaPg {
    async connect() {
      const adapter = readingChars(await super.connect())
      // adapter-pg's own cuts a script at every semicolon, also at those in comments, texts and functions.
      adapter.executeScript = async (script) => {
        await adapter.client.query(script).catch((error) => adapter.onError(error))
      }
      return adapter
    }

    /** adapter-pg's own drops the shadow database before it has closed its connections. */
    async connectToShadowDb() {
      const database = `prisma_migrate_shadow_db_${randomUUID()}`
      const admin = new pg.Client(config)
      await admin.connect()
      await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`)
      const shadow = await shadowingFactory({ ...config, database }).connect()
      const dispose = shadow.dispose.bind(shadow)
      shadow.dispose = async () => {
        await dispose()
        await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`)
        await admin.end()
      }
      return shadow
    }
  }
  return new Factory(config)
}

/** adapter-pg cannot read Postgres' internal type "char", in which the catalogue is written: it is read as text and reported as ColumnType.Character. */
function readingChars(queryable) {
  const CHAR = 18
  const TEXT = 25
  const COLUMN_TYPE_CHARACTER = 6
  const chars = new WeakMap()
  const performIO = queryable.performIO.bind(queryable)
  const queryRaw = queryable.queryRaw.bind(queryable)
  queryable.performIO = async (query) => {
    const result = await performIO(query)
    if (!result.fields) return result
    chars.set(
      query,
      result.fields.map((field) => field.dataTypeID === CHAR),
    )
    return { ...result, fields: result.fields.map((field) => (field.dataTypeID === CHAR ? { ...field, dataTypeID: TEXT } : field)) }
  }
  queryable.queryRaw = async (query) => {
    const result = await queryRaw(query)
    chars.get(query)?.forEach((isChar, column) => {
      if (isChar) result.columnTypes[column] = COLUMN_TYPE_CHARACTER
    })
    return result
  }
  if (queryable.startTransaction) {
    const startTransaction = queryable.startTransaction.bind(queryable)
    queryable.startTransaction = async (...args) => readingChars(await startTransaction(...args))
  }
  return queryable
}
