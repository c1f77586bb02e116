import type { BarWatcher } from './bar-watcher'
import { Floats } from './columns'
import type { Lane } from './lane'
import type { Rows } from './rows'

/**
 * The stretches of time in which any bar was under way, as few as there are, in the order of time. Bars
 * are added as they come, by insertion; only where one becomes shorter or leaves, which is rare, all are
 * looked at again. Bars that still run are kept apart: they last until whatever now is.
 */
export class Coverage implements BarWatcher {
  private from = new Floats()
  private to = new Floats()
  /** Begin of each bar that runs. */
  private readonly running = new Map<number, number>()
  /** Lanes that have been looked at: those with smaller numbers. */
  private looked = 0

  constructor(private readonly rows: Rows) {}

  /** Whether all bars are in it. */
  get isWhole(): boolean {
    return this.looked >= this.rows.lanesByNumber.length
  }

  /** Looks at lanes that it has not looked at, until `enough`; returns whether it has them all. O(bars), once. */
  build(enough: () => boolean = () => false): boolean {
    const { lanesByNumber } = this.rows
    while (this.looked < lanesByNumber.length) {
      this.addLane(lanesByNumber[this.looked++] as Lane)
      if (enough()) break
    }
    return this.isWhole
  }

  moved(bar: number, fromBefore: number, toBefore: number, from: number, to: number): void {
    // what is looked at later is seen as it is then
    if (this.rows.bars.lane.at(bar) >= this.looked) return
    if (Number.isNaN(fromBefore)) return this.add(bar, from, to)
    if (toBefore === Number.POSITIVE_INFINITY) {
      this.running.delete(bar)
      if (!Number.isNaN(from)) this.add(bar, from, to)
    } else if (from <= fromBefore && to >= toBefore) this.add(bar, from, to)
    else this.forget()
  }

  /** Calls `visit` with each stretch until `now`, in the order of time; some may touch or overlap. */
  each(now: number, visit: (from: number, to: number) => void): void {
    const { from, to, rows } = this
    const others: [number, number][] = []
    let began = Number.POSITIVE_INFINITY
    for (const start of this.running.values()) {
      if (start < began) began = start
      if (start > now) others.push([start, start])
    }
    if (began <= now) others.push([began, now])
    if (from.length === 0 && others.length === 0) return
    // what is told before the first bar or after the last is something that happened, too
    for (const at of [rows.state.firstAt, rows.state.lastAt]) if (at !== undefined) others.push([at, at])
    others.sort(([a], [b]) => a - b)
    let next = 0
    for (let i = 0; i < from.length; i++) {
      for (; next < others.length && (others[next] as [number, number])[0] < from.at(i); next++) visit(...(others[next] as [number, number]))
      visit(from.at(i), to.at(i))
    }
    for (; next < others.length; next++) visit(...(others[next] as [number, number]))
  }

  private forget(): void {
    this.from.truncate(0)
    this.to.truncate(0)
    this.running.clear()
    this.looked = 0
  }

  private add(bar: number, from: number, to: number): void {
    if (to === Number.POSITIVE_INFINITY) this.running.set(bar, from)
    else this.insert(from, to)
  }

  /** O(log n), and what comes after it moves up; what it reaches becomes one with it. */
  private insert(start: number, end: number): void {
    const { from, to } = this
    // the first that ends at its begin or later
    let low = from.length
    if (low > 0 && to.at(low - 1) >= start) low = firstAtLeast(to, start)
    let high = low
    let first = start
    let last = end
    for (; high < from.length && from.at(high) <= end; high++) {
      first = Math.min(first, from.at(high))
      last = Math.max(last, to.at(high))
    }
    const gone = high - low
    if (gone === 0) {
      from.insert(low, first)
      to.insert(low, last)
      return
    }
    from.data[low] = first
    to.data[low] = last
    if (gone > 1) {
      from.remove(low + 1, high)
      to.remove(low + 1, high)
    }
  }

  /** Its bars are in the order of their begins: their stretches are merged with what there is in one pass. */
  private addLane(lane: Lane): void {
    const { bars } = this.rows
    const { order } = lane
    const before = { from: this.from, to: this.to }
    const from = new Floats(Math.max(16, before.from.length))
    const to = new Floats(Math.max(16, before.from.length))
    let next = 0
    const push = (start: number, end: number) => {
      const last = from.length - 1
      if (last >= 0 && start <= to.at(last)) {
        if (end > to.at(last)) to.data[last] = end
      } else {
        from.push(start)
        to.push(end)
      }
    }
    for (let i = 0; i < order.length; i++) {
      const bar = order.at(i)
      const start = bars.start.at(bar)
      const end = bars.end.at(bar)
      if (end === Number.POSITIVE_INFINITY) {
        this.running.set(bar, start)
        continue
      }
      for (; next < before.from.length && before.from.at(next) <= start; next++) push(before.from.at(next), before.to.at(next))
      push(start, end)
    }
    for (; next < before.from.length; next++) push(before.from.at(next), before.to.at(next))
    this.from = from
    this.to = to
  }
}

function firstAtLeast(values: Floats, wanted: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values.at(middle) < wanted) low = middle + 1
    else high = middle
  }
  return low
}
