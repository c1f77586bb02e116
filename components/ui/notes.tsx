import type { CSSProperties, ReactNode } from 'react'

/** Nothing here yet, and what to do about it. */
/** `page`: it stands for the whole page, whose heading its title is. */
export function EmptyState({ title, page = false, children }: { title: string; page?: boolean; children?: ReactNode }) {
  const Title = page ? 'h1' : 'p'
  return (
    <div className="flex h-full min-h-40 flex-col items-center justify-center gap-1.5 p-6 text-center">
      <Title className="text-base font-medium">{title}</Title>
      {children && <div className="max-w-[26rem] text-sm text-balance text-quiet">{children}</div>}
    </div>
  )
}

/** What happened, what was kept, what to do. Plain, because vermilion means something else here. */
export function ErrorNote({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md border border-l-4 border-l-unknown bg-surface px-4 py-3 text-sm">
      <div className="min-w-48 flex-1">
        <p className="font-medium">{title}</p>
        {children && <div className="mt-0.5 break-words text-quiet">{children}</div>}
      </div>
      {action}
    </div>
  )
}

/** Stands where something will be, in its size. */
export function Skeleton({ className = '', style }: { className?: string; style?: CSSProperties }) {
  return <div aria-hidden className={`shimmer ${className}`} style={style} />
}
