'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { Header } from '@/components/chrome/header'
import { getJson } from '@/components/providers/api'
import { plural } from '@/components/text/count'
import { Button, buttonClass } from '@/components/ui/button'
import { EmptyState, ErrorNote, Skeleton } from '@/components/ui/notes'
import type { Intervention } from '@/lib/core/interventions'
import { AgreementTable } from './agreement-table'
import { BlindCase } from './blind-case'

export interface Case {
  sessionId: string
  title?: string
  simulated: boolean
  finding: Intervention
}

interface Queue {
  queue: Case[]
  left: number
  unjudged: number
  done: number
}

const KEY = ['review']

/** Interventions to judge without knowing who wrote which side; what people said, and how far they agree. */
export function ReviewPage() {
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: [...KEY, 'queue'],
    queryFn: ({ signal }) => getJson<Queue>('/api/v1/review', signal),
    // A case must not be taken away from under the reader: the queue moves when they do.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  const [at, setAt] = useState(0)
  /** Places in the queue that were judged since it was read. */
  const [judged, setJudged] = useState<ReadonlySet<number>>(new Set())
  const current = data?.queue[at]
  const next = () => {
    if (data && at + 1 < data.queue.length) setAt(at + 1)
    else {
      setAt(0)
      setJudged(new Set())
      void client.resetQueries({ queryKey: [...KEY, 'queue'] })
    }
  }
  return (
    <>
      <Header />
      <main className="mx-auto max-w-6xl px-4 py-6 sm:px-5">
        <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
          <div>
            <h1 className="text-xl font-semibold tracking-tight">Review</h1>
            <p className="mt-1 max-w-[70ch] text-sm text-quiet">
              Two texts of the same work, in random order and without names: which is better? Only then you see who wrote which. What people say feeds the share
              of justified interventions on Compare.
            </p>
          </div>
          <a href="/api/v1/verdicts" download className={buttonClass('plain')}>
            Export verdicts
          </a>
        </div>
        {error && (
          <ErrorNote title="The queue could not be read" action={<Button onClick={() => void refetch()}>Try again</Button>}>
            {error.message}
          </ErrorNote>
        )}
        {!data && !error && <Skeleton className="h-96 w-full rounded-md" />}
        {data && (
          <p role="status" className="mb-3 text-xs text-quiet">
            {plural(data.left - judged.size, 'intervention')} left for you, {data.unjudged - [...judged].filter((place) => place < data.unjudged).length} of
            them judged by nobody · {data.done + judged.size} done
          </p>
        )}
        {data && !current && (
          <div className="rounded-md border py-10">
            <EmptyState title={data.done > 0 ? 'You have judged all there is' : 'Nothing to judge yet'}>
              Overwrites, interrupts, takeovers and rejections of recorded sessions come here.{' '}
              <Link href="/sessions" className="underline underline-offset-2">
                To the sessions
              </Link>
            </EmptyState>
          </div>
        )}
        {current && (
          <BlindCase
            key={`${current.sessionId}\n${current.finding.id}`}
            one={current}
            onJudged={() => {
              setJudged((places) => new Set(places).add(at))
              void client.invalidateQueries({ queryKey: [...KEY, 'agreement'] })
            }}
            onNext={next}
          />
        )}
        <AgreementTable queryKey={[...KEY, 'agreement']} />
      </main>
    </>
  )
}
