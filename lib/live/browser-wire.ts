import type { Socket } from 'socket.io-client'
import { snapshotLengths } from '@/lib/core/snapshot'
import { type FetchedSnapshot, SnapshotRefused, type Wire, type WireHandlers } from './client'
import { LIVE_MESSAGES, LIVE_PATH, LIVE_VERSION, type SessionsChanged, type Subscribed, type Tail, VIEWER_NAMESPACE, type WatchingSessions } from './protocol'

/** The live protocol over Socket.IO, for browsers. Reconnecting is Socket.IO's; resuming is ours. */
const ANSWER_WITHIN_MS = 10_000
const LOAD_AGAIN_AFTER_MS = 2000

interface Connecting {
  socket: Socket | undefined
  close(): void
}

/** Socket.IO's client comes in its own file, while the snapshot is on its way: the first picture does not wait for it. */
function connect(bind: (socket: Socket) => void, failed: () => void, auth: Record<string, string> = {}): Connecting {
  let closed = false
  const connecting: Connecting = {
    socket: undefined,
    close() {
      closed = true
      connecting.socket?.disconnect()
    },
  }
  const load = () =>
    import('socket.io-client').then(
      ({ io }) => {
        if (closed) return
        connecting.socket = io(VIEWER_NAMESPACE, {
          path: LIVE_PATH,
          transports: ['websocket'],
          // something between us and the server may take the connection and say nothing
          timeout: 5000,
          reconnectionDelay: 300,
          reconnectionDelayMax: 5000,
          forceNew: true,
          auth,
        })
        bind(connecting.socket)
      },
      () => {
        if (closed) return
        failed()
        setTimeout(load, LOAD_AGAIN_AFTER_MS)
      },
    )
  load()
  return connecting
}

/** `visit`: of a link whose page this is. */
export function browserWire(visit?: string): Wire {
  let handlers: WireHandlers | undefined
  const connecting = connect(
    (socket) => {
      socket.on('connect', () => handlers?.connected())
      socket.on('disconnect', () => handlers?.disconnected())
      socket.on('connect_error', () => handlers?.disconnected())
      socket.on(LIVE_MESSAGES.resubscribe, () => handlers?.resubscribe())
      socket.on(LIVE_MESSAGES.events, (tail: Tail) => handlers?.events(tail))
    },
    () => handlers?.disconnected(),
    visit === undefined ? {} : { visit },
  )
  return {
    get connected() {
      return connecting.socket?.connected ?? false
    },
    subscribe: (message) =>
      connecting.socket
        ? (connecting.socket.timeout(ANSWER_WITHIN_MS).emitWithAck(LIVE_MESSAGES.subscribe, message) as Promise<Subscribed>)
        : Promise.reject(new Error('not connected yet')),
    listen: (next) => {
      handlers = next
    },
    close: connecting.close,
  }
}

/** Follows the list of sessions. `joined` at each connection: what changed meanwhile must be fetched. */
export function watchSessions(handlers: { joined(): void; lost(): void; changed(change: SessionsChanged): void }): () => void {
  return connect((socket) => {
    socket.on('connect', async () => {
      try {
        const answer = (await socket.timeout(ANSWER_WITHIN_MS).emitWithAck(LIVE_MESSAGES.watchSessions, { version: LIVE_VERSION })) as WatchingSessions
        if (answer.kind === 'watching') handlers.joined()
        else handlers.lost()
      } catch {
        // No answer in time. Coming back from a lost connection asks again.
        if (socket.connected) socket.disconnect().connect()
      }
    })
    socket.on('disconnect', handlers.lost)
    socket.on('connect_error', handlers.lost)
    socket.on(LIVE_MESSAGES.sessions, (change: SessionsChanged) => handlers.changed(change))
  }, handlers.lost).close
}

/** A second part that is shorter than this is waited for: two pictures in a row would only flicker. */
const WAIT_FOR_BYTES = 300_000

/** GET <path>/snapshot. 4xx will not mend itself by asking again at once; anything else may. */
export async function fetchSnapshot(sessionId: string, path: string, began: () => void): Promise<FetchedSnapshot> {
  const response = await fetch(`${path}/snapshot`, { cache: 'no-store' })
  if (response.ok) {
    began()
    return response.body ? readParts(response.body.getReader()) : whole(new Uint8Array(await response.arrayBuffer()))
  }
  if (response.status === 404) throw new SnapshotRefused(`This server has no session “${sessionId}”.`)
  if (response.status >= 400 && response.status < 500 && response.status !== 429) {
    const problem = (await response.json().catch(() => undefined)) as { detail?: unknown } | undefined
    throw new SnapshotRefused(typeof problem?.detail === 'string' ? problem.detail : `The server answered ${response.status}.`)
  }
  throw new Error(`The server answered ${response.status}.`)
}

function whole(bytes: Uint8Array): FetchedSnapshot {
  return { first: bytes, whole: Promise.resolve(bytes) }
}

/** Resolves as soon as the first part is there; the rest is read on. */
async function readParts(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<FetchedSnapshot> {
  let bytes = new Uint8Array(64 * 1024)
  let length = 0
  let lengths: ReturnType<typeof snapshotLengths>
  const more = async () => {
    const { done, value } = await reader.read()
    if (done) return false
    if (length + value.length > bytes.length) {
      const larger = new Uint8Array(Math.max(lengths?.all ?? 0, bytes.length * 2, length + value.length))
      larger.set(bytes.subarray(0, length))
      bytes = larger
    }
    bytes.set(value, length)
    length += value.length
    lengths ??= snapshotLengths(bytes.subarray(0, length))
    return true
  }
  const rest = async () => {
    while (await more()) {}
    return bytes.subarray(0, length)
  }
  while (!lengths || length < lengths.first) if (!(await more())) break
  if (!lengths || lengths.all - lengths.first < WAIT_FOR_BYTES) return whole(await rest())
  const read = rest()
  // whoever waits for it hears of a failure; before that it is nobody's
  read.catch(() => {})
  return { first: bytes.subarray(0, length), whole: read }
}

/** A tab in the background paints nothing, and its frames never come. */
export function nextFrame(run: () => void): void {
  if (document.hidden) setTimeout(run, 50)
  else requestAnimationFrame(run)
}

export function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}
