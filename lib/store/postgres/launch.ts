import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Binaries, findBinaries } from './binaries'
import { takeLock } from './folder-lock'
import { clearDeadPidFile, type Postmaster, findPostmaster } from './postmaster'
import { diskFull, Refusal, saysDiskFull } from './refusal'
import { chooseServerUser, reachableDataDir, type ServerUser, SHARED_ROOT } from './server-user'

export interface StartOptions {
  /** The server's data folder (PGDATA); created when it is missing. */
  dataDir: string
  /** A free port of 127.0.0.1 when left out. A server that already runs on this folder keeps its own. */
  port?: number
  log?: (line: string) => void
  /** Gives up safety against power loss for speed: only for data that may be thrown away. */
  disposable?: boolean
}

export interface RunningPostgres {
  /** Connection string of the database `postgres`, password included. */
  url: string
  port: number
  /** Where the data really lies: see {@link reachableDataDir}. */
  dataDir: string
  /** True when the folder was made by this call. */
  created: boolean
  stop(mode?: 'smart' | 'fast' | 'immediate'): Promise<void>
}

const USER = 'backseat'
const START_TIMEOUT_S = 60
const LOG_KEPT_BYTES = 5_000_000

/**
 * Starts Postgres on a data folder, or finds the one that already runs on it. Safe to call from several processes at once.
 * The server listens on 127.0.0.1 only, asks for a password that only the folder's owner can read, and outlives this process: call `stop`.
 * Throws Refusal.
 */
