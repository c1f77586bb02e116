'use client'

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Header } from '@/components/chrome/header'
import { getJson } from '@/components/providers/api'
import { KindBadge } from '@/components/sessions/kind-badge'
import { isKind } from '@/components/sessions/kinds'
import { formatAgo, formatExact } from '@/components/text/clock'
import { formatCount, plural } from '@/components/text/count'
import { useKeys } from '@/components/timeline/use-keys'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Kbd } from '@/components/ui/kbd'
import { ErrorNote, Skeleton } from '@/components/ui/notes'
import { SEARCH_FACETS, type SearchCounts, type SearchedSession, type SearchFacets, type SearchHit, type SearchPage as Page } from '@/lib/core/search/answer'
import { parseQuery, toggleFilter } from '@/lib/core/search/query'
import { DEFAULT_VIEW, printView } from '@/lib/view/view'
import { focusAll } from './focus-all'
import { hitNoun, hitPlace, selectionOfHit } from './hit-words'
import { NothingFound } from './nothing-found'
import { SnippetText } from './snippet-text'
import { stepHits } from './step-hits'

const TYPING_MS = 220
const FACET_TITLES: Record<(typeof SEARCH_FACETS)[number], string> = { kind: 'What', agent: 'Agent', tool: 'Tool', model: 'Model', path: 'Path' }
const EXAMPLES = ['"rate limit"', 'handle* kind:call', 'kind:overwrite path:*.ts', 'tool:bash failed', 'agent:reviewer kind:message']

