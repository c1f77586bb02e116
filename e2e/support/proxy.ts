import { connect, createServer, type Socket } from 'node:net'
import { findFreePort } from './server'

export interface Proxy {
  address: string
  /** Every connection breaks, and no new one comes about. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

/** A network between browser and server that a test can break. */
export async function openProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((from) => {
    if (isCut) return from.destroy()
    const to = connect(Number(port), hostname)
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  const own = await findFreePort()
  await new Promise<void>((done) => server.listen(own, '127.0.0.1', done))
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    address: `http://127.0.0.1:${own}`,
    cut,
    mend: () => {
      isCut = false
    },
    close: () => {
      cut()
      return new Promise((done) => server.close(() => done()))
    },
  }
}
