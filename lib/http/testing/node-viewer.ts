import { io, type Socket } from 'socket.io-client'
import { openSnapshot } from '@/lib/core/snapshot'
import { type Following, followSession, type Wire } from '@/lib/live/client'
import { LIVE_MESSAGES, LIVE_PATH, type Subscribed, type Tail, VIEWER_NAMESPACE } from '@/lib/live/protocol'
import { createSessionStore, type WritableSessionStore } from '@/lib/live/session-store'

export interface NodeViewer {
  store: WritableSessionStore
  /** What the server sent, as it came. */
  tails: Tail[]
  /** Cuts the connection as a lost network would; it comes back by itself. */
  cut(): void
  /** Stops and starts taking bytes from the network, as an overloaded machine would. */
  pause(): void
  resume(): void
  socket: Socket
  close(): void
}

/** The browser's client, without a browser: the same code over the same socket. */
/** `by`: a link's page reads elsewhere, and says which link. */
export function nodeViewer(origin: string, sessionId: string, by: { path?: string; auth?: Record<string, string> } = {}): NodeViewer {
  const store = createSessionStore(sessionId)
  const tails: Tail[] = []
  const socket = io(origin + VIEWER_NAMESPACE, {
    path: LIVE_PATH,
    transports: ['websocket'],
    reconnectionDelay: 30,
    reconnectionDelayMax: 100,
    timeout: 1_000,
    forceNew: true,
    auth: by.auth ?? {},
  })
  const wire: Wire = {
    get connected() {
      return socket.connected
    },
    async subscribe(message) {
      const answer: Subscribed = await socket.timeout(2_000).emitWithAck(LIVE_MESSAGES.subscribe, message)
      if (answer.kind === 'tail') tails.push(answer.tail)
      return answer
    },
    listen(handlers) {
      socket.on('connect', handlers.connected)
      socket.on('disconnect', handlers.disconnected)
      socket.on('connect_error', handlers.disconnected)
      socket.on(LIVE_MESSAGES.resubscribe, handlers.resubscribe)
      socket.on(LIVE_MESSAGES.events, (tail: Tail) => {
        tails.push(tail)
        handlers.events(tail)
      })
    },
    close: () => void socket.disconnect(),
  }
  const following: Following = followSession({
    store,
    wire,
    fetchSnapshot: async (began) => {
      const response = await fetch(`${origin}${by.path ?? `/api/v1/sessions/${encodeURIComponent(sessionId)}`}/snapshot`)
      if (!response.ok) throw new Error(`the snapshot answered ${response.status}`)
      began()
      const bytes = new Uint8Array(await response.arrayBuffer())
      return { opened: openSnapshot(bytes), whole: Promise.resolve(bytes) }
    },
    nextFrame: (run) => void setTimeout(run, 5),
    later: (_ms, run) => {
      const timer = setTimeout(run, 50)
      return () => clearTimeout(timer)
    },
    now: () => Date.now(),
  })
  return {
    store,
    tails,
    socket,
    cut: () => socket.io.engine.close(),
    pause: () => wireOf(socket).pause(),
    resume: () => wireOf(socket).resume(),
    close: () => following.close(),
  }
}

/** The WebSocket of the `ws` package below socket.io-client. */
function wireOf(socket: Socket): { pause(): void; resume(): void } {
  const { ws } = Object(socket.io.engine.transport)
  if (typeof ws?.pause !== 'function') throw new Error('socket.io-client no longer keeps its WebSocket in transport.ws')
  return ws
}
