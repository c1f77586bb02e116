'use client'

import dynamic from 'next/dynamic'
import { useEffect, useMemo, useState } from 'react'
import { Skeleton } from '@/components/ui/notes'
import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import { answersOf } from './answers'
import { AnswersStrip } from './answers-strip'
import type { Change } from './controls'
import type { CompareQuery } from './query'
import { SummaryTable } from './summary-table'

const Charts = dynamic(() => import('./charts'), { ssr: false, loading: () => <ChartsSkeleton /> })
/** So often the figures are asked for again. */
export const REFRESH_MS = 15_000
/** After so long a reader wants to know why. */
const SLOW_MS = 1_500

export interface FiguresProps {
  answer: CompareAnswer
  details: CompareDetailsAnswer | undefined
  query: CompareQuery
  reported: boolean
  /** Left out: to look at only. */
  change?: Change
}

/** The questions with their answers, the charts, and the table: all that the figures are shown in. */
export function Figures({ answer, details, query, reported, change }: FiguresProps) {
  const answers = useMemo(() => answersOf(answer, details, query), [answer, details, query])
  return (
    <>
      <AnswersStrip answers={answers} />
      <Charts answer={answer} details={details} answers={answers} query={query} reported={reported} change={change} />
      <h2 id="all" className="border-b bg-surface px-4 py-2 text-sm font-semibold tracking-tight sm:px-5">
        Every group in one table
      </h2>
      <SummaryTable answer={answer} query={query} linked={change !== undefined} />
    </>
  )
}

function ChartsSkeleton() {
  return (
    <div aria-busy className="grid lg:grid-cols-2">
      {['a', 'b', 'c', 'd'].map((one) => (
        <div key={one} className="border-b p-5 odd:border-r">
          <Skeleton className="mb-2 h-4 w-56" />
          <Skeleton className="mb-4 h-3 w-80 max-w-full" />
          <Skeleton className="h-60" />
        </div>
      ))}
    </div>
  )
}

/** The page's shape while it is on the way. */
export function PageSkeleton() {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div role="status" aria-label="Reading the figures">
      {slow && (
        <p className="border-b px-4 py-2 text-xs text-quiet sm:px-5">
          Still reading. The first comparison after a start reads the figures of every session; with very many sessions that takes a moment, once.
        </p>
      )}
      <div className="flex h-13 items-center gap-2 border-b px-5">
        {['w-40', 'w-32', 'w-36', 'w-32', 'w-40'].map((width, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: never reordered
          <Skeleton key={i} className={`h-8 ${width} ${i > 1 ? 'max-sm:hidden' : ''}`} />
        ))}
      </div>
      <div className="flex h-11 items-center border-b px-5">
        <Skeleton className="h-3 w-72" />
      </div>
      <div className="grid border-b sm:grid-cols-2 xl:grid-cols-4">
        {['a', 'b', 'c', 'd'].map((one) => (
          <div key={one} className="border-r px-5 py-3 last:border-r-0">
            <Skeleton className="h-3 w-44" />
            <Skeleton className="mt-2 h-6 w-36" />
            <Skeleton className="mt-2 h-8" />
          </div>
        ))}
      </div>
      <ChartsSkeleton />
    </div>
  )
}
