import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { compileForTests } from '@/lib/ingest/testing/compiled-thread'

/** Longer than this and a server that was asked to stop is killed: it hangs, and the test should say so by what it expects. */
const STOP_MS = 10_000

/** A backend in a process of its own, which may be killed. Never outlives the process that started it, nor a test that ran out of time (`onTestFinished`). */
export interface ServerProcess {
  readonly origin: string
  readonly pid: number | undefined
  /** Waits until it answers. */
  start(): Promise<void>
  /** kill -9: nothing gets a chance to be tidied up. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Compiles the server once; `folder` must lie inside the project, so that packages are found. */
export async function serverProcess(databaseUrl: string, folder: string): Promise<ServerProcess> {
  const port = await freePort()
  await mkdir(folder, { recursive: true })
  const program = join(folder, 'child-server.js')
  await compileForTests({ 'child-server': 'lib/http/testing/child-server.ts', 'detector-worker': 'lib/ingest/detector-worker.ts' }, folder)
  let child: ChildProcess | undefined
  const end = async (signal: NodeJS.Signals) => {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null) return
    const exit = once(ending, 'exit')
    ending.kill(signal)
    const late = setTimeout(() => ending.kill('SIGKILL'), STOP_MS)
    const [, by] = await exit
    clearTimeout(late)
    if (by === 'SIGKILL' && signal !== 'SIGKILL') throw new Error(`the server did not stop within ${STOP_MS / 1000} s`)
  }
  process.once('exit', () => child?.kill('SIGKILL'))
  return {
    origin: `http://127.0.0.1:${port}`,
    get pid() {
      return child?.pid
    },
    async start() {
      const started = fork(program, [], { env: { ...process.env, DATABASE_URL: databaseUrl, PORT: String(port) }, execArgv: ['--enable-source-maps'] })
      child = started
      await Promise.race([
        once(started, 'message'),
        once(started, 'exit').then(([code]) => {
          throw new Error(`the server ended with ${String(code)} before it was ready`)
        }),
      ])
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await new Promise((resolve) => server.close(resolve))
  return port
}
