import type { Database } from '@/lib/store/database'
import type { HotSession } from './hot-session'
import type { HotSessions } from './hot-sessions'
import type { Lane } from './lane'
import { detectLog } from './load'

/** Logs up to this length are read again before the answer, so that a small session's findings are there with it. */
const SMALL_LOG = 3_000

export interface ReadingsOptions {
  database: Database
  hot: HotSessions
  onProblem(what: string, error: unknown): void
  makeReady(lane: Lane): void
  closing(): boolean
}

/**
 * Reads a session's whole log for a new detector, when the old one met an event that lies before
 * others it had taken, or when there is none: now when that is quick, else beside the writing.
 */
export class Readings {
  constructor(private readonly options: ReadingsOptions) {}

  /** The lane is busy with `hot` and stays so. What is found is written a moment later, or with the next batch. */
  async read(lane: Lane, hot: HotSession): Promise<void> {
    if (hot.detectorFailed || lane.rebuilding || this.options.closing()) return
    if (hot.head > SMALL_LOG || lane.rebuildWait() > 0) {
      this.later(lane)
      return
    }
    try {
      const detector = await lane.timed(() => detectLog(this.options.database, hot.pk, hot.head, this.options.closing, hot.set.parameters))
      if (!detector) return
      hot.settle(detector)
      if (hot.hasFindings) lane.flushSoon(() => this.options.makeReady(lane))
    } catch (error) {
      // The events are committed; whoever loads the session next reads its log again.
      this.options.hot.drop(hot.id)
      this.options.onProblem(`finding interventions in session ${hot.id} failed`, error)
    }
  }

  later(lane: Lane): void {
    if (!this.options.closing()) lane.rebuildLater(() => this.readBeside(lane))
  }

  private async readBeside(lane: Lane): Promise<void> {
    const hot = this.options.hot.lookup(lane.sessionId)
    if (hot && !hot.detector && !hot.detectorFailed) {
      const upTo = hot.head
      try {
        const detector = await lane.timed(() => detectLog(this.options.database, hot.pk, upTo, this.options.closing, hot.set.parameters))
        // Dropped meanwhile: whoever loads it again reads the log again.
        if (detector && this.options.hot.lookup(lane.sessionId) === hot) lane.settle = { detector, upTo }
      } catch (error) {
        this.options.onProblem(`reading the log of session ${lane.sessionId} for its findings failed`, error)
      }
    }
    this.options.makeReady(lane)
  }
}
