'use client'

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { onActivity } from '@/components/comments/activity-watch'
import { Header } from '@/components/chrome/header'
import { useMe } from '@/components/people/me'
import { getJson } from '@/components/providers/api'
import { useNow } from '@/components/providers/use-now'
import { Button } from '@/components/ui/button'
import { EmptyState, ErrorNote, Skeleton } from '@/components/ui/notes'
import { type Activity, ActivityLine } from './activity-line'

interface Page {
  lines: Activity[]
  next?: number
}

const KEY = ['activity']
const REFRESH_MS = 60_000

/** What happened in the project, newest first. Nothing here rings, counts or waits for an answer. */
export function ActivityPage() {
  const client = useQueryClient()
  const me = useMe()
  const now = useNow(30_000)
  const [mine, setMine] = useState(false)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: KEY,
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) => getJson<Page>(`/api/v1/activity${pageParam === undefined ? '' : `?before=${pageParam}`}`, signal),
    getNextPageParam: (page) => page.next,
    refetchInterval: REFRESH_MS,
  })
  const project = me?.project
  useEffect(() => {
    if (project === undefined) return
    return onActivity(project, () => void client.invalidateQueries({ queryKey: KEY }))
  }, [client, project])
  const all = data?.pages.flatMap((page) => page.lines) ?? []
  const named = (line: Activity) => line.kind === 'comment' && me?.id !== undefined && line.mentions.includes(me.id)
  const lines = mine ? all.filter(named) : all
  return (
    <div className="flex min-h-dvh flex-col">
      <Header />
      <main className="mx-auto w-full max-w-3xl flex-1 px-4 py-6 sm:px-5">
        <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
          <div>
            <h1 className="text-xl font-semibold tracking-tight">Activity</h1>
            <p className="mt-1 text-sm text-quiet">Comments, verdicts, links, and what came in.</p>
          </div>
          {me?.kind === 'user' && (
            <div className="flex gap-1.5">
              <Button pressed={!mine} onClick={() => setMine(false)}>
                Everything
              </Button>
              <Button pressed={mine} onClick={() => setMine(true)}>
                Names me
              </Button>
            </div>
          )}
        </div>
        {error && (
          <ErrorNote title="The activity could not be read" action={<Button onClick={() => void refetch()}>Try again</Button>}>
            {error.message}
          </ErrorNote>
        )}
        {!data && !error && <Skeleton className="h-64 w-full rounded-md" />}
        {data && lines.length === 0 && (
          <div className="rounded-md border py-10">
            <EmptyState title={mine ? 'Nobody has named you' : 'Nothing has happened yet'}>
              {mine ? (
                hasNextPage && 'In what is shown here; there is more below.'
              ) : (
                <>
                  Comments are written beside a turn or an intervention.{' '}
                  <Link href="/sessions" className="underline underline-offset-2">
                    To the sessions
                  </Link>
                </>
              )}
            </EmptyState>
          </div>
        )}
        {lines.length > 0 && (
          <ol aria-label="What happened" className="divide-y rounded-md border bg-surface">
            {lines.map((line) => (
              <ActivityLine key={`${line.kind} ${line.id}`} line={line} now={now} named={named(line)} />
            ))}
          </ol>
        )}
        {hasNextPage && (
          <Button look="bare" className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Older
          </Button>
        )}
      </main>
    </div>
  )
}
