import type { CompareDetails } from './details'
import type { GroupKey } from './groups'
import type { CompareReport } from './report'

/** What tasks can be narrowed to. */
export const COMPARE_FILTERS = ['masterModel', 'subAgentModel', 'framework', 'workflow', 'promptVariant', 'tag'] as const satisfies GroupKey[]
export type CompareFilter = (typeof COMPARE_FILTERS)[number]

/** Made-up sessions: with the others, left out, alone; `auto`: left out where the choice holds real ones. */
export const SIMULATED_CHOICES = ['include', 'exclude', 'only', 'auto'] as const
export type SimulatedChoice = (typeof SIMULATED_CHOICES)[number]

/** GET /api/v1/compare. */
export interface CompareAnswer extends CompareReport {
  /** Of the tasks in the range, whatever else is filtered: what there is to choose from, most first. */
  choices: Record<CompareFilter, { value: string; tasks: number }[]>
  /** Sessions recorded at all: 0 says that there is no data, not that a filter is too narrow. */
  recorded: number
  /** Sessions in the choice that still run: no end, and something arrived lately. A recording that was read in does not. */
  running: number
  /** Simulated tasks that match and that `auto` left out. */
  simulatedLeftOut: number
}

/** GET /api/v1/compare/details: what is below the first screen. */
export type CompareDetailsAnswer = CompareDetails