export async function startPostgres(options: StartOptions): Promise<RunningPostgres> {
  const dataDir = await reachableDataDir(options.dataDir)
  const log = options.log ?? (() => {})
  const user = await chooseServerUser(dataDir)
  try {
    await makeParents(dirname(dataDir), user)
    const outcome = await takeLock(`${dataDir}.lock`, { waitMs: 2 * START_TIMEOUT_S * 1000 })
    if (!outcome.held) throw didNotStart(dataDir, `process ${outcome.by.pid} has been starting it for ${2 * START_TIMEOUT_S} seconds`)
    try {
      const binaries = await findBinaries(user, user.switched ? SHARED_ROOT : dirname(dataDir))
      const created = await createWhenMissing(dataDir, binaries, user, log)
      await checkMajor(dataDir, binaries)
      const port = (await settle(dataDir, log))?.port ?? (await start(dataDir, binaries, user, options))
      const password = await readFile(join(dataDir, 'backseat.password'), 'utf8')
      return {
        url: `postgresql://${USER}:${password.trim()}@127.0.0.1:${port}/postgres`,
        port,
        dataDir,
        created,
        stop: (mode) => stop(dataDir, binaries, user, mode),
      }
    } finally {
      await outcome.lock.release()
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (saysDiskFull(error)) throw diskFull(dataDir, error)
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') throw notOurs(dataDir, error)
    throw error
  }
}

/** Stops whatever server runs on the folder, for callers that no longer hold its handle. Does nothing when none runs. */
export async function stopPostgres(folder: string, mode: 'smart' | 'fast' | 'immediate' = 'fast'): Promise<void> {
  const dataDir = await reachableDataDir(folder)
  if ((await findPostmaster(dataDir)) === undefined) return
  const user = await chooseServerUser(dataDir)
  await stop(dataDir, await findBinaries(user, user.switched ? SHARED_ROOT : dirname(dataDir)), user, mode)
}

async function makeParents(folder: string, user: ServerUser): Promise<void> {
  await mkdir(folder, { recursive: true, mode: user.switched ? 0o755 : 0o700 })
}

/** `initdb` works in a folder beside and the result is renamed, so that a data folder is either whole or absent, whenever we are killed. */
async function createWhenMissing(dataDir: string, binaries: Binaries, user: ServerUser, log: (line: string) => void): Promise<boolean> {
  if (await exists(join(dataDir, 'PG_VERSION'))) return false
  await refuseForeignFiles(dataDir)
  const draft = `${dataDir}.new`
  const passwordFile = `${dataDir}.password`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  const password = randomBytes(24).toString('base64url')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (user.switched) for (const path of [draft, passwordFile]) await chown(path, user.uid, user.gid)
  log('creating the database')
  const ran = await run(binaries.program('initdb'), user, [
    ...['-D', draft, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'],
    // The collation built into Postgres sorts the same on every system, unlike the C library's or ICU's.
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions', '--no-sync'],
    ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'log_checkpoints=off', '-c', 'timezone=UTC'],
  ])
  if (ran.code !== 0) {
    await Promise.all([draft, passwordFile].map((path) => rm(path, { recursive: true, force: true })))
    throw saysDiskFull(ran.output) ? diskFull(dataDir) : didNotStart(dataDir, ran.output)
  }
  await rename(passwordFile, join(draft, 'backseat.password'))
  await rename(draft, dataDir) // replaces an empty folder, never a full one
  return true
}

async function refuseForeignFiles(dataDir: string): Promise<void> {
  const found = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (found.length === 0) return
  throw new Refusal('folder-not-ours', {
    what: `${dataDir} holds files, but no database.`,
    kept: 'Nothing in it was touched.',
    mend: 'Move those files away, or point BACKSEAT_HOME at another folder.',
  })
}

async function checkMajor(dataDir: string, binaries: Binaries): Promise<void> {
  const found = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim()
  if (found === binaries.major) return
  throw new Refusal('written-by-another-postgres', {
    what: `The data in ${dataDir} was written by Postgres ${found}; this Backseat carries Postgres ${binaries.major}.`,
    kept: 'Nothing was changed.',
    mend: 'Start the Backseat that wrote it, or point BACKSEAT_HOME at another folder and import the recordings again.',
  })
}

/** Waits until the server of this folder is either ready (returned) or gone. Recovery after a crash can take a while, so "starting" may last. */
async function settle(dataDir: string, log: (line: string) => void): Promise<Postmaster | undefined> {
  const deadline = Date.now() + START_TIMEOUT_S * 1000
  for (;;) {
    const server = await findPostmaster(dataDir)
    if (server === undefined) {
      await clearDeadPidFile(dataDir)
      return undefined
    }
    if (server.state === 'ready') {
      log(`found Postgres running on port ${server.port}`)
      return server
    }
    if (Date.now() > deadline) throw didNotStart(dataDir, `process ${server.pid} has been ${server.state} for ${START_TIMEOUT_S} seconds`)
    await sleep(30)
  }
}

const LEAST_BUFFERS_MB = 256
const MOST_BUFFERS_MB = 1_024

/** A sixteenth of the memory there is, of which only as much is used as the database has pages. */
function buffersMb(): number {
  const allowed = process.constrainedMemory()
  const memory = Math.min(totalmem(), allowed > 0 ? allowed : Number.POSITIVE_INFINITY)
  return Math.round(Math.min(MOST_BUFFERS_MB, Math.max(LEAST_BUFFERS_MB, memory / 16 / 2 ** 20)))
}

async function start(dataDir: string, binaries: Binaries, user: ServerUser, options: StartOptions): Promise<number> {
  const logFile = join(dataDir, 'server.log')
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  )
  if (size > LOG_KEPT_BYTES) await rename(logFile, `${logFile}.1`)
  const settings = [`shared_buffers=${options.disposable ? LEAST_BUFFERS_MB : buffersMb()}MB`, 'max_wal_size=2GB', 'jit=off', 'log_checkpoints=off']
  // Most of what is read lies in the system's cache: to hand each page to a worker takes longer than to read it.
  if (process.platform === 'linux') settings.push('io_method=sync')
  if (options.disposable) settings.push('fsync=off', 'full_page_writes=off', 'synchronous_commit=off')
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    const before = await readFile(logFile, 'utf8').catch(() => '')
    const flags = [`-p ${port}`, ...settings.map((setting) => `-c ${setting}`)].join(' ')
    // Not a pipe: the server would inherit it, and we would wait for its end.
    const ran = await run(
      binaries.program('pg_ctl'),
      user,
      ['-D', dataDir, '-s', '-w', '-t', String(START_TIMEOUT_S), '-l', logFile, '-o', flags, 'start'],
      'ignore',
    )
    if (ran.code === 0) return port
    const said = (await readFile(logFile, 'utf8').catch(() => '')).slice(before.length)
    // With no space at all, not even the log could be written.
    if (saysDiskFull(said) || (await hasNoSpace(dataDir))) throw diskFull(dataDir)
    const taken = /could not bind|address already in use/i.test(said)
    if (!taken || attempt === 5) throw didNotStart(dataDir, said.trim().slice(-2000))
    if (options.port !== undefined) {
      throw new Refusal('port-taken', {
        what: `Port ${options.port}, asked for the embedded Postgres, is taken.`,
        kept: 'Nothing was changed.',
        mend: 'Choose another port, or none: a free one is then found.',
      })
    }
  }
}

