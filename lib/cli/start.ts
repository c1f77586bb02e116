import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describeDatabase } from '../store/postgres/connection'
import { takeLock } from '../store/postgres/folder-lock'
import { startPostgres } from '../store/postgres/launch'
import { migrate } from '../store/postgres/migrate'
import { projectRoot } from '../store/postgres/project-root'
import { diskFull, Refusal, saysDiskFull } from '../store/postgres/refusal'
import { homeLock } from './home'
import { ensurePages } from './pages'
import { addressOf, isLocal, readSettings, type Settings } from './settings'

export interface ServeOptions {
  httpServer: Server
  databaseUrl: string
  /** The project's folder. */
  root: string
  host: string
  port: number
  dev: boolean
  /** Backseat's own, from package.json. */
  version: string
}

export interface Served {
  handle(request: IncomingMessage, response: ServerResponse): void
  close(): Promise<void>
}

/** What server.ts does. Handed in, because the command line stands below it. */
export type Serve = (options: ServeOptions) => Promise<Served>

/** How long requests in flight may take to end once we were asked to stop. */
const DRAIN_MS = 3000
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
      const built = await ensurePages(projectRoot(), { log: console.log })
      console.log(built ? 'The pages are built.' : 'The pages are up to date.')
    })
}

/** Starts, says where, and returns; a signal ends the process after everything was closed in the reverse order. Throws Refusal. */
export async function start({ dev, serve, version }: { dev: boolean; serve: Serve; version: string }): Promise<void> {
  const began = performance.now()
  Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' })
  const settings = readSettings(process.env)
  const root = projectRoot()
  const stopping = new AbortController()
  const undo: (() => Promise<unknown>)[] = []
  const close = async () => {
    stopping.abort()
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step().catch((error: unknown) => console.error(error))
  }
  closeOnSignals(close)
  try {
    const home = settings.databaseUrl === undefined ? await holdHome(settings.home) : undefined
    if (home) undo.push(() => home.release())

    const front = new Front()
    const port = await front.listen(settings)
    undo.push(() => front.close())
    const address = addressOf(settings.host, port)
    await home?.tell(address)

    const pages = dev ? undefined : ensurePages(root, { log: console.log, signal: stopping.signal })
    pages?.catch(() => {}) // awaited below; until then a failure is not "unhandled"
    const data = await openData(settings, undo)
    await pages
    const served = await serve({ httpServer: front.server, databaseUrl: data.url, root, host: settings.host, port, dev, version })
    undo.push(() => served.close())
    undo.push(() => front.drain())
    front.show(served)
    console.log(describe({ address, host: settings.host, data: data.where, seconds: (performance.now() - began) / 1000 }))
  } catch (error) {
    const wasStopped = stopping.signal.aborted
    await close()
    if (!wasStopped) throw saysDiskFull(error) && !(error instanceof Refusal) ? diskFull(settings.home, error) : error
  }
}

