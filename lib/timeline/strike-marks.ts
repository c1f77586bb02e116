import { COUNTED_KINDS } from '@/lib/core/interventions'
import type { Bars } from './bars'
import type { Lane } from './lane'
import { earlier, type Strike } from './strike'

/** What strikes do to a bar: of those that begin at it and of those that end at it the first, loud ones before others. */
export interface Marks {
  did: Strike | undefined
  hit: Strike | undefined
  /** All that touch the bar. */
  touching: Strike[]
  /** The number of the lane that counts it among what was destroyed; -1 for none. */
  counted: number
}

/**
 * Writes what strikes say onto the bars that they touch. A strike is taken off before it changes and put
 * on again, and only the bars that were or are its own are looked at.
 */
export class BarMarks {
  readonly of = new Map<number, Marks>()
  private readonly changed = new Set<number>()

  constructor(
    private readonly bars: Bars,
    private readonly lanes: readonly Lane[],
  ) {}

  /** As it was put on. */
  takeOff(strike: Strike): void {
    if (!strike.marking) return
    strike.marking = false
    const { actorBar, actorTurn, hitBar } = strike
    this.loosen(strike, actorBar)
    if (actorTurn !== actorBar) this.loosen(strike, actorTurn)
    if (hitBar !== actorBar && hitBar !== actorTurn) this.loosen(strike, hitBar)
  }

  putOn(strike: Strike): void {
    const { aside, loud, kind, actorBar, actorTurn, hitBar } = strike
    if (aside || (!loud && !COUNTED_KINDS.has(kind))) return
    strike.marking = true
    this.fasten(strike, actorBar)
    if (actorTurn !== actorBar) this.fasten(strike, actorTurn)
    if (hitBar !== actorBar && hitBar !== actorTurn) this.fasten(strike, hitBar)
  }

  /** Brings the bars up to date that strikes were taken off or put on. */
  settle(): void {
    for (const bar of this.changed) this.look(bar)
    this.changed.clear()
  }

  private loosen(strike: Strike, bar: number): void {
    const touching = this.of.get(bar)?.touching
    const at = touching ? touching.indexOf(strike) : -1
    if (!touching || at < 0) return
    touching.splice(at, 1)
    this.changed.add(bar)
  }

  private fasten(strike: Strike, bar: number): void {
    if (bar < 0) return
    const marks = this.of.get(bar)
    if (marks) marks.touching.push(strike)
    else this.of.set(bar, { did: undefined, hit: undefined, touching: [strike], counted: -1 })
    this.changed.add(bar)
  }

  private look(bar: number): void {
    const { bars, lanes } = this
    const marks = this.of.get(bar)
    if (!marks) return
    let did: Strike | undefined
    let hit: Strike | undefined
    let destroyed = -1
    for (const strike of marks.touching) {
      if (strike.actorBar === bar || strike.actorTurn === bar) did = first(did, strike)
      if (strike.hitBar !== bar) continue
      hit = first(hit, strike)
      if (strike.loud) destroyed = Math.max(destroyed, strike.share)
    }
    const wasLoud = isLoud(bars, bar)
    marks.did = did
    marks.hit = hit
    bars.acted.data[bar] = did ? (did.loud ? 1 : 2) : 0
    bars.destroyed.data[bar] = destroyed
    // what it says may name the artifact that it wrote over
    bars.labels.delete(bar)
    const number = bars.lane.at(bar)
    const lane = lanes[number]
    if (lane && isLoud(bars, bar) !== wasLoud) lane.loudFrom = Math.min(lane.loudFrom, bars.start.at(bar))
    const counts = destroyed >= 0 && lane ? number : -1
    if (counts !== marks.counted) {
      const before = lanes[marks.counted]
      if (before) before.destroyed--
      if (counts >= 0 && lane) lane.destroyed++
      marks.counted = counts
    }
    if (marks.touching.length === 0) this.of.delete(bar)
  }
}

/** Whether a master's deed is drawn on the bar for itself. */
export function isLoud({ acted, destroyed }: Bars, bar: number): boolean {
  return acted.at(bar) === 1 || destroyed.at(bar) >= 0
}

function first(known: Strike | undefined, strike: Strike): Strike {
  if (!known || (strike.loud && !known.loud)) return strike
  return strike.loud === known.loud && earlier(strike, known) < 0 ? strike : known
}
