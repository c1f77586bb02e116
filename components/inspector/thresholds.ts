import type { Intervention } from '@/lib/core/interventions'

/** One number of a finding, and what it was held to. */
export interface Measure {
  name: string
  title: string
  /** Undefined: the finding does not keep it. */
  value: number | undefined
  unit: 'share' | 'tokens' | 'steps'
  threshold: number
  /** "below", "at least". */
  says: string
  /** Undefined where there is no value to hold it to. */
  holds: boolean | undefined
}

/** In the order of the rule. What a later detector adds is shown by its own name. */
export function measuresOf({ kind, survival, cumulativeSurvival, destroyed, flags, explanation }: Intervention): Measure[] {
  return Object.entries(explanation.thresholds).map(([name, threshold]): Measure => {
    const measure = (title: string, value: number | undefined, unit: Measure['unit'], below: boolean): Measure => ({
      name,
      title,
      value,
      unit,
      threshold,
      says: below ? 'overwrite below' : 'at least',
      holds: value === undefined ? undefined : below ? value < threshold : value >= threshold,
    })
    switch (name) {
      case 'overwriteBelow': {
        const together = kind === 'overwrite' && flags.includes('cumulative')
        return measure(together ? 'Survived, over all changes so far' : 'Survived', together ? cumulativeSurvival : survival, 'share', true)
      }
      case 'touchFrom':
        return { ...measure('Survived', survival, 'share', false), says: 'touch from' }
      case 'minDestroyed':
        return measure('Tokens destroyed', destroyed, 'tokens', false)
      case 'rawRun':
        return measure('Run of tokens that survives', undefined, 'tokens', false)
      case 'renamedRun':
        return measure('The same, blind to names', undefined, 'tokens', false)
      case 'takeoverShare':
        return measure('Share of the outputs that the master made', undefined, 'share', false)
      case 'outputsJaccard':
        return measure('Outputs alike', undefined, 'share', false)
      case 'briefSimilarity':
        return measure('Briefs alike', undefined, 'share', false)
      case 'horizonSteps':
        return measure('Steps without a change', undefined, 'steps', false)
      default:
        return measure(name, undefined, threshold <= 1 ? 'share' : 'tokens', false)
    }
  })
}