/** Full text over all sessions of a project. */
export function SearchPage() {
  const query = useSearchParams()
  const inAddress = query.get('q') ?? ''
  const [text, setText] = useState(inAddress)
  const [asked, setAsked] = useState(inAddress.trim())
  const input = useRef<HTMLInputElement>(null)
  useKeys({ search: () => focusAll(input.current) })
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(text.trim())
      // the address alone: nothing is fetched from the page's server
      if (text.trim() !== new URLSearchParams(location.search).get('q'))
        history.replaceState(null, '', text.trim() === '' ? '/search' : `/search?q=${encodeURIComponent(text.trim())}`)
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])

  const { data, error, isPlaceholderData, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['search', asked],
    enabled: asked !== '',
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      getJson<Page>(`/api/v1/search?part=hits&q=${encodeURIComponent(asked)}${pageParam > 0 ? `&before=${pageParam}` : ''}`, signal),
    getNextPageParam: ({ before }) => before,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.pages[0]?.behind && state.data.pages.length === 1 ? 1_000 : false),
  })
  const first = asked === '' ? undefined : data?.pages[0]
  const hits = useMemo(() => (asked === '' ? [] : (data?.pages.flatMap((page) => page.hits) ?? [])), [data, asked])
  const behind = first?.behind ?? 0
  // Asked at the same time, answered later: the first hits need not wait until a thousand are counted.
  const counting = useQuery({
    queryKey: ['search', asked, 'counts'],
    enabled: asked !== '',
    queryFn: ({ signal }) => getJson<SearchCounts>(`/api/v1/search?part=counts&q=${encodeURIComponent(asked)}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: behind > 0 ? 1_000 : false,
  })
  const { data: counts, refetch: countAgain } = counting
  const wasBehind = useRef(false)
  useEffect(() => {
    if (behind === 0 && wasBehind.current) void countAgain()
    wasBehind.current = behind > 0
  }, [behind, countAgain])
  const ownHits = useMemo(() => new Map(counts?.inSessions.map((own) => [own.id, own.hits])), [counts])

  return (
    <div className="flex min-h-dvh flex-col">
      <Header />
      <main className="mx-auto w-full max-w-6xl flex-1 px-4 pb-16 sm:px-5" onKeyDown={(event) => stepHits(event, input.current)}>
        <h1 className="sr-only">Search</h1>
        <search className="sticky top-0 z-10 -mx-1 bg-bg px-1 pt-5 pb-3">
          <label className="flex h-11 items-center gap-3 rounded-lg border bg-surface px-3.5 focus-within:border-focus">
            <Search size={16} aria-hidden className="shrink-0 text-quiet" />
            <span className="sr-only">Search all texts of all sessions</span>
            <input
              ref={input}
              type="search"
              // biome-ignore lint/a11y/noAutofocus: whoever comes here comes to type
              autoFocus
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Escape') text === '' ? event.currentTarget.blur() : setText('')
              }}
              placeholder="Search what agents wrote, called, were told and answered"
              className="min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-quiet [&::-webkit-search-cancel-button]:hidden"
            />
            <Kbd>/</Kbd>
          </label>
          <p role="status" className="mt-2 min-h-5 text-xs text-quiet">
            {first && !isPlaceholderData ? statusWords(first, counting.isPlaceholderData ? undefined : counts) : ''}
          </p>
        </search>
        {error && hits.length === 0 && (
          <ErrorNote title="The search could not be answered" action={<Button onClick={() => void refetch()}>Try again</Button>}>
            {error.message}
          </ErrorNote>
        )}
        {asked === '' ? (
          <Examples onPick={setText} />
        ) : !first ? (
          !error && <Reading />
        ) : hits.length === 0 ? (
          <NothingFound asked={asked} onAsk={setText} />
        ) : (
          <div className={`grid gap-x-8 gap-y-4 lg:grid-cols-[13rem_minmax(0,1fr)] ${isPlaceholderData ? 'opacity-60' : ''}`}>
            {counts ? (
              <Facets facets={counts.facets} text={asked} onText={setText} />
            ) : counting.error ? (
              <div className="text-sm text-quiet">
                <p className="mb-2">The hits could not be counted: {counting.error.message}</p>
                <Button onClick={() => void countAgain()}>Count again</Button>
              </div>
            ) : (
              <div className="h-28 lg:h-auto" />
            )}
            <div className="min-w-0">
              {group(hits).map(({ sessionId, hits: own }) => (
                <SessionHits
                  key={`${sessionId} ${own[0]?.item}`}
                  session={sessionOf(data?.pages, sessionId)}
                  sessionId={sessionId}
                  hits={own}
                  counted={ownHits.get(sessionId)}
                  asked={asked}
                />
              ))}
              {error && (
                <ErrorNote title="Older hits could not be read" action={<Button onClick={() => void fetchNextPage()}>Try again</Button>}>
                  {error.message}
                </ErrorNote>
              )}
              {hasNextPage && !error && (
                <div className="flex justify-center pt-2">
                  <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                    {isFetchingNextPage ? 'Reading…' : 'Older hits'}
                  </Button>
                </div>
              )}
            </div>
          </div>
        )}
      </main>
    </div>
  )
}

function statusWords({ behind, ignored }: Page, counts: SearchCounts | undefined): string {
  return [
    counts ? countWords(counts) : '',
    behind > 0 ? `${plural(behind, 'session')} being read: the newest of ${behind === 1 ? 'it' : 'them'} cannot be found yet.` : '',
    ignored.length > 0 ? `No word in ${ignored.join(' ')}.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

function countWords({ counted, more, sessionCount }: SearchCounts): string {
  if (counted === 0) return 'No hits.'
  const hits = more ? `The newest ${formatCount(counted)} hits` : plural(counted, 'hit')
  return `${hits} in ${plural(sessionCount, 'session')}${more ? ' are counted here; there are older ones' : ''}.`
}

/** Hits of one session that follow each other stand together. */
function group(hits: readonly SearchHit[]): { sessionId: string; hits: SearchHit[] }[] {
  const groups: { sessionId: string; hits: SearchHit[] }[] = []
  for (const hit of hits) {
    const last = groups.at(-1)
    if (last?.sessionId === hit.sessionId) last.hits.push(hit)
    else groups.push({ sessionId: hit.sessionId, hits: [hit] })
  }
  return groups
}

function sessionOf(pages: readonly Page[] | undefined, id: string): SearchedSession | undefined {
  for (const { sessions } of pages ?? []) {
    const found = sessions.find((session) => session.id === id)
    if (found) return found
  }
  return undefined
}

function SessionHits({
  session,
  sessionId,
  hits,
  counted,
  asked,
}: {
  session: SearchedSession | undefined
  sessionId: string
  hits: readonly SearchHit[]
  /** Of the hits that are counted. */
  counted: number | undefined
  asked: string
}) {
  const now = Date.now()
  const title = session?.title || sessionId
  return (
    <section aria-label={title} className="mb-5">
      <h2 className="mb-1 flex min-w-0 items-baseline gap-2.5 text-base font-medium">
        <Link href={addressOf(sessionId, asked, undefined)} prefetch={false} className="min-w-0 truncate rounded hover:underline pointer-coarse:-my-2.5 pointer-coarse:py-2.5" title={title}>
          {title}
        </Link>
        {session?.simulated && <Badge title="Made up for demonstration">simulated</Badge>}
        {counted !== undefined && <span className="shrink-0 font-mono text-xs font-normal text-quiet">{plural(counted, 'hit')}</span>}
        {session?.startedAt !== undefined && (
          <span className="ml-auto shrink-0 text-xs font-normal text-quiet" title={formatExact(session.startedAt)}>
            {formatAgo(session.startedAt, now)}
          </span>
        )}
      </h2>
      <ul className="overflow-hidden rounded-lg border bg-surface">
        {hits.map((hit) => (
          <li key={hit.item} className="border-b last:border-b-0">
            <Link data-hit href={addressOf(sessionId, asked, hit)} prefetch={false} className="block px-4 py-2.5 -outline-offset-2 hover:bg-surface-2">
              <span className="mb-0.5 flex min-w-0 items-center gap-2 text-xs text-quiet">
                {isKind(hit.kind) ? <KindBadge kind={hit.kind} /> : <Badge>{hitNoun(hit.kind)}</Badge>}
                <span className="min-w-0 truncate">{hitPlace(hit)}</span>
              </span>
              {hit.snippet && (
                <span className="line-clamp-2 text-sm break-words">
                  <SnippetText snippet={hit.snippet} />
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The session's page with the thing selected, and the same question open beside it. */
function addressOf(sessionId: string, asked: string, hit: SearchHit | undefined): string {
  const view = printView({ ...DEFAULT_VIEW, find: asked, selection: hit && selectionOfHit(hit) })
  return `/sessions/${encodeURIComponent(sessionId)}?${view}`
}

function Facets({ facets, text, onText }: { facets: SearchFacets; text: string; onText(text: string): void }) {
  const { filters } = parseQuery(text)
  return (
    <aside
      aria-label="Narrow the search"
      className="flex gap-x-6 gap-y-4 overflow-x-auto pb-1 lg:sticky lg:top-28 lg:max-h-[calc(100dvh-8rem)] lg:flex-col lg:self-start lg:overflow-y-auto"
    >
      {SEARCH_FACETS.map((name) => {
        const values = facets[name]
        if (values.length === 0) return null
        return (
          <div key={name} className="w-44 shrink-0 lg:w-auto">
            <h2 className="mb-1 text-xs font-medium text-quiet">{FACET_TITLES[name]}</h2>
            <ul>
              {values.slice(0, 8).map(({ value, count }, at) => {
                const chosen = filters.some((filter) => filter.name === name && filter.value.toLowerCase() === value.toLowerCase())
                return (
                  <li key={value} className={at >= 3 ? 'max-lg:hidden' : ''}>
                    <button
                      type="button"
                      aria-pressed={chosen}
                      onClick={() => onText(toggleFilter(text, { name, value }))}
                      title={value}
                      className={`flex w-full items-center gap-2 rounded px-1.5 py-0.5 text-left text-sm hover:bg-surface-2 ${chosen ? 'bg-surface-2 font-medium' : ''}`}
                    >
                      <span className="min-w-0 flex-1 truncate">{name === 'kind' ? hitNoun(value) : name === 'path' ? nearPath(value) : value}</span>
                      <span className="font-mono text-xs text-quiet">{formatCount(count)}</span>
                    </button>
                  </li>
                )
              })}
            </ul>
          </div>
        )
      })}
    </aside>
  )
}

/** The end of a path says more than its beginning. */
function nearPath(path: string): string {
  const parts = path.split('/')
  return parts.length <= 2 ? path : `…/${parts.slice(-2).join('/')}`
}

function Examples({ onPick }: { onPick(text: string): void }) {
  return (
    <div className="mx-auto max-w-xl pt-10 text-center">
      <p className="text-base font-medium">Find the place where it was said, called or written</p>
      <p className="mt-1 mb-5 text-sm text-balance text-quiet">
        Words, “words side by side”, begin*, and filters by agent, tool, path, model and kind. Every hit opens the session at its turn.
      </p>
      <ul className="flex flex-wrap justify-center gap-2">
        {EXAMPLES.map((example) => (
          <li key={example}>
            <button type="button" onClick={() => onPick(example)} className="rounded-md border bg-surface px-2.5 py-1 font-mono text-xs hover:bg-surface-2">
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Reading() {
  return (
    <div role="status" aria-label="Searching" className="space-y-4 lg:pl-60">
      <Skeleton className="h-20 w-full" />
      <Skeleton className="h-20 w-full" />
      <Skeleton className="h-20 w-full" />
    </div>
  )
}
