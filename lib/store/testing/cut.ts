import { connect, createServer, type Socket } from 'node:net'

/** A way to a database that can be cut, as when Postgres restarts or the network goes. */
export interface CutWay {
  /** The database's address by this way. */
  url: string
  /** Every connection breaks, and no new one is taken. */
  cut(): void
  mend(): Promise<void>
  close(): Promise<void>
}

export async function cutWay(databaseUrl: string): Promise<CutWay> {
  const to = new URL(databaseUrl)
  const open = new Set<Socket>()
  const make = () =>
    createServer((from) => {
      const onward = connect(Number(to.port), to.hostname)
      for (const [socket, other] of [
        [from, onward],
        [onward, from],
      ] as const) {
        open.add(socket)
        socket.pipe(other)
        socket.on('error', () => other.destroy())
        socket.on('close', () => {
          open.delete(socket)
          other.destroy()
        })
      }
    })
  let server = make()
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const by = new URL(databaseUrl)
  by.port = String(port)
  const cut = () => {
    server.close()
    for (const socket of open) socket.destroy()
  }
  return {
    url: by.href,
    cut,
    mend: async () => {
      server = make()
      await listen(port)
    },
    close: async () => cut(),
  }
}
