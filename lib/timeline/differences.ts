import type { Intervention, InterventionKind } from '@/lib/core/interventions'
import { COUNTED_KINDS } from '@/lib/core/interventions'
import type { SessionState } from '@/lib/core/session'
import { standingFindings } from '@/lib/core/set-aside'

/** What a session comes to, in the figures in which two runs are held against one another. Undefined: not known. */
export interface RunSums {
  agents: number
  tasks: number
  turns: number
  calls: number
  outputTokens: number | undefined
  /** Some of the tokens are our estimate, or some turns tell none. */
  tokensPartial: boolean
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
  for (const { role } of state.agents.values()) if (role !== 'human' && role !== 'harness') agents++
  const interventions = new Map<InterventionKind, number>()
  const overwritten = new Set<string>()
  for (const { kind, artifact } of standingFindings(state, findings)) {
    if (COUNTED_KINDS.has(kind)) interventions.set(kind, (interventions.get(kind) ?? 0) + 1)
    if (kind === 'overwrite' && artifact !== undefined) overwritten.add(artifact)
  }
  const { totals, firstAt, lastAt } = state
  return {
    agents,
    tasks: state.tasks.size,
    turns: state.turns.size,
    calls: state.calls.size,
    outputTokens: totals.turnsWithUsage > 0 ? totals.outputTokens : undefined,
    tokensPartial: totals.turnsWithEstimate > 0 || totals.turnsWithUsage < state.turns.size,
    duration: firstAt === undefined || lastAt === undefined ? undefined : (state.facts.endedAt ?? lastAt) - (state.facts.startedAt ?? firstAt),
    interventions,
    overwritten,
  }
}

export interface Overwrites {
  both: string[]
  onlyA: string[]
  onlyB: string[]
}

/** Paths are compared as they are written, and where that finds nothing by what they end in: two runs in two folders. */
export function compareOverwritten(a: ReadonlySet<string>, b: ReadonlySet<string>): Overwrites {
  const [left, right] = [...a].some((path) => b.has(path)) ? [keyed(a, 0), keyed(b, 0)] : [keyed(a, commonFolder(a)), keyed(b, commonFolder(b))]
  const both = [...left.keys()].filter((key) => right.has(key))
  return {
    both: both.sort(),
    onlyA: [...left].flatMap(([key, path]) => (right.has(key) ? [] : [path])).sort(),
    onlyB: [...right].flatMap(([key, path]) => (left.has(key) ? [] : [path])).sort(),
  }
}

function keyed(paths: ReadonlySet<string>, from: number): Map<string, string> {
  return new Map([...paths].map((path) => [path.slice(from), path]))
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
