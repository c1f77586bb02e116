'use client'

import dynamic from 'next/dynamic'
import type { ComponentType, ReactNode } from 'react'
import { ListSkeleton } from '@/components/sessions/lists/list-skeleton'
import { Skeleton } from '@/components/ui/notes'
import { reachable } from '@/components/ui/reachable'

/**
 * The large parts come in files of their own, asked for as soon as this one runs and while the
 * snapshot is on its way, so that the page itself stands at once, in its final shape. Each may use
 * TanStack Query, which comes with them; the page around them may not (it has `useAnswer`).
 */
const timeline = () => import('./timeline-part')
const lists = () => import('@/components/sessions/lists/lists')
const figures = () => import('./figures-strip')
const inspector = () => import('@/components/inspector/inspector')
const queries = () => import('@/components/providers/queries')

if (typeof window !== 'undefined') for (const load of [timeline, figures, lists, inspector, queries]) load().catch(() => {}) // asked for again when it is shown

function later<Props extends object>(load: () => Promise<ComponentType<Props>>, loading?: () => ReactNode) {
  return dynamic(() => patiently(() => Promise.all([load(), queries()])).then(([Part, { withQueries }]) => withQueries(Part)), { ssr: false, loading })
}

/**
 * While the server cannot be reached, what stands for the part stays until it has come. A file that a server
 * which answers does not give, twice, is of an older version: that is thrown, and app/error.tsx loads the page anew.
 */
async function patiently<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  for (let refused = 0; ; ) {
    try {
      return await load()
    } catch (error) {
      if ((await reachable()) && ++refused === 2) throw error
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }
}

export const Timeline = later(() => timeline().then((module) => module.TimelinePart), TimelineSkeleton)
export const Lists = later(() => lists().then((module) => module.Lists), ListSkeleton)
export const FiguresStrip = later(
  () => figures().then((module) => module.FiguresStrip),
  () => <div className="h-[5.25rem] shrink-0 border-b" />,
)
export const Inspector = later(() => inspector().then((module) => module.Inspector), InspectorSkeleton)
export const CommandPalette = later(() => import('@/components/timeline/CommandPalette').then((module) => module.CommandPalette))
export const SampleControls = later(() => import('./sample-controls').then((module) => module.SampleControls))
export const HandOver = later(() => import('@/components/share/hand-over').then((module) => module.HandOver))
export const Refused = later(() => import('./refused').then((module) => module.Refused))
export const KeySheet = later(() => import('@/components/timeline/KeySheet').then((module) => module.KeySheet))
export const FindPanel = later(() => import('@/components/search/find-panel').then((module) => module.FindPanel), ListSkeleton)
export const TabIcon = later(() => import('./tab-icon').then((module) => module.TabIcon))

export function TimelineSkeleton() {
  return (
    <div role="status" aria-label="Reading the timeline" className="h-full overflow-hidden">
      <div className="flex h-[4.25rem] items-start gap-4 border-b px-5 pt-2.5">
        <Skeleton className="mt-1.5 h-3 w-16" />
        <Skeleton className="ml-auto h-6 w-[calc(100%-11.5rem)]" />
      </div>
      {Array.from({ length: 4 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike, never reordered
        <div key={i} className="flex h-14 items-center gap-4 border-b px-5">
          <Skeleton className="h-3 w-28" />
          <Skeleton className="h-4" style={{ width: `${18 + ((i * 29) % 37)}%`, marginLeft: `${(i * 17) % 30}%` }} />
        </div>
      ))}
    </div>
  )
}

export function InspectorSkeleton() {
  return (
    <div role="status" aria-label="Reading" className="space-y-3 px-5 py-4">
      <Skeleton className="h-5 w-2/3" />
      <Skeleton className="h-3 w-1/2" />
      <Skeleton className="h-40 w-full" />
    </div>
  )
}
