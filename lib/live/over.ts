import type { SessionState } from '@/lib/core/session'
import { QUIET_AFTER_MS } from './protocol'

/** Nothing more is to come: it says that it ended, or nothing of it has happened for long. What holds nothing is about to begin. `now`: epoch ms. */
export function isOver({ facts, lastAt }: Pick<SessionState, 'facts' | 'lastAt'>, now: number): boolean {
  return facts.endedAt !== undefined || (lastAt !== undefined && now - lastAt > QUIET_AFTER_MS)
}
