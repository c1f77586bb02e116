'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { getJson } from '@/components/providers/api'
import { watchSessions } from '@/lib/live/browser-wire'
import type { SessionSummary, SessionsChanged, SessionsPage } from '@/lib/live/protocol'
import { type Filters, matches, printFilters } from './filters'

const PAGE = 60

/** Running sessions first, whatever their age; then the others. Each state is paged on its own. */
interface PageParam {
  state: 'running' | 'ended'
  cursor?: string
}

interface Page extends SessionsPage {
  param: PageParam
}

export interface Sessions {
  /** In the order in which they were fetched: what arrives later changes rows in place or waits in `arrived`. */
  rows: SessionSummary[]
  facets: SessionsPage['facets'] | undefined
  /** Sessions that match and are not in `rows` yet. */
  arrived: number
  showArrived(): void
  loading: boolean
  error: Error | null
  retry(): void
  more: boolean
  loadMore(): void
  loadingMore: boolean
  connected: boolean
}

export function useSessions(filters: Filters): Sessions {
  const key = printFilters(filters)
  const query = useInfiniteQuery({
    queryKey: ['sessions', key],
    initialPageParam: { state: filters.state ?? 'running' } as PageParam,
    queryFn: async ({ pageParam, signal }): Promise<Page> => ({ ...(await fetchPage(filters, pageParam, signal)), param: pageParam }),
    getNextPageParam: (page: Page): PageParam | undefined => {
      if (page.next !== undefined) return { state: page.param.state, cursor: page.next }
      return page.param.state === 'running' && filters.state === undefined ? { state: 'ended' } : undefined
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const [changes, setChanges] = useState<ReadonlyMap<string, SessionSummary>>(new Map())
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set())
  const [connected, setConnected] = useState(true)
  const pages = query.data?.pages
  const { fetchNextPage, refetch } = query

  const rows = useMemo(() => {
    const seen = new Map<string, SessionSummary>()
    for (const page of pages ?? [])
      for (const session of page.sessions) if (!seen.has(session.id) && !removed.has(session.id)) seen.set(session.id, newer(session, changes.get(session.id)))
    return [...seen.values()]
  }, [pages, changes, removed])

  const arrived = useMemo(() => {
    const shown = new Set(rows.map((row) => row.id))
    const now = Date.now()
    return [...changes.values()].filter((session) => !shown.has(session.id) && !removed.has(session.id) && matches(filters, session, now))
  }, [rows, changes, removed, filters])

  // With nothing running the first page is empty; what is wanted is the next.
  const last = pages?.at(-1)
  const short = rows.length < PAGE && last !== undefined && last.next === undefined && last.param.state === 'running' && filters.state === undefined
  useEffect(() => {
    if (short && !query.isFetching) fetchNextPage({ cancelRefetch: false })
  }, [short, query.isFetching, fetchNextPage])

  const told = useRef({ changes, removed })
  told.current = { changes, removed }
  const showArrived = useCallback(() => {
    const asked = told.current
    refetch().then(() => {
      // What was told while the list was on its way may be newer than it.
      setChanges((now) => new Map([...now].filter(([id, session]) => asked.changes.get(id) !== session)))
      setRemoved((now) => new Set([...now].filter((id) => !asked.removed.has(id))))
    })
  }, [refetch])

  // An empty list has no row to protect: the first session shows itself.
  const empty = !query.isPending && rows.length === 0 && !short
  useEffect(() => {
    if (empty && arrived.length > 0) showArrived()
  }, [empty, arrived, showArrived])

  const filtersNow = useRef(filters)
  filtersNow.current = filters
  useEffect(() => {
    const take = (change: SessionsChanged) => {
      setChanges((before) => {
        const after = new Map(before)
        for (const session of change.sessions) after.set(session.id, newer(session, after.get(session.id)))
        return after
      })
      if (change.removed.length > 0) setRemoved((before) => new Set([...before, ...change.removed]))
    }
    return watchSessions({
      joined() {
        setConnected(true)
        // What changed since the list was read, or while we were away, comes in as any other change: rows keep their places.
        fetchPage(filtersNow.current, { state: 'running' }).then(
          ({ sessions }) => take({ sessions, removed: [] }),
          () => {},
        )
      },
      lost: () => setConnected(false),
      changed: take,
    })
  }, [])

  return {
    rows,
    facets: pages?.at(-1)?.facets,
    arrived: arrived.length,
    showArrived,
    loading: query.isPending || (rows.length === 0 && short),
    error: query.error,
    retry: () => void refetch(),
    more: query.hasNextPage,
    loadMore: () => void fetchNextPage({ cancelRefetch: false }),
    loadingMore: query.isFetchingNextPage,
    connected,
  }
}

function fetchPage(filters: Filters, param: PageParam, signal?: AbortSignal): Promise<SessionsPage> {
  const query = new URLSearchParams(printFilters({ ...filters, state: param.state }))
  query.set('limit', String(PAGE))
  if (param.cursor !== undefined) query.set('cursor', param.cursor)
  return getJson<SessionsPage>(`/api/v1/sessions?${query}`, signal)
}

function newer(a: SessionSummary, b: SessionSummary | undefined): SessionSummary {
  return b !== undefined && (b.head > a.head || (b.head === a.head && b.receivedAt >= a.receivedAt)) ? b : a
}
