import type { Server } from 'node:http'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type AccountsSettings, BadSetting, readAccountsSettings } from '../auth/settings'
import type { TrustedProxies } from '../auth/trusted-proxies'
import type { PriceBook } from '../core/models/price'
import { describeDatabase } from '../store/postgres/connection'
import { takeLock } from '../store/postgres/folder-lock'
import { keepPostgres } from '../store/postgres/keep'
import { startPostgres } from '../store/postgres/launch'
import { migrate } from '../store/postgres/migrate'
import { projectRoot } from '../store/postgres/project-root'
import { diskFull, Refusal, saysDiskFull } from '../store/postgres/refusal'
import { Front, type Served } from './front'
import { homeLock } from './home'
import { makeFolder } from './make-folder'
import { ensurePages } from './pages'
import { readPrices } from './prices'
import { addressOf, isLocal, readSettings, type Settings } from './settings'

export interface ServeOptions {
  httpServer: Server
  databaseUrl: string
  /** The project's folder. */
  root: string
  host: string
  port: number
  /** Of the built pages, within `root`. Undefined for development: pages are compiled when they are opened. */
  pagesFolder: string | undefined
  prices: PriceBook
  /** Backseat's own, from package.json. */
  version: string
  /** Left out: one person on a loopback address, without a login. */
  accounts?: AccountsSettings
  proxies: TrustedProxies
  detectorThreads: number
}

/** What server.ts does. Handed in, because the command line stands below it. */
export type Serve = (options: ServeOptions) => Promise<Served>

/** npm passes Ctrl+C on, and the terminal sends it too: a second signal within this time is the first one again. */
const SAME_SIGNAL_MS = 1000

export function register(program: Command, serve: Serve, version: string): void {
  program
    .command('start')
    .description('start the dashboard and its API (HOST, PORT, BACKSEAT_HOME and DATABASE_URL are honoured)')
    .option('--dev', 'for work on Backseat itself: pages are compiled when they are opened')
    .action((options: { dev?: boolean }) => start({ dev: options.dev === true, serve, version }))
  program
    .command('build')
    .description('build the pages now instead of at the next start')
    .action(async () => {
      const pages = await ensurePages(projectRoot(), { log: console.log })
      await pages.release()
      console.log(pages.built ? 'The pages are built.' : 'The pages are up to date.')
    })
}

/** The command: starts, says where, and goes on until a signal ends the process. Throws Refusal. */
async function start({ dev, serve, version }: { dev: boolean; serve: Serve; version: string }): Promise<void> {
  const began = performance.now()
  Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' })
  const settings = readSettings(process.env)
  const run = begin({ settings, dev, serve, version, log: console.log })
  const stopping = closeOnSignals(run.close)
  try {
    const running = await run.ready
    console.log(describe(running, (performance.now() - began) / 1000))
  } catch (error) {
    if (!stopping()) throw error
  }
}

export interface Running {
  address: string
  /** Where the data lies, in words. */
  data: string
  /** Whether people sign in. */
  accounts: boolean
  ownerLink?: string
}

export interface Run {
  /** Rejects with Refusal, after everything that had been started was closed again; also when it was closed before it was ready. */
  ready: Promise<Running>
  /** Closes everything in the reverse order of its start, whatever of it is there by now. May be called again. */
  close(): Promise<void>
}

/** Starts everything. The port answers "starting" from the first moment; what can go on side by side does. */
export function begin(options: { settings: Settings; dev: boolean; serve: Serve; version: string; log: (line: string) => void }): Run {
  const stopping = new AbortController()
  const undo: (() => Promise<unknown>)[] = []
  const closeAll = async () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step().catch((error: unknown) => console.error(error))
  }
  const ready = startAll({ ...options, undo, signal: stopping.signal }).catch(async (error: unknown) => {
    // What goes on side by side, such as building the pages, is of no more use.
    stopping.abort()
    await closeAll()
    throw saysDiskFull(error) && !(error instanceof Refusal) ? diskFull(options.settings.home, error) : error
  })
  const close = async () => {
    stopping.abort()
    await ready.catch(() => {}) // what is being started now must be there before it can be stopped
    await closeAll()
  }
  return { ready, close }
}

