'use client'

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, ChevronUp, Search, X } from 'lucide-react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { getJson, sessionPath } from '@/components/providers/api'
import { KindBadge } from '@/components/sessions/kind-badge'
import { isKind } from '@/components/sessions/kinds'
import { ListRowsSkeleton } from '@/components/sessions/lists/list-skeleton'
import { formatClock } from '@/components/text/clock'
import { formatCount, plural } from '@/components/text/count'
import { useKeys } from '@/components/timeline/use-keys'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ErrorNote } from '@/components/ui/notes'
import { takeTyped } from '@/components/ui/type-ahead'
import type { SearchHit, SessionSearchAnswer } from '@/lib/core/search/answer'
import { sameSelection, type Selection, type View } from '@/lib/view/view'
import { focusAll } from './focus-all'
import { hitNoun, hitPlace, selectionOfHit } from './hit-words'
import { NothingFound } from './nothing-found'
import { SnippetText } from './snippet-text'

const PAGE = 60
const TYPING_MS = 180
/** While a run goes on hits come in by themselves. */
const AGAIN_MS = 3_000
const ROW = 72

interface Props {
  sessionId: string
  text: string
  /** When the session begins, epoch ms. */
  origin: number | undefined
  running: boolean
  selection: Selection | undefined
  onView(patch: Partial<View>): void
  /** When the hits are, epoch ms; for the overview. */
  onHits(at: readonly number[] | undefined): void
}

/** Full text of one session, where the lists otherwise stand. */
export function FindPanel({ sessionId, text, origin, running, selection, onView, onHits }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const asked = useSettled(text.trim())
  const { data, error, isFetching, isPlaceholderData, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['find', sessionId, asked],
    enabled: asked !== '',
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      getJson<SessionSearchAnswer>(`${sessionPath(sessionId)}/search?q=${encodeURIComponent(asked)}&limit=${PAGE}&offset=${pageParam}`, signal),
    getNextPageParam: ({ at, offset, hits }) => (offset + PAGE < at.length && hits.length > 0 ? offset + PAGE : undefined),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.pages[0]?.behind ? 800 : running ? AGAIN_MS : false),
  })
  const answer = asked === '' ? undefined : data?.pages.at(-1)
  const hits = useMemo(() => (asked === '' ? [] : (data?.pages.flatMap((page) => page.hits) ?? [])), [data, asked])
  const total = answer?.at.length ?? 0

  useEffect(() => onHits(asked === '' ? undefined : answer?.at), [answer, asked, onHits])
  useEffect(() => () => onHits(undefined), [onHits])
  // Set before the browser hands on another key, which would go into a field without what was typed ahead.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the field is there
  useLayoutEffect(() => {
    input.current?.focus()
    const typed = takeTyped()
    if (typed !== '') onView({ find: text + typed })
  }, [])

  // A call and its answer are one thing to select and two hits: which of them is meant is remembered.
  const [current, setCurrent] = useState<number | undefined>()
  const at = hits.findIndex((hit) => hit.item === current && sameSelection(selectionOfHit(hit), selection))
  const go = (to: number) => {
    const hit = hits[to]
    if (!hit) return
    setCurrent(hit.item)
    const selected = selectionOfHit(hit)
    onView({ selection: selected })
  }
  const step = (by: 1 | -1) => {
    if (by === 1 && at + 1 >= hits.length && hasNextPage) {
      void fetchNextPage().then(({ data: more }) => {
        const hit = more?.pages.at(-1)?.hits[0]
        if (!hit) return
        setCurrent(hit.item)
        onView({ selection: selectionOfHit(hit) })
      })
      return
    }
    if (hits.length === 0) return
    // before the first comes the last, where it is here; those that were not asked for yet cannot be gone to
    if (by === -1 && at <= 0 && hasNextPage) go(0)
    else go(at < 0 ? (by === 1 ? 0 : hits.length - 1) : (at + by + hits.length) % hits.length)
  }
  useKeys({ search: () => focusAll(input.current), 'next-hit': () => step(1), 'previous-hit': () => step(-1) })

  return (
    <section aria-label="Search in this session" className="flex h-full min-h-0 flex-col">
      <div className="flex h-11 shrink-0 items-center gap-2 border-b px-5 focus-within:bg-surface">
        <Search size={14} aria-hidden className="shrink-0 text-quiet" />
        <input
          ref={input}
          type="search"
          aria-label="Search all texts of this session"
          value={text}
          onChange={(event) => onView({ find: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
            if (event.key !== 'Escape') return
            event.stopPropagation()
            onView({ find: text === '' ? undefined : '' })
          }}
          placeholder="Search all texts"
          className="min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-quiet [&::-webkit-search-cancel-button]:hidden"
        />
        {answer && (
          <span role="status" className="shrink-0 font-mono text-xs text-quiet">
            {at >= 0 ? `${formatCount(at + 1)} of ` : ''}
            {answer.more ? `${formatCount(total)}+` : formatCount(total)}
            <span className="sr-only"> {total === 1 ? 'hit' : 'hits'}</span>
          </span>
        )}
        <div className="flex shrink-0">
          <IconButton label="Previous hit (G, shift enter)" disabled={hits.length === 0} onClick={() => step(-1)}>
            <ChevronUp size={15} aria-hidden />
          </IconButton>
          <IconButton label="Next hit (g, enter)" disabled={hits.length === 0} onClick={() => step(1)}>
            <ChevronDown size={15} aria-hidden />
          </IconButton>
          <IconButton label="Close the search" onClick={() => onView({ find: undefined })}>
            <X size={15} aria-hidden />
          </IconButton>
        </div>
      </div>
      {asked !== '' && answer && (answer.behind > 0 || answer.ignored.length > 0 || answer.more) && (
        <p className="border-b bg-surface px-5 py-1.5 text-xs text-quiet">
          {answer.behind > 0 && 'The newest of it is still being read. '}
          {answer.ignored.length > 0 && `No word in ${answer.ignored.join(' ')}. `}
          {answer.more && `Only ${formatCount(total)} hits are shown: say more of what you look for.`}
        </p>
      )}
      <div className={`min-h-0 flex-1 ${isPlaceholderData ? 'opacity-60' : ''}`}>
        {asked === '' ? (
          <Hints
            onAdd={(words) => {
              onView({ find: words })
              input.current?.focus()
            }}
          />
        ) : error && hits.length === 0 ? (
          <div className="p-4">
            <ErrorNote title="The search could not be answered" action={<Button onClick={() => void refetch()}>Try again</Button>}>
              {error.message}
            </ErrorNote>
          </div>
        ) : hits.length === 0 ? (
          isFetching && !answer ? (
            <ListRowsSkeleton />
          ) : (
            <div className="h-full overflow-y-auto">
              <NothingFound asked={asked} onAsk={(find) => onView({ find })} />
            </div>
          )
        ) : (
          <Hits hits={hits} current={at} origin={origin} onPick={go} onEnd={hasNextPage && !isFetchingNextPage ? fetchNextPage : undefined} total={total} />
        )}
      </div>
    </section>
  )
}

