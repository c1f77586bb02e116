import type { Wire, WireHandlers } from '@/lib/live/client'

/** lib/live/browser-wire.ts for a file: everything there will ever be is there, and it never changes. */
export function browserWire(): Wire {
  let handlers: WireHandlers | undefined
  return {
    connected: true,
    subscribe: async ({ sessionId, after }) => ({
      kind: 'tail',
      tail: { sessionId, first: after + 1, events: [], findings: { changed: [], removed: [] }, head: after },
    }),
    listen(next) {
      handlers = next
      queueMicrotask(() => handlers?.connected())
    },
    close() {
      handlers = undefined
    },
  }
}