async function holdHome(home: string) {
  // Root's server runs as another user, who must be able to walk through the folder.
  const mode = process.getuid?.() === 0 ? 0o755 : 0o700
  const outcome = await mkdir(home, { recursive: true, mode })
    .then(() => takeLock(homeLock(home)))
    .catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EACCES' && cause.code !== 'EPERM' && cause.code !== 'EROFS' && cause.code !== 'ENOTDIR' && cause.code !== 'EEXIST') throw cause
      throw new Refusal('folder-not-ours', {
        what: `The data folder ${home} cannot be written (${cause.code}).`,
        kept: 'Nothing was changed.',
        mend: 'Make it writable for the user who starts Backseat, or set BACKSEAT_HOME to another folder.',
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

async function openData(settings: Settings, undo: (() => Promise<unknown>)[]): Promise<{ url: string; where: string }> {
  if (settings.databaseUrl !== undefined) {
    await migrate(settings.databaseUrl)
    return { url: settings.databaseUrl, where: `the Postgres at ${describeDatabase(settings.databaseUrl)}` }
  }
  const server = await startPostgres({ dataDir: join(settings.home, 'postgres') })
  undo.push(() => server.stop('fast'))
  await migrate(server.url)
  return { url: server.url, where: server.dataDir }
}

/** The port, held from the first moment: whoever looks in while we start is told to wait, and nobody takes it meanwhile. */
class Front {
  readonly server = createServer((request, response) => this.answer(request, response))
  private served: Served | undefined
  private stopping = false
  private open = 0
  private drained: (() => void) | undefined

  async listen({ host, port }: Settings): Promise<number> {
    try {
      await new Promise<void>((done, fail) => {
        this.server.once('error', fail)
        this.server.listen(port, host, done)
      })
    } catch (error) {
      throw await explainListening(host, port, error as NodeJS.ErrnoException)
    }
    const address = this.server.address()
    return typeof address === 'object' && address !== null ? address.port : port
  }

  show(served: Served): void {
    this.served = served
  }

  /** No new requests; those in flight may end. */
  async drain(): Promise<void> {
    this.stopping = true
    this.server.close()
    this.server.closeIdleConnections()
    if (this.open === 0) return
    const timer = setTimeout(() => this.drained?.(), DRAIN_MS)
    await new Promise<void>((done) => {
      this.drained = done
    })
    clearTimeout(timer)
  }

  async close(): Promise<void> {
    this.server.close()
    this.server.closeAllConnections()
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.served !== undefined && !this.stopping) {
      this.open += 1
      response.once('close', () => {
        this.open -= 1
        if (this.open === 0) this.drained?.()
      })
      this.served.handle(request, response)
      return
    }
    const status = this.stopping ? 'stopping' : 'starting'
    response.statusCode = 503
    response.setHeader('Retry-After', '1')
    response.setHeader('Cache-Control', 'no-store')
    if (this.stopping) response.setHeader('Connection', 'close')
    if (/^\/(api|v1)\//.test(request.url ?? '')) {
      response.setHeader('Content-Type', 'application/problem+json')
      response.end(JSON.stringify({ type: 'about:blank', title: `Backseat is ${status}`, status: 503, detail: 'Try again in a second.' }))
    } else {
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      response.end(
        `<!doctype html><meta http-equiv="refresh" content="1"><title>Backseat</title><body style="font:16px system-ui;margin:20vh auto;max-width:30em">Backseat is ${status} ...`,
      )
    }
  }
}

async function explainListening(host: string, port: number, error: NodeJS.ErrnoException): Promise<Error> {
  const kept = 'Nothing was changed.'
  if (error.code === 'EADDRINUSE') {
    const health = await fetch(`${addressOf(host, port)}/api/health`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined)
    const said = (await health?.text().catch(() => '')) ?? ''
    const who = /"live":|Backseat/.test(said) ? 'another Backseat' : 'another program'
    return new Refusal('port-taken', {
      what: `Port ${port} of ${host} is taken by ${who}.`,
      kept,
      mend: `Stop it, or choose another port: PORT=${port < 65535 ? port + 1 : 4680} npm start`,
      cause: error,
    })
  }
  if (error.code === 'EACCES') {
    return new Refusal('port-taken', {
      what: `This user may not open port ${port}.`,
      kept,
      mend: 'Choose a port from 1024 upwards: PORT=4680 npm start',
      cause: error,
    })
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return new Refusal('bad-setting', {
      what: `HOST is ${JSON.stringify(host)}, which is no address of this machine.`,
      kept,
      mend: 'Use 127.0.0.1 (this machine only), 0.0.0.0 (everybody who can reach it), or leave HOST unset.',
      cause: error,
    })
  }
  return error
}

function closeOnSignals(close: () => Promise<void>): void {
  let first: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (first === undefined) {
        first = performance.now()
        void close().finally(() => process.exit(0))
      } else if (performance.now() - first > SAME_SIGNAL_MS) process.exit(130)
    })
  }
}

function describe({ address, host, data, seconds }: { address: string; host: string; data: string; seconds: number }): string {
  const lines = [
    '',
    `  Backseat      ${address}   (ready in ${seconds.toFixed(1)} s)`,
    `  your data     ${data}`,
    '  next          open the address and choose "Try the sample", or in another terminal:',
    '                npx backseat watch PATH      follow a run that goes on',
    '                npx backseat import PATH     bring in recordings you have',
    '  stop          Ctrl+C',
  ]
  if (!isLocal(host)) lines.push('', `  Careful: HOST is ${host}, and there is no login. Everybody who can reach this machine can read and change your data.`)
  return `${lines.join('\n')}\n`
}
