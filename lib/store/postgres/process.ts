import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * What can be known of another process by its id.
 * `born` tells two processes apart that had the same id one after the other; undefined where the system does not say (Windows).
 */
export type Life = { state: 'dead' } | { state: 'zombie' } | { state: 'alive'; program: string | undefined; born: string | undefined }

/** Looks a process up. A zombie (ended, not yet collected by its parent) still answers to `kill -0`, which is why this asks further. */
export async function lookupProcess(pid: number): Promise<Life> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return { state: 'dead' }
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
    if (stat === undefined) return { state: 'dead' }
    // `pid (program) state ...`: the program may hold blanks and brackets, so count from the last bracket. Field 22 is the start, in ticks since boot.
    const end = stat.lastIndexOf(')')
    const fields = stat.slice(end + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return { state: 'zombie' }
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
    return { state: 'alive', program: stat.slice(stat.indexOf('(') + 1, end), born: `${boot.trim().slice(0, 8)}:${fields[19]}` }
  }
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return { state: 'dead' }
  }
  if (process.platform === 'win32') return { state: 'alive', program: undefined, born: undefined }
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=,comm=', '-p', String(pid)], { env: { ...process.env, LC_ALL: 'C' } })
    const found = /^\s*(\S+)\s+(\S+ +\S+ +\d+ +[\d:]+ +\d+)\s+(.*?)\s*$/.exec(stdout)
    if (!found) return { state: 'alive', program: undefined, born: undefined }
    if (found[1]?.startsWith('Z')) return { state: 'zombie' }
    return { state: 'alive', program: found[3]?.split('/').pop(), born: found[2] }
  } catch {
    return { state: 'alive', program: undefined, born: undefined }
  }
}
