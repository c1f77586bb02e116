'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { getJson, send } from '@/components/providers/api'
import { plural } from '@/components/text/count'
import { Button } from '@/components/ui/button'
import { Choice, Field } from '@/components/ui/field'
import { Section } from './section'

interface Retention {
  /** Left out: for ever. */
  days?: number
  /** Sessions that are past that now. */
  silent?: number
}

const CHOICES = [
  { value: 'ever', says: 'for ever' },
  { value: '30', says: 'for 30 days' },
  { value: '90', says: 'for 90 days' },
  { value: '365', says: 'for a year' },
  { value: 'other', says: 'for another number of days' },
] as const
type Chosen = (typeof CHOICES)[number]['value']

/** How long the project keeps its sessions. What it would delete is said before it is asked for. */
export function Keeping() {
  const client = useQueryClient()
  const { data, error } = useQuery({ queryKey: ['retention'], queryFn: ({ signal }) => getJson<Retention>('/api/v1/retention', signal) })
  const [chosen, setChosen] = useState<Chosen>()
  const [typed, setTyped] = useState('')
  const now: Chosen = data?.days === undefined ? 'ever' : (CHOICES.find(({ value }) => value === String(data.days))?.value ?? 'other')
  const shown = chosen ?? now
  const text = shown === 'other' ? typed || (now === 'other' ? String(data?.days) : '') : shown
  const days = shown === 'ever' ? null : /^[1-9]\d{0,3}$/.test(text) && Number(text) <= 3650 ? Number(text) : undefined
  const changed = data !== undefined && days !== undefined && (days ?? undefined) !== data.days
  const { data: tried } = useQuery({
    queryKey: ['retention', days],
    queryFn: ({ signal }) => getJson<Retention>(`/api/v1/retention?days=${days}`, signal),
    enabled: changed && days !== null,
  })
  const keep = useMutation({
    mutationFn: () => send('PATCH', '/api/v1/retention', { days }),
    onSuccess: () => {
      setChosen(undefined)
      setTyped('')
      void client.invalidateQueries({ queryKey: ['retention'] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    keep.mutate()
  }
  return (
    <Section
      title="Keeping"
      says="A session of which nothing was heard for so long is deleted with all its texts, findings, comments and links, within an hour, and cannot be brought back."
    >
      {data && (
        <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
          <Choice label="Sessions are kept" value={shown} options={CHOICES} onChange={setChosen} className="w-64 max-w-full" />
          {shown === 'other' && (
            <Field
              label="Days"
              inputMode="numeric"
              pattern="[1-9][0-9]{0,3}"
              title="1 to 3650"
              required
              value={text}
              onChange={(event) => setTyped(event.target.value)}
              className="w-28"
            />
          )}
          <Button type="submit" className="h-9" look={changed && days !== null ? 'strong' : 'plain'} disabled={!changed || keep.isPending}>
            {changed && days !== null && tried?.silent ? `Keep for ${plural(days, 'day')} and delete ${plural(tried.silent, 'session')}` : 'Save'}
          </Button>
        </form>
      )}
      {changed && days !== null && tried?.silent === 0 && <p className="mt-2 text-sm text-quiet">No session is that old now.</p>}
      {!changed && data?.days !== undefined && (data.silent ?? 0) > 0 && (
        <p className="mt-2 text-sm text-quiet">{plural(data.silent ?? 0, 'session')} will be deleted within the hour.</p>
      )}
      {(error ?? keep.error) && (
        <p role="alert" className="mt-3 text-sm text-unknown">
          {(error ?? keep.error)?.message}
        </p>
      )}
    </Section>
  )
}
