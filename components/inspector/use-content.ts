'use client'

import { useQuery } from '@tanstack/react-query'
import { ApiError, getText } from '@/components/providers/api'
import { useSessionPath } from '@/components/providers/session-source'
import { type Content, isContentRef } from '@/lib/core/content'

export type Loaded = { kind: 'text'; text: string } | { kind: 'loading' } | { kind: 'failed'; why: string } | { kind: 'absent' }

/** A text by its hash never changes, so it is fetched once and kept. */
export function useContent(sessionId: string, content: Content | undefined, enabled = true): Loaded {
  const ref = content !== undefined && isContentRef(content) ? content : undefined
  const path = useSessionPath(sessionId)
  const query = useQuery({
    queryKey: ['content', sessionId, ref?.hash],
    queryFn: ({ signal }) => getText(`${path}/content/${ref?.hash}`, signal),
    enabled: ref !== undefined && enabled,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 300_000,
  })
  if (content === undefined) return { kind: 'absent' }
  if (typeof content === 'string') return { kind: 'text', text: content }
  if (query.data !== undefined) return { kind: 'text', text: query.data }
  if (query.error) return { kind: 'failed', why: query.error.message }
  return { kind: 'loading' }
}

/** What a turn has said: fetched again while it goes on. */
export function useTurnText(sessionId: string, turnId: string | undefined, running: boolean): Loaded {
  const path = useSessionPath(sessionId)
  const query = useQuery({
    queryKey: ['turn-text', sessionId, turnId],
    queryFn: async ({ signal }) => {
      try {
        return await getText(`${path}/turns/${encodeURIComponent(turnId ?? '')}/text`, signal)
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return ''
        throw error
      }
    },
    enabled: turnId !== undefined,
    refetchInterval: running ? 600 : false,
    staleTime: running ? 0 : 30_000,
  })
  if (turnId === undefined) return { kind: 'absent' }
  if (query.data !== undefined) return query.data === '' ? { kind: 'absent' } : { kind: 'text', text: query.data }
  if (query.error) return { kind: 'failed', why: query.error.message }
  return { kind: 'loading' }
}
