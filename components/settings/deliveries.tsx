'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { getJson } from '@/components/providers/api'
import { formatExact, formatMinute, formatRough } from '@/components/text/clock'
import { Button } from '@/components/ui/button'

export interface Delivery {
  id: number
  webhook: string
  session?: string
  sessionName?: string
  test?: true
  state: 'waiting' | 'delivered' | 'given up'
  attempts: number
  mostAttempts: number
  createdAt: number
  nextAt?: number
  endedAt?: number
  status?: number
  error?: string
  body?: string
}

const AGAIN_MS = 5_000

/** What was told, newest first. */
export function Deliveries({ names }: { names: ReadonlyMap<string, string> }) {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['deliveries'],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      getJson<{ deliveries: Delivery[]; before?: number }>(`/api/v1/deliveries${pageParam > 0 ? `?before=${pageParam}` : ''}`, signal),
    getNextPageParam: ({ before }) => before,
    refetchInterval: AGAIN_MS,
  })
  const deliveries = data?.pages.flatMap((page) => page.deliveries) ?? []
  return (
    <div className="mt-5">
      <h3 className="mb-1 text-sm font-medium">Deliveries</h3>
      {error && (
        <p role="alert" className="text-sm text-unknown">
          {error.message}
        </p>
      )}
      {data && deliveries.length === 0 && <p className="text-sm text-quiet">Nothing was told yet.</p>}
      {deliveries.length > 0 && (
        <ul aria-label="Deliveries, newest first" className="divide-y rounded-md border bg-surface">
          {deliveries.map((delivery) => (
            <li key={delivery.id}>
              <details className="group">
                <summary className="flex cursor-pointer list-none flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3.5 py-2 text-sm -outline-offset-2">
                  <span className="text-xs text-quiet" title={formatExact(delivery.createdAt)}>
                    {formatMinute(delivery.createdAt)}
                  </span>
                  <span className="min-w-0 truncate font-medium">{names.get(delivery.webhook) ?? delivery.webhook}</span>
                  <span className="min-w-0 flex-1 truncate text-quiet">{delivery.test ? 'a test' : delivery.sessionName}</span>
                  <span className={delivery.state === 'delivered' ? 'text-accepted' : 'text-quiet'}>{stateWords(delivery)}</span>
                </summary>
                <div className="space-y-2 px-3.5 pb-3 text-xs text-quiet">
                  {delivery.error !== undefined && <p className="break-words">Last attempt: {delivery.error}</p>}
                  {delivery.session !== undefined && (
                    <Link href={`/sessions/${encodeURIComponent(delivery.session)}`} prefetch={false} className="underline">
                      Open the session
                    </Link>
                  )}
                  {delivery.body === undefined ? (
                    <p>What was sent is kept for thirty days.</p>
                  ) : (
                    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard, too
                    <pre tabIndex={0} className="max-h-60 overflow-auto rounded bg-surface-2 p-2 whitespace-pre-wrap">
                      {pretty(delivery.body)}
                    </pre>
                  )}
                </div>
              </details>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button look="bare" className="mt-2" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older
        </Button>
      )}
    </div>
  )
}

function stateWords({ state, attempts, mostAttempts, nextAt, status }: Delivery): string {
  switch (state) {
    case 'delivered':
      return attempts > 1 ? `delivered at attempt ${attempts}` : `delivered${status === undefined ? '' : ` (${status})`}`
    case 'given up':
      return attempts > 1 ? `given up after ${attempts} attempts` : 'failed'
    case 'waiting':
      if (attempts === 0 || nextAt === undefined) return 'waiting'
      return `attempt ${attempts} of ${mostAttempts} failed, again in ${formatRough(Math.max(0, nextAt - Date.now()))}`
    default: {
      const impossible: never = state
      return impossible
    }
  }
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