function Hits({
  hits,
  current,
  origin,
  onPick,
  onEnd,
  total,
}: {
  hits: readonly SearchHit[]
  current: number
  origin: number | undefined
  onPick(at: number): void
  onEnd: (() => unknown) | undefined
  total: number
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: hits.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 6 })
  useEffect(() => {
    if (current >= 0) virtual.scrollToIndex(current, { align: 'auto' })
  }, [current, virtual])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? -1
  useEffect(() => {
    if (onEnd && last >= hits.length - 8) onEnd()
  }, [onEnd, last, hits.length])
  return (
    <div ref={scroller} className="relative h-full overflow-y-auto">
      <ol className="relative" style={{ height: virtual.getTotalSize() }} aria-label={`${plural(total, 'hit')}, oldest first`}>
        {items.map((item) => {
          const hit = hits[item.index]
          if (!hit) return null
          const chosen = item.index === current
          return (
            <li key={hit.item} className="absolute inset-x-0" style={{ height: ROW, top: item.start }}>
              <button
                type="button"
                aria-current={chosen ? 'true' : undefined}
                onClick={() => onPick(item.index)}
                className={`flex h-full w-full flex-col justify-center gap-0.5 border-b px-5 text-left -outline-offset-2 ${
                  chosen ? 'bg-surface-2 shadow-[inset_2px_0_0_var(--text)]' : 'hover:bg-surface'
                }`}
              >
                <span className="flex w-full items-center gap-2 text-xs text-quiet">
                  <span className="font-mono">{origin === undefined ? '—' : formatClock(hit.at - origin)}</span>
                  {isKind(hit.kind) ? <KindBadge kind={hit.kind} /> : <Badge>{hitNoun(hit.kind)}</Badge>}
                  <span className="min-w-0 truncate">{hitPlace(hit)}</span>
                </span>
                <span className="line-clamp-2 text-sm leading-[1.125rem] break-words">{hit.snippet ? <SnippetText snippet={hit.snippet} /> : '—'}</span>
              </button>
            </li>
          )
        })}
      </ol>
    </div>
  )
}

const EXAMPLES: { typed: string; says: string }[] = [
  { typed: '"rate limit"', says: 'words side by side' },
  { typed: 'handle*', says: 'words that begin so' },
  { typed: 'path:*.ts', says: 'writes of a file, a folder, an ending' },
  { typed: 'agent:', says: 'what an agent said and did, by its name' },
  { typed: 'tool:bash', says: 'calls of a tool and their answers' },
  { typed: 'kind:overwrite', says: 'turn, call, result, write, message, task, or a kind of intervention' },
  { typed: 'model:', says: 'what a model made' },
]

function Hints({ onAdd }: { onAdd(text: string): void }) {
  return (
    <div className="h-full overflow-y-auto px-5 py-4">
      <p className="mb-3 text-sm text-quiet">Everything that agents wrote, called, were told and answered. All words must occur.</p>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] items-baseline gap-x-4 gap-y-1.5 text-sm">
        {EXAMPLES.map(({ typed, says }) => (
          <div key={typed} className="contents">
            <dt>
              <button type="button" onClick={() => onAdd(typed)} className="rounded border bg-surface px-1.5 font-mono text-xs leading-5 hover:bg-surface-2">
                {typed}
              </button>
            </dt>
            <dd className="text-quiet">{says}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function IconButton({ label, disabled, onClick, children }: { label: string; disabled?: boolean; onClick(): void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      className="grid size-7 place-items-center rounded text-quiet hover:bg-surface-2 hover:text-text disabled:opacity-40"
    >
      {children}
    </button>
  )
}

/** What was typed, once nothing more is typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
