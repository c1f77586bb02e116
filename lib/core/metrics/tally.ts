import { ClusterCounts } from '../stats/clustered'
import type { TaskTable } from './task-table'
import type { Tasks } from './tasks'

/** Counts of rows by their sessions; rows of a session come one after the other. */
export class TallyBySession {
  private readonly sums = new ClusterCounts()
  private session = -1
  private x = 0
  private n = 0

  constructor(private readonly table: TaskTable) {}

  add(row: number, x: number, n: number): void {
    const session = this.table.session[row] as number
    if (session !== this.session) {
      this.close()
      this.session = session
    }
    this.x += x
    this.n += n
  }

  counts(): ClusterCounts {
    this.close()
    return this.sums
  }

  private close(): void {
    this.sums.add(this.x, this.n)
    this.x = 0
    this.n = 0
  }
}

export function tallies({ table, rows }: Tasks, has: (row: number) => boolean): ClusterCounts {
  const tally = new TallyBySession(table)
  for (const row of rows) tally.add(row, has(row) ? 1 : 0, 1)
  return tally.counts()
}
