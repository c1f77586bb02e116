import { parentPort, workerData } from 'node:worker_threads'
import { PROGRESS, type Request, WORKING_ON } from '../detector-messages'

// The detector's thread, but for events that say how it is to fall ill: for tests of what becomes of everybody else.

const shared: Int32Array = workerData

function fallIll(how: string | undefined): void {
  switch (how) {
    case undefined:
      return
    case 'exit':
      process.exit(3)
      return
    case 'throw':
      throw new Error('the thread is ill')
    case 'memory': {
      const kept: number[][] = []
      for (;;) kept.push(Array.from({ length: 100_000 }, (_, k) => k + Math.random()))
    }
    case 'hang':
      for (;;) shared[PROGRESS] = 1
    default:
      throw new Error(`nobody knows the illness ${how}`)
  }
}

function lookAt(requests: readonly Request[]): void {
  for (const request of requests) {
    if (request.kind !== 'take') continue
    const how = /"ill":"(\w+)"/.exec(request.json)?.[1]
    if (how === undefined) continue
    shared[WORKING_ON] = request.n
    fallIll(how)
  }
}

const port = parentPort
if (!port) throw new Error('this is started as a thread only')
const listen = port.on.bind(port)
Object.defineProperty(port, 'on', {
  value: (name: string, take: (requests: Request[]) => void) =>
    listen(name, (requests: Request[]) => {
      lookAt(requests)
      take(requests)
    }),
})
await import('../detector-worker')
