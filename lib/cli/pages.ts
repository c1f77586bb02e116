import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeptPage, KeptProgram } from '../share/kept-file'
import { takeLock } from '../store/postgres/folder-lock'
import { diskFull, Refusal, saysDiskFull } from '../store/postgres/refusal'
import { dropUnused, isBuilt, nextFolder, publish, holdFolder } from './page-folders'

/** What goes into the pages. Folders that the import rules keep out of the browser are left out, so that work on the server does not rebuild the pages. */
const SOURCES = [
  'app',
  'components',
  'lib',
  'public',
  'next.config.js',
  'docs/detector.md',
  'postcss.config.mjs',
  'tailwind.config.ts',
  'package-lock.json',
  'scripts/offline-page.mjs',
]
const SERVER_ONLY = /^lib\/(store|ingest|auth|http|cli|generated)\/|^lib\/live\/server|\.test\.tsx?$|\/testing\//

export interface Pages {
  /** The folder of the built pages within the project's. */
  folder: string
  /** Whether they were built now. */
  built: boolean
  /** Says that they are no longer used; until then no later build removes them. */
  release(): Promise<void>
}

/**
 * Builds the pages unless there is a build of exactly these sources; one build at a time a checkout. Builds that others serve from are left alone.
 * Throws Refusal `build-failed`, `disk-full`.
 */
export async function ensurePages(root: string, options: { log: (line: string) => void; signal?: AbortSignal }): Promise<Pages> {
  const folder = `${nextFolder()}-${await hashSources(root)}`
  const found = await takePages(root, folder, false)
  if (found) return found
  const outcome = await takeLock(join(root, 'dist', `${nextFolder()}.lock`), { waitMs: 600_000 })
  if (!outcome.held) throw buildFailed(`process ${outcome.by.pid} has been building for ten minutes`)
  try {
    const builtMeanwhile = await takePages(root, folder, false)
    if (builtMeanwhile) return builtMeanwhile
    options.log('Building the pages; this takes half a minute and is needed only after an installation or an update ...')
    await run([join(root, 'node_modules/next/dist/bin/next'), 'build'], root, options.signal)
    await run([join(root, 'scripts/offline-page.mjs'), keptPrograms(root, nextFolder())], root, options.signal)
    await publish(root, folder)
    await dropUnused(root, folder)
    const pages = await takePages(root, folder, true)
    if (!pages) throw buildFailed(`${folder} holds no BUILD_ID`)
    return pages
  } finally {
    await outcome.lock.release()
  }
}

/** The use is told before the second look: a folder that is seen then is not removed any more. */
async function takePages(root: string, folder: string, built: boolean): Promise<Pages | undefined> {
  if (!(await isBuilt(root, folder))) return undefined
  const release = await holdFolder(root, folder)
  if (await isBuilt(root, folder)) return { folder, built, release }
  await release()
  return undefined
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
  return hash.digest('hex').slice(0, 12)
}

/**
 * The program of pages that are saved as one file, as it was built with the pages in `folder`; without one, for development, made anew each time.
 * Throws Refusal `build-failed`, `disk-full`.
 */
export async function readKeptProgram(root: string, folder: string | undefined, kind: KeptPage['kind']): Promise<KeptProgram> {
  const programs = keptPrograms(root, folder ?? nextFolder())
  if (folder === undefined) await run([join(root, 'scripts/offline-page.mjs'), programs], root, undefined)
  return JSON.parse(await readFile(join(programs, `${kind}.json`), 'utf8')) as KeptProgram
}

const keptPrograms = (root: string, folder: string) => join(root, folder, 'offline-page')

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
