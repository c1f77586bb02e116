'use client'

import Link from 'next/link'
import { type MouseEvent, memo } from 'react'
import { sessionPath } from '@/components/providers/api'
import { LivenessPill } from '@/components/sessions/liveness-pill'
import { formatAgo, formatDuration, formatExact } from '@/components/text/clock'
import { formatCount, formatMoney, formatTokens, plural } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import { isDated } from '@/lib/core/dated'
import { expectSession } from '@/lib/live/ask-snapshot'
import type { SessionSummary } from '@/lib/live/protocol'
import { groupOf, isDestructive, kindNoun, rankKinds } from '../kinds'
import { livenessOf } from '../liveness'
import { LaneStrip } from './strip'

export const ROW_HEIGHT = { wide: 64, narrow: 136 }
export const COLUMNS =
  'lg:grid-cols-[9rem_minmax(0,1fr)_7rem_3rem_2.5rem_10rem_4.5rem_6.25rem_8rem] xl:grid-cols-[11rem_minmax(0,1fr)_8.5rem_3rem_3rem_17rem_4.5rem_6.25rem_8rem]'

interface Props {
  session: SessionSummary
  now: number
  /** One of two to be seen side by side. */
  chosen: boolean
  onChoose(id: string): void
}

export const SessionRow = memo(function SessionRow({ session, now, chosen, onChoose }: Props) {
  const liveness = livenessOf(session, now)
  const title = session.title || session.id
  // a strip that is alive moves on while nothing happens
  const ahead = liveness.kind === 'live' ? Math.max(0, now - session.receivedAt) : 0
  return (
    <div className={`group relative h-full border-b hover:bg-surface ${chosen ? 'bg-surface' : ''}`}>
      <div className={`hidden h-full items-center gap-4 px-5 lg:grid ${COLUMNS}`}>
        <LaneStrip strip={session.strip} since={session.startedAt} ahead={ahead} className="h-9 w-full" />
        <div className="min-w-0">
          <div className="flex items-center gap-2">
            <div className="min-w-0">
              <TitleLink id={session.id} title={title} />
            </div>
            <BesideBox title={title} chosen={chosen} onChoose={() => onChoose(session.id)} />
          </div>
          <p className="flex items-center gap-2 truncate text-xs text-quiet">
            {session.simulated && <Badge title="Made up for demonstration">simulated</Badge>}
            <span className="truncate">{placeOf(session, now)}</span>
          </p>
        </div>
        <span className="truncate text-master" title={session.masterName}>
          {session.masterModel ?? <Unknown what="master model" />}
        </span>
        <Figure n={session.agents} what="agents" />
        <Figure n={session.tasks} what="tasks" />
        <Kinds session={session} />
        <Tokens session={session} />
        <Duration session={session} now={now} />
        <span className="justify-self-end">
          <LivenessPill liveness={liveness} />
        </span>
      </div>

      <div className="flex h-full flex-col justify-center gap-1.5 px-4 lg:hidden">
        <div className="flex items-center gap-2">
          <div className="min-w-0 flex-1">
            <TitleLink id={session.id} title={title} />
          </div>
          <BesideBox title={title} chosen={chosen} onChoose={() => onChoose(session.id)} />
          <LivenessPill liveness={liveness} />
        </div>
        <LaneStrip strip={session.strip} since={session.startedAt} ahead={ahead} className="h-7 w-full" />
        <p className="truncate text-xs text-quiet">
          {session.simulated && 'simulated · '}
          {session.masterModel && <span className="text-master">{session.masterModel}</span>}
          {session.masterModel && ' · '}
          {plural(session.tasks, 'task')}
          {tokensKnown(session) && ` · ${formatTokens(session.outputTokens, session.tokensEstimated)} tokens`}
          {session.costUsd !== undefined && ` · ${costSays(session, session.costUsd)}`} · {plural(session.agents, 'agent')}
        </p>
        <Kinds session={session} />
      </div>
    </div>
  )
})

/** Over the row's link; on a screen with a pointer it comes with the pointer, the focus or a choice. */
function BesideBox({ title, chosen, onChoose }: { title: string; chosen: boolean; onChoose(): void }) {
  return (
    <label
      title="Choose two to see them side by side"
      className={`relative z-[1] -m-1.5 grid shrink-0 cursor-pointer place-items-center p-2.5 pointer-coarse:-my-3 ${chosen ? '' : 'lg:opacity-0 lg:group-hover:opacity-100 lg:focus-within:opacity-100'}`}
    >
      <input type="checkbox" checked={chosen} onChange={onChoose} aria-label={`Side by side: ${title}`} className="size-3.5 accent-text" />
    </label>
  )
}

