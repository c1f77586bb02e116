import Link from 'next/link'
import type { ReactNode } from 'react'
import { CommentBody } from '@/components/comments/comment-body'
import { Quote } from '@/components/comments/quote'
import { plainText } from '@/components/inspector/plain-text'
import { formatAgo, formatExact } from '@/components/text/clock'
import { plural } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import type { Comment } from '@/lib/core/comment'
import { ownName } from '@/lib/core/project'

/** As GET /api/v1/activity has them: `Activity` of lib/store/activity.ts. */
export type Activity =
  | ({ kind: 'comment'; title?: string } & Comment)
  | { kind: 'verdict'; id: string; at: number; sessionId: string; title?: string; reviewer: string; verdict: string; interventionId?: string; note?: string }
  | { kind: 'link'; id: string; at: number; by: string; to: 'session' | 'intervention' | 'compare'; sessionId?: string; title?: string; audience: string }
  | { kind: 'sessions'; id: string; at: number; from: number; count: number; format?: string; sessionId: string; title?: string; simulated: boolean }

const SAID: Record<string, string> = {
  justified: 'called an intervention justified',
  unjustified: 'called an intervention unjustified',
  unsure: 'could not tell whether an intervention was justified',
  set_aside: 'set a finding aside',
  restored: 'took back that a finding is none',
}
const AUDIENCES: Record<string, string> = { anyone: 'for anyone', 'signed-in': 'for whoever is signed in', project: 'for members' }

export function ActivityLine({ line, now, named }: { line: Activity; now: number; named: boolean }) {
  return (
    <li className={`px-3.5 py-3 ${named ? 'border-l-2 border-l-master' : ''}`}>
      <div className="flex items-baseline gap-3 text-sm">
        <p className="min-w-0 flex-1 break-words [overflow-wrap:anywhere]">{wordsOf(line)}</p>
        <time dateTime={new Date(line.at).toISOString()} title={formatExact(line.at)} className="shrink-0 text-xs text-quiet">
          {formatAgo(line.at, now)}
        </time>
      </div>
      {line.kind === 'comment' && (
        <div className="mt-1.5 space-y-1.5">
          {line.quote && (
            <div className="flex">
              <Quote text={line.quote} />
            </div>
          )}
          <CommentBody body={line.body} mentioned={[]} />
        </div>
      )}
      {line.kind === 'verdict' && line.note && (
        <p className="mt-1 text-sm break-words text-quiet [overflow-wrap:anywhere] [unicode-bidi:isolate]">“{plainText(line.note)}”</p>
      )}
    </li>
  )
}

function wordsOf(line: Activity): ReactNode {
  switch (line.kind) {
    case 'comment': {
      const on = { session: 'on', turn: 'on a turn of', intervention: 'on an intervention of' }[line.on.kind]
      const view = line.on.kind === 'session' ? {} : { [line.on.kind]: line.on.id }
      return (
        <>
          <Name>{line.author}</Name> commented {on} <SessionLink id={line.sessionId} title={line.title} view={view} />
        </>
      )
    }
    case 'verdict':
      return (
        <>
          <Name>{line.reviewer}</Name> {SAID[line.verdict] ?? 'judged an intervention'} in{' '}
          <SessionLink id={line.sessionId} title={line.title} view={line.interventionId === undefined ? {} : { intervention: line.interventionId }} />
        </>
      )
    case 'link':
      return (
        <>
          <Name>{line.by}</Name> made a link {AUDIENCES[line.audience] ?? ''} to{' '}
          {line.sessionId === undefined ? (
            <Link href="/compare" className="underline underline-offset-2">
              figures of Compare
            </Link>
          ) : (
            <>
              {line.to === 'intervention' && 'a finding of '}
              <SessionLink id={line.sessionId} title={line.title} view={{}} />
            </>
          )}
        </>
      )
    case 'sessions':
      return (
        <>
          {line.count === 1 ? (
            <>
              <SessionLink id={line.sessionId} title={line.title} view={{}} /> came in
            </>
          ) : (
            <>
              {plural(line.count, 'session')} came in, the last <SessionLink id={line.sessionId} title={line.title} view={{}} />
            </>
          )}
          {line.format && !line.simulated && <span className="text-quiet"> · {plainText(line.format)}</span>}
          {line.simulated && (
            <>
              {' '}
              <Badge>simulated</Badge>
            </>
          )}
        </>
      )
    default: {
      const impossible: never = line
      return impossible
    }
  }
}

function Name({ children }: { children: string }) {
  return <span className="font-medium [unicode-bidi:isolate]">{plainText(children)}</span>
}

const MOST_TITLE = 72

function SessionLink({ id, title, view }: { id: string; title: string | undefined; view: Record<string, string> }) {
  const query = new URLSearchParams(view).toString()
  const name = title ?? ownName(id)
  return (
    <Link
      href={`/sessions/${encodeURIComponent(id)}${query && `?${query}`}`}
      className="underline decoration-border underline-offset-2 [unicode-bidi:isolate] hover:decoration-current"
    >
      {plainText(name.length > MOST_TITLE ? `${name.slice(0, MOST_TITLE)}…` : name)}
    </Link>
  )
}
