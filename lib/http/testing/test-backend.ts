import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventInput } from '@/lib/core/event'
import { compiledThread } from '@/lib/ingest/testing/compiled-thread'
import type { AppendResult } from '@/lib/live/protocol'
import { testDatabase } from '@/lib/store/testing/database'
import { type Backend, type BackendOptions, createBackend } from '../backend'

export interface TestBackend {
  /** http://127.0.0.1:port */
  origin: string
  databaseUrl: string
  backend: Backend
  /** What went wrong with nobody waiting for it. */
  problems: string[]
  post(body: BodyInit, headers?: Record<string, string>): Promise<Response>
  append(events: readonly EventInput[]): Promise<AppendResult>
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** Until findings have come to the end of every session in memory: they follow what is acknowledged, on a busy machine some seconds later. */
  examined(): Promise<void>
  /** Closes the server and starts another one on the same database and port. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** The whole backend on a port and a database of its own. */
export async function testBackend(options: Partial<BackendOptions> = {}): Promise<TestBackend> {
  const database = options.databaseUrl ? undefined : await testDatabase()
  const databaseUrl = options.databaseUrl ?? database?.url ?? ''
  const problems: string[] = []
  let backend: Backend
  let server: Server

  // As it is by default on two processors, whatever this machine has.
  const detector = options.detector ?? { threads: 1, file: await compiledThread() }

  const start = async (port: number) => {
    backend = await createBackend({
      detector,
      onProblem: (what, error) => problems.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
      ...options,
      databaseUrl,
    })
    server = createServer((request, response) => backend.handle(request, response))
    backend.attach(server)
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  }
  const stop = async () => {
    await backend.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  await start(0)
  const port = portOf()
  const origin = `http://127.0.0.1:${port}`

  function portOf(): number {
    const address = server.address() as AddressInfo
    return address.port
  }

  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(`${origin}/api/v1/events`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

  return {
    origin,
    databaseUrl,
    get backend() {
      return backend
    },
    problems,
    post,
    async append(events) {
      const response = await post(JSON.stringify(events))
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
      return (await response.json()) as AppendResult
    },
    get: (path, headers = {}) => fetch(origin + path, { headers }),
    async examined() {
      const isThrough = (id: string) => backend.ingest.read(id, (hot) => hot.detectorFailed || (hot.detected === hot.head && !hot.hasFindings))
      for (const { id } of backend.ingest.inMemory()) while ((await isThrough(id)) === false) await sleep(5)
    },
    async restart() {
      await stop()
      await start(port)
    },
    async close() {
      await stop()
      await database?.drop()
    },
  }
}