function TitleLink({ id, title }: { id: string; title: string }) {
  // its snapshot is on the way before its page is; a finger that comes down may only want to scroll
  const expect = (event: MouseEvent) => {
    if (event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) expectSession(sessionPath(id))
  }
  return (
    <Link
      href={`/sessions/${encodeURIComponent(id)}`}
      prefetch={false}
      onPointerDown={(event) => event.pointerType === 'mouse' && expect(event)}
      onClick={expect}
      title={title}
      className="block truncate text-base font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
    >
      {title}
    </Link>
  )
}

function placeOf(session: SessionSummary, now: number): string {
  const started = session.startedAt ?? session.lastAt
  return [
    session.simulated ? undefined : (session.framework ?? session.format),
    session.workflow,
    started === undefined ? undefined : formatAgo(started, now),
    ...session.tags.filter((tag) => !session.simulated || tag !== 'simulated').map((tag) => `#${tag}`),
  ]
    .filter(Boolean)
    .join(' · ')
}

function Figure({ n, what }: { n: number; what: string }) {
  return (
    <span className={`text-right font-mono text-sm ${n === 0 ? 'text-quiet' : ''}`}>
      {formatCount(n)} <span className="sr-only">{what}</span>
    </span>
  )
}

const SHOWN_KINDS = 3

function Kinds({ session }: { session: SessionSummary }) {
  const all = rankKinds(session.interventions)
  const kinds = all.filter(({ kind }) => groupOf(kind) === 'intervention')
  const noted = all.filter(({ kind }) => groupOf(kind) === 'noted')
  if (kinds.length === 0)
    return (
      <span className="truncate text-xs text-quiet" title={noted.length > 0 ? `also noted: ${inWords(noted)}` : undefined}>
        {session.tasks === 0 ? 'nothing delegated' : 'none'}
        {noted.length > 0 && ` · ${noted.reduce((sum, { count }) => sum + count, 0)} noted`}
      </span>
    )
  const rest = kinds.slice(SHOWN_KINDS)
  return (
    <span className="flex min-w-0 items-center gap-1.5 overflow-hidden">
      {kinds.slice(0, SHOWN_KINDS).map(({ kind, count }) => (
        <Badge key={kind} tone={isDestructive(kind) ? 'destroyed' : 'quiet'}>
          {kindNoun(kind)} <span className="font-mono">{formatCount(count)}</span>
        </Badge>
      ))}
      {rest.length > 0 && (
        <span className="text-xs text-quiet" title={inWords(rest)}>
          +{rest.length}
        </span>
      )}
    </span>
  )
}

function inWords(kinds: readonly { kind: string; count: number }[]): string {
  return kinds.map(({ kind, count }) => `${kindNoun(kind)} ${count}`).join(', ')
}

/** "≥": not all prices are known. "~": of tokens that are our estimate. */
function costSays({ costPartial, tokensEstimated }: SessionSummary, costUsd: number): string {
  return `${costPartial ? '≥ ' : ''}${tokensEstimated ? '~' : ''}${formatMoney(costUsd)}`
}

/** A sum of nothing counted is not zero. */
const tokensKnown = ({ inputTokens, outputTokens }: SessionSummary) => inputTokens + outputTokens > 0

function Tokens({ session }: { session: SessionSummary }) {
  const { inputTokens, outputTokens, tokensEstimated, costUsd, costPartial } = session
  if (!tokensKnown(session)) return <Unknown what="tokens" right />
  return (
    <span
      className="text-right font-mono text-sm"
      title={`${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out${tokensEstimated ? '; some are our estimate' : ''}; ${costUsd === undefined ? 'cost not known' : `${costPartial ? 'at least ' : ''}${formatMoney(costUsd)}${costPartial ? ', not all prices are known' : ''}`}`}
    >
      {formatTokens(outputTokens, tokensEstimated)} <span className="sr-only">output tokens</span>
      {costUsd !== undefined && <span className="block text-xs text-quiet">{costSays(session, costUsd)}</span>}
    </span>
  )
}

function Duration({ session, now }: { session: SessionSummary; now: number }) {
  const running = livenessOf(session, now).kind === 'live'
  const to = session.endedAt ?? session.lastAt
  if (session.startedAt === undefined || to === undefined || !isDated(session.startedAt)) return <Unknown what="duration" right />
  return (
    <span className="text-right font-mono text-sm whitespace-nowrap" title={`${formatExact(session.startedAt)} to ${running ? 'now' : formatExact(to)}`}>
      {formatDuration(Math.max(0, to - session.startedAt))}
    </span>
  )
}

/** Absent is not zero. */
function Unknown({ what, right }: { what: string; right?: boolean }) {
  return (
    <span className={`text-unknown ${right ? 'text-right' : ''}`} title={`${what} not known`}>
      <span aria-hidden>—</span>
      <span className="sr-only">{what} not known</span>
    </span>
  )
}
