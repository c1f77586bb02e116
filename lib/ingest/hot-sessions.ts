import type { HotSession } from './hot-session'

/** Events that all sessions in memory may hold together; a session's state takes about 300 bytes an event. */
const MAX_EVENTS = 1_500_000
const MAX_SESSIONS = 500

/** The sessions in memory, least recently used first out. */
export class HotSessions {
  private readonly entries = new Map<string, HotSession>()

  lookup(id: string): HotSession | undefined {
    const hot = this.entries.get(id)
    if (hot) {
      this.entries.delete(id)
      this.entries.set(id, hot)
    }
    return hot
  }

  put(hot: HotSession): void {
    this.entries.set(hot.id, hot)
  }

  drop(id: string): void {
    this.entries.delete(id)
  }

  /** Makes room; `inUse` sessions stay. */
  evict(inUse: (id: string) => boolean): void {
    let events = 0
    for (const hot of this.entries.values()) events += hot.head
    for (const [id, hot] of this.entries) {
      if (this.entries.size <= MAX_SESSIONS && events <= MAX_EVENTS) return
      if (inUse(id)) continue
      this.entries.delete(id)
      events -= hot.head
    }
  }

  values(): Iterable<HotSession> {
    return this.entries.values()
  }
}
