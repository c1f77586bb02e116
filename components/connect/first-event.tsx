'use client'

import Link from 'next/link'
import { buttonClass } from '@/components/ui/button'
import { Sign } from '@/components/ui/sign'
import type { SessionSummary } from '@/lib/live/protocol'
import { type Arrivals, isFrom } from './arrivals'
import type { System } from './systems/system'

/** Turns green with the first event that comes by the chosen system; what comes by others is said beside it. */
export function FirstEvent({ system, arrivals: { listening, sessions } }: { system: System; arrivals: Arrivals }) {
  const here = sessions.filter((session) => isFrom(system, session)).at(-1)
  const elsewhere = here ? undefined : sessions.at(-1)
  return (
    <div role="status" className="text-sm">
      {here ? (
        <div className="flex items-center gap-3 rounded-lg border border-accepted px-4 py-3 tint-accepted">
          <span aria-hidden className="grid size-5 shrink-0 place-items-center rounded-full bg-accepted text-xs font-bold text-bg">
            <Sign name="check" />
          </span>
          <p className="min-w-0 flex-1 truncate">
            <strong className="font-medium">Events are arriving:</strong> {here.title || here.id}
          </p>
          <Watch session={here} />
        </div>
      ) : (
        <div className="flex min-h-[3.625rem] items-center gap-3 rounded-lg border px-4 py-3 text-quiet">
          <span aria-hidden className={`size-2 shrink-0 rounded-full ${listening ? 'pulse bg-master' : 'bg-unknown'}`} />
          {listening ? `Waiting for the first event${system.from.formats === undefined ? '' : ` from ${nameIn(system)}`}…` : 'Connecting to the server…'}
        </div>
      )}
      {elsewhere && (
        <p className="mt-2 flex min-w-0 items-baseline gap-1 px-1 text-xs text-quiet">
          <span className="shrink-0">Meanwhile, from {elsewhere.framework ?? elsewhere.format ?? 'an agent loop'}:</span>
          <Link href={`/sessions/${encodeURIComponent(elsewhere.id)}`} className="truncate underline underline-offset-2 hover:text-text">
            {elsewhere.title || elsewhere.id}
          </Link>
        </p>
      )}
    </div>
  )
}

function nameIn({ group, title }: System): string {
  return group === 'own' ? 'your loop' : title
}

function Watch({ session }: { session: SessionSummary }) {
  return (
    <Link href={`/sessions/${encodeURIComponent(session.id)}`} className={buttonClass('plain')}>
      Watch it
    </Link>
  )
}
