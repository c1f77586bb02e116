import type { HotSession } from './hot-session'

/** Events that all sessions in memory may hold together; a session's state takes about 300 bytes an event. */
const MAX_EVENTS = 1_500_000
const MAX_SESSIONS = 500
/** For so long after another process was seen to write to a session its row is locked before each write. */
const CONTESTED_MS = 30_000

/** The sessions in memory, least recently used first out. */
export class HotSessions {
  private readonly entries = new Map<string, HotSession>()

  constructor(private readonly most: { sessions: number; events: number } = { sessions: MAX_SESSIONS, events: MAX_EVENTS }) {}

  /** Until when a session counts as written to by others too, ms of the monotonic clock; oldest first. */
  private readonly contested = new Map<string, number>()

  lookup(id: string): HotSession | undefined {
    const hot = this.entries.get(id)
    if (hot) {
      this.entries.delete(id)
      this.entries.set(id, hot)
    }
    return hot
  }

  put(hot: HotSession): void {
    const before = this.entries.get(hot.id)
    if (before !== hot) before?.forget()
    this.entries.set(hot.id, hot)
  }

  drop(id: string): void {
    this.entries.get(id)?.forget()
    this.entries.delete(id)
  }

  /** Without counting as use. */
  peek(id: string): HotSession | undefined {
    return this.entries.get(id)
  }

  /** Another process writes to it, too. */
  contest(id: string): void {
    const now = performance.now()
    this.contested.delete(id)
    this.contested.set(id, now + CONTESTED_MS)
    for (const [other, until] of this.contested) {
      if (until > now) return
      this.contested.delete(other)
    }
  }

  isContested(id: string): boolean {
    return this.contested.size > 0 && (this.contested.get(id) ?? 0) > performance.now()
  }

  /** Makes room; `inUse` sessions stay. Returns those that had to go; who gets them has them forgotten when it is done. */
  evict(inUse: (id: string) => boolean): HotSession[] {
    const gone: HotSession[] = []
    let events = 0
    for (const hot of this.entries.values()) events += hot.head
    for (const [id, hot] of this.entries) {
      if (this.entries.size <= this.most.sessions && events <= this.most.events) break
      if (inUse(id)) continue
      this.entries.delete(id)
      events -= hot.head
      gone.push(hot)
    }
    return gone
  }

  values(): Iterable<HotSession> {
    return this.entries.values()
  }
}
