'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { Search } from 'lucide-react'
import { memo, type RefObject, useDeferredValue, useEffect, useMemo, useRef } from 'react'
import { useOutcomes } from '@/components/inspector/use-outcomes'
import { KindFilter } from '@/components/sessions/kind-filter'
import { isDestructive } from '@/components/sessions/kinds'
import { mastersOf } from '@/components/sessions/names'
import { AsOf } from '@/components/sessions/whole-run'
import { formatShort } from '@/components/text/count'
import { useTold } from '@/components/timeline/use-told'
import { EmptyState } from '@/components/ui/notes'
import { Tabs } from '@/components/ui/tabs'
import { setAsideOf } from '@/lib/core/set-aside'
import type { SessionStore } from '@/lib/live/session-store'
import { type Hideable, type Selection, sameSelection, TABS, type Tab, type View } from '@/lib/view/view'
import { type CheckSide, checkPairs } from './check-pairs'
import { ListRowBody } from './list-row'
import { LIST_ROW_HEIGHT, ListRowsSkeleton } from './list-skeleton'
import { countingOf, countsOf, type ListRow, rowsOf } from './rows'

const TITLES: Record<Tab, string> = { interventions: 'Interventions', turns: 'Turns', tasks: 'Tasks', artifacts: 'Artifacts', checks: 'Checks' }
const EMPTY: Record<Tab, { title: string; says: string }> = {
  interventions: { title: 'No interventions', says: 'What masters do to delegated work shows here: overwrites, interrupts, takeovers, and what they accept.' },
  turns: { title: 'No turns yet', says: 'Each call of a model shows here as one turn.' },
  tasks: { title: 'Nothing delegated', says: 'A task shows here when one agent gives work to another.' },
  artifacts: { title: 'Nothing written', says: 'Files and other artifacts that agents write show here.' },
  checks: { title: 'No checks run', says: 'Runs of tests, linters, type checks and builds show here.' },
}
const PANEL = 'session-list'
// while the session, or its picture, is on its way
const NO_COUNTS: Record<Tab, number> = { interventions: 0, turns: 0, tasks: 0, artifacts: 0, checks: 0 }
const NO_ROWS: ListRow[] = []

interface Props {
  store: SessionStore
  version: number
  tab: Tab
  search: string
  hidden: readonly Hideable[]
  selection: Selection | undefined
  onView: (patch: Partial<View>) => void
  loading: boolean
  replaying: boolean
  searchRef: RefObject<HTMLInputElement | null>
}

