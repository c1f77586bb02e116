import { KindBadge } from '@/components/sessions/kind-badge'
import { setAsideOf } from '@/lib/core/set-aside'
import type { Intervention } from '@/lib/core/interventions'
import { howFar, whatHappened } from './intervention-words'
import type { PanelProps } from './panel'

const SHOWN = 20

/** The interventions that a thing has a part in. */
export function TouchedBy({ store, onPick, matches }: Pick<PanelProps, 'store' | 'onPick'> & { matches: (finding: Intervention) => boolean }) {
  const found = [...store.findings.values()].filter(matches).sort((a, b) => a.occurredAt - b.occurredAt)
  if (found.length === 0) return null
  const aside = setAsideOf(store.state)
  return (
    <ul className="mb-5 divide-y overflow-hidden rounded-md border">
      {found.slice(0, SHOWN).map((finding) => (
        <li key={finding.id}>
          <button
            type="button"
            onClick={() => onPick({ kind: 'intervention', id: finding.id })}
            className="flex w-full items-center gap-3 px-3 py-2 text-left text-sm hover:bg-surface-2"
          >
            <span className="min-w-0 flex-1">
              <span className={`block truncate font-medium ${aside.has(finding.id) ? 'text-quiet line-through' : ''}`}>
                {whatHappened(store.state, finding)}
              </span>
              <span className="block truncate text-xs text-quiet">{howFar(finding)}</span>
            </span>
            <KindBadge kind={finding.kind} aside={aside.has(finding.id)} />
          </button>
        </li>
      ))}
      {found.length > SHOWN && <li className="px-3 py-1.5 text-xs text-quiet">and {found.length - SHOWN} more in the list</li>}
    </ul>
  )
}
