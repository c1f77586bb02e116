'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Header } from '@/components/chrome/header'
import { useTabSign } from '@/components/chrome/tab-sign'
import { useNarrow } from '@/components/providers/use-media'
import { useNow } from '@/components/providers/use-now'
import { PlaySample } from '@/components/sessions/play-sample'
import { plural } from '@/components/text/count'
import { useKeys } from '@/components/timeline/use-keys'
import { Button, buttonClass } from '@/components/ui/button'
import { EmptyState, ErrorNote } from '@/components/ui/notes'
import { isRunning, type SessionSummary } from '@/lib/live/protocol'
import { besidePath, MOST_RUNS } from '@/lib/view/beside'
import { FilterBar } from './filter-bar'
import { type Filters, isFiltered, NO_FILTERS, parseFilters, printFilters } from './filters'
import { FirstVisit } from './first-visit'
import { COLUMNS, ROW_HEIGHT, SessionRow } from './session-row'
import { SessionsSkeleton } from './sessions-skeleton'
import { type Sessions, useSessions } from './use-sessions'

export function SessionsPage() {
  const query = useSearchParams()
  const filters = useMemo(() => parseFilters(new URLSearchParams(query)), [query])
  const sessions = useSessions(filters)
  const search = useRef<HTMLInputElement>(null)
  useKeys({ search: () => search.current?.focus() })

  // Two changes may follow each other faster than the address comes back to us: each builds on the newest.
  const newest = useRef(filters)
  useEffect(() => {
    newest.current = filters
  }, [filters])
  const change = useCallback((patch: Partial<Filters>) => {
    newest.current = { ...newest.current, ...patch }
    const text = printFilters(newest.current)
    // the address alone: what it names is fetched from the API, not from the page's server
    history.replaceState(null, '', text === '' ? '/sessions' : `/sessions?${text}`)
  }, [])

  const none = !sessions.loading && !sessions.error && sessions.rows.length === 0
  const first = none && !isFiltered(filters)
  return (
    <div className="flex h-dvh flex-col">
      <Header
        actions={
          !first &&
          !sessions.loading && (
            <div className="hidden sm:block">
              <PlaySample />
            </div>
          )
        }
      />
      {first ? (
        <main className="relative min-h-0 flex-1 overflow-y-auto">
          <FirstVisit />
        </main>
      ) : (
        <main className="flex min-h-0 flex-1 flex-col">
          <h1 className="sr-only">Sessions</h1>
          <FilterBar
            filters={filters}
            facets={sessions.facets}
            onChange={change}
            searchRef={search}
            hasSimulated={sessions.rows.some(({ simulated }) => simulated)}
          />
          {sessions.error && (
            <div className="p-4">
              <ErrorNote title="The list could not be read" action={<Button onClick={sessions.retry}>Try again</Button>}>
                {sessions.error.message}
              </ErrorNote>
            </div>
          )}
          {!sessions.connected && !sessions.error && (
            <p role="status" className="border-b bg-surface px-5 py-1.5 text-xs text-quiet">
              The server does not answer. What was read stays; trying again.
            </p>
          )}
          {sessions.loading ? <SessionsSkeleton rowsOnly /> : none ? <NothingFound onClear={() => change(NO_FILTERS)} /> : <Rows sessions={sessions} />}
        </main>
      )}
    </div>
  )
}

/** What of the sessions in view runs, where a tab in the background shows it. */
function useRunningInTab(rows: readonly SessionSummary[], now: number): void {
  const running = rows.filter((row) => isRunning(row, now))
  useTabSign('Sessions', { running: running.length, overwritten: running.reduce((sum, { interventions }) => sum + (interventions.overwrite ?? 0), 0) })
}

