import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface TestServer {
  address: string
  /** Ends it as Ctrl+C does. */
  stop(): Promise<void>
  /** Ends it as a power cut does; its Postgres goes on and is found again by the next start. */
  kill(): Promise<void>
  /** What it printed. */
  said(): string
}

/** `npm start` on a data folder and a port, ready to be asked. What it prints is part of the error when it does not get ready. */
export async function startServer(options: { home: string; port: number; env?: Record<string, string> }): Promise<TestServer> {
  const env = { ...process.env, HOST: '127.0.0.1', PORT: String(options.port), BACKSEAT_HOME: options.home, DATABASE_URL: '', ...options.env }
  const child = spawn(process.execPath, [path.resolve('bin/backseat.mjs'), 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-100_000)
      if (process.env.E2E_VERBOSE) process.stdout.write(text)
    })
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal)
    await ended
  }
  const address = `http://127.0.0.1:${options.port}`
  for (const deadline = Date.now() + 180_000; ; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}:\n${said}`)
    const health = await fetch(`${address}/api/health`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
    if (health?.ok) return { address, stop: () => end('SIGTERM'), kill: () => end('SIGKILL'), said: () => said }
    if (Date.now() > deadline) {
      await end('SIGTERM')
      throw new Error(`the server was not ready within three minutes:\n${said}`)
    }
  }
}

/** Free now; nobody promises that it still is in a moment. */
export function findFreePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().on('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address !== null ? done(address.port) : fail(new Error('no free port'))))
    })
  })
}
