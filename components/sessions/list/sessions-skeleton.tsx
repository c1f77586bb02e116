import { Header } from '@/components/chrome/header'
import { Skeleton } from '@/components/ui/notes'
import { COLUMNS, ROW_HEIGHT } from './session-row'

/** The page's shape while it is on the way. */
export function SessionsSkeleton({ rowsOnly = false }: { rowsOnly?: boolean }) {
  const rows = (
    <div role="status" aria-label="Reading the sessions" className="min-h-0 flex-1 overflow-hidden">
      <div className="hidden h-8 border-b lg:block" />
      {Array.from({ length: 12 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike, never reordered
        <div key={i} className={`grid items-center gap-4 border-b px-5 ${COLUMNS}`} style={{ height: ROW_HEIGHT.wide }}>
          <Skeleton className="h-9" />
          <Skeleton className="h-4 max-lg:hidden" />
          <Skeleton className="h-3 max-lg:hidden" />
          <span className="max-lg:hidden" />
          <span className="max-lg:hidden" />
          <Skeleton className="h-4 max-lg:hidden" />
          <Skeleton className="h-3 max-lg:hidden" />
          <Skeleton className="h-3 max-lg:hidden" />
          <Skeleton className="h-5 max-lg:hidden" />
        </div>
      ))}
    </div>
  )
  if (rowsOnly) return rows
  return (
    <div className="flex h-dvh flex-col">
      <Header />
      <div className="h-[3.3125rem] border-b" />
      {rows}
    </div>
  )
}
