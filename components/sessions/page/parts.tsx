'use client'

import dynamic from 'next/dynamic'
import { ListSkeleton } from '@/components/sessions/lists/list-skeleton'
import { Skeleton } from '@/components/ui/notes'

/**
 * The large parts come in files of their own, asked for as soon as this one runs and while the
 * snapshot is on its way, so that the page itself stands at once, in its final shape.
 */
const timeline = () => import('./timeline-part')
const lists = () => import('@/components/sessions/lists/lists')
const figures = () => import('./figures-strip')
const inspector = () => import('@/components/inspector/inspector')

if (typeof window !== 'undefined') for (const load of [timeline, figures, lists, inspector]) load().catch(() => {}) // asked for again when it is shown

export const Timeline = dynamic(() => timeline().then((module) => module.TimelinePart), { ssr: false, loading: TimelineSkeleton })
export const Lists = dynamic(() => lists().then((module) => module.Lists), { ssr: false, loading: ListSkeleton })
export const FiguresStrip = dynamic(() => figures().then((module) => module.FiguresStrip), {
  ssr: false,
  loading: () => <div className="h-[5.25rem] shrink-0 border-b" />,
})
export const Inspector = dynamic(() => inspector().then((module) => module.Inspector), { ssr: false, loading: InspectorSkeleton })
export const CommandPalette = dynamic(() => import('@/components/timeline/CommandPalette').then((module) => module.CommandPalette), { ssr: false })
export const SampleControls = dynamic(() => import('./sample-controls').then((module) => module.SampleControls), { ssr: false })
export const ShareDialog = dynamic(() => import('@/components/share/share-dialog').then((module) => module.ShareDialog), { ssr: false })
export const Refused = dynamic(() => import('./refused').then((module) => module.Refused), { ssr: false })
export const KeySheet = dynamic(() => import('@/components/timeline/KeySheet').then((module) => module.KeySheet), { ssr: false })

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
