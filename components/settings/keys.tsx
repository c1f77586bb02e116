'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { getJson, postJson, send } from '@/components/providers/api'
import { Button } from '@/components/ui/button'
import { Choice, Field } from '@/components/ui/field'
import { formatMinute } from '@/components/text/clock'
import { Once } from './once'
import { Row, Rows } from './rows'
import { Section } from './section'

interface Key {
  id: string
  name: string
  hint: string
  mayRead: boolean
  mayWrite: boolean
  createdBy: string
  createdAt: number
  lastUsedAt?: number
  revokedAt?: number
}

const RIGHTS = [
  { value: 'write', says: 'send events' },
  { value: 'read', says: 'read' },
  { value: 'read write', says: 'send and read' },
] as const

/** API keys of the project. `needed`: without one no program gets in. */
export function Keys({ needed }: { needed: boolean }) {
  const client = useQueryClient()
  const changed = () => client.invalidateQueries({ queryKey: ['keys'] })
  const { data, error } = useQuery({ queryKey: ['keys'], queryFn: ({ signal }) => getJson<{ keys: Key[] }>('/api/v1/keys', signal) })
  const [name, setName] = useState('')
  const [may, setMay] = useState<(typeof RIGHTS)[number]['value']>('write')
  const make = useMutation({
    mutationFn: () => postJson<{ key: string }>('/api/v1/keys', { name, may: may.split(' ') }),
    onSuccess: () => {
      setName('')
      void changed()
    },
  })
  const revoke = useMutation({ mutationFn: (id: string) => send('DELETE', `/api/v1/keys/${id}`), onSuccess: changed })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  const problem = error ?? make.error ?? revoke.error
  return (
    <Section
      title="Keys"
      says={
        needed
          ? 'Programs that send or read sessions show a key: as “Authorization: Bearer …”, as x-api-key, or for the command line in BACKSEAT_KEY.'
          : 'On this computer programs need no key. With one, what they send goes into the project that the key is of.'
      }
    >
      <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
        <Field
          label="Name"
          required
          maxLength={100}
          placeholder="nightly runs"
          value={name}
          onChange={(event) => setName(event.target.value)}
          className="min-w-44 flex-1"
        />
        <Choice label="May" value={may} options={RIGHTS} onChange={setMay} className="w-36" />
        <Button type="submit" className="h-9" disabled={make.isPending}>
          Make a key
        </Button>
      </form>
      {make.data && <Once says="The new key. It is shown this once and kept nowhere." text={make.data.key} />}
      {problem && (
        <p role="alert" className="mt-3 text-sm text-unknown">
          {problem.message}
        </p>
      )}
      <Rows empty="No keys yet." label="Keys">
        {data?.keys.map((key) => (
          <Row
            key={key.id}
            faded={key.revokedAt !== undefined}
            title={key.name}
            facts={[
              `${key.hint}…`,
              key.mayWrite && key.mayRead ? 'sends and reads' : key.mayWrite ? 'sends' : 'reads',
              key.revokedAt === undefined
                ? key.lastUsedAt === undefined
                  ? 'never used'
                  : `last used ${formatMinute(key.lastUsedAt)}`
                : `revoked ${formatMinute(key.revokedAt)}`,
              `by ${key.createdBy}`,
            ]}
            action={
              key.revokedAt === undefined && (
                <Button look="bare" onClick={() => revoke.mutate(key.id)} aria-label={`Revoke ${key.name}`}>
                  Revoke
                </Button>
              )
            }
          />
        ))}
      </Rows>
    </Section>
  )
}
