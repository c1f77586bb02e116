import type { Database } from '@/lib/store/database'
import type { HotSession, RowBehind } from './hot-session'

const EVERY_MS = 1_000

export interface RowsBehindOptions {
  database: Database
  onProblem(what: string, error: unknown): void
  /** The sessions in memory that nobody writes to right now. */
  atRest(): Iterable<HotSession>
}

/** Strips in the list are at most a second old, also when nothing follows; and it is noted how far the findings go. */
export class RowsBehind {
  /** Of sessions that memory holds no longer. */
  private readonly left: RowBehind[] = []
  private readonly timer: NodeJS.Timeout

  constructor(private readonly options: RowsBehindOptions) {
    this.timer = setInterval(() => void this.write(), EVERY_MS)
    this.timer.unref()
  }

  /** The session leaves memory. */
  leave(hot: HotSession): void {
    const row = hot.takeRowBehind()
    if (row) this.left.push(row)
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.write()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private async write(): Promise<void> {
    const rows = this.left.splice(0)
    for (const hot of this.options.atRest()) {
      const row = hot.takeRowBehind()
      if (row) rows.push(row)
    }
    if (rows.length === 0) return
    try {
      await this.options.database.pool.query(
        `UPDATE session s SET strip = r.strip, detected = greatest(s.detected, r.detected)
         FROM json_to_recordset($1::json) AS r(pk bigint, head int, detected int, strip json) WHERE s.pk = r.pk AND s.head = r.head`,
        [JSON.stringify(rows)],
      )
    } catch (error) {
      this.options.onProblem('writing the strips of the list failed', error)
    }
  }
}
