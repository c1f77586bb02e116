'use client'

import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { useLayoutEffect, useState } from 'react'
import { Logo } from '@/components/chrome/logo'
import { useMe } from '@/components/people/me'
import { ApiError, postJson } from '@/components/providers/api'
import { SharedSourceProvider } from '@/components/providers/session-source'
import { Button, buttonClass } from '@/components/ui/button'
import { VIEW_PARAMETERS } from '@/lib/view/view'

// A page is of one kind: the other need not come.
const SessionPage = dynamic(() => import('@/components/sessions/page/session-page').then((module) => module.SessionPage), { loading: Waiting })
const SharedCompare = dynamic(() => import('@/components/compare/shared-compare').then((module) => module.SharedCompare), { loading: Waiting })

interface Opened {
  visit: string
  kind: 'session' | 'intervention' | 'compare'
  sessionId: string
  /** Query with which the page opens; of a comparison: what was chosen. */
  view: string
}

/** The session or the comparison as a link shows it: the same page, to look at only, open where the sender stood. */
export function SharePage({ token }: { token: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['shared', token],
    queryFn: () => postJson<Opened>('/api/v1/shared/open', { token }),
    // Opening is counted: once a page.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    retry: false,
  })
  const [placed, setPlaced] = useState(false)
  const address = useSearchParams()
  useLayoutEffect(() => {
    if (!data || data.kind === 'compare') return
    // Whoever opened it and moved on keeps that place when the page is loaded again. (null: with its own state back the router does not listen.)
    const here = new URLSearchParams(location.search)
    if (data.view !== '' && !VIEW_PARAMETERS.some((name) => here.has(name))) history.replaceState(null, '', `${location.pathname}?${data.view}`)
    setPlaced(true)
  }, [data])
  if (error) return <Nothing error={error} retry={() => void refetch()} />
  const source = data && { path: `/api/v1/shared/${data.visit}`, visit: data.visit }
  if (data?.kind === 'compare' && source)
    return (
      <SharedSourceProvider value={source}>
        <SharedCompare path={source.path} view={data.view} />
      </SharedSourceProvider>
    )
  // The router hears of a changed address a moment later; the session page reads its place from it once, when it begins.
  if (!data || !source || !placed || address.toString() !== new URLSearchParams(location.search).toString()) return <Waiting />
  return (
    <SharedSourceProvider value={source}>
      <SessionPage key={data.sessionId} sessionId={data.sessionId} />
    </SharedSourceProvider>
  )
}

function Waiting() {
  return <div className="h-dvh" />
}

function Nothing({ error, retry }: { error: Error; retry: () => void }) {
  const none = error instanceof ApiError && error.status === 404
  const people = useMe()?.accounts === true
  return (
    <main className="grid min-h-dvh place-items-center p-5">
      <div className="w-full max-w-sm rounded-lg border bg-surface p-6 shadow-[var(--shadow)]">
        <p className="mb-5 flex items-center gap-2 text-base font-semibold tracking-tight">
          <Logo />
          Backseat
        </p>
        <h1 className="mb-2 text-xl font-semibold tracking-tight">{none ? 'This link shows nothing' : 'The link could not be opened'}</h1>
        <p className="mb-4 text-sm text-quiet">
          {none ? 'It may have ended, or be for people who are signed in, or a letter of it is missing. Ask whoever sent it.' : error.message}
        </p>
        {none ? (
          people && (
            <Link href={`/sign-in?next=${encodeURIComponent(location.pathname)}`} className={buttonClass('plain')}>
              Sign in
            </Link>
          )
        ) : (
          <Button onClick={retry}>Try again</Button>
        )}
      </div>
    </main>
  )
}
