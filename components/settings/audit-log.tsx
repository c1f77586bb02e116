'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { getJson } from '@/components/providers/api'
import { Button } from '@/components/ui/button'
import { formatMinute } from '@/components/text/clock'
import { Section } from './section'

interface Line {
  id: number
  at: number
  actor: string
  action: string
  target?: string
}

interface Page {
  lines: Line[]
  next?: number
}

/** Who signed in, made or revoked keys and links, deleted or exported. */
export function AuditLog() {
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['audit'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) => getJson<Page>(`/api/v1/audit${pageParam === undefined ? '' : `?before=${pageParam}`}`, signal),
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  })
  const lines = data?.pages.flatMap((page) => page.lines) ?? []
  return (
    <Section title="Log" says="Sign-ins, members, keys, links, deletions and exports.">
      {lines.length === 0 && data && <p className="text-sm text-quiet">Nothing yet.</p>}
      {lines.length > 0 && (
        <div className="max-h-80 overflow-auto rounded-md border bg-surface">
          <table className="w-full text-left text-xs">
            <tbody>
              {lines.map((line) => (
                <tr key={line.id} className="border-b last:border-b-0">
                  <td className="px-3.5 py-1.5 whitespace-nowrap text-quiet">{formatMinute(line.at)}</td>
                  <td className="max-w-44 truncate py-1.5 pr-3">{line.actor}</td>
                  <td className="py-1.5 pr-3.5 break-words">
                    {line.action}
                    {line.target && <span className="text-quiet"> · {line.target}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasNextPage && (
        <Button look="bare" className="mt-2" onClick={() => void fetchNextPage()}>
          Older
        </Button>
      )}
    </Section>
  )
}
