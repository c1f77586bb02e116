/** Stretches of a level above another: each knows the latest end among so many below it. */
const FAN = 16
/** A newcomer this far from the end moves the others up; farther away, all are sorted anew when next asked for. */
const SHIFT = 1024

/**
 * Stretches of time by number, asked for by window: those that reach into it, in the order of their
 * beginnings, at the price of what is found and not of what there is. Ends are kept in levels, each
 * entry the latest of sixteen below, so that what ended before the window is leapt over. What comes
 * last in time is appended in O(log n).
 */
export class Intervals {
  /** By number, epoch ms; `from` is Infinity for what is not there. */
  private from = new Float64Array(64).fill(Number.POSITIVE_INFINITY)
  private to = new Float64Array(64)
  private numbers = 0
  /** In the order of their beginnings. */
  private order = new Int32Array(64)
  private count = 0
  private levels: Float64Array[] = []
  private stale = false

  /** How many there are. */
  get size(): number {
    this.sort()
    return this.count
  }

  /** Makes room for so many. */
  reserve(count: number): void {
    if (count > this.from.length) this.grow(count - 1)
  }

  clear(): void {
    this.from.fill(Number.POSITIVE_INFINITY, 0, this.numbers)
    this.numbers = this.count = 0
    // what comes now comes together: put in order once, when it is asked for
    this.stale = true
  }

  /** Forgets those of this number and above. O(how many there are), in order as they are. */
  truncate(numbers: number): void {
    if (numbers >= this.numbers) return
    this.from.fill(Number.POSITIVE_INFINITY, numbers, this.numbers)
    this.numbers = numbers
    if (this.stale) return
    const { order } = this
    let kept = 0
    let first = -1
    for (let place = 0; place < this.count; place++) {
      const number = order[place] as number
      if (number >= numbers) {
        if (first < 0) first = place
      } else order[kept++] = number
    }
    const last = this.count
    this.count = kept
    if (first >= 0) this.levelUp(first, last)
  }

  /** `from` Infinity: it is not there (any more). */
  set(number: number, from: number, to: number): void {
    if (number >= this.from.length) this.grow(number)
    if (number >= this.numbers) this.numbers = number + 1
    const before = this.from[number] as number
    const end = this.to[number] as number
    this.from[number] = from
    this.to[number] = to
    if (this.stale || (before === from && (end === to || before === Number.POSITIVE_INFINITY))) return
    if (before !== from && before !== Number.POSITIVE_INFINITY) this.stale = true
    else if (before === from) {
      const at = this.placeOf(number)
      if (at < 0) this.stale = true
      else this.levelUp(at, at + 1)
    } else this.insert(number)
  }

  /** The first place whose stretch begins at `time` or later. */
  placeFrom(time: number): number {
    this.sort()
    return this.lowerBound(time)
  }

  /** The first place from `place` on whose stretch ends at `time` or later; `size` if none. */
  nextEnding(place: number, time: number): number {
    let at = place
    let level = 0
    // up while the block has nothing, down into the first that has
    while (at < this.count) {
      if (level === 0) {
        if ((this.to[this.order[at] as number] as number) >= time) return at
        at++
        if (at % FAN === 0) level = 1
        continue
      }
      const block = this.levels[level - 1]
      const index = at / FAN ** level
      if (!block || index >= block.length) {
        level--
        continue
      }
      if ((block[index] as number) < time) {
        at += FAN ** level
        if ((index + 1) % FAN === 0) level++
      } else level--
    }
    return this.count
  }

  /** The number at a place. */
  at(place: number): number {
    return this.order[place] as number
  }

  /** How many reach into the window; no more than `most` are counted. */
  countUpTo(left: number, right: number, most: number): number {
    const end = this.placeFrom(right)
    let found = 0
    for (let place = this.nextEnding(0, left); place < end && found < most; place = this.nextEnding(place + 1, left)) found++
    return found
  }

  private lowerBound(time: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.from[this.order[middle] as number] as number) < time) low = middle + 1
      else high = middle
    }
    return low
  }

  private placeOf(number: number): number {
    const from = this.from[number] as number
    for (let place = this.lowerBound(from); place < this.count && this.from[this.order[place] as number] === from; place++)
      if (this.order[place] === number) return place
    return -1
  }

  private insert(number: number): void {
    const from = this.from[number] as number
    let place = this.count
    while (place > 0 && (this.from[this.order[place - 1] as number] as number) > from) {
      place--
      if (this.count - place > SHIFT) {
        this.stale = true
        return
      }
    }
    if (this.count === this.order.length) this.order = enlarged(this.order, new Int32Array(this.count * 2))
    this.order.copyWithin(place + 1, place, this.count)
    this.order[place] = number
    this.count++
    this.levelUp(place, this.count)
  }

  private sort(): void {
    if (!this.stale) return
    this.stale = false
    const { from } = this
    const order = new Int32Array(Math.max(64, this.numbers))
    let count = 0
    let sorted = true
    let before = Number.NEGATIVE_INFINITY
    for (let number = 0; number < this.numbers; number++) {
      const start = from[number] as number
      if (start === Number.POSITIVE_INFINITY) continue
      if (start < before) sorted = false
      before = start
      order[count++] = number
    }
    if (!sorted) order.subarray(0, count).sort((a, b) => (from[a] as number) - (from[b] as number))
    this.order = order
    this.count = count
    this.levelUp(0, this.count)
  }

  /** The levels above the places from `first` to before `last`, which may have changed. */
  private levelUp(first: number, last: number): void {
    let below = this.count
    for (let level = 0; below > FAN || level < this.levels.length; level++) {
      const length = Math.ceil(below / FAN)
      let block = this.levels[level]
      if (!block || block.length < length) {
        block = block ? enlarged(block, new Float64Array(length * 2)) : new Float64Array(Math.max(4, length))
        this.levels[level] = block
      }
      const until = Math.min(length, Math.ceil(last / FAN ** (level + 1)))
      for (let index = Math.floor(first / FAN ** (level + 1)); index < until; index++) {
        let latest = Number.NEGATIVE_INFINITY
        for (let i = index * FAN; i < Math.min(below, (index + 1) * FAN); i++) {
          const end = level === 0 ? (this.to[this.order[i] as number] as number) : ((this.levels[level - 1] as Float64Array)[i] as number)
          if (end > latest) latest = end
        }
        block[index] = latest
      }
      below = length
    }
  }

  private grow(number: number): void {
    const size = Math.max(number + 1, this.from.length * 2)
    this.from = enlarged(this.from, new Float64Array(size).fill(Number.POSITIVE_INFINITY))
    this.to = enlarged(this.to, new Float64Array(size))
  }
}

function enlarged<T extends Float64Array | Int32Array>(small: T, large: T): T {
  large.set(small)
  return large
}
