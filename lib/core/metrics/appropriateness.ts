import { type EstimateOptions, type Measured, shareOf } from './estimate'
import { TallyBySession } from './tally'
import { type TaskList, tasksIn } from './tasks'

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

export function appropriateness(list: TaskList, options: EstimateOptions = {}): Appropriateness {
  const { table, rows } = tasksIn(list)
  const { justified, unjustified, disagreed, unsure, unjudged } = table.verdicts
  const found = { judged: 0, disagreed: 0, unsure: 0, unjudged: 0 }
  const tally = new TallyBySession(table)
  for (const row of rows) {
    const judged = (justified[row] as number) + (unjustified[row] as number)
    found.judged += judged
    found.disagreed += disagreed[row] as number
    found.unsure += unsure[row] as number
    found.unjudged += unjudged[row] as number
    if (judged > 0) tally.add(row, justified[row] as number, judged)
  }
  return { ...found, justified: shareOf(tally.counts(), { code: 'no_outcomes', reason: 'Nobody has judged an intervention yet.' }, options) }
}
