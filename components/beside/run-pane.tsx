'use client'

import { ArrowUp, X } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { memo, useCallback, useEffect, useMemo, useRef } from 'react'
import { modelOf, rootMaster, sessionName, taskName } from '@/components/sessions/names'
import { ConnectionNote } from '@/components/sessions/page/connection-note'
import { StatePill } from '@/components/sessions/page/state-pill'
import { useConnection, useLoaded, useSession, useVersion } from '@/components/sessions/page/use-session'
import { useTold } from '@/components/timeline/use-told'
import { formatMinute } from '@/components/text/clock'
import { plural } from '@/components/text/count'
import { Pill } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ErrorNote, Skeleton } from '@/components/ui/notes'
import { isDated } from '@/lib/core/dated'
import { outputTokens } from '@/lib/core/output-tokens'
import type { SessionState } from '@/lib/core/session'
import type { Connection, SessionStore, WritableSessionStore } from '@/lib/live/session-store'
import type { Course } from '@/lib/timeline/course'
import type { RunSums } from '@/lib/timeline/differences'
import type { ReplayStatus } from '@/lib/timeline/replay'
import type { Together } from '@/lib/timeline/together'
import type { BesideSide, Letter, SharedView } from '@/lib/view/beside'
import { DEFAULT_VIEW, printView, type View } from '@/lib/view/view'
import { useSums } from './use-sums'
import { useTurn } from './use-turn'

const Timeline = dynamic(() => import('./run-timeline').then((module) => module.RunTimeline), { ssr: false, loading: Waiting })

// More than a list to choose from can hold.
const MOST_TASKS = 500

/** A run that stands there, for what is said of all of them. */
export interface Run {
  store: SessionStore
  /** In the times that the timeline shows. */
  told: Pick<SessionStore, 'state' | 'findings'>
  /** Undefined while they are counted. */
  sums: RunSums | undefined
  /** The same at any moment, while a replay runs. */
  course: Course | undefined
}

interface Props {
  letter: Letter
  /** More than two share the page's height. */
  many: boolean
  side: BesideSide
  both: SharedView
  together: Together
  /** What a replay shows, some times a second. */
  replay: ReplayStatus | undefined
  /** Takes the keys that are pressed in no timeline. */
  current: boolean
  onRun(letter: Letter, run: Run | undefined): void
  onCurrent(letter: Letter): void
  onView(letter: Letter, patch: Partial<View>): void
  onStep(by: 1 | -1): void
  onAlign(letter: Letter, task: string | undefined): void
  onChoose(): void
  onMoveUp: (() => void) | undefined
  onRemove: (() => void) | undefined
}

/** One of them: whose run it is, at what it is aligned, its timeline, and what is selected in it. */
export function RunPane(props: Props) {
  const { letter, many, side, both, together, replay, current, onRun, onCurrent, onView, onAlign } = props
  const store = useSession(side.session)
  const version = useVersion(store)
  const connection = useConnection(store)
  const told = useTold(store, version)
  const loading = !useLoaded(store)
  const { state } = store
  const name = sessionName(state.facts.title, state.id)
  const turn = useTurn(!loading)
  const { sums, course } = useSums(told, loading, replay !== undefined)

  const zero = side.task === undefined ? undefined : told.state.tasks.get(side.task as never)?.delegatedAt
  useEffect(() => together.align(letter, zero), [together, letter, zero])
  useEffect(() => () => together.align(letter, undefined), [together, letter])
  // the state is changed in place; its version says so
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => {
    if (!loading) onRun(letter, { store, told, sums, course })
  }, [onRun, letter, loading, store, told, version, sums, course])
  useEffect(() => () => onRun(letter, undefined), [onRun, letter])

  const view = useMemo<View>(() => ({ ...DEFAULT_VIEW, ...both, selection: side.selection }), [both, side.selection])
  const onOwnView = useCallback((patch: Partial<View>) => onView(letter, patch), [onView, letter])
  const newest = useRef(props.onStep)
  newest.current = props.onStep
  const beside = useMemo(
    () => ({ name: `run ${letter.toUpperCase()}`, together, letter, current, onStep: (by: 1 | -1) => newest.current(by) }),
    [together, letter, current],
  )
  return (
    <section aria-label={`Run ${letter.toUpperCase()}: ${name}`} className="flex shrink-0 flex-col border-b" onFocus={() => onCurrent(letter)}>
      <PaneHead {...props} name={name} store={store} connection={connection} told={told} loading={loading} onAlign={(task) => onAlign(letter, task)} />
      <ConnectionNote connection={connection} empty={loading} />
      {connection.kind === 'refused' && loading ? (
        <div className="px-5 pb-5 max-sm:px-4">
          <ErrorNote title="This session is not here">
            {connection.reason} If it is about to begin, it opens by itself.
          </ErrorNote>
        </div>
      ) : (
        <div className={many ? 'h-[min(17rem,34dvh)] min-h-48' : 'h-[min(21rem,40dvh)] min-h-52'}>
          {turn.mine ? <Timeline store={store} version={version} view={view} onView={onOwnView} beside={beside} onBegun={turn.begun} /> : <Waiting />}
        </div>
      )}
      {side.selection && <Chosen store={store} version={version} side={side} />}
    </section>
  )
}

interface HeadProps extends Pick<Props, 'letter' | 'side' | 'both' | 'onChoose' | 'onMoveUp' | 'onRemove'> {
  name: string
  store: WritableSessionStore
  connection: Connection
  told: Run['told']
  loading: boolean
  onAlign(task: string | undefined): void
}

