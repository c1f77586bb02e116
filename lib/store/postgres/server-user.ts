import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Whom the Postgres server runs as. Postgres refuses to run as root, so root must hand it to somebody else. */
export type ServerUser = { switched: false } | { switched: true; uid: number; gid: number }

/** Where data goes that belongs to root's Backseat, but that the server's user must be able to reach. */
export const SHARED_ROOT = '/var/lib/backseat'

/** Ourselves, unless we are root: then the owner of an existing data folder, else the user `postgres`, else `nobody`. */
export async function chooseServerUser(dataDir: string): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return { switched: false }
  const owner = await stat(join(dataDir, 'PG_VERSION')).catch(() => undefined)
  if (owner !== undefined && owner.uid !== 0) return { switched: true, uid: owner.uid, gid: owner.gid }
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] =
      users
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.split(':') ?? []
    if (Number(uid) > 0) return { switched: true, uid: Number(uid), gid: Number(gid) }
  }
  return { switched: true, uid: 65534, gid: 65534 }
}

/** The asked folder, or its stand-in under {@link SHARED_ROOT} when the server's user could not walk to it (a home of mode 0700). Always the same for the same folder. */
export async function reachableDataDir(asked: string): Promise<string> {
  const folder = resolve(asked)
  if (process.getuid?.() !== 0 || (await isTraversable(dirname(folder)))) return folder
  return join(SHARED_ROOT, createHash('sha256').update(folder).digest('hex').slice(0, 12))
}

/** True when everybody may walk through the folder and all its parents; those that do not exist yet do not count. */
export async function isTraversable(folder: string): Promise<boolean> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined)
    if (found !== undefined && (found.mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}
