import type { ProjectId } from '@/lib/core/project'

export const LINK_KINDS = ['session', 'intervention', 'compare'] as const

/** Who may open it: whoever has it, whoever is signed in, members of the project. */
export const AUDIENCES = ['anyone', 'signed-in', 'project'] as const
export type LinkAudience = (typeof AUDIENCES)[number]

/** `end`: until the run ends. */
export const LASTS = ['hour', 'day', 'week', 'month', 'never', 'end'] as const
export type Lasting = (typeof LASTS)[number]

const HOUR = 3_600_000
export const LASTING_MS: Record<Exclude<Lasting, 'never' | 'end'>, number> = { hour: HOUR, day: 24 * HOUR, week: 168 * HOUR, month: 720 * HOUR }

/** What the link is to; `target` is the finding's id, `query` that of the compare page: it decides which figures are shown. */
export type LinkTo = SessionTo | { kind: 'compare'; query: string }
export type SessionTo = { kind: 'session'; sessionId: string } | { kind: 'intervention'; sessionId: string; target: string }

export function isOfSession(link: Link): link is SessionLink {
  return link.to.kind !== 'compare'
}

export interface Link {
  id: string
  secret: string
  project: ProjectId
  to: LinkTo
  view: string
  audience: LinkAudience
  content: boolean
  hidden: string[]
  createdBy: string
  createdAt: number
  expiresAt?: number
  untilEnd: boolean
  mostViews?: number
  views: number
  lastUsedAt?: number
}

/** A link to a session, or to one of its findings. */
export type SessionLink = Link & { to: SessionTo }

/**
 * The name by which its viewers know the session that a link shows. No session of anybody's has it: stored
 * names that begin with ~ go on with a project.
 */
export function aliasOf(linkId: string): string {
  return `~~${linkId}`
}

export function linkOfAlias(sessionId: string): string | undefined {
  return sessionId.startsWith('~~') ? sessionId.slice(2) : undefined
}
