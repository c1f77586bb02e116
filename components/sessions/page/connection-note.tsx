'use client'

import { useNow } from '@/components/providers/use-now'
import { formatRough } from '@/components/text/clock'
import type { Connection } from '@/lib/live/session-store'

/** Said only when something is wrong; what is on the screen stays there. */
export function ConnectionNote({ connection, empty }: { connection: Connection; empty: boolean }) {
  if (connection.kind === 'reconnecting') return <Lost since={connection.since} empty={empty} />
  if (connection.kind === 'refused' && !empty)
    return (
      <p role="status" className="shrink-0 border-b bg-surface-2 px-5 py-1.5 text-xs">
        <strong className="font-medium">No longer live.</strong> <span className="text-quiet">{connection.reason} What is shown stays.</span>
      </p>
    )
  return null
}

function Lost({ since, empty }: { since: number; empty: boolean }) {
  const now = useNow(1000)
  // A blink of the network is nobody's business.
  if (now - since < 1500) return null
  return (
    <p role="status" className="flex shrink-0 items-center gap-2 border-b bg-surface-2 px-5 py-1.5 text-xs">
      <span aria-hidden className="pulse size-1.5 rounded-full bg-unknown" />
      <span>
        <strong className="font-medium">The server has not answered for {formatRough(now - since)}.</strong>{' '}
        <span className="text-quiet">{empty ? 'Trying again.' : 'What is shown stays; trying again, and what comes meanwhile is caught up.'}</span>
      </span>
    </p>
  )
}
