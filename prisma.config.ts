import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'prisma/config'

// Without its native engine the Prisma command line refuses even what needs none. The stand-in comes from npm: see scripts/schema-engine.mjs.
const engines = path.join(import.meta.dirname, 'node_modules/@prisma/engines')
const native = existsSync(engines) && readdirSync(engines).some((file) => file.startsWith('schema-engine-'))
if (!native) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(import.meta.dirname, 'scripts/schema-engine.mjs')

export default defineConfig({
  schema: path.join('prisma', 'schema.prisma'),
  migrations: { path: path.join('prisma', 'migrations') },
  // Only `prisma migrate` connects; it wants DATABASE_URL. Generating needs an address in shape only.
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://127.0.0.1:1/set-DATABASE_URL' },
})
