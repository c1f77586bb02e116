import { askSnapshot } from './ask-snapshot'
import { BROWSER_FRAMES, betweenFrames } from './between-frames'
import { browserWire } from './browser-wire'
import { type Following, followSession } from './client'
import { readSnapshot } from './read-snapshot'
import type { WritableSessionStore } from './session-store'

interface Followed {
  store: WritableSessionStore
  sessionId: string
  /** Of the API: the snapshot is below it. */
  path: string
  /** Of a link whose page this is. */
  visit: string | undefined
  /** The snapshot, where somebody has asked for it already. */
  asked: Promise<Response>
}

/** Keeps a page's store up to date. In a file of its own, which comes while the snapshot is on its way: the page stands without it. */
export function followInBrowser({ store, sessionId, path, visit, asked }: Followed): Following {
  let first: Promise<Response> | undefined = asked
  return followSession({
    store,
    wire: browserWire(visit),
    fetchSnapshot: (began) => {
      const answer = first ?? askSnapshot(path)
      first = undefined
      return readSnapshot(sessionId, answer, began)
    },
    nextFrame: betweenFrames(BROWSER_FRAMES),
    later,
    now: Date.now,
  })
}

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}
