import { Skeleton } from '@/components/ui/notes'

/** All rows are equally high, so that a list of 100,000 needs no measuring. */
export const LIST_ROW_HEIGHT = 58

export function ListRowsSkeleton() {
  return (
    <div role="status" aria-label="Reading the session" className="h-full overflow-hidden">
      {Array.from({ length: 7 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike, never reordered
        <div key={i} className="flex items-center gap-3 border-b px-5" style={{ height: LIST_ROW_HEIGHT }}>
          <Skeleton className="h-3 w-12" />
          <div className="flex-1 space-y-2">
            <Skeleton className="h-3.5 w-3/4" />
            <Skeleton className="h-3 w-1/2" />
          </div>
          <Skeleton className="h-5 w-16" />
        </div>
      ))}
    </div>
  )
}

/** With the tabs and the search above. */
export function ListSkeleton() {
  return (
    <div className="flex h-full flex-col">
      <div className="h-10 shrink-0 border-b" />
      <div className="h-9 shrink-0 border-b" />
      <ListRowsSkeleton />
    </div>
  )
}