async function startAll({
  settings,
  dev,
  serve,
  version,
  log,
  undo,
  signal,
}: Parameters<typeof begin>[0] & { undo: (() => Promise<unknown>)[]; signal: AbortSignal }): Promise<Running> {
  const withAccounts = checkAccounts(settings)
  const root = projectRoot()
  const prices = await readPrices(settings.home)
  const home = settings.databaseUrl === undefined ? await holdHome(settings.home) : undefined
  if (home) undo.push(() => home.release())

  const front = new Front()
  const port = await front.listen(settings)
  undo.push(() => front.close())
  const address = addressOf(settings.host, port)
  await home?.tell(address)

  const building = dev ? undefined : ensurePages(root, { log, signal })
  building?.catch(() => {}) // awaited below; until then a failure is not "unhandled"
  const data = await openData(settings, undo)
  const pages = await building
  if (pages) undo.push(() => pages.release())
  signal.throwIfAborted()
  const accounts = withAccounts ? await readAccountsSettings(process.env, settings.home, address).catch(explainSetting) : undefined
  const served = await serve({
    httpServer: front.server,
    databaseUrl: data.url,
    root,
    host: settings.host,
    port,
    pagesFolder: pages?.folder,
    prices,
    version,
    proxies: settings.proxies,
    detectorThreads: settings.detectorThreads,
    ...(accounts && { accounts }),
  })
  undo.push(() => served.close())
  undo.push(() => front.drain())
  signal.throwIfAborted()
  front.show(served)
  const ownerLink = await served.ownerLink?.()
  return { address: accounts?.publicUrl ?? address, data: data.where, accounts: withAccounts, ...(ownerLink === undefined ? {} : { ownerLink }) }
}

/** Whether people sign in. Throws Refusal where they must and nobody said so. */
function checkAccounts({ host, accounts }: Settings): boolean {
  if (accounts || isLocal(host)) return accounts
  throw new Refusal('no-accounts', {
    what: `HOST is ${host}, which others can reach, and no accounts are configured: everybody who reaches this machine could read and change your data.`,
    kept: 'Nothing was started and nothing was changed.',
    mend: 'Start it with BACKSEAT_ACCOUNTS=on: it then prints a link with which you make the first account, the owner’s. Or leave HOST unset to serve this computer only, without a login. docs/operations.md says more.',
  })
}

function explainSetting(error: unknown): never {
  if (error instanceof BadSetting) throw new Refusal('bad-setting', { what: error.what, kept: 'Nothing was changed.', mend: error.mend, cause: error })
  throw error
}

const NO_FOLDER: Record<string, string | undefined> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is mounted read-only',
  ENOTDIR: 'on the way to it lies a file',
  EEXIST: 'a file of that name is there',
  ENOENT: 'the place in which it should lie does not exist, such as behind a link to nothing',
  ELOOP: 'links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
}

/** Throws Refusal where a Backseat runs on the folder. */
export async function holdHome(home: string) {
  // Root's server runs as another user, who must be able to walk through the folder.
  const mode = process.getuid?.() === 0 ? 0o755 : 0o700
  const outcome = await makeFolder(home, mode)
    .then(() => takeLock(homeLock(home)))
    .catch((cause: NodeJS.ErrnoException) => {
      const why = NO_FOLDER[cause.code ?? '']
      if (why === undefined) throw cause
      throw new Refusal('folder-not-ours', {
        what: `The data folder ${home} cannot be written: ${why} (${cause.code}).`,
        kept: 'Nothing was changed.',
        mend: 'Make it a folder that the user who starts Backseat can write, or set BACKSEAT_HOME to another one.',
        cause,
      })
    })
  if (outcome.held) return outcome.lock
  const { pid, note } = outcome.by
  throw new Refusal('already-running', {
    what: `A Backseat is already running for the data folder ${home}${note ? `, at ${note}` : ' (it has only begun to start)'} (process ${pid}).`,
    kept: 'It was left alone.',
    mend: 'Open that address, stop that process first, or set BACKSEAT_HOME (and PORT) to run a second one.',
  })
}

/** Starts or reaches the database, and brings its tables up to date. */
export async function openData(settings: Settings, undo: (() => Promise<unknown>)[]): Promise<{ url: string; where: string }> {
  if (settings.databaseUrl !== undefined) {
    await migrate(settings.databaseUrl)
    return { url: settings.databaseUrl, where: `the Postgres at ${describeDatabase(settings.databaseUrl)}` }
  }
  const server = await startPostgres({ dataDir: join(settings.home, 'postgres') })
  undo.push(() => server.stop('fast'))
  undo.push(keepPostgres(server, (line) => console.error(line)))
  await migrate(server.url)
  return { url: server.url, where: server.dataDir }
}

/** @returns whether a signal has come */
function closeOnSignals(close: () => Promise<void>): () => boolean {
  let first: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (first === undefined) {
        first = performance.now()
        void close().finally(() => process.exit(0))
      } else if (performance.now() - first > SAME_SIGNAL_MS) process.exit(130)
    })
  }
  return () => first !== undefined
}

function describe({ address, data, accounts, ownerLink }: Running, seconds: number): string {
  const lines = ['', `  Backseat      ${address}   (ready in ${seconds.toFixed(1)} s)`, `  your data     ${data}`]
  if (ownerLink !== undefined) lines.push(`  the owner     ${ownerLink}`, '                makes the first account; works once, and until the next start')
  if (accounts) {
    lines.push('  next          sign in; programs need a key (Settings, Keys), in BACKSEAT_KEY for:')
  } else lines.push('  next          open the address and choose "Try the sample", or in another terminal:')
  lines.push(
    '                npx backseat watch PATH      follow a run that goes on',
    '                npx backseat import PATH     bring in recordings you have',
    '  stop          Ctrl+C',
  )
  return `${lines.join('\n')}\n`
}
