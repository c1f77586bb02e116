'use client'

import { EmptyState } from '@/components/ui/notes'
import { SEARCH_KINDS } from '@/lib/core/search/answer'
import { unknownKinds } from '@/lib/core/search/labels'
import { widerQueries } from '@/lib/core/search/query'

/** What stands where hits would, with questions that may find something. */
export function NothingFound({ asked, onAsk }: { asked: string; onAsk(text: string): void }) {
  const wider = widerQueries(asked)
  const unknown = unknownKinds(asked)
  return (
    <EmptyState title="Nothing found">
      <p>All words must occur. A star finds beginnings (handle*), quotes what stands side by side ("rate limit").</p>
      {unknown.length > 0 && (
        <p className="mt-3 text-text">
          There is no kind “{unknown.join('”, “')}”. Kinds are {SEARCH_KINDS.join(', ')}, intervention, and each kind of intervention.
        </p>
      )}
      {wider.length > 0 && <p className="mt-4 mb-2">Look wider:</p>}
      {wider.length > 0 && (
        <ul aria-label="Wider searches" className="flex flex-wrap justify-center gap-2">
          {wider.map((text) => (
            <li key={text}>
              <button
                type="button"
                onClick={() => onAsk(text)}
                className="rounded-md border bg-surface px-2.5 py-1 font-mono text-xs break-all text-text hover:bg-surface-2"
              >
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </EmptyState>
  )
}
