import { type Turn, turnOutputTokens } from '../session'
import type { Slices } from '../slices'

/** What is read of a turn; nothing of it is kept. */
export const TURN_FIELDS = ['agentId', 'startedAt', 'streamedAt', 'endedAt', 'usage', 'streamedTokens'] as const
export type TimedTurn = Pick<Turn, (typeof TURN_FIELDS)[number]>

interface Span {
  begun: number
  over: number
  tokens: number
}

/**
 * The turns of one agent, to be asked at any moment what had begun and how many tokens there were by
 * then. Every question is answered from sorted columns and running sums: a session may have as many
 * tasks as turns, and none of them may walk over all the turns.
 */
export class AgentTurns {
  private readonly begun: number[] = []
  /** Those that report tokens, by their beginning and by their end. */
  private readonly counted: Column = new Column()
  private readonly over: Column = new Column()
  private readonly estimatedBegun: number[] = []
  private readonly estimatedOver: number[] = []
  /** Tokens that are shown while they come; and the ends of turns that show them when they are over. */
  private streamed: Span[] = []
  private readonly told: number[] = []
  private latest: MaxTree | undefined

  add(turn: TimedTurn): void {
    const begun = turn.startedAt ?? turn.streamedAt ?? turn.endedAt
    if (begun === undefined) return
    // clocks disagree: nothing is over before it began
    const over = Math.max(begun, turn.endedAt ?? turn.streamedAt ?? begun)
    this.begun.push(begun)
    const tokens = turnOutputTokens(turn)
    if (tokens === undefined) return
    this.counted.add(begun, tokens)
    this.over.add(over, tokens)
    if (turn.usage?.estimated === true) {
      this.estimatedBegun.push(begun)
      this.estimatedOver.push(over)
    }
    if (turn.streamedTokens !== undefined) this.streamed.push({ begun, over, tokens })
    else if (tokens !== 0) this.told.push(over)
  }

  /** Once all are there. */
  *sort(): Slices<void> {
    for (const times of [this.begun, this.estimatedBegun, this.estimatedOver, this.told]) {
      if (!rises(times)) times.sort((a, b) => a - b)
      yield
    }
    this.counted.sort()
    yield
    this.over.sort()
    yield
    this.streamed.sort((a, b) => a.begun - b.begun)
    this.latest = new MaxTree(this.streamed.map(({ over }) => over))
    yield
  }

  /** Begun in [from, to]. */
  begunFrom(from: number, to: number): number {
    return Math.max(0, countBefore(this.begun, to, true) - countBefore(this.begun, from, false))
  }

  /** Begun in (after, to], or (after, to). */
  begunAfter(after: number, to: number, including: boolean): number {
    return Math.max(0, countBefore(this.begun, to, including) - countBefore(this.begun, after, true))
  }

  nextAfter(moment: number): number | undefined {
    return this.begun[countBefore(this.begun, moment, true)]
  }

  /** A stream shows its first tokens soon after it begins; anything else shows them when it is over. */
  firstOutputAt(from: number): number | undefined {
    let first = this.told[countBefore(this.told, from, false)]
    const upTo = this.streamedBegun(from)
    for (const k of this.latest?.atLeast(from, upTo) ?? []) if (this.streamed[k]?.tokens) return first === undefined ? from : Math.min(first, from)
    for (let k = upTo; k < this.streamed.length; k++) {
      const span = this.streamed[k] as Span
      if (first !== undefined && span.begun >= first) break
      if (!span.tokens) continue
      first = span.begun
      break
    }
    return first
  }

  /** Of turns that were not over before `from` and had begun by `to` (no earlier than `from`). `whole`: those under way at `to` count in full, else a stream counts by its share of time. */
  tokensBetween(from: number, until: number, whole: boolean): number {
    const to = Math.max(from, until)
    const before = this.over.sumBefore(from, false)
    if (whole) return this.counted.sumBefore(to, true) - before
    let sum = this.over.sumBefore(to, true) - before
    for (const k of this.latest?.above(to, this.streamedBegun(to)) ?? []) {
      const span = this.streamed[k] as Span
      sum += Math.round((span.tokens * (to - span.begun)) / (span.over - span.begun))
    }
    return sum
  }

  tokensIn(from: number, until: number): { known: boolean; estimated: boolean } {
    const to = Math.max(from, until)
    return {
      known: this.counted.countBefore(to, true) > this.over.countBefore(from, false),
      estimated: countBefore(this.estimatedBegun, to, true) > countBefore(this.estimatedOver, from, false),
    }
  }

  private streamedBegun(moment: number): number {
    let low = 0
    let high = this.streamed.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.streamed[middle] as Span).begun <= moment) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Times with amounts, and how much there was by any of them. */
class Column {
  private times: number[] = []
  private amounts: number[] = []
  private sums: number[] = [0]

  add(time: number, amount: number): void {
    this.times.push(time)
    this.amounts.push(amount)
  }

  sort(): void {
    if (!rises(this.times)) {
      const { times, amounts } = this
      const order = Array.from(times, (_, k) => k).sort((a, b) => (times[a] as number) - (times[b] as number))
      this.times = order.map((k) => times[k] as number)
      this.amounts = order.map((k) => amounts[k] as number)
    }
    let sum = 0
    this.sums = [0]
    for (const amount of this.amounts) this.sums.push((sum += amount))
  }

  countBefore(moment: number, including: boolean): number {
    return countBefore(this.times, moment, including)
  }

  sumBefore(moment: number, including: boolean): number {
    return this.sums[this.countBefore(moment, including)] as number
  }
}

/** As nearly always: turns come in the order of time. */
function rises(times: readonly number[]): boolean {
  for (let k = 1; k < times.length; k++) if ((times[k] as number) < (times[k - 1] as number)) return false
  return true
}

/** Which of the first so many values reach a bound, found without looking at those that do not. */
class MaxTree {
  private readonly size: number
  private readonly most: Float64Array

  constructor(values: readonly number[]) {
    this.size = 1
    while (this.size < values.length) this.size *= 2
    this.most = new Float64Array(2 * this.size).fill(Number.NEGATIVE_INFINITY)
    values.forEach((value, k) => {
      this.most[this.size + k] = value
    })
    for (let node = this.size - 1; node > 0; node--) this.most[node] = Math.max(this.most[2 * node] as number, this.most[2 * node + 1] as number)
  }

  atLeast(bound: number, upTo: number): Generator<number> {
    return this.walk(1, 0, this.size, upTo, (most) => most >= bound)
  }

  above(bound: number, upTo: number): Generator<number> {
    return this.walk(1, 0, this.size, upTo, (most) => most > bound)
  }

  private *walk(node: number, from: number, width: number, upTo: number, reaches: (most: number) => boolean): Generator<number> {
    if (from >= upTo || !reaches(this.most[node] as number)) return
    if (width === 1) {
      yield from
      return
    }
    const half = width / 2
    yield* this.walk(2 * node, from, half, upTo, reaches)
    yield* this.walk(2 * node + 1, from + half, half, upTo, reaches)
  }
}

/** How many of the ascending times come before a moment, or up to it. */
export function countBefore(times: readonly number[], moment: number, including: boolean): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    const time = times[middle] as number
    if (including ? time <= moment : time < moment) low = middle + 1
    else high = middle
  }
  return low
}
