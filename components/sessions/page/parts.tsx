'use client'

import type { ComponentType, ReactNode } from 'react'
import { ListSkeleton } from '@/components/sessions/lists/list-skeleton'
import { later } from '@/components/ui/later'
import { Skeleton } from '@/components/ui/notes'

const queries = () => import('@/components/providers/queries')

/** May use TanStack Query, which comes with it. */
function part<Props extends object>(load: () => Promise<ComponentType<Props>>, loading?: () => ReactNode, when: 'now' | 'shown' = 'shown') {
  return later(() => Promise.all([load(), queries()]).then(([Part, { withQueries }]) => withQueries(Part)), loading, when)
}

/**
 * The large parts come in files of their own, asked for as soon as this one runs and while the
 * snapshot is on its way, so that the page itself stands at once, in its final shape. The page around
 * them may not use TanStack Query (it has `useAnswer`).
 */
export const Timeline = part(() => import('./timeline-part').then((module) => module.TimelinePart), TimelineSkeleton, 'now')
export const FiguresStrip = part(
  () => import('./figures-strip').then((module) => module.FiguresStrip),
  () => <div className="h-[5.25rem] shrink-0 border-b" />,
  'now',
)
export const Lists = part(() => import('@/components/sessions/lists/lists').then((module) => module.Lists), ListSkeleton, 'now')
export const Inspector = part(() => import('@/components/inspector/inspector').then((module) => module.Inspector), InspectorSkeleton, 'now')
export const CommandPalette = part(() => import('@/components/timeline/CommandPalette').then((module) => module.CommandPalette))
export const CopiedNote = part(() => import('./copied-note').then((module) => module.CopiedNote))
export const SampleControls = part(() => import('./sample-controls').then((module) => module.SampleControls))
export const HandOver = part(() => import('@/components/share/hand-over').then((module) => module.HandOver))
export const Refused = part(() => import('./refused').then((module) => module.Refused))
export const KeySheet = part(() => import('@/components/timeline/KeySheet').then((module) => module.KeySheet))
export const FindPanel = part(() => import('@/components/search/find-panel').then((module) => module.FindPanel), ListSkeleton)
export const TabIcon = part(() => import('./tab-icon').then((module) => module.TabIcon))

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
