import type { View } from '@/lib/view/view'
import { type Idle, OFFER_FROM } from './idle'
import type { Rows } from './rows'
import type { Scene } from './scene'

/** What the quiet controls beside the picture say. */
export interface StageStatus {
  live: boolean
  /** Since the picture stood still: bars and loud interventions that arrived. */
  newBars: number
  newStrikes: number
  /** Share of idle time, when folding it is worth an offer or it is folded; else undefined. */
  idle: number | undefined
  fitted: boolean
}

/** Counts what arrives while the picture stands still. */
export class News {
  private paused: { bars: number; strikes: number } | undefined
  private strikes = 0
  private looked: { rows: Rows; told: number } | undefined
  private told: StageStatus = { live: false, newBars: 0, newStrikes: 0, idle: undefined, fitted: true }

  /** Counts loud interventions; returns whether there are more than at the last look. */
  look(rows: Rows): boolean {
    if (this.looked?.rows === rows && this.looked.told === rows.strikesTold) return false
    this.looked = { rows, told: rows.strikesTold }
    const before = this.strikes
    this.strikes = 0
    for (const strike of rows.strikeList) if (strike.loud) this.strikes++
    return this.strikes > before
  }

  /** From now on what arrives is new, unless it has been standing still already. */
  pause(rows: Rows): void {
    this.paused ??= { bars: rows.added, strikes: this.strikes }
  }

  resume(): void {
    this.paused = undefined
  }

  /** What is to be said, or undefined when it has been said. */
  status(scene: Scene, view: View, idle: Idle): StageStatus | undefined {
    const { paused } = this
    const status: StageStatus = {
      live: scene.live,
      newBars: paused && scene.live ? scene.rows.added - paused.bars : 0,
      newStrikes: paused && scene.live ? Math.max(0, this.strikes - paused.strikes) : 0,
      idle: view.folded || (idle.share >= OFFER_FROM && idle.gaps.length > 0) ? idle.share : undefined,
      fitted: view.window.kind === 'fit',
    }
    const before = this.told
    if (
      before.live === status.live &&
      before.newBars === status.newBars &&
      before.newStrikes === status.newStrikes &&
      before.idle === status.idle &&
      before.fitted === status.fitted
    )
      return undefined
    this.told = status
    return status
  }
}
