/** After `npm ci`: writes Prisma's client into lib/generated/prisma. Needs no database and no download. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const prisma = join(root, 'node_modules/prisma/build/index.js')
// A package manager that installs production files piece by piece may call this before the sources are there.
if (existsSync(join(root, 'prisma/schema.prisma')) && existsSync(prisma)) {
  const env = { ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' }
  const ran = spawnSync(process.execPath, [prisma, 'generate', '--no-hints'], { cwd: root, env, encoding: 'utf8' })
  if (ran.status !== 0) {
    process.stderr.write(`${ran.stdout}${ran.stderr}\nPrisma's client could not be generated; run \`node scripts/generate.mjs\` again to see why.\n`)
    process.exit(1)
  }
}
