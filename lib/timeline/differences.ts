import type { Intervention, InterventionKind } from '@/lib/core/interventions'
import { COUNTED_KINDS } from '@/lib/core/interventions'
import { type OutputTokens, outputTokens, sumOutputTokens } from '@/lib/core/output-tokens'
import type { Agent, SessionState } from '@/lib/core/session'
import { standingFindings } from '@/lib/core/set-aside'
import type { Slices } from '@/lib/core/slices'

/** What a session comes to, in the figures in which two runs are held against one another. Undefined: not known. */
export interface RunSums {
  agents: number
  tasks: number
  turns: number
  calls: number
  output: OutputTokens
  /** ms from the first event to the last. */
  duration: number | undefined
  /** Interventions that count, by kind. */
  interventions: ReadonlyMap<InterventionKind, number>
  /** Files of which a master overwrote delegated work. */
  overwritten: ReadonlySet<string>
}

/** O(agents + tasks + findings): a long session costs no more than a short one. */
export function sumsOf(state: SessionState, findings: Iterable<Intervention>): RunSums {
  let agents = 0
  for (const agent of state.agents.values()) if (isCounted(agent)) agents++
  const interventions = new Map<InterventionKind, number>()
  const overwritten = new Set<string>()
  for (const { kind, artifact } of standingFindings(state, findings)) {
    if (COUNTED_KINDS.has(kind)) interventions.set(kind, (interventions.get(kind) ?? 0) + 1)
    if (kind === 'overwrite' && artifact !== undefined) overwritten.add(artifact)
  }
  const { firstAt, lastAt } = state
  return {
    agents,
    tasks: state.tasks.size,
    turns: state.turns.size,
    calls: state.calls.size,
    output: outputTokens(state),
    duration: firstAt === undefined || lastAt === undefined ? undefined : (state.facts.endedAt ?? lastAt) - (state.facts.startedAt ?? firstAt),
    interventions,
    overwritten,
  }
}

/** The same for whoever must not be away for long: of a session that has just been read, all turns are read once. */
export function* countSums(state: SessionState, findings: Iterable<Intervention>): Slices<RunSums> {
  yield* sumOutputTokens(state)
  return sumsOf(state, findings)
}

/** Who works. */
export function isCounted({ role }: Pick<Agent, 'role'>): boolean {
  return role !== 'human' && role !== 'harness'
}

/** Files that a master overwrote in just these runs, by their number. */
export interface Overwrites {
  runs: readonly number[]
  paths: readonly string[]
}

/**
 * Every set of runs that has such files of its own, the larger sets first. Paths are compared as they are written, and
 * where that finds nothing by what they end in: runs in folders of their own.
 */
export function compareOverwritten(sets: readonly ReadonlySet<string>[]): Overwrites[] {
  const shared = sets.some((paths, i) => [...paths].some((path) => sets.some((others, j) => j > i && others.has(path))))
  const runsOf = new Map<string, { runs: number[]; path: string }>()
  for (const [run, paths] of sets.entries()) {
    const from = shared ? 0 : commonFolder(paths)
    for (const path of paths) {
      const key = path.slice(from)
      const known = runsOf.get(key)
      if (known) {
        known.runs.push(run)
        // what is told of several is what they have in common
        known.path = key
      } else runsOf.set(key, { runs: [run], path })
    }
  }
  const groups = new Map<string, { runs: number[]; paths: string[] }>()
  for (const { runs, path } of runsOf.values()) {
    const key = runs.join()
    const group = groups.get(key)
    if (group) group.paths.push(path)
    else groups.set(key, { runs, paths: [path] })
  }
  for (const { paths } of groups.values()) paths.sort()
  return [...groups.values()].sort((x, y) => y.runs.length - x.runs.length || (x.runs.join() < y.runs.join() ? -1 : 1))
}

/** Length of the folders that all paths begin with. */
function commonFolder(paths: ReadonlySet<string>): number {
  const all = [...paths]
  const first = all[0] ?? ''
  let length = first.lastIndexOf('/') + 1
  for (const path of all) while (length > 0 && !path.startsWith(first.slice(0, length))) length = first.lastIndexOf('/', length - 2) + 1
  return length
}

/** The task of another run that is this one's counterpart: the same title or outputs, else the same place in the order. */
export function counterpart(task: string, of: SessionState, among: SessionState): string | undefined {
  const own = of.tasks.get(task as never)
  if (!own) return undefined
  const inOrder = (state: SessionState) =>
    [...state.tasks.values()].sort(
      (x, y) => (x.delegatedAt ?? Number.POSITIVE_INFINITY) - (y.delegatedAt ?? Number.POSITIVE_INFINITY) || (x.id < y.id ? -1 : 1),
    )
  const others = inOrder(among)
  const named = others.find(
    ({ title, outputs }) => (own.title !== undefined && title === own.title) || (own.outputs?.length && outputs?.join('\n') === own.outputs.join('\n')),
  )
  return (named ?? others[inOrder(of).findIndex(({ id }) => id === own.id)])?.id
}