async function stop(dataDir: string, binaries: Binaries, user: ServerUser, mode: 'smart' | 'fast' | 'immediate' = 'fast'): Promise<void> {
  if ((await findPostmaster(dataDir)) === undefined) return
  const ran = await run(binaries.program('pg_ctl'), user, ['-D', dataDir, '-s', '-w', '-t', String(START_TIMEOUT_S), '-m', mode, 'stop'])
  if (ran.code !== 0 && (await findPostmaster(dataDir)) !== undefined) throw didNotStart(dataDir, `it could not be stopped: ${ran.output}`)
}

interface Ran {
  code: number
  output: string
}

function run(program: string, user: ServerUser, args: string[], output: 'pipe' | 'ignore' = 'pipe'): Promise<Ran> {
  const env: NodeJS.ProcessEnv = { ...process.env }
  // PGPORT, PGDATA, PGOPTIONS and the like belong to the user's own Postgres, not to ours.
  for (const key of Object.keys(env)) if (key.startsWith('PG') || key.startsWith('LC_')) delete env[key]
  Object.assign(env, { LC_ALL: 'C', TZ: 'UTC' })
  const identity = user.switched ? { uid: user.uid, gid: user.gid } : {}
  return new Promise((done, fail) => {
    const child = execFile(program, args, { cwd: '/', env, ...identity, windowsHide: true, maxBuffer: 10_000_000 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') fail(spawnFailed(program, error))
      else done({ code: typeof error?.code === 'number' ? error.code : 0, output: `${stdout}${stderr}`.trim() })
    })
    if (output === 'ignore') {
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
  })
}

function spawnFailed(program: string, error: Error): Error {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error
  return new Refusal('no-postgres-here', {
    what: `The embedded Postgres cannot run here: ${program} needs the GNU C library, which this system (Alpine?) does not have.`,
    kept: 'Nothing was changed.',
    mend: 'Set DATABASE_URL to a Postgres (16 or newer) of your own.',
    cause: error,
  })
}

const didNotStart = (dataDir: string, detail: string) =>
  new Refusal('postgres-did-not-start', {
    what: 'The embedded Postgres did not start.',
    kept: `The data in ${dataDir} was left as it is.`,
    mend: `Read what it said below (all of it: ${join(dataDir, 'server.log')}), or set DATABASE_URL to a Postgres of your own.`,
    detail,
  })

const notOurs = (dataDir: string, cause: unknown) =>
  new Refusal('folder-not-ours', {
    what: `${dataDir} cannot be written by the user who started Backseat.`,
    kept: 'Nothing was changed.',
    mend: 'Start Backseat as the user who owns that folder, change its owner, or point BACKSEAT_HOME at another folder.',
    cause,
  })

async function hasNoSpace(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize < 1_000_000
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().on('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address !== null && typeof address === 'object' ? done(address.port) : fail(new Error('no free port'))))
    })
  })
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false
      throw error
    },
  )
