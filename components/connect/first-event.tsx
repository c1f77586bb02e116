'use client'

import Link from 'next/link'
import { useEffect, useState } from 'react'
import { buttonClass } from '@/components/ui/button'
import { Sign } from '@/components/ui/sign'
import { watchSessions } from '@/lib/live/browser-wire'
import type { SessionSummary } from '@/lib/live/protocol'

/** Listens from the moment the page opens and turns green with the first event of any session. */
export function FirstEvent() {
  const [session, setSession] = useState<SessionSummary>()
  const [listening, setListening] = useState(false)
  useEffect(
    () =>
      watchSessions({
        joined: () => setListening(true),
        lost: () => setListening(false),
        changed: ({ sessions }) => {
          const newest = sessions.at(-1)
          if (newest) setSession((known) => (known === undefined || known.id === newest.id ? newest : known))
        },
      }),
    [],
  )
  if (session)
    return (
      <div role="status" className="flex items-center gap-3 rounded-lg border border-accepted px-4 py-3 tint-accepted">
        <span aria-hidden className="grid size-5 shrink-0 place-items-center rounded-full bg-accepted text-xs font-bold text-bg">
          <Sign name="check" />
        </span>
        <p className="min-w-0 flex-1 truncate text-sm">
          <strong className="font-medium">Events are arriving:</strong> {session.title || session.id}
        </p>
        <Link href={`/sessions/${encodeURIComponent(session.id)}`} className={buttonClass('plain')}>
          Watch it
        </Link>
      </div>
    )
  return (
    <div role="status" className="flex min-h-[3.625rem] items-center gap-3 rounded-lg border px-4 py-3 text-sm text-quiet">
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${listening ? 'pulse bg-accepted' : 'bg-unknown'}`} />
      {listening ? 'Waiting for the first event…' : 'Connecting to the server…'}
    </div>
  )
}
