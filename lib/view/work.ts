/** What of the agents' work is shown. A part of the view, and of its address; which agents, is `LaneView`'s. */
export interface WorkFilter {
  /** Kinds of work that are left out, in the order of `WORK_KINDS`. */
  without: readonly WorkKind[]
  /** Only work of these models, as canonical names; `''` is work whose model nobody told. Empty for all. */
  models: readonly string[]
  /** Words that what a bar says, calls or writes must hold. Empty for all. */
  words: string
}

/** `turn`: thinking and prose; `message`: of people. */
export const WORK_KINDS = ['turn', 'write', 'tool', 'check', 'delegation', 'message'] as const
export type WorkKind = (typeof WORK_KINDS)[number]

export const ALL_WORK: WorkFilter = { without: [], models: [], words: '' }

const NAMES = { without: 'without', models: 'models', words: 'words' } as const
export const WORK_PARAMETERS: readonly string[] = Object.values(NAMES)

export function parseWork(query: URLSearchParams): WorkFilter {
  const left = new Set((query.get(NAMES.without) ?? '').split(','))
  const filter: WorkFilter = {
    without: WORK_KINDS.filter((kind) => left.has(kind)),
    models: [...new Set(query.getAll(NAMES.models))],
    words: query.get(NAMES.words) ?? '',
  }
  return isAllWork(filter) ? ALL_WORK : filter
}

export function writeWork(query: URLSearchParams, { without, models, words }: WorkFilter): void {
  if (without.length > 0) query.set(NAMES.without, without.join(','))
  for (const model of models) query.append(NAMES.models, model)
  if (words !== '') query.set(NAMES.words, words)
}

export function isAllWork({ without, models, words }: WorkFilter): boolean {
  return without.length === 0 && models.length === 0 && words === ''
}
