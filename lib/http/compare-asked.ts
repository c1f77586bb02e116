import { DETECTOR_PARAMETERS } from '@/lib/core/interventions'
import { MARGIN } from '@/lib/core/metrics/compare'
import { COMPARE_FILTERS, type CompareFilter, SIMULATED_CHOICES, type SimulatedChoice } from '@/lib/core/metrics/compare-protocol'
import type { DetailsOptions } from '@/lib/core/metrics/details'
import { GROUP_KEYS, type GroupKey } from '@/lib/core/metrics/groups'
import { DEFAULT_K } from '@/lib/core/metrics/overwrite-rate'
import type { Choice } from '@/lib/core/metrics/task-store'
import type { ProjectId } from '@/lib/core/project'
import { parseTime, type ReadQuery } from './parse-time'
import { Refused } from './problem'

const MOST_K = 1_000

/** What a comparison is asked for: which tasks, in which groups, by which measure. */
export interface Asked extends DetailsOptions, Choice {
  simulated: SimulatedChoice
  only: Partial<Record<CompareFilter, string>>
}

/** Throws Refused. */
export function parseAsked(read: ReadQuery, project: ProjectId): Asked {
  const by = (read('by') ?? 'masterModel').split(',').filter(Boolean)
  const unknown = by.find((key) => !(GROUP_KEYS as readonly string[]).includes(key))
  if (unknown !== undefined || by.length === 0 || by.length > 2 || by[0] === by[1])
    throw new Refused('bad_request', `"by" must be one or two different ones of ${GROUP_KEYS.join(', ')}, with a comma between.`)
  const number = (name: string, otherwise: number, least: number, most: number, whole: boolean) => {
    const text = read(name)
    if (text === undefined || text === '') return otherwise
    const value = Number(text)
    if (!(value >= least && value <= most) || (whole && !Number.isInteger(value)))
      throw new Refused('bad_request', `"${name}" must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`)
    return value
  }
  const simulated = read('simulated') ?? 'include'
  if (!isChoice(simulated)) throw new Refused('bad_request', `"simulated" must be one of ${SIMULATED_CHOICES.join(', ')}.`)
  const only: Asked['only'] = {}
  for (const name of COMPARE_FILTERS) {
    const value = read(name)?.slice(0, 400)
    if (value) only[name] = value
  }
  return {
    project,
    by: by as GroupKey[],
    k: number('k', DEFAULT_K, 1, MOST_K, true),
    theta: number('theta', DETECTOR_PARAMETERS.overwriteBelow, 0.3, 0.95, false),
    min: number('min', 1, 1, 1_000_000, true),
    margin: number('margin', MARGIN, 0.01, 0.5, false),
    since: parseTime(read, 'since'),
    until: parseTime(read, 'until'),
    simulated,
    only,
  }
}

function isChoice(text: string): text is SimulatedChoice {
  return (SIMULATED_CHOICES as readonly string[]).includes(text)
}
