import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeptPage, KeptProgram } from '../share/kept-file'
import { takeLock } from '../store/postgres/folder-lock'
import { diskFull, Refusal, saysDiskFull } from '../store/postgres/refusal'

/** What goes into the pages. Folders that the import rules keep out of the browser are left out, so that work on the server does not rebuild the pages. */
const SOURCES = [
  'app',
  'components',
  'lib',
  'public',
  'next.config.js',
  'postcss.config.mjs',
  'tailwind.config.ts',
  'package-lock.json',
  'scripts/offline-page.mjs',
]
const SERVER_ONLY = /^lib\/(store|ingest|auth|http|cli|generated)\/|^lib\/live\/server|\.test\.tsx?$|\/testing\//

/**
 * Builds the pages unless they were built from exactly these sources; one build at a time a checkout.
 * @returns whether it built. Throws Refusal `build-failed`, `disk-full`.
 */
export async function ensurePages(root: string, options: { log: (line: string) => void; signal?: AbortSignal }): Promise<boolean> {
  const output = join(root, process.env.NEXT_DIST_DIR || '.next')
  const stamp = join(output, 'backseat-sources')
  const wanted = await hashSources(root)
  const isBuilt = async () => (await readFile(stamp, 'utf8').catch(() => '')) === wanted
  if (await isBuilt()) return false
  const outcome = await takeLock(join(root, 'dist', `${process.env.NEXT_DIST_DIR || '.next'}.lock`), { waitMs: 600_000 })
  if (!outcome.held) throw buildFailed(`process ${outcome.by.pid} has been building for ten minutes`)
  try {
    if (await isBuilt()) return false
    await rm(stamp, { force: true })
    options.log('Building the pages; this takes half a minute and is needed only after an installation or an update ...')
    await build(root, options.signal)
    await mkdir(output, { recursive: true })
    await run([join(root, 'scripts/offline-page.mjs'), keptPrograms(root)], root, options.signal)
    await writeFile(stamp, wanted)
    return true
  } finally {
    await outcome.lock.release()
  }
}

async function hashSources(root: string): Promise<string> {
  const names: string[] = []
  for (const source of SOURCES) {
    const inside = await readdir(join(root, source), { recursive: true, withFileTypes: true }).catch(() => undefined)
    if (inside === undefined) names.push(source)
    else for (const entry of inside) if (entry.isFile()) names.push(join(entry.parentPath, entry.name).slice(root.length + 1))
  }
  const wanted = names.map((name) => name.replaceAll('\\', '/')).filter((name) => !SERVER_ONLY.test(name))
  const hash = createHash('sha256')
  for (const name of wanted.sort())
    hash
      .update(`${name}\0`)
      .update(await readFile(join(root, name)).catch(() => ''))
      .update('\0')
  return hash.digest('hex')
}

/**
 * The program of pages that are saved as one file, as it was built with the pages; for development made anew each time.
 * Throws Refusal `build-failed`, `disk-full`.
 */
export async function readKeptProgram(root: string, kind: KeptPage['kind'], dev: boolean): Promise<KeptProgram> {
  if (dev) await run([join(root, 'scripts/offline-page.mjs'), keptPrograms(root)], root, undefined)
  return JSON.parse(await readFile(join(keptPrograms(root), `${kind}.json`), 'utf8')) as KeptProgram
}

const keptPrograms = (root: string) => join(root, process.env.NEXT_DIST_DIR || '.next', 'offline-page')

function build(root: string, signal: AbortSignal | undefined): Promise<void> {
  return run([join(root, 'node_modules/next/dist/bin/next'), 'build'], root, signal)
}

function run(script: string[], root: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, script, {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.on('error', fail)
    child.on('close', (code) => {
      if (code === 0) done()
      else fail(saysDiskFull(said) ? diskFull(root) : buildFailed(said.trim().slice(-6000)))
    })
  })
}

const buildFailed = (detail: string) =>
  new Refusal('build-failed', {
    what: 'The pages could not be built.',
    kept: 'Your data was not touched.',
    mend: 'If you did not change the sources, run `npm ci` again and start again; the build said:',
    detail,
  })
