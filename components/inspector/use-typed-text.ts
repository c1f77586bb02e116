import { useQuery } from '@tanstack/react-query'
import { getPace } from '@/components/providers/pace'
import { useSessionPath } from '@/components/providers/session-source'
import { shareAt } from '@/lib/core/pace'
import type { Turn } from '@/lib/core/session'
import type { SessionStore } from '@/lib/live/session-store'
import { typedAt } from '@/lib/timeline/replay'
import { type Loaded, useContent, useTurnText } from './use-content'

export interface Typed {
  text: Loaded
  /** How it comes: as it was recorded, or evenly over the turn where nobody told it piece by piece. */
  pace: 'recorded' | 'even'
}

/**
 * In a replay, what a turn that is under way at its moment had said by then. Undefined: there is no replay,
 * or the turn had ended.
 */
export function useTypedText({ whole, clock, state }: SessionStore, turn: Turn): Typed | undefined {
  const types = whole !== undefined && clock !== undefined && turn.endedAt === undefined
  const said = types ? whole.state.turns.get(turn.id) : undefined
  const path = useSessionPath(state.id)
  const { data: pace, isPending } = useQuery({
    queryKey: ['pace', state.id, turn.id],
    queryFn: async ({ signal }) => (await getPace(path, turn.id, signal)) ?? null,
    enabled: said?.streamedAt !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const told = useContent(state.id, said?.output, said !== undefined)
  const streamed = useTurnText(state.id, said && said.output === undefined ? said.id : undefined, false)
  if (!said || clock === undefined) return undefined
  const text = said.output === undefined ? streamed : told
  if (text.kind !== 'text') return { text, pace: 'even' }
  if (said.streamedAt !== undefined && isPending) return { text: { kind: 'loading' }, pace: 'recorded' }
  const share = pace ? shareAt(pace, clock) : evenShare(said, clock)
  const shown = typedAt(text.text, share)
  return { text: shown === '' ? { kind: 'absent' } : { kind: 'text', text: shown }, pace: pace ? 'recorded' : 'even' }
}

function evenShare({ startedAt, streamedAt, endedAt }: Turn, clock: number): number {
  const end = endedAt ?? streamedAt
  if (startedAt === undefined || end === undefined || end <= startedAt) return 0
  return (clock - startedAt) / (end - startedAt)
}
