import type { Database } from '@/lib/store/database'
import type { Examiner } from './examiner'
import type { HotSession } from './hot-session'
import type { HotSessions } from './hot-sessions'
import type { Lane } from './lane'
import { DetectorFailed, examineLog } from './load'

/** Logs up to this length are read again before the answer, so that a small session's findings are there with it. */
const SMALL_LOG = 3_000

export interface ReadingsOptions {
  database: Database
  examiner: Examiner
  hot: HotSessions
  onProblem(what: string, error: unknown): void
  makeReady(lane: Lane): void
  closing(): boolean
}

/**
 * Reads a session's whole log for a new examination, when the old one met an event that lies before
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
      const examination = await this.examine(lane, hot, hot.head)
      const found = await examination?.findings()
      if (!examination || !found) return
      // whether memory still holds it or not: see there
      hot.settle(examination, found)
      if (!hot.isForgotten && hot.hasFindings) lane.flushSoon(() => this.options.makeReady(lane))
    } catch (error) {
      if (this.hasFailed(hot, error)) return
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
    if (hot && !hot.examination && !hot.detectorFailed) {
      const upTo = hot.head
      try {
        const examination = await this.examine(lane, hot, upTo)
        if (examination) {
          if (this.options.hot.lookup(lane.sessionId) === hot) lane.settle = { examination, upTo }
          else {
            // Dropped meanwhile: whoever loads it again reads the log again, and who has done so already waited for this to end.
            examination.end()
            if (this.options.hot.peek(lane.sessionId)) lane.again = true
          }
        }
      } catch (error) {
        if (!this.hasFailed(hot, error)) this.options.onProblem(`reading the log of session ${lane.sessionId} for its findings failed`, error)
      }
    }
    this.options.makeReady(lane)
  }

  private examine(lane: Lane, hot: HotSession, upTo: number) {
    const { database, examiner, closing } = this.options
    return lane.timed(() => examineLog(database, examiner, hot, upTo, hot.set.parameters, closing))
  }

  /** It would fail again: the session stays in memory, without new findings. */
  private hasFailed(hot: HotSession, error: unknown): boolean {
    if (!(error instanceof DetectorFailed)) return false
    hot.detectorFailed = true
    this.options.onProblem(`the detector failed on session ${hot.id}; its findings stay as they were`, error.cause)
    return true
  }
}
