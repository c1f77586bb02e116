import { formatCount, plural } from '@/components/text/count'
import { COMPARE_FILTERS } from '@/lib/core/metrics/compare-protocol'
import { type CompareQuery, GROUPINGS } from './query'

/** "by framework and prompt" */
export function groupingWords({ by, second }: CompareQuery): string {
  return `by ${GROUPINGS[by].toLowerCase()}${second ? ` and ${GROUPINGS[second].toLowerCase()}` : ''}`
}

/** What was chosen, one thing each; nothing: every task. */
export function choiceWords({ only, days, since, until, min, simulated }: CompareQuery): string[] {
  return [
    ...COMPARE_FILTERS.flatMap((name) => (only[name] === undefined ? [] : [`${GROUPINGS[name]}: ${only[name]}`])),
    ...(days === undefined ? [] : [`Sessions of the last ${plural(days, 'day')}`]),
    ...(since === undefined ? [] : [`Sessions from ${since} on`]),
    ...(until === undefined ? [] : [`Sessions before ${until}`]),
    ...(min > 1 ? [`Groups of ${formatCount(min)} tasks or more`] : []),
    ...(simulated === 'include' ? ['Simulated tasks with real ones'] : simulated === 'only' ? ['Simulated tasks alone'] : []),
    ...(simulated === 'exclude' ? ['Simulated tasks left out'] : []),
  ]
}
