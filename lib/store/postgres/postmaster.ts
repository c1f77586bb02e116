import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lookupProcess } from './process'

export interface Postmaster {
  pid: number
  port: number
  state: 'starting' | 'ready' | 'stopping'
}

/**
 * The living server of a data folder, read from its postmaster.pid: line 1 its process, 4 its port, 7 its shared memory, 8 its state.
 * `pg_ctl status` is not asked: it takes a zombie, or any program that got the same process id after a reboot, for a running server.
 */
export async function findPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const lines = await readPidFile(dataDir)
  if (lines === undefined) return undefined
  const pid = Number(lines[0])
  const life = await lookupProcess(pid)
  if (life.state !== 'alive') return undefined
  if (life.program !== undefined && !/^postgres/.test(life.program)) return undefined
  const state = lines[7]?.trim()
  return { pid, port: Number(lines[3]), state: state === 'ready' ? 'ready' : state === 'stopping' ? 'stopping' : 'starting' }
}

/**
 * Deletes the postmaster.pid of a server that is gone, where Postgres itself would believe it still runs (its process id answers).
 * Children of a killed server may outlive it for a moment: the file goes only when nobody is attached to its shared memory any more (waits up to 10 s).
 */
export async function clearDeadPidFile(dataDir: string): Promise<void> {
  const lines = await readPidFile(dataDir)
  if (lines === undefined) return
  const life = await lookupProcess(Number(lines[0]))
  if (life.state === 'dead') return // Postgres sees this by itself
  const [, memory] = lines[6]?.trim().split(/\s+/) ?? []
  for (let waited = 0; waited < 10_000 && (await attached(memory)) > 0; waited += 50) await sleep(50)
  if ((await attached(memory)) > 0 || (await findPostmaster(dataDir)) !== undefined) return
  await rm(join(dataDir, 'postmaster.pid'), { force: true })
}

async function readPidFile(dataDir: string): Promise<string[] | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return text?.split('\n')
}

/** Processes attached to a System V shared memory segment; 0 when it is gone or the system does not tell. */
async function attached(id: string | undefined): Promise<number> {
  if (id === undefined) return 0
  const table = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => '')
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/)
    if (fields[1] === id) return Number(fields[6])
  }
  return 0
}
