import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { testDatabase } from '../testing/database'
import { projectRoot } from './project-root'

const root = projectRoot()
const versionOf = async (name: string) => (JSON.parse(await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version

test('the migrations lead exactly to prisma/schema.prisma', async () => {
  const database = await testDatabase()
  const args = ['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma', '--exit-code']
  const env = { ...process.env, DATABASE_URL: database.url, CHECKPOINT_DISABLE: '1' }
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'node_modules/prisma/build/index.js'), ...args], { cwd: root, env })
    expect(stdout).toContain('No difference detected')
  } finally {
    await database.drop()
  }
})

test('the stand-in for the schema engine is the version that the Prisma command line expects', async () => {
  expect(await versionOf('@prisma/schema-engine-wasm')).toBe(await versionOf('@prisma/engines-version'))
})
