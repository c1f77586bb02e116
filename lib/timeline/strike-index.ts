import { FindingTable } from '@/lib/core/finding-table'
import type { Intervention } from '@/lib/core/interventions'
import { Strike } from './strike'

/** A strike for each finding: for those in columns by row, so that no name is read before somebody asks for one. */
export class Strikes {
  private table: FindingTable | undefined
  private rows: (Strike | undefined)[] = []
  private readonly named = new Map<string, Strike>()

  get(id: string): Strike | undefined {
    const row = this.table ? this.table.rowOf(id) : -1
    return row < 0 ? this.named.get(id) : this.rows[row]
  }

  *values(): Generator<Strike> {
    for (const strike of this.rows) if (strike) yield strike
    yield* this.named.values()
  }

  /** Makes them those of the findings as they are now; `isNews` what is new, or told otherwise, or not known to stand as it did; `isGone` what is none any more. */
  take(findings: ReadonlyMap<string, Intervention>, isNews: (strike: Strike, told: boolean) => void, isGone: (strike: Strike) => void): void {
    const table = findings instanceof FindingTable ? findings : undefined
    if (table && this.table !== table) {
      this.table = table
      this.rows = new Array(table.rows)
    }
    for (let row = 0; table && row < table.rows; row++) {
      if (!table.isThere(row)) {
        const known = this.rows[row]
        if (known) isGone(known)
        this.rows[row] = undefined
        continue
      }
      const own = table.ownAt(row)
      const known = this.rows[row]
      if (known) isNews(known, known.tell(own))
      else {
        const strike = new Strike(table, row, own)
        this.rows[row] = strike
        isNews(strike, true)
      }
    }
    for (const [id, strike] of this.named) {
      if (findings.has(id)) continue
      this.named.delete(id)
      isGone(strike)
    }
    for (const finding of table ? table.added : findings.values()) {
      const known = this.named.get(finding.id)
      if (known) isNews(known, known.tell(finding))
      else {
        const strike = new Strike(undefined, -1, finding)
        this.named.set(finding.id, strike)
        isNews(strike, true)
      }
    }
  }
}
