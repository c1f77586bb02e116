import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { lookupProcess } from '../postgres/process'
import { stopPostgres } from '../postgres/launch'
import { projectRoot } from '../postgres/project-root'

/** Gives this run of Vitest a folder for its Postgres, and takes everything away at the end; also what earlier, killed runs left behind. */
export default async function setup(): Promise<() => Promise<void>> {
  const runs = join(projectRoot(), '.data/test')
  await mkdir(runs, { recursive: true, mode: 0o755 })
  for (const name of await readdir(runs)) {
    if (/^\d+$/.test(name) && (await lookupProcess(Number(name))).state !== 'alive') await sweep(join(runs, name))
  }
  const own = join(runs, String(process.pid))
  process.env.BACKSEAT_TEST_RUN = own
  return () => sweep(own)
}

async function sweep(run: string): Promise<void> {
  await stopPostgres(join(run, 'postgres'), 'immediate')
  await rm(run, { recursive: true, force: true, maxRetries: 5 })
}
