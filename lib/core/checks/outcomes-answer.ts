import type { CallId } from '../ids'
import type { Coverage, Outcome } from './pairs'

/** GET /api/v1/sessions/:id/outcomes. Plain JSON. */
export interface OutcomesAnswer {
  /** By the intervention's id; only where there is something to say. */
  outcomes: Record<string, Outcome>
  coverage: Coverage
  /** By the event that a side of an outcome names: the call that it answered. */
  calls: Record<string, CallId>
}
