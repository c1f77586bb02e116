import type { Hideable } from '@/lib/view/view'
import type { Rows } from './rows'
import { isShown } from './scene'

export interface SteppedRun {
  key: string
  rows: Rows
  /** Where a moment of it stands on the shared axis. */
  placeOf(moment: number): number
}

/** An intervention of one of them. */
export interface Stepped {
  key: string
  id: string
  /** Epoch ms, and its place on the axis. */
  moment: number
  place: number
}

/**
 * The next (or previous) intervention of several runs by its place on their axis: from the selected one,
 * else from a place. Milder ones only if there is no loud one, as within one run.
 */
export function stepTogether(
  runs: readonly SteppedRun[],
  current: { key: string; id: string } | undefined,
  from: number,
  by: 1 | -1,
  hidden: ReadonlySet<Hideable>,
): Stepped | undefined {
  const shown = runs.flatMap(({ key, rows, placeOf }) =>
    rows.strikeList.flatMap((strike) =>
      isShown(hidden, strike) ? [{ key, id: strike.id, moment: strike.occurredAt, place: placeOf(strike.occurredAt), loud: strike.loud }] : [],
    ),
  )
  const loud = shown.filter((strike) => strike.loud)
  const list = (loud.length > 0 ? loud : shown).sort((a, b) => a.place - b.place || (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id < b.id ? -1 : 1))
  const index = current === undefined ? -1 : list.findIndex(({ key, id }) => key === current.key && id === current.id)
  if (index >= 0) return list[index + by]
  return by > 0 ? (list.find(({ place }) => place >= from) ?? list[0]) : (list.findLast(({ place }) => place <= from) ?? list.at(-1))
}
