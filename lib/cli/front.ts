import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Refusal } from '../store/postgres/refusal'
import { addressOf, DEFAULT_PORT, type Settings } from './settings'

export interface Served {
  handle(request: IncomingMessage, response: ServerResponse): void
  /** Where the first owner makes an account; undefined when nobody need be told. */
  ownerLink?(): Promise<string | undefined>
  close(): Promise<void>
}

/** How long requests in flight may take to end once we were asked to stop. */
const DRAIN_MS = 3000

/** The port, held from the first moment: whoever looks in while we start is told to wait, and nobody takes it meanwhile. */
export class Front {
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
        `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="1"><title>Backseat</title><body style="font:16px system-ui;margin:20vh auto;max-width:30em;padding:0 16px">Backseat is ${status} ...`,
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
      mend: `Stop it, or choose another port: PORT=${port < 65535 ? port + 1 : DEFAULT_PORT} npm start`,
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
