import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stopPostgres } from '../postgres/launch'
import { lookupProcess } from '../postgres/process'
import { projectRoot } from '../postgres/project-root'

export interface TestRun {
  folder: string
  /** Stops the Postgres of the run's folder, if one was started, and deletes the folder. */
  close(): Promise<void>
}

/**
 * A folder of its own for one run of tests, .data/<kind>/<process id>, so that several runs of one checkout do not meet.
 * Takes away what earlier runs left behind that were killed.
 */
export async function openTestRun(kind: 'test' | 'e2e'): Promise<TestRun> {
  const runs = join(projectRoot(), '.data', kind)
  await mkdir(runs, { recursive: true, mode: 0o755 })
  for (const name of await readdir(runs)) {
    if (/^\d+$/.test(name) && (await lookupProcess(Number(name))).state !== 'alive') await sweep(join(runs, name))
  }
  const folder = join(runs, String(process.pid))
  await sweep(folder)
  await mkdir(folder, { mode: 0o755 })
  return { folder, close: () => sweep(folder) }
}

async function sweep(run: string): Promise<void> {
  await stopPostgres(join(run, 'postgres'), 'immediate')
  await rm(run, { recursive: true, force: true, maxRetries: 5 })
}
