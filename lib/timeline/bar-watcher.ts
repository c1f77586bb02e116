/** Sums over all bars that are kept and not made anew: each is told what becomes of a bar's time. */
export interface BarWatcher {
  /**
   * Epoch ms, from when to when the bar lasted before and lasts now; NaN where it is in no lane, `to`
   * Infinity while it runs. Called while a batch is applied: nothing is to be asked of the rows but the bar's lane.
   */
  moved(bar: number, fromBefore: number, toBefore: number, from: number, to: number): void
}

/** In place of times where a bar is in no lane. */
export const NOWHERE = Number.NaN
