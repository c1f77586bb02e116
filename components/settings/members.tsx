'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Role } from '@/components/people/me'
import { getJson, postJson, send } from '@/components/providers/api'
import { Button } from '@/components/ui/button'
import { Choice, Field } from '@/components/ui/field'
import { formatMinute } from '@/components/text/clock'
import { Once } from './once'
import { Row, Rows } from './rows'
import { Section } from './section'

interface Member {
  userId: string
  name: string
  email: string
  role: Role
}

interface Invitation {
  id: string
  role: Role
  email?: string
  createdBy: string
  expiresAt: number
}

const ROLES = [
  { value: 'viewer', says: 'viewer: reads' },
  { value: 'member', says: 'member: judges, shares' },
  { value: 'owner', says: 'owner: manages' },
] as const

/** Who is in the project, and who is invited. */
/** `mayDelete`: people altogether, which owners of the installation may. */
export function Members({ mayDelete }: { mayDelete: boolean }) {
  const client = useQueryClient()
  const changed = () => client.invalidateQueries({ queryKey: ['members'] })
  const { data, error } = useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => getJson<{ members: Member[]; invitations: Invitation[] }>('/api/v1/members', signal),
  })
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('member')
  const invite = useMutation({
    mutationFn: () => postJson<{ url: string }>('/api/v1/invitations', { role, ...(email.trim() === '' ? {} : { email }) }),
    onSuccess: () => {
      setEmail('')
      void changed()
    },
  })
  const reset = useMutation({ mutationFn: (id: string) => postJson<{ url: string }>(`/api/v1/members/${id}/reset`, {}) })
  const act = useMutation({ mutationFn: (run: () => Promise<void>) => run(), onSuccess: changed })
  const [sure, setSure] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate()
  }
  const problem = error ?? invite.error ?? reset.error ?? act.error
  return (
    <Section title="Members" says="An invitation is a link that works once, for a week. Send it yourself: Backseat sends no mail.">
      <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
        <Field
          label="E-mail (only this address may join)"
          type="email"
          placeholder="anybody with the link"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          className="min-w-52 flex-1"
        />
        <Choice label="As" value={role} options={ROLES} onChange={setRole} className="w-48" />
        <Button type="submit" className="h-9" disabled={invite.isPending}>
          Invite
        </Button>
      </form>
      {invite.data && <Once says="The invitation. It is shown this once." text={invite.data.url} />}
      {reset.data && <Once says="With this link a new password can be set, once, within a day." text={reset.data.url} />}
      {problem && (
        <p role="alert" className="mt-3 text-sm text-unknown">
          {problem.message}
        </p>
      )}
      <Rows empty="Nobody but the owner of this installation." label="Members">
        {data?.members.map((member) => (
          <Row
            key={member.userId}
            title={member.name}
            facts={[member.email]}
            wide
            action={
              <div className="flex flex-wrap items-center justify-end gap-1">
                <select
                  aria-label={`Role of ${member.name}`}
                  className="h-8 rounded-md border bg-surface px-1.5 text-xs"
                  value={member.role}
                  onChange={(event) => act.mutate(() => send('PATCH', `/api/v1/members/${member.userId}`, { role: event.target.value }))}
                >
                  {ROLES.map(({ value }) => (
                    <option key={value}>{value}</option>
                  ))}
                </select>
                <Button look="bare" onClick={() => reset.mutate(member.userId)}>
                  New password
                </Button>
                <Button look="bare" onClick={() => act.mutate(() => send('DELETE', `/api/v1/members/${member.userId}`))} aria-label={`Remove ${member.name}`}>
                  Remove
                </Button>
                {mayDelete && sure !== member.userId && (
                  <Button look="bare" onClick={() => setSure(member.userId)} aria-label={`Delete ${member.name}`}>
                    Delete
                  </Button>
                )}
                {sure === member.userId && (
                  <span className="flex w-full flex-wrap items-center justify-end gap-1">
                    <span className="text-xs text-quiet">Account, comments and notes go; verdicts stay without the name.</span>
                    <Button
                      look="strong"
                      onClick={() => {
                        setSure(undefined)
                        act.mutate(() => send('DELETE', `/api/v1/people/${member.userId}`))
                      }}
                    >
                      Delete for good
                    </Button>
                    <Button look="bare" onClick={() => setSure(undefined)}>
                      Keep
                    </Button>
                  </span>
                )}
              </div>
            }
          />
        ))}
      </Rows>
      {data && data.invitations.length > 0 && (
        <Rows empty="" label="Invitations">
          {data.invitations.map((invitation) => (
            <Row
              key={invitation.id}
              title={invitation.email ?? 'Whoever has the link'}
              facts={[`invited as ${invitation.role} by ${invitation.createdBy}`, `until ${formatMinute(invitation.expiresAt)}`]}
              action={
                <Button look="bare" onClick={() => act.mutate(() => send('DELETE', `/api/v1/invitations/${invitation.id}`))}>
                  Withdraw
                </Button>
              }
            />
          ))}
        </Rows>
      )}
    </Section>
  )
}
