import type { OwnedLine } from './owned-line'

export interface OwnerTotals {
  tokens: number
  comments: number
}

/** How much each owner has in a text; owners without anything are not kept. */
export class Totals {
  private readonly of = new Map<number, OwnerTotals>()

  get(owner: number): OwnerTotals | undefined {
    return this.of.get(owner)
  }

  entries(): IterableIterator<[number, OwnerTotals]> {
    return this.of.entries()
  }

  copy(): Totals {
    const copy = new Totals()
    for (const [owner, { tokens, comments }] of this.of) copy.of.set(owner, { tokens, comments })
    return copy
  }

  /** A line has come (`1`) or gone (`-1`). */
  count(line: OwnedLine, sign: 1 | -1): void {
    if (typeof line.owners === 'number') this.add(line.owners, sign * line.tokens.weight, 0)
    else for (let k = 0; k < line.owners.length; k++) if ((line.tokens.counts[k] as number) > 0) this.add(line.owners[k] as number, sign, 0)
    if (typeof line.commentOwner === 'number') this.add(line.commentOwner, 0, sign * line.tokens.comment.length)
    else for (const owner of line.commentOwner) this.add(owner, 0, sign)
  }

  private add(owner: number, tokens: number, comments: number): void {
    if (tokens === 0 && comments === 0) return
    const totals = this.of.get(owner)
    if (!totals) {
      this.of.set(owner, { tokens, comments })
      return
    }
    totals.tokens += tokens
    totals.comments += comments
    if (totals.tokens === 0 && totals.comments === 0) this.of.delete(owner)
  }
}
