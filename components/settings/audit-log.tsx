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
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard, too
        <section aria-label="What was done" tabIndex={0} className="max-h-80 overflow-auto rounded-md border bg-surface">
          <table className="w-full text-left text-xs">
            <tbody>
              {lines.map((line) => (
                <tr key={line.id} className="border-b last:border-b-0 max-sm:flex max-sm:flex-wrap max-sm:gap-x-3 max-sm:px-3.5 max-sm:py-2">
                  <td className="whitespace-nowrap text-quiet sm:px-3.5 sm:py-1.5">{formatMinute(line.at)}</td>
                  <td className="max-w-44 truncate sm:py-1.5 sm:pr-3">{line.actor}</td>
                  <td className="min-w-0 break-words [overflow-wrap:anywhere] max-sm:w-full sm:py-1.5 sm:pr-3.5">
                    {line.action}
                    {line.target && <span className="text-quiet"> · {line.target}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {hasNextPage && (
        <Button look="bare" className="mt-2" onClick={() => void fetchNextPage()}>
          Older
        </Button>
      )}
    </Section>
  )
}
