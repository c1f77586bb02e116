import { type GrayGroup, type GrayTest, grayTest } from '../stats/gray'
import { holm } from '../stats/multiplicity'
import { watchedFrom } from '../stats/survival-data'
import { groupTasks } from './groups'
import type { Tasks } from './tasks'
import { CAUSES, FEWEST_AT_RISK, stillGoingAt, unwatched, watch } from './watch'

/** Whether the curves of tasks cut short are one. Plain JSON. */
export interface IncidenceTest {
  /** Curves that were compared, and the tokens from which on: where ten tasks of each were watched at once. */
  curves: number
  from: number
  /** The larger of the two below: sessions whose tasks are less alike than chance would have them are luck. */
  p: number
  clustered: number | undefined
  /** With every task for itself, as Gray's test is usually printed. */
  independent: number
  chi2: number
  df: number
  /** The same within workflows; undefined where there is one, or groups are workflows. */
  withinWorkflows: number | undefined
  /** Every two; `holm` over all of them. */
  pairs: { first: string; second: string; p: number; holm: number; independent: number }[]
  says: string
}

interface Curve {
  label: string
  members: Tasks
}

/** Undefined where fewer than two groups have a curve. */
export function incidenceTest(groups: readonly Curve[], { byWorkflow }: { byWorkflow: boolean }): IncidenceTest | undefined {
  const drawn = groups.flatMap(({ label, members }) => {
    const watched = watch(members, { clock: 'tokens', phases: 'before' })
    return unwatched(watched) || watched.trustedUntil === undefined ? [] : [{ label, members, from: watchedFrom(watched.data, FEWEST_AT_RISK) }]
  })
  if (drawn.length < 2) return undefined
  const from = Math.max(...drawn.map((curve) => curve.from))
  const curves = drawn.map(({ label, members }): Curve & { observed: GrayGroup } => {
    const later = from > 0 ? stillGoingAt(members, from) : members
    return { label, members: later, observed: observedOf(later) }
  })
  const all = grayTest([curves.map(({ observed }) => observed)], CAUSES)
  if (!all) return undefined
  const pairs = curves.flatMap((first, i) =>
    curves.slice(i + 1).flatMap((second) => {
      const test = grayTest([[first.observed, second.observed]], CAUSES)
      return test ? [{ first: first.label, second: second.label, p: largerOf(test), independent: test.p }] : []
    }),
  )
  const adjusted = holm(pairs.map(({ p }) => p))
  const p = largerOf(all)
  return {
    curves: curves.length,
    from,
    p,
    clustered: all.clustered?.p,
    independent: all.p,
    chi2: all.chi2,
    df: all.df,
    withinWorkflows: byWorkflow ? undefined : withinWorkflows(curves),
    pairs: pairs.map((pair, i) => ({ ...pair, holm: adjusted[i] ?? 1 })),
    says: saysIncidenceTest(curves.length, p),
  }
}

function observedOf(members: Tasks): GrayGroup {
  const { data, rows } = watch(members, { clock: 'tokens', phases: 'before' })
  const { session } = members.table
  return { data, cluster: rows.map((row) => session[row] as number) }
}

function largerOf({ p, clustered }: GrayTest): number {
  return Math.max(p, clustered?.p ?? 1)
}

function withinWorkflows(curves: readonly Curve[]): number | undefined {
  const parts = curves.map(({ members }) => new Map(groupTasks(members, ['workflow']).map(({ label, members: own }) => [label, own])))
  const workflows = new Set(parts.flatMap((own) => [...own.keys()]))
  if (workflows.size < 2) return undefined
  const strata = [...workflows].sort().map((workflow) =>
    curves.map(({ members }, i): GrayGroup => {
      const own = parts[i]?.get(workflow)
      return observedOf(own ?? members.withRows(new Int32Array(0)))
    }),
  )
  const test = grayTest(strata, CAUSES)
  return test && largerOf(test)
}

function saysIncidenceTest(curves: number, p: number): string {
  const which = curves === 2 ? 'the two curves' : `the ${curves} curves`
  const said = p < 0.001 ? 'p below .001' : `p ${p.toFixed(3).replace(/^0/, '')}`
  return p < 0.05
    ? `More than chance lies between ${which} of tasks cut short (Gray’s test, clustered by session, ${said}).`
    : `Chance alone can explain what lies between ${which} of tasks cut short (Gray’s test, clustered by session, ${said}).`
}
