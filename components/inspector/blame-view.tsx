'use client'

import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useRef } from 'react'
import { getJson, sessionPath } from '@/components/providers/api'
import { agentName, mastersOf } from '@/components/sessions/names'
import { formatClock } from '@/components/text/clock'
import { formatCount, formatPercent, plural } from '@/components/text/count'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/notes'
import type { BlameLine } from '@/lib/core/provenance/blame'
import type { BlameAnswer, BlameRevision } from '@/lib/core/provenance/blame-answer'
import type { SessionState } from '@/lib/core/session'
import type { SessionStore } from '@/lib/live/session-store'
import { agentColours } from './agent-colours'
import { CHANGES } from './change-words'
import { type OnPick, PickLink } from './pick'
import { plainText } from './plain-text'

const CHUNK = 500
const LINE_PX = 19
const SHOWN_PX = 560

interface Props {
  store: SessionStore
  path: string
  /** Undefined: the newest. */
  revision: number | undefined
  onRevision: (revision: number | undefined) => void
  onPick: OnPick
}

/** Who owns each line of the artifact, at one of its revisions, and the way there. */
export function BlameView({ store, path, revision, onRevision, onPick }: Props) {
  const { state } = store
  // A write that arrives is a new revision; what is asked for by number stays what it is.
  let writes = 0
  for (const write of state.writes.values()) if (write.path === path || write.from === path) writes++
  const address = (from: number) =>
    `${sessionPath(state.id)}/artifact?${new URLSearchParams({ path, from: String(from), limit: String(CHUNK), ...(revision === undefined ? {} : { revision: String(revision) }) })}`
  const keyOf = (from: number) => ['blame', state.id, path, revision ?? `newest ${writes}`, from]
  const head = useQuery({
    queryKey: keyOf(0),
    queryFn: ({ signal }) => getJson<BlameAnswer>(address(0), signal),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const scroller = useRef<HTMLDivElement>(null)
  const { data } = head
  const total = data?.total ?? 0
  const virtual = useVirtualizer({ count: total, getScrollElement: () => scroller.current, estimateSize: () => LINE_PX, overscan: 20 })
  const items = virtual.getVirtualItems()
  const first = Math.floor((items[0]?.index ?? 0) / CHUNK)
  const last = Math.floor((items.at(-1)?.index ?? 0) / CHUNK)
  const wanted = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * CHUNK).filter((from) => from > 0)
  const chunks = useQueries({
    queries: wanted.map((from) => ({ queryKey: keyOf(from), queryFn: ({ signal }: { signal: AbortSignal }) => getJson<BlameAnswer>(address(from), signal) })),
  })
  const lineAt = (at: number): BlameLine | undefined =>
    at < CHUNK ? data?.lines[at] : chunks[wanted.indexOf(Math.floor(at / CHUNK) * CHUNK)]?.data?.lines[at % CHUNK]

  if (head.error) return <p className="mb-5 rounded-md border p-3 text-sm text-quiet">Who owns what could not be read. {head.error.message}</p>
  if (!data)
    return (
      <div role="status" aria-label="Reading who owns what" className="mb-5 space-y-2 rounded-md border p-3">
        {Array.from({ length: 8 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: all alike, never reordered
          <Skeleton key={i} className="h-3" />
        ))}
      </div>
    )

  const { revisions } = data
  const at = data.revision
  const here = revisions[at - 1]
  const step = (to: number) => onRevision(to >= revisions.length ? undefined : Math.max(1, to))
  const colours = agentColours(
    revisions.map(({ agentId }) => agentId),
    mastersOf(state),
  )
  const owner = (line: BlameLine) => (line.revision === 0 ? undefined : revisions[line.revision - 1])

  return (
    <section aria-label="Who owns each line" className="mb-5 overflow-hidden rounded-md border">
      <div className="border-b bg-surface px-3 py-2">
        <div className="flex items-center gap-2">
          <Button look="bare" className="px-1.5" aria-label="Previous revision" disabled={at <= 1} onClick={() => step(at - 1)}>
            <ChevronLeft size={15} aria-hidden />
          </Button>
          <input
            type="range"
            min={1}
            max={revisions.length}
            value={at}
            disabled={revisions.length === 1}
            onChange={(event) => step(Number(event.target.value))}
            aria-label="Revision"
            aria-valuetext={`${at} of ${revisions.length}${here ? `, ${agentName(state, here.agentId)} ${CHANGES[here.change]}` : ''}`}
            className="min-w-0 flex-1 accent-text"
          />
          <Button look="bare" className="px-1.5" aria-label="Next revision" disabled={at >= revisions.length} onClick={() => step(at + 1)}>
            <ChevronRight size={15} aria-hidden />
          </Button>
        </div>
        <p className="mt-1 truncate text-xs" aria-live="polite">
          <span className="font-mono text-quiet">
            {at} of {revisions.length}
          </span>{' '}
          {here && <Who state={state} revision={here} colour={colours.get(here.agentId)} onPick={onPick} />}
          {here && (
            <span className="text-quiet">
              {' '}
              {CHANGES[here.change]}
              {here.partial ? ', not finished' : ''}
            </span>
          )}
        </p>
      </div>
      <Share data={data} state={state} colours={colours} />
      {!data.exists ? (
        <p className="px-3 py-4 text-sm text-quiet">Deleted: nothing of it is left.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        <div ref={scroller} className="overflow-auto" style={{ height: Math.min(SHOWN_PX, total * LINE_PX + 4) }} tabIndex={0}>
          <ol className="relative font-mono text-xs" style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const line = lineAt(item.index)
              const by = line && owner(line)
              const before = item.index > 0 ? lineAt(item.index - 1) : undefined
              const begins = item.index === items[0]?.index || before?.revision !== line?.revision
              const colour = by ? colours.get(by.agentId) : undefined
              const fresh = line?.revision === at
              return (
                <li
                  key={item.key}
                  className={`absolute inset-x-0 flex whitespace-pre ${fresh ? 'bg-surface-2' : ''}`}
                  style={{ top: item.start, height: LINE_PX, lineHeight: `${LINE_PX}px` }}
                >
                  <span
                    className="w-24 shrink-0 truncate border-l-[3px] sm:w-36 pr-2 pl-2 font-sans text-2xs"
                    style={{ borderColor: colour ?? 'var(--border)' }}
                  >
                    {!line ? (
                      ''
                    ) : line.gap ? (
                      <span className="text-quiet">not shown</span>
                    ) : begins ? (
                      by ? (
                        <button
                          type="button"
                          title={titleOf(state, by, line, revisions)}
                          onClick={() => onPick(by.turnId ? { kind: 'turn', id: by.turnId } : { kind: 'agent', id: by.agentId })}
                          className="max-w-full truncate align-bottom hover:underline"
                          style={{ color: colour }}
                        >
                          {agentName(state, by.agentId)} · {line.revision}
                        </button>
                      ) : (
                        <span className="text-quiet">before the session</span>
                      )
                    ) : (
                      <span className="sr-only">{by ? agentName(state, by.agentId) : 'before the session'}</span>
                    )}
                  </span>
                  <span className="w-11 shrink-0 pr-2 text-right text-quiet select-none">{item.index + 1}</span>
                  <span className="pr-3 [unicode-bidi:isolate]">{line ? plainText(line.text) : '…'}</span>
                  {line?.parts && (
                    <span className="shrink-0 pr-2 font-sans text-2xs text-quiet" title={titleOf(state, by, line, revisions)}>
                      +{' '}
                      {line.parts
                        .slice(1)
                        .map(([number]) => nameOf(state, revisions, number))
                        .join(', ')}
                    </span>
                  )}
                </li>
              )
            })}
          </ol>
        </div>
      )}
      {!data.complete && (
        <p className="border-t px-3 py-1.5 text-xs text-quiet">The log shows this artifact only in part: lines that nobody has shown are left out.</p>
      )}
    </section>
  )
}

