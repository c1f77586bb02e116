/**
 * Compiles the command line and the server from TypeScript into dist/<hash of the sources>/, when that folder is not there yet (a few tenths of a second).
 * A folder is written whole and then renamed, and its programs are never changed afterwards: those that still run keep the one they were started from.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import { access, constants, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const BUNDLES_KEPT = 4

/** Compiles when needed and runs it in this process. */
export async function run() {
  const folder = await ensureBundle()
  markUsed(folder)
  await import(pathToFileURL(join(folder, 'backseat.js')).href)
}

/** For development: starts it in a process of its own, and again whenever a file that went into it has changed. */
export async function supervise() {
  let folder = await ensureBundle()
  let stopping = false
  let restarting = false
  let child = start(folder)

  function start(bundle) {
    markUsed(bundle)
    const started = spawn(process.execPath, [join(bundle, 'backseat.js'), ...process.argv.slice(2)], {
      cwd: process.cwd(),
      stdio: 'inherit',
      env: { ...process.env, BACKSEAT_SUPERVISED: '1' },
    })
    started.on('exit', (code) => {
      if (restarting && !stopping) child = start(folder)
      else process.exit(code ?? 1)
      restarting = false
    })
    return started
  }

  let timer
  const changed = () => {
    clearTimeout(timer)
    timer = setTimeout(async () => {
      try {
        const next = await ensureBundle()
        if (next === folder || stopping) return
        folder = next
        restarting = true
        console.log('The server changed: starting it again.')
        child.kill('SIGTERM')
      } catch (error) {
        console.error(error.message)
      }
    }, 150)
  }
  for (const part of ['lib', 'bin']) watch(join(root, part), { recursive: true }, changed)
  watch(join(root, 'server.ts'), changed)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      stopping = true
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
    })
  }
}

/** @returns {Promise<string>} the folder of the compiled program */
export async function ensureBundle() {
  await ensureClient()
  const folder = join(dist, await hashSources())
  if (!existsSync(join(folder, 'backseat.js'))) {
    await mkdir(dist, { recursive: true }).catch(explainFolder)
    await access(dist, constants.W_OK).catch(explainFolder)
    const draft = join(dist, `draft-${process.pid}`)
    try {
      await compile(draft)
      await rename(draft, folder).catch((error) => {
        if (!existsSync(join(folder, 'backseat.js'))) throw error // else another process was quicker
      })
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
    await dropOldBundles(folder)
  }
  return folder
}

/** `npm ci --ignore-scripts` leaves Prisma's client out, and an update of the sources without `npm ci` leaves it behind the schema. */
async function ensureClient() {
  const writtenAt = (path) =>
    stat(join(root, path)).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    )
  const [schema, client] = await Promise.all(['prisma/schema.prisma', 'lib/generated/prisma/client.ts'].map(writtenAt))
  if (schema !== undefined && (client === undefined || client < schema)) await import('./generate.mjs')
}

async function compile(outdir) {
  const { build } = await import('esbuild').catch((cause) => {
    throw plain('The packages that Backseat needs are not installed: run `npm ci` in its folder first.', cause)
  })
  const result = await build({
    // The second is what lib/ingest/detector-threads.ts starts as a thread.
    entryPoints: { backseat: join(root, 'bin/backseat.ts'), 'detector-worker': join(root, 'lib/ingest/detector-worker.ts') },
    outdir,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'silent',
  }).catch((error) => error)
  if (!result.errors?.length && !(result instanceof Error)) return
  if (!result.errors?.length) throw result
  const lines = result.errors.map(({ text, location }) => (location ? `${location.file}:${location.line}:${location.column}: ${text}` : text))
  throw plain(`Backseat could not be compiled:\n${lines.join('\n')}`)
}

async function hashSources() {
  const files = [join(root, 'server.ts'), join(root, 'package-lock.json'), join(root, 'tsconfig.json'), import.meta.filename]
  for (const part of ['lib', 'bin']) files.push(...(await readdir(join(root, part), { recursive: true })).map((name) => join(root, part, name)))
  const hash = createHash('sha256')
  const wanted = files.filter((file) => /\.(ts|json|mjs|js|sql)$/.test(file) && !/\.test\.ts$/.test(file)).sort()
  const bodies = await Promise.all(wanted.map((file) => readFile(file)))
  for (const [index, file] of wanted.entries())
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(bodies[index])
      .update('\0')
  return hash.digest('hex').slice(0, 12)
}

/** Says that this process runs from the folder, parts of which are read only when they are needed. */
function markUsed(folder) {
  const mark = join(folder, 'users', String(process.pid))
  try {
    mkdirSync(join(folder, 'users'), { recursive: true })
    writeFileSync(mark, '')
    process.on('exit', () => rmSync(mark, { force: true }))
  } catch {
    // Where it cannot be written it cannot be removed either.
  }
}

/** Another process may by now have the number of one that was killed: then a folder stays for longer than it must. */
async function isUsed(folder) {
  const pids = await readdir(join(folder, 'users')).catch(() => [])
  return pids.some((pid) => {
    try {
      return process.kill(Number(pid), 0)
    } catch (error) {
      return error.code === 'EPERM'
    }
  })
}

async function dropOldBundles(current) {
  const found = await Promise.all(
    (await readdir(dist))
      .filter((name) => /^[0-9a-f]{12}$/.test(name))
      .map(async (name) => ({
        path: join(dist, name),
        at: await stat(join(dist, name, 'backseat.js')).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      })),
  )
  const old = found.filter(({ path }) => path !== current).sort((a, b) => b.at - a.at)
  for (const { path } of old.slice(BUNDLES_KEPT - 1)) if (!(await isUsed(path))) await rm(path, { recursive: true, force: true })
}

function explainFolder(cause) {
  if (cause.code === 'ENOSPC') throw plain(`The disk that holds ${root} is full. Nothing was lost. Free some space and start again.`, cause)
  throw plain(
    `Backseat compiles itself into ${dist}, which this user cannot write (${cause.code}). Start it as the user who installed it, or change the folder's owner.`,
    cause,
  )
}

/** An error whose sentence says it all; bin/backseat.mjs prints it without a stack. */
function plain(message, cause) {
  return Object.assign(new Error(message, { cause }), { plain: true })
}
