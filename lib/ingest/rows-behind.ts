import type { Database } from '@/lib/store/database'
import { type RowBehind, writeRowsBehind } from '@/lib/store/rows-behind'
import type { HotSession } from './hot-session'

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
  /** Not written the first time: somebody held them, or they had moved on. */
  private again: RowBehind[] = []
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
    const first = this.left.splice(0)
    for (const hot of this.options.atRest()) {
      const row = hot.takeRowBehind()
      if (row) first.push(row)
    }
    // Of one session the newest: a statement updates a row once.
    const rows = [...new Map([...this.again, ...first].map((row) => [row.pk, row])).values()]
    this.again = []
    if (rows.length === 0) return
    try {
      const written = await writeRowsBehind(this.options.database.pool, rows)
      this.again.push(...first.filter(({ pk }) => !written.has(pk)))
    } catch (error) {
      this.options.onProblem('writing the strips of the list failed', error)
    }
  }
}
