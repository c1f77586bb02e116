import { DETECTOR_PARAMETERS, DETECTOR_VERSION, type DetectorParameters } from './interventions'

/**
 * The detector's thresholds as people may change them. A set that was kept has a version, 1, 2, …; 0 is
 * the one that comes with the program. Old sets are never changed.
 */
export interface ParameterSet {
  version: number
  parameters: DetectorParameters
}

export const BUILT_IN: ParameterSet = { version: 0, parameters: DETECTOR_PARAMETERS }

export type ParameterName = keyof DetectorParameters

export interface ParameterMeaning {
  title: string
  /** What a higher or lower value does, for people. */
  says: string
  unit: 'share' | 'tokens' | 'steps'
  min: number
  max: number
  step: number
  group: 'What counts as overwritten' | 'What survives' | 'Units and acceptance' | 'Work done again'
}

/** Of every number that findings depend on. `firstSteps` is not among them: it is chosen where figures are read. */
export const PARAMETER_MEANINGS: Record<Exclude<ParameterName, 'firstSteps'>, ParameterMeaning> = {
  overwriteBelow: {
    title: 'Overwrite below',
    says: 'A change that leaves less than this share of the sub-agent’s tokens is an overwrite. Higher: more overwrites, fewer revisions.',
    unit: 'share',
    min: 0.05,
    max: 0.95,
    step: 0.01,
    group: 'What counts as overwritten',
  },
  touchFrom: {
    title: 'Touch from',
    says: 'A change that leaves at least this share is a touch and counts as nothing. Between the two it is a revision.',
    unit: 'share',
    min: 0.5,
    max: 1,
    step: 0.01,
    group: 'What counts as overwritten',
  },
  minDestroyed: {
    title: 'Fewest tokens destroyed',
    says: 'An overwrite destroys at least so many tokens, unless nothing is left. Higher: small pieces of work are overwritten less often.',
    unit: 'tokens',
    min: 1,
    max: 200,
    step: 1,
    group: 'What counts as overwritten',
  },
  takeoverShare: {
    title: 'Takeover share',
    says: 'A master that makes this share of the outputs it had ordered, before the sub-agent wrote any, has taken the task over.',
    unit: 'share',
    min: 0.05,
    max: 1,
    step: 0.05,
    group: 'What counts as overwritten',
  },
  rawRun: {
    title: 'Shortest run that survives',
    says: 'So many tokens must stand together, unchanged, to count as having survived (twice as many where they moved). Lower: chance and idiom pass for survival.',
    unit: 'tokens',
    min: 1,
    max: 30,
    step: 1,
    group: 'What survives',
  },
  renamedRun: {
    title: 'The same, blind to names',
    says: 'So many tokens must stand together, alike but for consistent renaming, to be still their author’s.',
    unit: 'tokens',
    min: 2,
    max: 60,
    step: 1,
    group: 'What survives',
  },
  copyShare: {
    title: 'Lives on elsewhere from',
    says: 'Where at least this share of what vanished stands in another artifact, the work was merged and not destroyed; the same share makes a repeated artifact a re-derivation.',
    unit: 'share',
    min: 0.3,
    max: 1,
    step: 0.01,
    group: 'What survives',
  },
  minUnitTokens: {
    title: 'Smallest logical unit',
    says: 'A function, paragraph or statement counts as a unit from so many tokens on. “Before the first unit” ends when one is complete.',
    unit: 'tokens',
    min: 1,
    max: 200,
    step: 1,
    group: 'Units and acceptance',
  },
  horizonSteps: {
    title: 'Accepted after',
    says: 'Completed work that no master changed for so many steps is accepted by silence.',
    unit: 'steps',
    min: 1,
    max: 200,
    step: 1,
    group: 'Units and acceptance',
  },
  briefSimilarity: {
    title: 'Briefs alike from',
    says: 'Two briefs that share this much of their five-word pieces order the same work.',
    unit: 'share',
    min: 0.3,
    max: 1,
    step: 0.01,
    group: 'Work done again',
  },
  outputsJaccard: {
    title: 'Outputs alike from',
    says: 'Two tasks that share this much of their declared outputs order the same work.',
    unit: 'share',
    min: 0.1,
    max: 1,
    step: 0.01,
    group: 'Work done again',
  },
}

export const PARAMETER_NAMES = Object.keys(PARAMETER_MEANINGS) as (keyof typeof PARAMETER_MEANINGS)[]

/** `unknown` to a whole set, over `base` for what is left out; or a sentence that says what to mend. */
export function parseParameters(value: unknown, base: DetectorParameters = DETECTOR_PARAMETERS): DetectorParameters | { problem: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: '"parameters" must be an object of numbers.' }
  const parameters: Record<ParameterName, number> = { ...DETECTOR_PARAMETERS, ...base }
  for (const [name, given] of Object.entries(value)) {
    if (name === 'firstSteps') continue
    if (!isParameter(name)) return { problem: `There is no parameter ${JSON.stringify(name.slice(0, 60))}. There are ${PARAMETER_NAMES.join(', ')}.` }
    const { min, max, unit, title } = PARAMETER_MEANINGS[name]
    if (typeof given !== 'number' || !(given >= min && given <= max) || (unit !== 'share' && !Number.isInteger(given)))
      return { problem: `${title} (${name}) must be a ${unit === 'share' ? 'number' : 'whole number'} from ${min} to ${max}.` }
    parameters[name] = given
  }
  if (parameters.overwriteBelow > parameters.touchFrom) return { problem: 'Overwrite below (overwriteBelow) must not be above Touch from (touchFrom).' }
  return parameters
}

function isParameter(name: string): name is keyof typeof PARAMETER_MEANINGS {
  return Object.hasOwn(PARAMETER_MEANINGS, name)
}

export function sameParameters(a: DetectorParameters, b: DetectorParameters): boolean {
  return PARAMETER_NAMES.every((name) => a[name] === b[name])
}

const SETS_A_DETECTOR = 1_000_000

/**
 * One number for the detector and the set it read with, stored with every finding: findings of another
 * number are read again. With the built-in set it is the detector's own version.
 */
export function readingVersion({ version }: Pick<ParameterSet, 'version'>): number {
  return DETECTOR_VERSION + version * SETS_A_DETECTOR
}
