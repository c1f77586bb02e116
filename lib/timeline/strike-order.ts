import type { Rows } from './rows'
import { earlier, type Strike } from './strike'

/**
 * Keeps the list of strikes by time with all that lies beside it in `Rows`: from when to when each reaches,
 * its columns, the lanes' cuts. Strikes come mostly at the end: what is before the first change stays as it
 * is, and what comes after it is put in order again.
 */
export class StrikeOrder {
  /** Those whose bars are not all known. */
  private readonly open = new Set<Strike>()
  /** To be put into the list. */
  private coming: Strike[] = []
  /** The first place in the list whose strike is other than it was, or gone. */
  private from = Number.POSITIVE_INFINITY
  private was = { occurredAt: 0, cutAt: 0, actorBar: 0, hitBar: 0, loud: false }

  /** Epoch ms: no cut is later. */
  until = Number.NEGATIVE_INFINITY

  constructor(private readonly rows: Rows) {}

  /** Those that bars from this time on, epoch ms, may have changed. */
  since(changedFrom: number): Strike[] {
    const { strikeList: list } = this.rows
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((list[middle] as Strike).occurredAt < changedFrom) low = middle + 1
      else high = middle
    }
    const after = list.slice(low)
    for (const strike of this.open) if (strike.occurredAt < changedFrom) after.push(strike)
    return after
  }

  /** Call before a strike is resolved again. */
  before({ occurredAt, cutAt, actorBar, hitBar, loud }: Strike): void {
    const { was } = this
    was.occurredAt = occurredAt
    was.cutAt = cutAt
    was.actorBar = actorBar
    was.hitBar = hitBar
    was.loud = loud
  }

  /** Call when it has been. */
  after(strike: Strike): void {
    const { was } = this
    const { index, occurredAt, cutAt, actorBar, hitBar, loud, settled } = strike
    if (settled) this.open.delete(strike)
    else this.open.add(strike)
    if (index < 0) {
      this.coming.push(strike)
      return
    }
    const same = was.occurredAt === occurredAt && was.cutAt === cutAt && was.actorBar === actorBar && was.hitBar === hitBar && was.loud === loud
    if (same && this.rows.strikeMarks.lane.at(index) === this.laneOf(strike)) return
    if (index < this.from) this.from = index
    // its place may be before that
    if (was.occurredAt !== occurredAt) {
      this.coming.push(strike)
      strike.index = -1
    }
  }

  /** It is none any more. */
  leave(strike: Strike): void {
    this.open.delete(strike)
    if (strike.index >= 0 && strike.index < this.from) this.from = strike.index
    strike.index = -1
  }

  /** Puts in order what has changed; returns whether anything has. */
  settle(): boolean {
    const { strikeList: list, strikeSpans, loudSpans, strikeMarks, cuts } = this.rows
    if (this.coming.length === 0 && this.from === Number.POSITIVE_INFINITY) return false
    let from = Math.min(this.from, list.length)
    for (const strike of this.coming) from = placeBefore(list, from, strike)
    const after = list.slice(from).filter(({ index }) => index >= 0)
    for (const strike of this.coming) after.push(strike)
    // mostly they are
    if (!after.every((strike, i) => i === 0 || earlier(after[i - 1] as Strike, strike) <= 0)) after.sort(earlier)
    this.coming = []
    this.from = Number.POSITIVE_INFINITY

    list.length = from
    if (from === 0) {
      strikeSpans.clear()
      loudSpans.clear()
    } else {
      strikeSpans.truncate(from)
      loudSpans.truncate(from)
    }
    strikeMarks.cut.truncate(from)
    strikeMarks.lane.truncate(from)
    strikeMarks.loud.truncate(from)
    for (const strike of after) {
      const { occurredAt, cutAt, loud } = strike
      const index = list.push(strike) - 1
      strike.index = index
      if (cutAt > this.until) this.until = cutAt
      const begin = Math.min(cutAt, occurredAt)
      const end = Math.max(cutAt, occurredAt)
      strikeSpans.set(index, begin, end)
      if (loud) loudSpans.set(index, begin, end)
      strikeMarks.cut.push(cutAt)
      strikeMarks.lane.push(this.laneOf(strike))
      strikeMarks.loud.push(loud ? 1 : 0)
    }
    cuts.take(this.rows, from)
    return true
  }

  /** The number of the lane on which it shows, -1 for none. */
  private laneOf(strike: Strike): number {
    const { rows } = this
    const { hitBar, actorBar, loud } = strike
    // a quiet sign of what hit nothing stands on the bar that did it
    const bar = hitBar >= 0 || loud ? hitBar : actorBar
    return (bar >= 0 ? rows.lanesByNumber[rows.bars.lane.at(bar)] : rows.lookupLane(strike.finding.assigneeId))?.number ?? -1
  }
}

/** Where it belongs among those before `end`; `end` where it comes after them. */
function placeBefore(list: readonly Strike[], end: number, strike: Strike): number {
  if (end === 0 || earlier(list[end - 1] as Strike, strike) <= 0) return end
  let low = 0
  let high = end - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (earlier(list[middle] as Strike, strike) < 0) low = middle + 1
    else high = middle
  }
  return low
}
