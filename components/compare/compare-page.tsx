'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { useMemo, useState } from 'react'
import { Header } from '@/components/chrome/header'
import { usePlace } from '@/components/connect/place'
import { backseat } from '@/components/connect/systems/system'
import { getJson } from '@/components/providers/api'
import { PlaySample } from '@/components/sessions/play-sample'
import { useMayShare } from '@/components/share/use-may-share'
import { formatCount, plural } from '@/components/text/count'
import { Button, buttonClass } from '@/components/ui/button'
import { copyText } from '@/components/ui/copy-button'
import { EmptyState, ErrorNote } from '@/components/ui/notes'
import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import { Figures, type FiguresProps, PageSkeleton, REFRESH_MS } from './body'
import { type Change, Controls, HeadLine } from './controls'
import { reportedFor } from './figures'
import { apiQuery, type CompareQuery, NOTHING_ASKED, parseQuery, printQuery } from './query'

const ShareDialog = dynamic(() => import('@/components/share/share-dialog').then((module) => module.ShareDialog), { ssr: false })

/** Which master lets its agents work: groups of recorded tasks beside one another. */
export function ComparePage() {
  const address = useSearchParams()
  const query = useMemo(() => parseQuery(new URLSearchParams(address)), [address])
  const text = apiQuery(query)
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['compare', text],
    queryFn: ({ signal }) => getJson<CompareAnswer>(`/api/v1/compare?${text}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
  const below = useQuery({
    queryKey: ['compare', 'details', text],
    queryFn: ({ signal }) => getJson<CompareDetailsAnswer>(`/api/v1/compare/details?${text}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
  const failed = error ?? below.error
  const change = (patch: Partial<CompareQuery>) => {
    const next = printQuery({ ...query, ...patch })
    // the address alone: what it names is fetched from the API, not from the page's server
    history.replaceState(null, '', next === '' ? '/compare' : `/compare?${next}`)
  }
  const canReport = query.by === 'masterModel' && !query.second
  const reported = canReport && (query.reported ?? data?.groups.some((group) => reportedFor(group) !== undefined) ?? false)
  return (
    <div className="flex min-h-dvh flex-col">
      <Header
        actions={
          data &&
          data.tasks > 0 && (
            <span className="hidden items-center gap-2 sm:flex">
              <a href={`/api/v1/compare.csv?${text}`} download className={buttonClass('plain')}>
                Export CSV
              </a>
              <a
                href={`/api/v1/compare.html?${text}${query.reported === undefined ? '' : `&reported=${query.reported ? 1 : 0}`}`}
                download
                className={buttonClass('plain')}
                title="One HTML file with these figures, which opens without a server"
              >
                Save as file
              </a>
              <ShareOrCopy query={query} />
            </span>
          )
        }
      />
      <main className="flex flex-1 flex-col">
        <h1 className="sr-only">Compare</h1>
        {failed && (
          <div className="p-4">
            <ErrorNote
              title={data ? 'The newest figures could not be read' : 'The figures could not be read'}
              action={
                <Button
                  onClick={() => {
                    void refetch()
                    void below.refetch()
                  }}
                >
                  Try again
                </Button>
              }
            >
              {failed.message} {data && 'What is shown is what was read before.'}
            </ErrorNote>
          </div>
        )}
        {!data && !error && <PageSkeleton />}
        {data && data.recorded === 0 && <NoData />}
        {data && data.recorded > 0 && (
          <>
            <Controls query={query} answer={data} change={change} />
            <HeadLine answer={data} query={query} change={change} reported={canReport ? reported : undefined} />
            {data.groups.length === 0 ? (
              <Nothing answer={data} query={query} change={change} />
            ) : (
              <div aria-busy={isPlaceholderData} className={isPlaceholderData ? 'opacity-60 transition-opacity' : ''}>
                <Figures answer={data} details={below.data} query={query} reported={reported} change={change} />
              </div>
            )}
          </>
        )}
      </main>
    </div>
  )
}

/** Sessions are recorded, and this choice shows none of their tasks: why, and the way out. */
function Nothing({ answer, query, change }: Pick<FiguresProps, 'answer' | 'query'> & { change: Change }) {
  if (answer.tasks > 0)
    return (
      <EmptyState title={`No group has ${formatCount(query.min)} tasks`}>
        <p className="mb-3">
          {plural(answer.leftOut.groups, 'group')} with {plural(answer.tasks, 'task')} together {answer.leftOut.groups === 1 ? 'is' : 'are'} smaller than asked
          for.
        </p>
        <Button onClick={() => change({ min: NOTHING_ASKED.min })}>Show small groups too</Button>
      </EmptyState>
    )
  if (printQuery({ ...query, by: NOTHING_ASKED.by, second: undefined }) === '')
    return (
      <EmptyState title="Nothing was delegated">
        <p>
          {plural(answer.recorded, 'session')} recorded, and in none of them did one agent give a task to another. What is compared here is what becomes of such
          tasks.
        </p>
      </EmptyState>
    )
  return (
    <EmptyState title="No delegated task matches">
      <p className="mb-3">Sessions are recorded, but none of their tasks is in this choice.</p>
      <Button onClick={() => change(NOTHING_ASKED)}>Show all tasks</Button>
    </EmptyState>
  )
}

/** Where people sign in a link may be for others; else the page's address is all there is. */
function ShareOrCopy({ query }: { query: CompareQuery }) {
  const mayShare = useMayShare()
  const [sharing, setSharing] = useState(false)
  const [copied, setCopied] = useState(false)
  if (!mayShare)
    return (
      <Button
        look="strong"
        onClick={async () => {
          setCopied(await copyText(location.href))
          setTimeout(() => setCopied(false), 2000)
        }}
      >
        <span aria-live="polite">{copied ? 'Copied' : 'Copy link'}</span>
      </Button>
    )
  const asked = printQuery(query)
  return (
    <>
      <Button look="strong" onClick={() => setSharing(true)}>
        Share
      </Button>
      {sharing && (
        <ShareDialog
          of={{ kind: 'compare', query: asked }}
          query={asked}
          address={`${location.origin}/compare${asked && `?${asked}`}`}
          onClose={() => setSharing(false)}
        />
      )}
    </>
  )
}

function NoData() {
  const place = usePlace()
  return (
    <div className="mx-auto w-full max-w-xl px-4 py-20 text-center">
      <h2 className="text-xl font-semibold tracking-tight">Nothing to compare yet</h2>
      <p className="mt-2 mb-5 text-base text-quiet">
        Here stand, side by side, how often each master cuts its sub-agents short, how soon, and whether its rewrites help. It takes recorded sessions: about 30
        tasks in five sessions a group for a first honest interval.
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <Link href="/connect" className={buttonClass('strong')}>
          Connect your agents
        </Link>
        <PlaySample />
      </div>
      <p className="mt-4 text-sm text-quiet">
        Or read what was recorded: <code className="text-text">{backseat(place, 'import ~/.claude/projects')}</code>
      </p>
    </div>
  )
}
