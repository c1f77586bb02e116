'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Header } from '@/components/chrome/header'
import { getJson } from '@/components/providers/api'
import { useKeptAt } from '@/components/providers/session-source'
import { formatMinute } from '@/components/text/clock'
import { formatCount, plural } from '@/components/text/count'
import { Button } from '@/components/ui/button'
import { EmptyState, ErrorNote } from '@/components/ui/notes'
import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import { Figures, PageSkeleton, REFRESH_MS } from './body'
import { reportedFor } from './figures'
import { type CompareQuery, parseQuery } from './query'
import { choiceWords, groupingWords } from './query-words'

/** The compare page as a link shows it: its sender's choice, to look at only. `path` of the API; `view` says what was chosen, the server chooses it. */
export function SharedCompare({ path, view }: { path: string; view: string }) {
  const keptAt = useKeptAt()
  const query = useMemo(() => parseQuery(new URLSearchParams(view)), [view])
  const { data, error, refetch } = useQuery({
    queryKey: ['shared', path, 'compare'],
    queryFn: ({ signal }) => getJson<CompareAnswer>(`${path}/compare`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
  const below = useQuery({
    queryKey: ['shared', path, 'compare', 'details'],
    queryFn: ({ signal }) => getJson<CompareDetailsAnswer>(`${path}/compare/details`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
  const failed = error ?? below.error
  const canReport = query.by === 'masterModel' && !query.second
  const reported = canReport && (query.reported ?? data?.groups.some((group) => reportedFor(group) !== undefined) ?? false)
  return (
    <div className="flex min-h-dvh flex-col">
      <Header crumbs={<span className="truncate text-sm text-quiet">{keptAt === undefined ? 'Shared with you' : `Saved ${formatMinute(keptAt)}`}</span>} />
      <main className="flex flex-1 flex-col">
        {failed && (
          <div className="p-4">
            <ErrorNote
              title={data ? 'The newest figures could not be read' : 'The figures could not be read'}
              action={<Button onClick={() => void refetch()}>Try again</Button>}
            >
              {failed.message} {data && 'What is shown is what was read before.'}
            </ErrorNote>
          </div>
        )}
        {!data && !error && <PageSkeleton />}
        {data && (
          <>
            <Head answer={data} query={query} />
            {data.groups.length === 0 ? (
              <EmptyState title="No delegated task matches">
                <p>There is no task in this choice, or no longer.</p>
              </EmptyState>
            ) : (
              <Figures answer={data} details={below.data} query={query} reported={reported} />
            )}
          </>
        )}
      </main>
    </div>
  )
}

/** What was chosen, in words: nothing of it can be changed here. */
function Head({ answer, query }: { answer: CompareAnswer; query: CompareQuery }) {
  const chosen = [...choiceWords(query), ...(answer.simulatedLeftOut > 0 ? ['Simulated tasks left out'] : [])]
  const { k, theta } = answer.options
  return (
    <div className="border-b px-4 py-3 sm:px-5">
      <h1 className="text-base font-semibold tracking-tight break-words">Compared {groupingWords(query)}</h1>
      <p className="mt-1 text-xs break-words text-quiet [unicode-bidi:isolate]">{chosen.length === 0 ? 'Every task of every session.' : chosen.join(' · ')}</p>
      <p role="status" className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-quiet">
        <span>
          {plural(answer.sessions, 'session')} · {plural(answer.tasks, 'task')} · intervals 95 %, clustered by session · within {k} steps · overwritten below{' '}
          {theta}
          {answer.running > 0 && <> · {answer.running === 1 ? 'one session is' : `${formatCount(answer.running)} sessions are`} running: figures move</>}
        </span>
        {answer.simulatedTasks > 0 && (
          <span className="rounded border px-1.5 text-text">
            {answer.simulatedTasks === answer.tasks ? 'All of these tasks are simulated' : `${formatCount(answer.simulatedTasks)} of these tasks are simulated`}
          </span>
        )}
      </p>
    </div>
  )
}
