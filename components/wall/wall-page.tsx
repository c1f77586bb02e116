'use client'

import { Maximize2 } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { Header } from '@/components/chrome/header'
import { useTabSign } from '@/components/chrome/tab-sign'
import { useMedia, useNarrow } from '@/components/providers/use-media'
import { useNow } from '@/components/providers/use-now'
import { LaneStrip, stripSpan } from '@/components/sessions/list/strip'
import { livenessOf } from '@/components/sessions/liveness'
import { LivenessPill } from '@/components/sessions/liveness-pill'
import { PlaySample } from '@/components/sessions/play-sample'
import { formatDuration } from '@/components/text/clock'
import { formatCount, formatTokens, plural } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { EmptyState, ErrorNote, Skeleton } from '@/components/ui/notes'
import type { SessionSummary } from '@/lib/live/protocol'
import { columnsFor, destructiveCount, loudestFirst } from './loudness'
import { useRunning } from './use-running'

const TICK_MS = 1_000
/** With less motion strips move on in steps. */
const CALM_TICK_MS = 10_000
/** Nobody can read what changes places all the time. */
const SORT_MS = 8_000

/** Every running session as a living strip, loudest first: for a screen on the wall. */
export function WallPage() {
  const { sessions, connected, error } = useRunning()
  const calm = useMedia('(prefers-reduced-motion: reduce)')
  const now = useNow(calm ? CALM_TICK_MS : TICK_MS)
  const narrow = useNarrow()
  const shown = useOrder(sessions ? loudestFirst(sessions.values(), now) : [], now)
  const overwritten = shown.reduce((sum, { interventions }) => sum + (interventions.overwrite ?? 0), 0)
  useTabSign('Wall', { running: shown.length, overwritten })
  const wall = useRef<HTMLElement>(null)
  const columns = narrow ? 1 : columnsFor(shown.length)
  // one scale for all: a short run beside a long one must not look like the longer
  const span = shown.reduce((most, { strip, startedAt }) => Math.max(most, strip ? stripSpan(strip, startedAt) : 0), 0)

  return (
    <div className="flex h-dvh flex-col">
      <Header
        actions={
          <Button look="bare" aria-label="Whole screen" title="Whole screen" onClick={() => void wall.current?.requestFullscreen?.().catch(() => undefined)}>
            <Maximize2 size={14} aria-hidden />
          </Button>
        }
      />
      <main ref={wall} className="flex min-h-0 flex-1 flex-col bg-bg">
        <div className="flex items-baseline gap-4 px-4 pt-4 pb-1 sm:px-6">
          <h1 className="text-xl font-semibold tracking-tight">{shown.length > 0 ? `${formatCount(shown.length)} running` : 'The wall'}</h1>
          {shown.length > 0 && (
            <p className={`text-base ${overwritten > 0 ? 'font-medium text-destroyed' : 'text-quiet'}`}>
              {overwritten > 0 ? plural(overwritten, 'overwrite') : 'nothing overwritten'}
            </p>
          )}
          {shown.length > 0 && <p className="text-sm text-quiet max-sm:hidden">each strip: the last {formatDuration(span)}</p>}
          {!connected && (
            <p role="status" className="ml-auto text-sm text-quiet">
              The server does not answer. What was read stays; trying again.
            </p>
          )}
        </div>
        {error && !sessions && (
          <div className="p-6">
            <ErrorNote title="What runs could not be read">{error.message}</ErrorNote>
          </div>
        )}
        {!sessions ? (
          !error && (
            <div role="status" aria-label="Reading what runs" className="grid flex-1 grid-cols-1 gap-4 p-4 sm:p-6">
              <Skeleton className="h-full w-full" />
            </div>
          )
        ) : shown.length === 0 ? (
          <EmptyState title="Nothing runs">
            <p className="mb-4">A session shows up here by itself when its first event arrives, and leaves when it ends or has been silent for ten minutes.</p>
            <PlaySample />
          </EmptyState>
        ) : (
          <ol
            aria-label="Running sessions, the loudest first"
            className="grid min-h-0 flex-1 gap-3 overflow-y-auto p-4 sm:gap-4 sm:p-6"
            style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gridAutoRows: `minmax(${narrow ? '11rem' : '9rem'}, 1fr)` }}
          >
            {shown.map((session) => (
              <li key={session.id} className="min-h-0">
                <Strip session={session} now={now} span={span} />
              </li>
            ))}
          </ol>
        )}
      </main>
    </div>
  )
}

function Strip({ session, now, span }: { session: SessionSummary; now: number; span: number }) {
  const liveness = livenessOf(session, now)
  const title = session.title || session.id
  const lost = destructiveCount(session)
  const loud = lost > 0
  const began = session.startedAt ?? session.lastAt
  return (
    <article className={`relative flex h-full min-h-0 flex-col gap-2 rounded-lg border bg-surface p-3.5 ${loud ? 'border-l-4 border-l-destroyed' : ''}`}>
      <div className="flex min-w-0 items-baseline gap-3">
        <h2 className="min-w-0 flex-1 truncate text-lg leading-6 font-medium">
          <Link
            href={`/sessions/${encodeURIComponent(session.id)}`}
            prefetch={false}
            title={title}
            className="after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-focus"
          >
            {title}
          </Link>
        </h2>
        {session.simulated && <Badge title="Made up for demonstration">simulated</Badge>}
        <LivenessPill liveness={liveness} />
      </div>
      <LaneStrip
        strip={session.strip}
        since={session.startedAt}
        span={span}
        ahead={liveness.kind === 'live' ? Math.max(0, now - session.receivedAt) : 0}
        className="min-h-8 w-full flex-1"
      />
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 text-sm text-quiet">
        <span className={`text-base font-medium ${session.tasksCutShort > 0 ? 'text-destroyed' : 'text-text'}`}>
          {session.tasks === 0 ? (
            'nothing delegated yet'
          ) : (
            <>
              <span className="font-mono">
                {formatCount(session.tasksCutShort)} / {formatCount(session.tasks)}
              </span>{' '}
              {session.tasks === 1 ? 'task' : 'tasks'} overwritten or cut
            </>
          )}
        </span>
        {session.masterModel && <span className="truncate text-master">{session.masterModel}</span>}
        <span>{plural(session.agents, 'agent')}</span>
        {session.outputTokens > 0 && <span className="font-mono">{formatTokens(session.outputTokens, session.tokensEstimated)} tokens</span>}
        {began !== undefined && session.lastAt !== undefined && (
          <span className="ml-auto font-mono">{formatDuration(Math.max(0, session.lastAt - began))}</span>
        )}
      </div>
    </article>
  )
}

/** In the order of some seconds ago: what came since stands at the end until then. */
function useOrder(sorted: readonly SessionSummary[], now: number): SessionSummary[] {
  const [order, setOrder] = useState<{ at: number; ids: readonly string[] }>({ at: 0, ids: [] })
  const ids = sorted.map(({ id }) => id)
  const due = now - order.at >= SORT_MS && ids.join('\n') !== order.ids.join('\n')
  useEffect(() => {
    if (due) setOrder({ at: now, ids })
  })
  if (order.ids.length === 0) return [...sorted]
  const place = new Map(order.ids.map((id, at) => [id, at]))
  return [...sorted].sort((a, b) => (place.get(a.id) ?? Number.MAX_SAFE_INTEGER) - (place.get(b.id) ?? Number.MAX_SAFE_INTEGER))
}
