'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useDeferredValue, useState } from 'react'
import { getJson } from '@/components/providers/api'
import { formatAgo } from '@/components/text/clock'
import { plural } from '@/components/text/count'
import { Button } from '@/components/ui/button'
import { ErrorNote, Skeleton } from '@/components/ui/notes'
import type { SessionsPage } from '@/lib/live/protocol'

/** The newest sessions, and those that words find. */
export function PickSession({ title, not, onPick }: { title: string; not: readonly string[]; onPick(session: string): void }) {
  const [words, setWords] = useState('')
  const asked = useDeferredValue(words.trim())
  const found = useQuery({
    queryKey: ['pick-session', asked],
    queryFn: ({ signal }) => getJson<SessionsPage>(`/api/v1/sessions?limit=30${asked === '' ? '' : `&q=${encodeURIComponent(asked)}`}`, signal),
    placeholderData: (before) => before,
  })
  const sessions = found.data?.sessions.filter(({ id }) => !not.includes(id))
  return (
    <section aria-label={title}>
      <label className="block">
        <span className="mb-2 block text-base font-semibold">{title}</span>
        <input
          type="search"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          placeholder="Search by title, model or framework"
          className="h-9 w-full rounded-md border bg-surface px-3 text-sm"
          // biome-ignore lint/a11y/noAutofocus: choosing is all there is to do here
          autoFocus
        />
      </label>
      {found.error ? (
        <div className="mt-3">
          <ErrorNote title="The sessions could not be read" action={<Button onClick={() => found.refetch()}>Try again</Button>}>
            {found.error.message}
          </ErrorNote>
        </div>
      ) : (
        <ul className="mt-3 divide-y rounded-md border">
          {sessions === undefined && (
            <li>
              <Skeleton className="m-3 h-5" />
              <Skeleton className="m-3 h-5 w-2/3" />
            </li>
          )}
          {sessions?.length === 0 && (
            <li className="px-4 py-3 text-sm text-quiet">
              {asked !== '' ? (
                'No other session has these words.'
              ) : (
                <>
                  There is no other session yet.{' '}
                  <Link href="/sessions" className="underline underline-offset-2">
                    Sessions
                  </Link>{' '}
                  come from imports, from what sends events, or from the sample.
                </>
              )}
            </li>
          )}
          {sessions?.map((session) => (
            <li key={session.id}>
              <button type="button" onClick={() => onPick(session.id)} className="block w-full px-4 py-2.5 text-left hover:bg-surface">
                <span className="block truncate text-sm font-medium">{session.title || session.id}</span>
                <span className="block truncate text-xs text-quiet">
                  {[
                    session.simulated ? 'simulated' : (session.framework ?? session.format),
                    session.masterModel,
                    plural(session.agents, 'agent'),
                    plural(session.tasks, 'task'),
                    session.lastAt === undefined ? undefined : formatAgo(session.lastAt, Date.now()),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
