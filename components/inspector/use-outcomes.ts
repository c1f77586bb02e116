'use client'

import { useQuery } from '@tanstack/react-query'
import { getJson, sessionPath } from '@/components/providers/api'
import { useSharedSource } from '@/components/providers/session-source'
import { countChecks } from '@/components/sessions/figures'
import type { OutcomesAnswer } from '@/lib/core/checks/outcomes-answer'
import type { SessionStore } from '@/lib/live/session-store'

/** Checks before and after each change; asked for again when a check or a finding has come. */
export function useOutcomes(store: SessionStore, enabled = true): OutcomesAnswer | undefined {
  // asked of the whole run, once: a replay shows what its moment knows of it
  const { state, findings } = store.whole ?? store
  // What checks said is texts of the log, which a link shows one by one only.
  const shared = useSharedSource() !== undefined
  const { known, unknown } = countChecks(state)
  const checks = known + unknown
  const { data } = useQuery({
    queryKey: ['outcomes', state.id, checks, findings.size, state.writes.size],
    queryFn: ({ signal }) => getJson<OutcomesAnswer>(`${sessionPath(state.id)}/outcomes`, signal),
    enabled: enabled && !shared && findings.size > 0,
    placeholderData: (before) => before,
    staleTime: 5_000,
  })
  return data
}
