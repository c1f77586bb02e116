import { shiftOf } from '@/components/timeline/sources'
import type { SessionStore } from '@/lib/live/session-store'
import { clockWords } from '@/lib/timeline/clock-words'
import type { Fact } from './facts'

/** That an agent's clock contradicts its master's: the times beside it are as recorded, the timeline may show others. */
export function clockFact(store: SessionStore, agentId: string | undefined): Fact {
  const shift = shiftOf(store, agentId)
  return { name: 'Clock', value: shift && `${clockWords(shift.ms)}: times here are as recorded, the timeline shows them shifted` }
}
