'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { parseQuery } from '@/components/compare/query'
import { choiceWords, groupingWords } from '@/components/compare/query-words'
import { getJson, send } from '@/components/providers/api'
import { type LinkLine, LinkRow } from '@/components/share/link-row'
import { Button } from '@/components/ui/button'
import { ownName } from '@/lib/core/project'
import { Section } from './section'

/** "comparison by framework, Workflow: nightly" */
function comparisonWords(query: string): string {
  const asked = parseQuery(new URLSearchParams(query))
  return [`comparison ${groupingWords(asked)}`, ...choiceWords(asked)].join(', ')
}

/** All links of the project that work, and the switch that ends them. */
export function Links() {
  const client = useQueryClient()
  const changed = () => client.invalidateQueries({ queryKey: ['links'] })
  const { data, error } = useQuery({ queryKey: ['links'], queryFn: ({ signal }) => getJson<{ links: LinkLine[] }>('/api/v1/links', signal), staleTime: 0 })
  const revoke = useMutation({ mutationFn: (id: string) => send('DELETE', `/api/v1/links/${id}`), onSuccess: changed })
  const [sure, setSure] = useState(false)
  const all = useMutation({
    mutationFn: () => send('DELETE', '/api/v1/links'),
    onSuccess: () => {
      setSure(false)
      void changed()
    },
  })
  const problem = error ?? revoke.error ?? all.error
  return (
    <Section
      title="Links"
      says="Made with Share on a session’s page or on Compare. Whoever has one sees what it shows, without an account if it is for anyone."
    >
      {problem && (
        <p role="alert" className="mb-3 text-sm text-unknown">
          {problem.message}
        </p>
      )}
      {data && data.links.length === 0 && <p className="text-sm text-quiet">No link works.</p>}
      {data && data.links.length > 0 && (
        <>
          <ul aria-label="Links" className="divide-y rounded-md border bg-surface">
            {data.links.map((link) => (
              <LinkRow
                key={link.id}
                link={link}
                about={link.sessionId === undefined ? comparisonWords(link.compare ?? '') : ownName(link.sessionId)}
                onRevoke={() => revoke.mutate(link.id)}
              />
            ))}
          </ul>
          <div className="mt-3 flex flex-wrap items-center gap-2">
            {sure ? (
              <>
                <span className="text-sm">All {data.links.length} end at once, on open pages too.</span>
                <Button look="strong" onClick={() => all.mutate()}>
                  End them all
                </Button>
                <Button look="bare" onClick={() => setSure(false)}>
                  Keep them
                </Button>
              </>
            ) : (
              <Button onClick={() => setSure(true)}>End all links</Button>
            )}
          </div>
        </>
      )}
    </Section>
  )
}