function PaneHead({ letter, side, both, name, store, connection, told, loading, onAlign, onChoose, onMoveUp, onRemove }: HeadProps) {
  const { state } = store
  const model = loading ? undefined : modelOf(state, rootMaster(state))
  const untold = loading
    ? undefined
    : both.clock === 'tokens' && outputTokens(state).tokens === undefined
      ? 'tells no tokens'
      : both.clock === 'steps' && state.turns.size === 0
        ? 'holds no turns'
        : undefined
  // a replay draws this anew some times a second, and a long session has many tasks
  const { tasks, more } = useMemo(() => tasksOf(told.state, side.task), [told, side.task])
  const called = `run ${letter.toUpperCase()}`
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1.5 px-5 py-1.5 max-sm:gap-x-1 max-sm:px-4">
      <div className="flex min-w-0 flex-1 items-center gap-3 max-sm:basis-full">
        <span aria-hidden className="grid size-5 shrink-0 place-items-center rounded bg-text text-xs font-semibold text-bg uppercase">
          {letter}
        </span>
        <h2 className="min-w-0 truncate text-sm font-semibold pointer-coarse:-my-3 pointer-coarse:py-3">
          <Link href={pathOf(side.session)} className="hover:underline pointer-coarse:py-3" title={name}>
            {name}
          </Link>
        </h2>
        <StatePill store={store} connection={connection} />
        {state.facts.simulated && <Pill className={/simulated/i.test(name) ? 'max-sm:hidden' : ''}>simulated</Pill>}
        {model && (
          <Pill className="max-w-56 overflow-hidden max-sm:hidden">
            master <span className="truncate text-master">{model}</span>
          </Pill>
        )}
        {state.firstAt !== undefined && isDated(state.firstAt) && (
          <span className="shrink-0 text-xs whitespace-nowrap text-quiet max-lg:hidden">{formatMinute(state.firstAt)}</span>
        )}
        {untold && <span className="shrink-0 text-xs text-quiet">{untold}</span>}
      </div>
      {/* what is not read has no tasks to choose from */}
      <label className={`flex min-w-0 items-center gap-2 text-xs whitespace-nowrap text-quiet max-sm:flex-1 sm:ml-3 ${loading ? 'invisible' : ''}`}>
        aligned at
        <select
          value={side.task ?? ''}
          onChange={(event) => onAlign(event.target.value === '' ? undefined : event.target.value)}
          className="h-7 w-44 min-w-0 rounded-md border bg-surface px-1.5 text-xs text-text max-sm:w-full max-sm:max-w-44"
        >
          <option value="">its start</option>
          {tasks.map(({ id, name: task }) => (
            <option key={id} value={id}>
              {task}
            </option>
          ))}
          {more > 0 && <option disabled>and {plural(more, 'later task')}</option>}
        </select>
      </label>
      <Button look="bare" onClick={onChoose} aria-label={`Another run in the place of ${called}`} className="h-7 px-2 text-xs">
        Another run
      </Button>
      {onMoveUp ? (
        <Button look="bare" onClick={onMoveUp} aria-label={`Move ${called} up`} title="Move up" className="h-7 px-2">
          <ArrowUp size={14} aria-hidden />
        </Button>
      ) : (
        // what stands under one another stands in columns
        <span aria-hidden className="w-10 max-sm:hidden" />
      )}
      {onRemove && (
        <Button look="bare" onClick={onRemove} aria-label={`Leave ${called} out`} title="Leave out" className="h-7 px-2">
          <X size={14} aria-hidden />
        </Button>
      )}
    </div>
  )
}

/** What is selected, and where all of it stands. */
const Chosen = memo(function Chosen({ store, side }: { store: SessionStore; version: number; side: BesideSide }) {
  const { selection, session } = side
  if (!selection) return null
  const finding = selection.kind === 'intervention' ? store.findings.get(selection.id) : undefined
  return (
    <p className="flex items-center gap-3 border-t px-5 py-2 text-sm max-sm:px-4">
      <span className="min-w-0 truncate text-quiet">{finding?.explanation.sentence || `One ${selection.kind} is selected.`}</span>
      <Link href={`${pathOf(session)}?${printView({ ...DEFAULT_VIEW, selection })}`} className="shrink-0 font-medium underline underline-offset-2">
        Open it in its session
      </Link>
    </p>
  )
})

function Waiting() {
  return (
    <div role="status" aria-label="Reading the timeline" className="space-y-3 p-5">
      <Skeleton className="h-6 w-full" />
      <Skeleton className="h-4 w-2/3" />
      <Skeleton className="h-4 w-1/2" />
    </div>
  )
}

/** The first so many, and the one that is chosen. */
function tasksOf(state: SessionState, chosen: string | undefined): { tasks: { id: string; name: string }[]; more: number } {
  const all = [...state.tasks.values()].filter(({ delegatedAt }) => delegatedAt !== undefined).sort((x, y) => (x.delegatedAt ?? 0) - (y.delegatedAt ?? 0))
  const listed = all.slice(0, MOST_TASKS)
  const later = all.slice(MOST_TASKS).find(({ id }) => id === chosen)
  if (later) listed.push(later)
  return { tasks: listed.map((task) => ({ id: task.id, name: taskName(task) })), more: all.length - listed.length }
}

function pathOf(session: string): string {
  return `/sessions/${encodeURIComponent(session)}`
}