export const Lists = memo(function Lists({ store, version, tab, search, hidden, selection, onView, loading, replaying, searchRef }: Props) {
  // Typing goes before finding: in a long session a search takes longer than the next key.
  const wanted = useDeferredValue(search)
  const told = useTold(store, version)
  const counts = useMemo(() => (loading ? NO_COUNTS : countsOf(told.state, told.findings)), [told, loading])
  const rows = useMemo(() => (loading ? NO_ROWS : rowsOf(tab, told.state, told.findings, wanted, hidden)), [tab, told, wanted, hidden, loading])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state is changed in place; its version says so
  const aside = useMemo(() => setAsideOf(store.state), [store, version])
  const findingsShown = useMemo(
    () => (tab === 'interventions' && wanted !== '' ? rowsOf(tab, told.state, told.findings, '', hidden).length : 0),
    [tab, told, wanted, hidden],
  )
  const counting = useMemo(() => countingOf(rows), [rows])
  const outcomes = useOutcomes(store, tab === 'checks' && !loading)
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const pairs = useMemo(() => outcomes && checkPairs(outcomes, store.findings, store.whole && store.state.calls), [outcomes, store, version])
  return (
    <section aria-label="Lists" className="flex h-full min-h-0 flex-col">
      <Tabs
        label="Lists"
        panelId={PANEL}
        tabs={TABS.map((key) => ({ key, title: TITLES[key], count: loading ? undefined : formatShort(counts[key]) }))}
        current={tab}
        onChange={(next) => onView({ tab: next })}
      />
      <label className="flex h-9 shrink-0 items-center gap-2 border-b px-5 focus-within:bg-surface">
        <Search size={13} aria-hidden className="text-quiet" />
        <span className="sr-only">Filter the list</span>
        <input
          ref={searchRef}
          type="search"
          value={search}
          onChange={(event) => onView({ search: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.stopPropagation()
            if (search === '') event.currentTarget.blur()
            else onView({ search: '' })
          }}
          placeholder={`Filter ${TITLES[tab].toLowerCase()}`}
          className="min-w-0 flex-1 bg-transparent text-sm outline-none placeholder:text-quiet [&::-webkit-search-cancel-button]:hidden"
        />
        {search === '' && tab === 'interventions' && counting < rows.length && (
          <span className="text-xs text-quiet" title="What was accepted, noted beside or set aside is listed and does not count">
            {formatShort(counting)} of {formatShort(rows.length)} count
          </span>
        )}
        {search !== '' && (
          <span className="font-mono text-xs text-quiet" aria-live="polite">
            {formatShort(rows.length)} of {formatShort(tab === 'interventions' ? findingsShown : counts[tab])}
          </span>
        )}
        {replaying && <AsOf store={store} />}
      </label>
      {tab === 'interventions' && !loading && (
        <KindFilter findings={store.findings} aside={aside} hidden={hidden} onHidden={(next) => onView({ hidden: next })} />
      )}
      <div id={PANEL} role="tabpanel" aria-label={TITLES[tab]} className="min-h-0 flex-1">
        {loading ? (
          <ListRowsSkeleton />
        ) : rows.length === 0 ? (
          search !== '' || (tab === 'interventions' && store.findings.size > 0) ? (
            <EmptyState title="Nothing matches" />
          ) : (
            <EmptyState title={EMPTY[tab].title}>{EMPTY[tab].says}</EmptyState>
          )
        ) : (
          <Rows key={tab} pairs={pairs} rows={rows} store={told} version={version} selection={selection} onPick={(selection) => onView({ selection })} />
        )}
      </div>
    </section>
  )
})

function Rows({
  rows,
  store,
  version,
  selection,
  pairs,
  onPick,
}: {
  rows: ListRow[]
  pairs: ReadonlyMap<string, CheckSide[]> | undefined
  store: Pick<SessionStore, 'state' | 'findings'>
  version: number
  selection: Selection | undefined
  onPick: (selection: Selection) => void
}) {
  const scroller = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state is changed in place; its version says so
  const masters = useMemo(() => mastersOf(store.state), [store, version])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LIST_ROW_HEIGHT,
    overscan: 8,
    getItemKey: (at) => rows[at]?.id ?? at,
  })
  const selectedAt = useMemo(() => (selection ? rows.findIndex((row) => sameSelection(selectionOf(row), selection)) : -1), [rows, selection])
  // Bring what is selected into sight when the selection changes, not when rows arrive.
  const shown = useRef<Selection | undefined>(undefined)
  useEffect(() => {
    if (selectedAt < 0 || sameSelection(shown.current, selection)) return
    shown.current = selection
    virtual.scrollToIndex(selectedAt, { align: 'auto' })
  }, [selectedAt, selection, virtual])

  return (
    <div ref={scroller} className="relative h-full overflow-y-auto">
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          const selected = item.index === selectedAt
          const loud = row.kind === 'intervention' && !row.aside && isDestructive(row.finding.kind)
          return (
            <li key={item.key} className="absolute inset-x-0" style={{ height: LIST_ROW_HEIGHT, top: item.start }}>
              <button
                type="button"
                aria-current={selected ? 'true' : undefined}
                onClick={() => onPick(selectionOf(row))}
                className={`flex h-full w-full items-center gap-3 border-b px-5 text-left -outline-offset-2 ${
                  selected
                    ? loud
                      ? 'bg-destroyed/7 shadow-[inset_2px_0_0_var(--destroyed)]'
                      : 'bg-surface-2 shadow-[inset_2px_0_0_var(--text)]'
                    : 'hover:bg-surface'
                }`}
              >
                <ListRowBody row={row} state={store.state} masters={masters} pairs={pairs} />
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function selectionOf(row: ListRow): Selection {
  return { kind: row.kind, id: row.id }
}
