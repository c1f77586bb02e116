'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { type Me, useMe } from '@/components/people/me'
import { getJson, send, sessionPath } from '@/components/providers/api'
import { useNow } from '@/components/providers/use-now'
import { formatAgo, formatExact } from '@/components/text/clock'
import type { Comment, CommentOn } from '@/lib/core/comment'
import { projectOf } from '@/lib/core/project'
import { onActivity } from './activity-watch'
import { CommentBody } from './comment-body'
import { Composer } from './composer'
import type { Person } from './person'
import { Quote } from './quote'
import { useMarkedQuotes, useSelectedWords } from './use-commented'

/** What people say of this turn, this intervention, or the session; live. Never part of what a link shows. */
export function Comments({ sessionId, on }: { sessionId: string; on: CommentOn }) {
  const own = useRef<HTMLElement>(null)
  const client = useQueryClient()
  const me = useMe()
  const project = projectOf(sessionId)
  const key = useMemo(() => ['comments', sessionId], [sessionId])
  const { data, error } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => getJson<{ comments: Comment[] }>(`${sessionPath(sessionId)}/comments`, signal),
  })
  useEffect(
    () =>
      onActivity(project, (sessions) => {
        if (sessions === undefined || sessions.includes(sessionId)) void client.invalidateQueries({ queryKey: key })
      }),
    [client, key, project, sessionId],
  )
  const role = me?.projects.find(({ id }) => id === project)?.role
  const maySay = role === 'owner' || role === 'member'
  const { data: known } = useQuery({
    queryKey: ['people', project],
    queryFn: ({ signal }) => getJson<{ people: Person[] }>(`/api/v1/people?project=${project}`, signal),
    enabled: maySay && me?.accounts === true,
  })
  const people = known?.people ?? []
  const here = useMemo(() => (data?.comments ?? []).filter((comment) => comment.on.kind === on.kind && comment.on.id === on.id), [data, on.kind, on.id])
  const quotes = useMemo(() => [...new Set(here.flatMap(({ quote }) => quote ?? []))], [here])
  useMarkedQuotes(own, quotes)
  const selected = useSelectedWords(own)
  const now = useNow(30_000)
  const remove = useMutation({
    mutationFn: (id: string) => send('DELETE', `${sessionPath(sessionId)}/comments/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  })
  const elsewhere = on.kind === 'session' ? (data?.comments.length ?? 0) - here.length : 0
  return (
    <section ref={own} aria-label="Comments" className="border-t px-5 py-4">
      <h3 className="text-sm font-semibold">
        {on.kind === 'session' ? 'Comments on the session' : 'Comments'}
        {here.length > 0 && <span className="ml-1.5 font-normal text-quiet">{here.length}</span>}
      </h3>
      {elsewhere > 0 && <p className="mt-0.5 text-xs text-quiet">and {elsewhere} on its turns and interventions: the page Activity leads there</p>}
      {(error ?? remove.error) && (
        <p role="alert" className="mt-2 text-sm text-unknown">
          {(error ?? remove.error)?.message}
        </p>
      )}
      {here.length > 0 && (
        <ul className="mt-3 space-y-4">
          {here.map((comment) => (
            <li key={comment.id} className="group">
              <p className="flex items-baseline gap-2 text-xs text-quiet">
                <span className="truncate font-medium text-text [unicode-bidi:isolate]">{comment.author}</span>
                <time dateTime={new Date(comment.at).toISOString()} title={formatExact(comment.at)} className="shrink-0">
                  {formatAgo(comment.at, now)}
                </time>
                {mayDelete(comment, me, role) && (
                  <button
                    type="button"
                    onClick={() => remove.mutate(comment.id)}
                    aria-label={`Delete the comment of ${comment.author}`}
                    className="ml-auto shrink-0 rounded hover:text-text hover:underline sm:opacity-0 sm:group-hover:opacity-100 sm:focus-visible:opacity-100"
                  >
                    Delete
                  </button>
                )}
              </p>
              {comment.quote && (
                <div className="mt-1 flex">
                  <Quote text={comment.quote} />
                </div>
              )}
              <div className="mt-1">
                <CommentBody body={comment.body} mentioned={people.filter(({ id }) => comment.mentions.includes(id))} />
              </div>
            </li>
          ))}
        </ul>
      )}
      {maySay && <Composer sessionId={sessionId} on={on} people={people} selected={selected} onSaid={() => void client.invalidateQueries({ queryKey: key })} />}
      {!maySay && data && here.length === 0 && <p className="mt-2 text-sm text-quiet">Nobody has said anything.</p>}
    </section>
  )
}

/** As the server decides it. */
function mayDelete({ authorId }: Comment, me: Me | undefined, role: string | undefined): boolean {
  return role === 'owner' || (me?.id !== undefined && me.id === authorId)
}