function Rows({ sessions }: { sessions: Sessions }) {
  const { rows, more, loadMore, loadingMore, arrived, showArrived } = sessions
  const now = useNow(1000)
  useRunningInTab(rows, now)
  const narrow = useNarrow()
  const scroller = useRef<HTMLDivElement>(null)
  const size = narrow ? ROW_HEIGHT.narrow : ROW_HEIGHT.wide
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size,
    overscan: 6,
    getItemKey: (at) => rows[at]?.id ?? at,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when the layout changes
  useEffect(() => virtual.measure(), [size])
  const [chosen, setChosen] = useState<readonly string[]>([])
  // one more than there is room for takes the place of the last
  const choose = useCallback(
    (id: string) => setChosen((ids) => (ids.includes(id) ? ids.filter((one) => one !== id) : [...ids.slice(0, MOST_RUNS - 1), id])),
    [],
  )
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? -1
  useEffect(() => {
    if (more && !loadingMore && lastShown >= rows.length - 10) loadMore()
  }, [more, loadingMore, lastShown, rows.length, loadMore])

  return (
    <>
      <Heads />
      <div className="relative min-h-0 flex-1">
        {arrived > 0 && (
          <button
            type="button"
            onClick={() => {
              showArrived()
              scroller.current?.scrollTo({ top: 0 })
            }}
            className="absolute top-3 left-1/2 z-10 -translate-x-1/2 rounded-full border border-master bg-surface px-3.5 py-1 text-xs font-medium shadow-[var(--shadow)] hover:bg-surface-2"
          >
            {plural(arrived, 'new session')}
          </button>
        )}
        <div ref={scroller} className="relative h-full overflow-y-auto">
          <ol
            className="relative"
            style={{ height: virtual.getTotalSize() }}
            aria-label={`Sessions, running ones first: ${rows.length}${more ? ' so far' : ''}`}
          >
            {items.map((item) => {
              const session = rows[item.index]
              return (
                session && (
                  <li key={item.key} className="absolute inset-x-0" style={{ height: item.size, top: item.start }}>
                    <SessionRow session={session} now={now} chosen={chosen.includes(session.id)} onChoose={choose} />
                  </li>
                )
              )
            })}
          </ol>
        </div>
        {chosen.length > 0 && <ChosenBar chosen={chosen} titleOf={(id) => rows.find((row) => row.id === id)?.title || id} onClear={() => setChosen([])} />}
      </div>
    </>
  )
}

/** What was chosen to be seen side by side, over the end of the list. */
function ChosenBar({ chosen, titleOf, onClear }: { chosen: readonly string[]; titleOf(id: string): string; onClear(): void }) {
  const alone = chosen.length < 2
  return (
    <div
      role="status"
      className="absolute right-4 bottom-4 left-4 z-10 mx-auto flex max-w-2xl items-center gap-3 rounded-lg border bg-surface px-4 py-2.5 text-sm shadow-[var(--shadow)]"
    >
      <span className="min-w-0 flex-1 truncate">
        {!alone && <span className="text-quiet">{plural(chosen.length, 'run')}: </span>}
        {chosen.map(titleOf).join(', ')}
        {alone && <span className="text-quiet"> · choose one more</span>}
      </span>
      <Button look="bare" onClick={onClear}>
        Cancel
      </Button>
      <Link href={besidePath(chosen)} className={buttonClass('strong')}>
        {alone ? 'Choose the other' : 'Side by side'}
      </Link>
    </div>
  )
}

const HEADS = ['Last two minutes', 'Session', 'Master', 'Agents', 'Tasks', 'Interventions', 'Tokens out', 'Duration', 'State']
const RIGHT = new Set(['Agents', 'Tasks', 'Tokens out', 'Duration', 'State'])

/** Each cell says its own name to a screen reader, so the heads are for the eye only. */
export function Heads() {
  return (
    <div aria-hidden className={`hidden h-8 shrink-0 items-center gap-4 border-b px-5 text-xs text-quiet lg:grid ${COLUMNS}`}>
      {HEADS.map((head) => (
        <span key={head} className={RIGHT.has(head) ? 'text-right' : ''}>
          {head}
        </span>
      ))}
    </div>
  )
}

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState title="No session matches">
      <p className="mb-3">Sessions that arrive and match will show up here.</p>
      <Button onClick={onClear}>Show all sessions</Button>
    </EmptyState>
  )
}
