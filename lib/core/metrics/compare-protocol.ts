import type { GroupKey } from './groups'
import type { CompareReport } from './report'

/** What tasks can be narrowed to. */
export const COMPARE_FILTERS = ['masterModel', 'subAgentModel', 'framework', 'workflow', 'promptVariant', 'tag'] as const satisfies GroupKey[]
export type CompareFilter = (typeof COMPARE_FILTERS)[number]

/** Made-up sessions: with the others, left out, or alone. */
export const SIMULATED_CHOICES = ['include', 'exclude', 'only'] as const
export type SimulatedChoice = (typeof SIMULATED_CHOICES)[number]

/** GET /api/v1/compare. */
export interface CompareAnswer extends CompareReport {
  /** Of the tasks in the range, whatever else is filtered: what there is to choose from, most first. */
  choices: Record<CompareFilter, { value: string; tasks: number }[]>
  /** Sessions recorded at all: 0 says that there is no data, not that a filter is too narrow. */
  recorded: number
  /** Sessions that still run, server's view. */
  running: number
}
