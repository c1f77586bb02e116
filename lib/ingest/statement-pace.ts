import type { Lane } from './lane'

/** Statements under way at once: one is being written by Postgres while the next is prepared here. */
const MAX_IN_FLIGHT = 2
/** Fewer events than this do not start a second statement: they are cheaper together with those that come until the first is written. */
const WORTH_ANOTHER_STATEMENT = 64
/** ... unless the first takes longer than this: it may wait for another process, or for a slow disk. */
const PATIENCE_MS = 2

/** When a statement may begin beside the one that is under way. */
export class StatementPace {
  private inFlight = 0
  /** When the last one was begun, process clock. */
  private begunAt = 0
  private impatient: NodeJS.Timeout | undefined

  /** `lookAgain` is called when a statement has taken long enough for another to begin. */
  constructor(private readonly lookAgain: () => void) {}

  /** Whether another may begin now for these lanes; if not, ask again when one is written, or when told to look again. */
  mayBegin(ready: readonly Lane[]): boolean {
    if (this.inFlight === 0) return true
    if (this.inFlight >= MAX_IN_FLIGHT) return false
    let events = 0
    for (const { parts, readers } of ready) {
      if (readers.length > 0) return true
      for (const { incoming } of parts) events += incoming.length
      if (events >= WORTH_ANOTHER_STATEMENT) return true
    }
    const patience = this.begunAt + PATIENCE_MS - performance.now()
    if (patience <= 0) return true
    this.impatient ??= setTimeout(() => {
      this.impatient = undefined
      this.lookAgain()
    }, Math.ceil(patience))
    return false
  }

  /** One begins. What is returned is to be called when it is written; more than once does no harm. */
  begin(): () => void {
    this.inFlight++
    this.begunAt = performance.now()
    let under = true
    return () => {
      if (under) this.inFlight--
      under = false
    }
  }
}
