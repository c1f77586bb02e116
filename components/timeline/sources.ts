import type { ClockShift } from '@/lib/core/causality'
import type { SessionStore } from '@/lib/live/session-store'
import type { RowsSource } from './rows-source'

/** The rows of each store, for as long as there is the store; apart from what makes them, so that others may ask without loading it. */
export const sources = new WeakMap<SessionStore, RowsSource>()

/** What causality says of an agent's clock; undefined where nothing contradicts it, or no timeline has looked. */
export function shiftOf(store: SessionStore, agentId: string | undefined): ClockShift | undefined {
  const shifts: ReadonlyMap<string, ClockShift> | undefined = sources.get(store)?.shifts
  return agentId === undefined ? undefined : shifts?.get(agentId)
}
