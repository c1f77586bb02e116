import type { View } from '@/lib/view/view'
import { idleClock } from './idle'
import type { Rows } from './rows'
import { type Clock, wallClock } from './scale'
import type { Sums } from './sums'
import { workClock } from './work-clock'

/** The clock that a view asks for: work, or time with what was idle folded where there is any. `now`: the moment shown; `until`: until when is known. */
export function clockOf({ clock, folded }: View, rows: Rows, sums: Sums, now: number, until: number): Clock {
  if (clock !== 'time') return workClock(rows, clock, until)
  const origin = rows.state.firstAt ?? 0
  if (folded && sums.idle.gaps.length === 0) sums.findIdle(now)
  return folded && sums.idle.gaps.length > 0 ? idleClock(origin, sums.idle) : wallClock(origin)
}
