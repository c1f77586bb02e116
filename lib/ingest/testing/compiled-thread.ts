import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../../..')

/** lib/ingest/detector-worker.ts compiled, once in a run of tests: tests load the sources, and a thread cannot. */
export function compiledThread(): Promise<URL> {
  return compiled('detector-worker', 'lib/ingest/detector-worker.ts')
}

/** The same for ill-thread.ts. */
export function illThread(): Promise<URL> {
  return compiled('ill-thread', 'lib/ingest/testing/ill-thread.ts')
}

async function compiled(name: string, source: string): Promise<URL> {
  const folder = join(process.env.BACKSEAT_TEST_RUN ?? '', name)
  const file = join(folder, `${name}.js`)
  if (!existsSync(file)) {
    const draft = `${folder}-${process.pid}`
    await mkdir(draft, { recursive: true })
    await compileForTests({ [name]: source }, draft)
    await rename(draft, folder).catch(async (error: unknown) => {
      await rm(draft, { recursive: true, force: true })
      if (!existsSync(file)) throw error // else another test file was quicker
    })
  }
  return pathToFileURL(file)
}

/** Into `outdir`, which must lie inside the project, so that packages are found. */
export async function compileForTests(entryPoints: Record<string, string>, outdir: string): Promise<void> {
  await build({
    entryPoints,
    outdir,
    absWorkingDir: root,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline',
    logLevel: 'error',
  })
}
