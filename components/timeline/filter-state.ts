import type { LaneView } from '@/lib/view/lanes'
import type { View } from '@/lib/view/view'
import { ALL_WORK, isAllWork } from '@/lib/view/work'

/** Whether anything of the session is left out of the timeline because somebody asked for that. */
export function isFiltered({ work, hidden, lanes }: View): boolean {
  return !isAllWork(work) || hidden.length > 0 || leavesLanesOut(lanes)
}

/** What shows everything again; how lanes are ordered, pinned and rolled up stays. */
export function unfiltered({ lanes }: View): Pick<View, 'work' | 'hidden' | 'lanes'> {
  return { work: ALL_WORK, hidden: [], lanes: leavesLanesOut(lanes) ? { ...lanes, filter: '', only: [], muted: [] } : lanes }
}

function leavesLanesOut({ filter, only, muted }: LaneView): boolean {
  return filter !== '' || only.length > 0 || muted.length > 0
}
