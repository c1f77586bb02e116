'use client'

import { useCallback, useMemo, useRef } from 'react'
import { useConnection, useSession, useVersion } from '@/components/sessions/page/use-session'
import { sessionName, taskName } from '@/components/sessions/names'
import { useTold } from '@/components/timeline/use-told'
import type { SessionStore, WritableSessionStore } from '@/lib/live/session-store'
import { counterpart } from '@/lib/timeline/differences'
import type { Stage } from '@/lib/timeline/stage'
import type { Beside } from '@/lib/view/beside'
import { DEFAULT_VIEW, type View, type Window } from '@/lib/view/view'
import { Differences } from './differences'
import { RunPane } from './run-pane'

type Side = 'a' | 'b'
type Change = (change: (before: Beside) => Beside) => void

// Air around both runs, as around one: shares of the whole.
const BEFORE = 0.012
const AFTER = 0.035

/** Both timelines, moved together; the page is keyed by the pair. */
export function BesideRuns({ beside, change, onChoose }: { beside: Beside; change: Change; onChoose(side: Side): void }) {
  const a = useRun(beside.a.session)
  const b = useRun(beside.b.session)
  const stages = useRef<Partial<Record<Side, Stage>>>({})
  const at = { a: originOf(a.told, beside.a.task), b: originOf(b.told, beside.b.task) }
  const origins = useRef(at)
  origins.current = at
  const whole = extentOf([
    [a.told.state, at.a],
    [b.told.state, at.b],
  ])
  const from = beside.window?.from ?? whole.from
  const to = beside.window?.to ?? whole.to

  const onView = useCallback(
    (side: Side) => (patch: Partial<View>) =>
      change((before) => {
        const { window, selection, lanes, work, hidden, lens, recorded } = { ...DEFAULT_VIEW, ...before.both, ...patch }
        const next = { ...before, both: { lanes, work, hidden, lens, recorded } }
        if ('window' in patch) next.window = window.kind === 'fit' ? undefined : relative(window, origins.current[side])
        if ('selection' in patch) next[side] = { ...before[side], selection }
        return next
      }),
    [change],
  )
  const onViewOf = useMemo(() => ({ a: onView('a'), b: onView('b') }), [onView])
  const onMoved = useMemo(() => {
    const other = (side: Side, to: Side) => (window: Window) => {
      if (window.kind === 'range') stages.current[to]?.lookAt(moved(window, origins.current[to] - origins.current[side]))
    }
    return { a: other('a', 'b'), b: other('b', 'a') }
  }, [])
  const onStage = useMemo(() => {
    const keep = (side: Side) => (stage: Stage | undefined) => {
      stages.current[side] = stage
    }
    return { a: keep('a'), b: keep('b') }
  }, [])

  const align = (side: Side, task: string | undefined) =>
    change((before) => {
      const other: Side = side === 'a' ? 'b' : 'a'
      const [own, others] = side === 'a' ? [a, b] : [b, a]
      // aligned at a task of one means at its counterpart of the other, until somebody says which
      const opposite = task === undefined ? undefined : (before[other].task ?? counterpart(task, own.told.state, others.told.state))
      return { ...before, window: undefined, [side]: { ...before[side], task }, [other]: { ...before[other], task: opposite } }
    })
  const swap = () => change((before) => ({ ...before, a: before.b, b: before.a }))
  const pane = (side: Side, { store, told, version, connection }: Run) => (
    <RunPane
      letter={side === 'a' ? 'A' : 'B'}
      store={store}
      version={version}
      connection={connection}
      run={beside[side]}
      zero={beside[side].task === undefined ? undefined : at[side]}
      from={from + at[side]}
      to={to + at[side]}
      both={beside.both}
      tasks={tasksOf(told)}
      onAlign={(task) => align(side, task)}
      onView={onViewOf[side]}
      onMoved={onMoved[side]}
      onStage={onStage[side]}
      onChoose={() => onChoose(side)}
      onSwap={side === 'a' ? swap : undefined}
    />
  )
  return (
    <>
      {pane('a', a)}
      {pane('b', b)}
      <Differences
        a={{ name: nameOf(a.store), state: a.store.state, findings: a.store.findings, version: a.version }}
        b={{ name: nameOf(b.store), state: b.store.state, findings: b.store.findings, version: b.version }}
      />
    </>
  )
}

interface Run {
  store: WritableSessionStore
  version: number
  connection: ReturnType<typeof useConnection>
  told: Pick<SessionStore, 'state' | 'findings'>
}

function useRun(session: string): Run {
  const store = useSession(session)
  const version = useVersion(store)
  const connection = useConnection(store)
  return { store, version, connection, told: useTold(store, version) }
}

/** Epoch ms that stands at 0 of the shared axis. */
function originOf({ state }: Run['told'], task: string | undefined): number {
  return (task === undefined ? undefined : state.tasks.get(task as never)?.delegatedAt) ?? state.firstAt ?? 0
}

/** ms since the aligned moment, of both together. */
function extentOf(runs: [Run['told']['state'], number][]): { from: number; to: number } {
  const known = runs.filter(([state]) => state.firstAt !== undefined)
  const from = Math.min(0, ...known.map(([state, origin]) => (state.firstAt ?? 0) - origin))
  const to = Math.max(1, ...known.map(([state, origin]) => (state.lastAt ?? 0) - origin))
  return { from: from - (to - from) * BEFORE, to: to + (to - from) * AFTER }
}

function relative({ from, to }: Extract<Window, { kind: 'range' }>, origin: number): { from: number; to: number } {
  // as fine as a pixel can tell; times of a link need no more digits
  const digits = to - from > 5_000 ? 1 : 1_000
  const round = (t: number) => Math.round((t - origin) * digits) / digits
  return { from: round(from), to: Math.max(round(to), round(from) + 1 / digits) }
}

function moved({ from, to }: Extract<Window, { kind: 'range' }>, by: number): Window {
  return { kind: 'range', from: from + by, to: to + by }
}

function nameOf({ state }: SessionStore): string {
  return sessionName(state.facts.title, state.id)
}

function tasksOf({ state }: Run['told']): { id: string; name: string }[] {
  return [...state.tasks.values()]
    .filter(({ delegatedAt }) => delegatedAt !== undefined)
    .sort((x, y) => (x.delegatedAt ?? 0) - (y.delegatedAt ?? 0))
    .map((task) => ({ id: task.id, name: taskName(task) }))
}
