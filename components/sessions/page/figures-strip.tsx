'use client'

import { memo } from 'react'
import { formatCount } from '@/components/text/count'
import { Skeleton } from '@/components/ui/notes'
import { Tooltip } from '@/components/ui/tooltip'
import type { SessionStore } from '@/lib/live/session-store'
import type { Figure } from '../figures'
import { AsOf } from '../whole-run'
import { useFigures } from './use-figures'

interface Props {
  store: SessionStore
  loading: boolean
  /** The picture shows a moment of the past. */
  replaying: boolean
}

export const FiguresStrip = memo(function FiguresStrip({ store, loading, replaying }: Props) {
  const { figures, counted } = useFigures(store, !loading)
  const counting = !counted
  return (
    <section aria-label="Figures" aria-busy={counting} className="relative shrink-0">
      {/* where the strip scrolls it would lie on a title; the list below says it, too */}
      {replaying && <AsOf store={store} className="absolute top-1.5 right-4 z-10 hidden bg-bg lg:block" />}
      <dl className="relative flex h-[5.25rem] overflow-x-auto border-b [scrollbar-width:none] lg:grid lg:grid-cols-5 lg:overflow-visible">
        {figures.map((figure) => (
          <div key={figure.key} className="flex min-w-52 flex-col justify-center border-r px-5 last:border-r-0 lg:min-w-0">
            <dt className="max-w-full self-start text-xs text-quiet">
              <Tooltip says={figure.explains} className="block cursor-help truncate">
                {figure.title}
              </Tooltip>
            </dt>
            <dd>
              <div className="flex h-7 items-baseline gap-2 whitespace-nowrap">
                {counting ? <Skeleton className="mt-1 h-5 w-28" /> : <Value figure={figure} />}
              </div>
              <p className="h-[1.125rem] truncate text-xs text-quiet" title={figure.detail || undefined}>
                {!counting && figure.detail}
              </p>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
})

function Value({ figure }: { figure: Figure }) {
  const { value, note, loud } = figure
  if (value.kind === 'absent')
    return (
      <span title={value.why} className="min-w-0 truncate text-base text-quiet">
        {value.why}
      </span>
    )
  return (
    <>
      <span className={`font-mono text-xl font-semibold tracking-tight ${loud ? 'text-destroyed' : ''}`}>
        {value.kind === 'number' ? (
          value.text
        ) : (
          <>
            {formatCount(value.x)}
            <span className="sr-only"> of </span>
            <span aria-hidden className="mx-1 font-normal text-quiet">
              /
            </span>
            {formatCount(value.n)}
          </>
        )}
      </span>
      <Note>{note}</Note>
    </>
  )
}

function Note({ children }: { children: string }) {
  if (children === '') return null
  return (
    <span title={children} className="min-w-0 truncate text-xs text-quiet">
      {children}
    </span>
  )
}
