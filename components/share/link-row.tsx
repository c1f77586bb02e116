import { formatMinute } from '@/components/text/clock'
import { Button } from '@/components/ui/button'

export interface LinkLine {
  id: string
  kind: 'session' | 'intervention' | 'compare'
  /** Of `compare` there is none. */
  sessionId?: string
  /** Of `compare`: the query of the page. */
  compare?: string
  audience: 'anyone' | 'signed-in' | 'project'
  content: boolean
  createdBy: string
  createdAt: number
  expiresAt?: number
  untilEnd: boolean
  mostViews?: number
  views: number
  lastUsedAt?: number
}

const SHOWS = { session: 'with texts', structure: 'no texts', intervention: 'one finding’s texts', compare: 'figures only' } as const
const FOR = { anyone: 'For anyone', 'signed-in': 'For whoever is signed in', project: 'For members' } as const

export function LinkRow({ link, about, onRevoke }: { link: LinkLine; about?: string; onRevoke: () => void }) {
  const facts = [
    SHOWS[link.kind === 'session' && !link.content ? 'structure' : link.kind],
    link.untilEnd ? 'until the run ends' : link.expiresAt === undefined ? 'until revoked' : `until ${formatMinute(link.expiresAt)}`,
    `${link.views}${link.mostViews === undefined ? '' : ` of ${link.mostViews}`} view${link.views === 1 && link.mostViews === undefined ? '' : 's'}`,
    link.lastUsedAt === undefined ? 'never opened' : `last opened ${formatMinute(link.lastUsedAt)}`,
    `by ${link.createdBy}`,
  ]
  return (
    <li className="flex min-h-12 items-center gap-3 px-3.5 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">
          {FOR[link.audience]}
          {about && <span className="text-quiet"> · {about}</span>}
        </p>
        <p className="text-xs break-words text-quiet">{facts.join(' · ')}</p>
      </div>
      <Button look="bare" onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  )
}
