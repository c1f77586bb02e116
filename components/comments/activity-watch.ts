import { watchActivity } from '@/lib/live/browser-wire'

/** `undefined`: something may have been missed, in whichever session. */
type Listener = (sessions: readonly string[] | undefined) => void

interface Watch {
  listeners: Set<Listener>
  stop: () => void
  closing: ReturnType<typeof setTimeout> | undefined
}

/** Whoever steps from turn to turn goes on with the connection that is there. */
const LINGER_MS = 10_000
const watches = new Map<string, Watch>()

/** Hears what happens in a project, over one connection for all who listen. */
export function onActivity(project: string, listener: Listener): () => void {
  let watch = watches.get(project)
  if (!watch) {
    const listeners = new Set<Listener>()
    const tell: Listener = (sessions) => {
      for (const one of listeners) one(sessions)
    }
    watch = { listeners, closing: undefined, stop: watchActivity(project, { missed: () => tell(undefined), happened: ({ sessions }) => tell(sessions) }) }
    watches.set(project, watch)
  }
  const { listeners } = watch
  clearTimeout(watch.closing)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    const known = watches.get(project)
    if (listeners.size > 0 || known?.listeners !== listeners) return
    known.closing = setTimeout(() => {
      known.stop()
      watches.delete(project)
    }, LINGER_MS)
  }
}
