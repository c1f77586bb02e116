'use client'

import { Download, Link2, Share2 } from 'lucide-react'
import Link from 'next/link'
import { memo, useMemo } from 'react'
import { Header } from '@/components/chrome/header'
import { useKeptAt, useSharedSource } from '@/components/providers/session-source'
import { useNow } from '@/components/providers/use-now'
import { agentName, modelOf, rootMaster, sessionName } from '@/components/sessions/names'
import { formatMinute } from '@/components/text/clock'
import { Pill } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import type { SessionState } from '@/lib/core/session'
import { isRunning } from '@/lib/live/protocol'
import type { Connection, WritableSessionStore } from '@/lib/live/session-store'
import type { View } from '@/lib/view/view'
import { SampleControls } from './parts'
import { StatePill, useReceivedAt } from './state-pill'

interface Props {
  store: WritableSessionStore
  connection: Connection
  version: number
  following: View['follow']
  onFollow: () => void
  onCopyLink: () => void
  /** Left out where there is nobody to share with: one person's own computer. */
  onShare: (() => void) | undefined
  /** As one file. */
  onSave: () => void
  copied: boolean
}

const FOLLOWING: Record<View['follow'], string> = { main: 'Following', interventions: 'Following interventions', paused: 'Follow' }

/** A file on the disk has no address that others could open. */
const SAVED_FILE = typeof location !== 'undefined' && location.protocol === 'file:'

export const SessionHeader = memo(function SessionHeader({ store, version, connection, following, onFollow, onCopyLink, onShare, onSave, copied }: Props) {
  const { state } = store
  const { facts } = state
  const { master, model } = useMaster(state, version)
  const title = sessionName(facts.title, state.id)
  const shared = useSharedSource() !== undefined
  return (
    <Header
      crumbs={
        <div className="flex min-w-0 flex-1 items-center gap-2 overflow-hidden text-sm sm:gap-2.5">
          {!shared && (
            <Link href="/sessions" className="hidden shrink-0 rounded text-quiet hover:text-text sm:inline">
              <span aria-hidden className="mr-2">
                /
              </span>
              Sessions
            </Link>
          )}
          <span aria-hidden className="hidden text-quiet sm:inline">
            /
          </span>
          <h1 className="min-w-12 truncate font-semibold" title={title}>
            {title}
          </h1>
          <span className="hidden shrink-0 items-center gap-2 sm:flex">
            <StatePill store={store} connection={connection} />
            {facts.simulated && <Simulated />}
          </span>
          <span className="hidden shrink-0 items-center gap-2 lg:flex">
            {master && (
              <Pill className="max-w-64 overflow-hidden">
                master <span className="truncate text-master">{model ?? agentName(state, master.id)}</span>
              </Pill>
            )}
          </span>
          <span className="hidden shrink-0 items-center gap-2 xl:flex">
            {facts.framework !== 'simulated' && (facts.framework ?? facts.format) && (
              <Pill className="max-w-40 overflow-hidden">
                <span className="truncate">{facts.framework ?? facts.format}</span>
              </Pill>
            )}
            {facts.promptVariant && (
              <Pill className="max-w-56 overflow-hidden" title={facts.promptVariant}>
                <span className="truncate">prompt: {facts.promptVariant}</span>
              </Pill>
            )}
          </span>
        </div>
      }
      actions={
        <>
          {shared ? <ReadOnly /> : <SampleSpeed state={state} />}
          <Follow store={store} following={following} onFollow={onFollow} />
          {!shared && (
            <Button
              look="bare"
              onClick={onSave}
              aria-haspopup="dialog"
              aria-label="Save as one file"
              title="Save as one HTML file, which opens without a server"
              className="px-2 max-sm:hidden"
            >
              <Download size={14} aria-hidden />
            </Button>
          )}
          {onShare === undefined && SAVED_FILE ? null : onShare ? (
            <Button look="strong" onClick={onShare} aria-haspopup="dialog">
              <Share2 size={14} aria-hidden />
              <span className="max-sm:sr-only">Share</span>
            </Button>
          ) : (
            <Button look="strong" onClick={onCopyLink} aria-label="Copy a link to exactly this view">
              <Link2 size={14} aria-hidden />
              <span className="hidden sm:inline" aria-live="polite">
                {copied ? 'Copied' : 'Copy link'}
              </span>
            </Button>
          )}
        </>
      }
    />
  )
})

/** The same facts under the header, where a narrow screen has room for them. */
export const SessionFacts = memo(function SessionFacts({
  store,
  version,
  connection,
}: {
  store: WritableSessionStore
  version: number
  connection: Connection
}) {
  const { state } = store
  const { master, model } = useMaster(state, version)
  return (
    <section
      aria-label="About this session"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it may scroll sideways, by keyboard, too
      tabIndex={0}
      className="flex h-9 shrink-0 items-center gap-2 overflow-x-auto border-b px-4 [scrollbar-width:none] sm:hidden"
    >
      <StatePill store={store} connection={connection} />
      {state.facts.simulated && <Simulated />}
      {master && (
        <Pill>
          master <span className="text-master">{model ?? agentName(state, master.id)}</span>
        </Pill>
      )}
    </section>
  )
})

function useMaster(state: SessionState, version: number) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state is changed in place; its version says so
  return useMemo(() => {
    const master = rootMaster(state)
    return { master, model: modelOf(state, master) }
  }, [state, version])
}

function ReadOnly() {
  const keptAt = useKeptAt()
  if (keptAt === undefined) return <Pill title="This link is to look at: nothing here can be changed">read only</Pill>
  return (
    <Pill title="This file shows the session as it was then; nothing in it changes">
      saved<span className="max-sm:hidden"> {formatMinute(keptAt)}</span>
    </Pill>
  )
}

function Simulated() {
  return <Pill title="Made up for demonstration, not recorded from a real run">simulated</Pill>
}

/** Only where something may still come: a recording has nothing to be followed. */
function Follow({ store, following, onFollow }: Pick<Props, 'store' | 'following' | 'onFollow'>) {
  const now = useNow(1000)
  const receivedAt = useReceivedAt(store)
  const kept = useKeptAt() !== undefined
  const { endedAt } = store.state.facts
  if (kept || store.head === 0 || !isRunning({ endedAt, lastAt: store.state.lastAt, receivedAt }, now)) return null
  return (
    <span className="hidden sm:inline">
      <Button hotkey="f" pressed={following !== 'paused'} onClick={onFollow}>
        {FOLLOWING[following]}
      </Button>
    </span>
  )
}

/** Loaded only where a sample plays. */
function SampleSpeed({ state: { facts, id } }: { state: SessionState }) {
  const plays = facts.simulated === true && facts.tags?.includes('sample') === true && facts.endedAt === undefined
  return plays ? <SampleControls sessionId={id} /> : null
}
