import { randomUUID } from 'node:crypto'
import pg from 'pg'

/**
 * Tells other server processes on the same database that sessions have grown, over Postgres NOTIFY.
 * A lost or merged signal costs nothing: whoever hears the next one reads the log from where it is.
 */
export interface Signal {
  /** Sends, with others of the same 50 ms, that the session's head has moved. */
  tell(sessionId: string, head: number): void
  close(): Promise<void>
}

export interface Heard {
  sessionId: string
  head: number
}

const CHANNEL = 'backseat_head'
const EVERY_MS = 50
// Postgres takes payloads below 8,000 bytes.
const PAYLOAD_BYTES = 7_500
const RECONNECT_MS = 1_000

/** `hear` is called for other processes' signals, and with undefined when some may have been missed. */
export async function openSignal(url: string, hear: (heard: Heard | undefined) => void): Promise<Signal> {
  const origin = randomUUID().slice(0, 8)
  const waiting = new Map<string, number>()
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let sending: Promise<unknown> = Promise.resolve()

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, application_name: 'backseat signal', keepAlive: true })
    next.on('error', () => lost(next))
    next.on('end', () => lost(next))
    next.on('notification', (message) => {
      const payload = message.payload ?? ''
      if (payload.startsWith(origin)) return
      for (const [sessionId, head] of parsePayload(payload)) hear({ sessionId, head })
    })
    await next.connect()
    await next.query(`LISTEN ${CHANNEL}`)
    client = next
    // What was written while nobody could be told.
    if (waiting.size > 0) timer ??= setTimeout(send, EVERY_MS)
  }

  const lost = (which: pg.Client): void => {
    if (closed || client !== which) return
    client = undefined
    reconnect()
  }

  const reconnect = (): void => {
    setTimeout(() => {
      if (closed) return
      connect().then(
        () => hear(undefined),
        () => reconnect(),
      )
    }, RECONNECT_MS).unref()
  }

  const send = (): void => {
    timer = undefined
    if (!client || waiting.size === 0) return
    let part: [string, number][] = []
    let bytes = 0
    const flush = () => {
      const payload = `${origin} ${JSON.stringify(part)}`
      // One after the other; a signal that fails costs nothing, for the next one says the same.
      if (part.length > 0) sending = sending.then(() => client?.query('SELECT pg_notify($1, $2)', [CHANNEL, payload])).catch(() => undefined)
      part = []
      bytes = 0
    }
    for (const [sessionId, head] of waiting) {
      const size = Buffer.byteLength(sessionId) * 2 + 20
      if (bytes + size > PAYLOAD_BYTES) flush()
      part.push([sessionId, head])
      bytes += size
    }
    flush()
    waiting.clear()
  }

  await connect()
  return {
    tell(sessionId, head) {
      waiting.set(sessionId, head)
      timer ??= setTimeout(send, EVERY_MS)
    },
    async close() {
      closed = true
      if (timer) clearTimeout(timer)
      send()
      await sending
      await client?.end()
    },
  }
}

function parsePayload(payload: string): [string, number][] {
  try {
    const list: unknown = JSON.parse(payload.slice(payload.indexOf(' ') + 1))
    if (!Array.isArray(list)) return []
    return list.filter((entry): entry is [string, number] => Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number')
  } catch {
    // Somebody else uses our channel's name.
    return []
  }
}
