import type { Socket } from 'socket.io-client'
import type { Wire, WireHandlers } from './client'
import {
  type Happened,
  LIVE_MESSAGES,
  LIVE_PATH,
  LIVE_VERSION,
  type SessionsChanged,
  type Subscribed,
  type Tail,
  VIEWER_NAMESPACE,
  type WatchingSessions,
} from './protocol'

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

/** Hears that something happened in a project: comments, verdicts, links, new sessions. `missed` at each connection: what happened before it must be asked for. */
export function watchActivity(project: string, handlers: { missed(): void; happened(happened: Happened): void }): () => void {
  return connect(
    (socket) => {
      socket.on('connect', async () => {
        try {
          await socket.timeout(ANSWER_WITHIN_MS).emitWithAck(LIVE_MESSAGES.watchActivity, { version: LIVE_VERSION, project })
          handlers.missed()
        } catch {
          // No answer in time. Coming back from a lost connection asks again.
          if (socket.connected) socket.disconnect().connect()
        }
      })
      socket.on(LIVE_MESSAGES.activity, (happened: Happened) => handlers.happened(happened))
    },
    () => {},
  ).close
}
