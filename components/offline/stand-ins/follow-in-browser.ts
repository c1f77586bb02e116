import { openSnapshot } from '@/lib/core/snapshot'
import type { Following } from '@/lib/live/client'
import type { WritableSessionStore } from '@/lib/live/session-store'

/** lib/live/follow-in-browser.ts for a file: everything there will ever be is in its snapshot, and no clock goes on. */
export function followInBrowser({ store, asked }: { store: WritableSessionStore; asked: Promise<Response> }): Following {
  let closed = false
  const read = async () => {
    const bytes = new Uint8Array(await (await asked).arrayBuffer())
    if (closed) return
    const opened = openSnapshot(bytes)
    store.replace(opened.snapshot)
    opened.complete(bytes)
    store.complete()
    store.connect({ kind: 'kept' })
  }
  read().catch((error: unknown) =>
    store.connect({ kind: 'refused', reason: `This file cannot be read: ${error instanceof Error ? error.message : String(error)}.` }),
  )
  return {
    wake() {},
    close() {
      closed = true
    },
  }
}
