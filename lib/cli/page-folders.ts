import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { findHolder, takeLock } from '../store/postgres/folder-lock'

/**
 * Built pages lie in one folder for each state of the sources, `.next-<hash>`, which appears whole and is never changed afterwards: a server goes on
 * with the pages it started with, whatever is built beside it. Next itself builds in `.next`, where its cache stays.
 */
export const nextFolder = () => process.env.NEXT_DIST_DIR || '.next'

/** Builds that stay although nobody uses them, the newest first: going back to other sources is then no build. */
const UNUSED_KEPT = 2
/** What the next build, the development server and the type checker find in Next's own folder. */
const STAYS = new Set(['cache', 'dev', 'types', 'lock'])
const USERS = 'users'

export const isBuilt = (root: string, folder: string) =>
  stat(join(root, folder, 'BUILD_ID')).then(
    () => true,
    () => false,
  )

/** Moves what Next has built from `.next` to `folder`, whole or not at all. Only while the lock on building is held. */
export async function publish(root: string, folder: string): Promise<void> {
  const draft = join(root, `${nextFolder()}-draft`)
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft)
  for (const name of await readdir(join(root, nextFolder()))) if (!STAYS.has(name)) await rename(join(root, nextFolder(), name), join(draft, name))
  await rm(join(root, folder), { recursive: true, force: true })
  await rename(draft, join(root, folder))
}

/**
 * Says that this process serves from the folder.
 * @returns what takes it back. Where the folder cannot be written it cannot be removed either, so that nothing is said there.
 */
export async function holdFolder(root: string, folder: string): Promise<() => Promise<void>> {
  const outcome = await takeLock(join(root, folder, USERS, String(process.pid))).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS') return undefined
    throw error
  })
  return async () => {
    if (outcome?.held) await outcome.lock.release()
  }
}

/** Removes the builds that no living process uses, but for the newest of them. Only while the lock on building is held. */
export async function dropUnused(root: string, current: string): Promise<void> {
  const built = (await readdir(root)).filter((name) => name.startsWith(`${nextFolder()}-`) && /-[0-9a-f]{12}$/.test(name) && name !== current)
  const unused: { path: string; at: number }[] = []
  for (const name of built) {
    const path = join(root, name)
    if (!(await isUsed(path))) unused.push({ path, at: (await stat(path)).mtimeMs })
  }
  unused.sort((a, b) => b.at - a.at)
  for (const { path } of unused.slice(UNUSED_KEPT)) await rm(path, { recursive: true, force: true })
}

async function isUsed(path: string): Promise<boolean> {
  for (const name of await readdir(join(path, USERS)).catch(() => [])) if ((await findHolder(join(path, USERS, name))) !== undefined) return true
  return false
}
