import type { EventInput } from '@/lib/core/event'
import { Overloaded } from '@/lib/ingest/failures'
import { parseEvents } from '@/lib/ingest/parse'
import type { Door } from '@/lib/ingest/scope'
import type { AppendResult } from '@/lib/live/protocol'

/** With more than this unwritten, requests are refused before they are read. */
const MAX_OWED = 100_000

/**
 * What decoders with a memory have told and the log has not taken yet. A decoder tells each fact once;
 * when a write fails, the client is told to send again, and what it had told goes with the next write.
 */
export class Owing {
  private owed: EventInput[] = []

  constructor(private readonly door: Door) {}

  /** Before reading a request: throws when there is no room for what it would tell. */
  check(): void {
    if (this.owed.length > MAX_OWED) throw new Overloaded(2)
  }

  /** Answers once these events, and all that were owed, are committed. */
  async append(events: readonly EventInput[]): Promise<AppendResult> {
    const batch = this.owed
    this.owed = []
    for (const event of events) batch.push(event)
    if (batch.length === 0) return { accepted: 0, duplicate: 0, rejected: [] }
    try {
      // a copy, for ingest changes what it gets
      return await this.door.append(parseEvents(structuredClone(batch)))
    } catch (error) {
      this.owed = [...batch, ...this.owed]
      throw error
    }
  }
}
