import { type EstimateOptions, type Measured, shareOf } from './estimate'
import type { TaskRecord } from './task-record'

/**
 * Share of interventions that people judged justified, out of those judged one way or the other:
 * no rate of intervening should stand without it. An intervention on which people disagree counts
 * for neither; "can't tell" is no verdict.
 */
export interface Appropriateness {
  justified: Measured
  judged: number
  disagreed: number
  unsure: number
  /** Headline interventions that nobody has judged. */
  unjudged: number
}

export function appropriateness(records: readonly TaskRecord[], options: EstimateOptions = {}): Appropriateness {
  const bySession = new Map<string, { x: number; n: number }>()
  const found = { judged: 0, disagreed: 0, unsure: 0, unjudged: 0 }
  for (const { sessionId, interventions } of records) {
    for (const { headline, verdicts } of interventions) {
      const { justified, unjustified, unsure } = verdicts
      if (justified + unjustified + unsure === 0) {
        if (headline) found.unjudged += 1
        continue
      }
      if (justified > 0 && unjustified > 0) found.disagreed += 1
      else if (justified + unjustified === 0) found.unsure += 1
      else {
        found.judged += 1
        const tally = bySession.get(sessionId) ?? { x: 0, n: 0 }
        tally.n += 1
        if (justified > 0) tally.x += 1
        bySession.set(sessionId, tally)
      }
    }
  }
  return { ...found, justified: shareOf([...bySession.values()], { code: 'no_outcomes', reason: 'Nobody has judged an intervention yet.' }, options) }
}
