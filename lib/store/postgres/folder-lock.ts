import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lookupProcess } from './process'

/** Who holds a lock file. `note` is free for the holder: the product writes its address there. */
export interface Holder {
  pid: number
  born: string | undefined
  token: string
  note: string | undefined
}

export interface FolderLock {
  /** Rewrites the note that others read. */
  tell(note: string): Promise<void>
  /** Gives the lock back; harmless when it is no longer ours. */
  release(): Promise<void>
}

export type LockOutcome = { held: true; lock: FolderLock } | { held: false; by: Holder }

/**
 * Takes the lock file at `path`, waiting up to `waitMs` (default 0) for a living holder to give it back.
 * The lock of a process that died, even by SIGKILL or power loss, is taken over: a holder is its process id *and* that process' birth.
 */
export async function takeLock(path: string, options: { waitMs?: number; note?: string } = {}): Promise<LockOutcome> {
  await mkdir(dirname(path), { recursive: true })
  const self = await lookupProcess(process.pid)
  const mine: Holder = { pid: process.pid, born: self.state === 'alive' ? self.born : undefined, token: randomUUID(), note: options.note }
  const deadline = Date.now() + (options.waitMs ?? 0)
  for (;;) {
    if (await create(path, mine)) return { held: true, lock: heldLock(path, mine) }
    const holder = await findHolder(path)
    if (holder === undefined) await removeStale(path)
    else if (Date.now() >= deadline) return { held: false, by: holder }
    else await sleep(50)
  }
}

/** The living holder of a lock file, if there is one. */
export async function findHolder(path: string): Promise<Holder | undefined> {
  const holder = await read(path)
  return holder !== undefined && (await isLiving(holder)) ? holder : undefined
}

function heldLock(path: string, mine: Holder): FolderLock {
  const ours = async () => (await read(path))?.token === mine.token
  return {
    async tell(note) {
      if (!(await ours())) return
      mine.note = note
      const next = `${path}.${mine.token}`
      await writeFile(next, JSON.stringify(mine), { mode: 0o644 })
      await rename(next, path)
    },
    async release() {
      if (await ours()) await rm(path, { force: true })
    },
  }
}

/** A hard link appears whole or not at all, so nobody ever reads half a lock; file systems without links get an exclusive open. */
async function create(path: string, holder: Holder): Promise<boolean> {
  const draft = `${path}.${holder.token}`
  await writeFile(draft, JSON.stringify(holder), { mode: 0o644 })
  try {
    await link(draft, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS' && code !== 'EINVAL' && code !== 'EMLINK') throw error
    const file = await open(path, 'wx').catch(() => undefined)
    if (file === undefined) return false
    await file.writeFile(JSON.stringify(holder)).finally(() => file.close())
    return true
  } finally {
    await rm(draft, { force: true })
  }
}

async function read(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number') return undefined
    const textOf = (key: string) => {
      const found: unknown = (value as Record<string, unknown>)[key]
      return typeof found === 'string' ? found : undefined
    }
    return { pid: value.pid, born: textOf('born'), token: textOf('token') ?? '', note: textOf('note') }
  } catch {
    return undefined
  }
}

async function isLiving(holder: Holder): Promise<boolean> {
  const life = await lookupProcess(holder.pid)
  return life.state === 'alive' && (holder.born === undefined || life.born === undefined || holder.born === life.born)
}

/** Moves the stale lock aside before deleting it: if another process took it over meanwhile, its fresh lock is put back. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.stale-${randomUUID()}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  if ((await findHolder(aside)) !== undefined) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}
