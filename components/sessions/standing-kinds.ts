import type { Intervention, InterventionKind } from '@/lib/core/interventions'
import type { SessionState } from '@/lib/core/session'
import { setAsideOf } from '@/lib/core/set-aside'
import { countsBy } from '@/lib/core/tally'

const kinds = countsBy<Intervention, 'kind'>(['kind'], ({ kind }) => kind)

/** How many findings there are of each kind, those that were set aside left out; no object is made of a finding in columns. */
export function standingKinds(state: Pick<SessionState, 'verdicts'>, findings: ReadonlyMap<string, Intervention>): ReadonlyMap<InterventionKind, number> {
  const counts = new Map(kinds.of(findings)) as Map<InterventionKind, number>
  for (const id of setAsideOf(state).keys()) {
    const kind = findings.get(id)?.kind
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) - 1)
  }
  return counts
}
