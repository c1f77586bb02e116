'use client'

import { ArrowDownUp } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { memo, useEffect, useMemo, useRef } from 'react'
import { ConnectionNote } from '@/components/sessions/page/connection-note'
import { modelOf, rootMaster, sessionName } from '@/components/sessions/names'
import { Pill } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ErrorNote, Skeleton } from '@/components/ui/notes'
import type { Connection, SessionStore, WritableSessionStore } from '@/lib/live/session-store'
import type { Stage } from '@/lib/timeline/stage'
import type { BesideSide, SharedView } from '@/lib/view/beside'
import { DEFAULT_VIEW, printView, type View, type Window } from '@/lib/view/view'

const Timeline = dynamic(() => import('./run-timeline').then((module) => module.RunTimeline), { ssr: false, loading: Waiting })

// More than a list to choose from can hold; the rest is reached by its session's page.
const MOST_TASKS = 500

interface Props {
  letter: 'A' | 'B'
  store: WritableSessionStore
  version: number
  connection: Connection
  run: BesideSide
  zero: number | undefined
  /** Epoch ms. */
  from: number
  to: number
  both: SharedView
  tasks: { id: string; name: string }[]
  onAlign(task: string | undefined): void
  onView(patch: Partial<View>): void
  onMoved(window: Window): void
  onStage(stage: Stage | undefined): void
  onChoose(): void
  onSwap: (() => void) | undefined
}

/** One of the two: whose run it is, at what it is aligned, its timeline, and what is selected in it. */
export function RunPane({ letter, store, version, connection, run, zero, from, to, both, tasks, onAlign, onView, onMoved, onStage, onChoose, onSwap }: Props) {
  const { state } = store
  const loading = store.head === 0
  const name = sessionName(state.facts.title, state.id)
  const view = useMemo<View>(
    () => ({ ...DEFAULT_VIEW, ...both, window: { kind: 'range', from, to }, follow: 'paused', selection: run.selection }),
    [both, from, to, run.selection],
  )
  const stage = useRef<Stage>(undefined)
  useEffect(() => stage.current?.countFrom(zero), [zero])
  const keep = useMemo(
    () => (made: Stage | undefined) => {
      stage.current = made
      onStage(made)
    },
    [onStage],
  )
  const model = loading ? undefined : modelOf(state, rootMaster(state))
  return (
    <section aria-label={`Run ${letter}: ${name}`} className="flex shrink-0 flex-col border-b">
      <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1.5 px-5 py-1.5">
        <div className="flex min-w-0 flex-1 items-center gap-3 max-sm:basis-full">
          <span aria-hidden className="grid size-5 shrink-0 place-items-center rounded bg-text text-xs font-semibold text-bg">
            {letter}
          </span>
          <h2 className="min-w-0 truncate text-sm font-semibold">
            <Link href={pathOf(run.session)} className="hover:underline" title={name}>
              {name}
            </Link>
          </h2>
          {state.facts.simulated && <Pill className="max-sm:hidden">simulated</Pill>}
          {model && (
            <Pill className="max-w-56 overflow-hidden max-sm:hidden">
              master <span className="truncate text-master">{model}</span>
            </Pill>
          )}
        </div>
        <label className="flex min-w-0 items-center gap-2 text-xs whitespace-nowrap text-quiet">
          aligned at
          <select
            value={run.task ?? ''}
            onChange={(event) => onAlign(event.target.value === '' ? undefined : event.target.value)}
            className="h-7 max-w-56 min-w-0 rounded-md border bg-surface px-1.5 text-xs text-text max-sm:h-10 max-sm:w-28"
          >
            <option value="">its start</option>
            {tasks.slice(0, MOST_TASKS).map(({ id, name: task }) => (
              <option key={id} value={id}>
                {task}
              </option>
            ))}
          </select>
        </label>
        <Button look="bare" onClick={onChoose} className="h-7 px-2 text-xs max-sm:h-10">
          Another run
        </Button>
        {onSwap && (
          <Button look="bare" onClick={onSwap} aria-label="Swap the two runs" title="Swap the two runs" className="h-7 px-2 max-sm:h-10">
            <ArrowDownUp size={14} aria-hidden />
          </Button>
        )}
      </div>
      <ConnectionNote connection={connection} empty={loading} />
      <div className="h-[min(21rem,42dvh)] min-h-52">
        {connection.kind === 'refused' && loading ? (
          <div className="p-5">
            <ErrorNote title="This session cannot be read">{connection.reason}</ErrorNote>
          </div>
        ) : loading ? (
          <Waiting />
        ) : (
          <Timeline name={`run ${letter}`} store={store} view={view} onView={onView} onMoved={onMoved} onStage={keep} zero={zero} />
        )}
      </div>
      {run.selection && <Chosen store={store} version={version} run={run} />}
    </section>
  )
}

/** What is selected, and where all of it stands. */
const Chosen = memo(function Chosen({ store, run }: { store: SessionStore; version: number; run: BesideSide }) {
  const { selection, session } = run
  if (!selection) return null
  const finding = selection.kind === 'intervention' ? store.findings.get(selection.id) : undefined
  return (
    <p className="flex items-center gap-3 border-t px-5 py-2 text-sm">
      <span className="min-w-0 truncate text-quiet">{finding?.explanation.sentence || `One ${selection.kind} is selected.`}</span>
      <Link
        href={`${pathOf(session)}?${printView({ ...DEFAULT_VIEW, selection })}`}
        className="shrink-0 font-medium underline underline-offset-2"
      >
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

function pathOf(session: string): string {
  return `/sessions/${encodeURIComponent(session)}`
}