function Who({ state, revision, colour, onPick }: { state: SessionState; revision: BlameRevision; colour: string | undefined; onPick: OnPick }) {
  return (
    <>
      <PickLink onPick={onPick} kind={revision.turnId ? 'turn' : 'agent'} id={revision.turnId ?? revision.agentId} className="font-medium">
        <span style={{ color: colour }}>{agentName(state, revision.agentId)}</span>
      </PickLink>
      {state.firstAt !== undefined && <span className="ml-1.5 font-mono text-quiet">{formatClock(revision.at - state.firstAt)}</span>}
    </>
  )
}

/** Whose lines they are, in all: a bar, and the same in words. */
function Share({ data, state, colours }: { data: BlameAnswer; state: SessionState; colours: ReadonlyMap<string, string> }) {
  const byAgent = new Map<string, number>()
  for (const [revision, lines] of data.share) {
    const id = revision === 0 ? '' : (data.revisions[revision - 1]?.agentId ?? '')
    byAgent.set(id, (byAgent.get(id) ?? 0) + lines)
  }
  const shares = [...byAgent].sort((a, b) => b[1] - a[1])
  if (data.total === 0) return null
  return (
    <div className="border-b px-3 py-2">
      <div className="flex h-1.5 overflow-hidden rounded-full" aria-hidden>
        {shares.map(([id, lines]) => (
          <span key={id} style={{ width: `${(lines / data.total) * 100}%`, background: colours.get(id) ?? 'var(--border)' }} />
        ))}
      </div>
      <ul className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-xs">
        {shares.map(([id, lines]) => (
          <li key={id} className="flex items-center gap-1.5">
            <span aria-hidden className="size-2 rounded-sm" style={{ background: colours.get(id) ?? 'var(--border)' }} />
            {id === '' ? 'before the session' : agentName(state, id)}
            <span className="font-mono text-quiet">
              {plural(lines, 'line')}, {formatPercent(lines / data.total)}
            </span>
          </li>
        ))}
        <li className="ml-auto font-mono text-quiet">{formatCount(data.total)} in all</li>
      </ul>
    </div>
  )
}

function nameOf(state: SessionState, revisions: readonly BlameRevision[], number: number): string {
  const revision = revisions[number - 1]
  return revision ? agentName(state, revision.agentId) : 'before the session'
}

function titleOf(state: SessionState, by: BlameRevision | undefined, line: BlameLine, revisions: readonly BlameRevision[]): string {
  if (!line.parts) return by ? `${agentName(state, by.agentId)}, revision ${line.revision}` : 'There before anyone in the session wrote'
  return line.parts.map(([number, tokens]) => `${nameOf(state, revisions, number)} (revision ${number}): ${plural(tokens, 'token')}`).join('\n')
}
