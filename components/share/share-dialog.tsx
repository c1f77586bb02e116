'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { getJson, postJson, send } from '@/components/providers/api'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Choice, Field } from '@/components/ui/field'
import { HIDDEN_HINT, Hidden, type Preview, wordsOf } from './hidden'
import { type LinkLine, LinkRow } from './link-row'

const AUDIENCES = [
  { value: 'anyone', says: 'anyone who has it' },
  { value: 'signed-in', says: 'whoever is signed in' },
  { value: 'project', says: 'members of the project' },
] as const
const LASTS = [
  { value: 'end', says: 'the run ends' },
  { value: 'hour', says: 'an hour has passed' },
  { value: 'day', says: 'a day has passed' },
  { value: 'week', says: 'a week has passed' },
  { value: 'month', says: 'a month has passed' },
  { value: 'never', says: 'it is revoked' },
] as const

export type ShareTarget =
  | {
      kind: 'session'
      sessionId: string
      running: boolean
      /** The finding that is open, if one is. */
      finding: string | undefined
    }
  /** `query` of the compare page, without a question mark. */
  | { kind: 'compare'; query: string }

interface Props {
  of: ShareTarget
  /** Query of this very view, without a question mark. */
  query: string
  /** Its whole address. */
  address: string
  onClose: () => void
}

/** A link for people without a role here: to whom, for how long, showing what. It opens where the sender stands. */
export function ShareDialog({ of, query, address, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const finding = of.kind === 'session' ? of.finding : undefined
  const client = useQueryClient()
  const [audience, setAudience] = useState<(typeof AUDIENCES)[number]['value']>('anyone')
  const [lasts, setLasts] = useState<(typeof LASTS)[number]['value']>('week')
  const [shows, setShows] = useState<'all' | 'structure' | 'finding'>(finding ? 'finding' : 'all')
  const [hidden, setHidden] = useState('')
  const [mostViews, setMostViews] = useState('')
  const words = wordsOf(hidden)
  const make = useMutation({
    mutationFn: () =>
      postJson<{ path: string }>('/api/v1/links', {
        ...(of.kind === 'compare'
          ? { compare: of.query, content: false }
          : {
              session: of.sessionId,
              ...(shows === 'finding' && finding ? { intervention: finding } : {}),
              view: query,
              content: shows !== 'structure',
            }),
        audience,
        lasts,
        hidden: words,
        ...(mostViews === '' ? {} : { mostViews: Number(mostViews) }),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['links'] }),
  })
  const preview = useMutation({
    mutationFn: () =>
      postJson<Preview>('/api/v1/links/preview', { ...(of.kind === 'compare' ? { compare: of.query } : { session: of.sessionId }), hidden: words }),
  })
  // A link to a session is looked after in the project of the session.
  const about = of.kind === 'compare' ? '' : `?session=${encodeURIComponent(of.sessionId)}`
  const { data } = useQuery({
    queryKey: ['links', about],
    queryFn: ({ signal }) => getJson<{ links: LinkLine[] }>(`/api/v1/links${about}`, signal),
    select: ({ links }) => (of.kind === 'compare' ? links.filter(({ compare }) => compare === of.query) : links),
  })
  const revoke = useMutation({
    mutationFn: (id: string) => send('DELETE', `/api/v1/links/${id}${about}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['links'] }),
  })
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const made = make.data && `${location.origin}${make.data.path}`
  const shown = [
    ...(finding ? [{ value: 'finding' as const, says: 'this finding’s texts, the rest as shapes' }] : []),
    { value: 'all' as const, says: 'the session with its texts' },
    { value: 'structure' as const, says: 'no texts: who did what when' },
  ]
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby="share-title"
      className="m-auto max-h-[90dvh] w-[min(36rem,calc(100vw-1.5rem))] overflow-y-auto rounded-lg border bg-surface p-5 text-text shadow-[var(--shadow)] backdrop:bg-black/50"
    >
      <div className="flex items-center gap-3">
        <h2 id="share-title" className="flex-1 text-base font-semibold">
          {of.kind === 'compare' ? 'Share these figures' : 'Share this view'}
        </h2>
        <Button look="bare" onClick={() => dialog.current?.close()}>
          Close
        </Button>
      </div>
      <div className="mt-3 flex items-center gap-2 rounded-md border bg-bg py-1 pr-1 pl-3">
        <span className="shrink-0 text-xs text-quiet">For members</span>
        <code className="min-w-0 flex-1 truncate text-xs">{address}</code>
        <CopyButton text={address} label="Copy the address of this view" />
      </div>
      {of.kind === 'compare' && (
        <p className="mt-3 text-sm text-quiet">
          Whoever has it sees the figures of exactly these tasks as they are when they look, and the names of the groups. No session can be opened, no filter
          changed.
        </p>
      )}
      <form
        className="mt-4 grid gap-3 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <Choice label="A link for" value={audience} options={AUDIENCES} onChange={setAudience} />
        <Choice label="Until" value={lasts} options={of.kind === 'session' && of.running ? LASTS : LASTS.slice(1)} onChange={setLasts} />
        {of.kind === 'session' && <Choice label="It shows" value={shows} options={shown} onChange={setShows} />}
        <Field
          label="Views at most"
          inputMode="numeric"
          pattern="[1-9][0-9]{0,5}"
          placeholder="any number"
          value={mostViews}
          onChange={(event) => setMostViews(event.target.value)}
        />
        <Field
          className="sm:col-span-2"
          label="Also hide these words"
          placeholder="Project Falcon, customer.example"
          value={hidden}
          onChange={(event) => setHidden(event.target.value)}
          hint={HIDDEN_HINT}
        />
        <div className="flex flex-wrap gap-2 sm:col-span-2">
          <Button type="submit" look="strong" disabled={make.isPending}>
            Make the link
          </Button>
          <Button onClick={() => preview.mutate()} disabled={preview.isPending}>
            {preview.isPending ? 'Reading…' : 'What will be hidden?'}
          </Button>
        </div>
      </form>
      {(make.error ?? preview.error ?? revoke.error) && (
        <p role="alert" className="mt-3 text-sm text-unknown">
          {(make.error ?? preview.error ?? revoke.error)?.message}
        </p>
      )}
      {made && (
        <div role="status" className="mt-3 rounded-md border border-accepted px-3.5 py-2.5 tint-accepted">
          <p className="text-sm">The link. It is shown this once; you can revoke it at any time.</p>
          <div className="mt-1.5 flex items-center gap-2">
            <code className="min-w-0 flex-1 text-xs break-all">{made}</code>
            <CopyButton text={made} label="Copy the link" />
          </div>
        </div>
      )}
      {preview.data && <Hidden {...preview.data} />}
      {data && data.length > 0 && (
        <>
          <h3 className="mt-5 text-sm font-semibold">{of.kind === 'compare' ? 'Links to these figures' : 'Links to this session'}</h3>
          <ul aria-label={of.kind === 'compare' ? 'Links to these figures' : 'Links to this session'} className="mt-2 divide-y rounded-md border">
            {data.map((link) => (
              <LinkRow key={link.id} link={link} onRevoke={() => revoke.mutate(link.id)} />
            ))}
          </ul>
        </>
      )}
    </dialog>
  )
}
