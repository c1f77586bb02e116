'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { getJson, postJson, send } from '@/components/providers/api'
import { Button } from '@/components/ui/button'
import { Choice, Field } from '@/components/ui/field'
import { type NotifyRule, ruleWords } from '@/lib/core/notify/rule'
import { Deliveries, type Delivery } from './deliveries'
import { Once } from './once'
import { Row, Rows } from './rows'
import { RuleFields, useRule } from './rule-fields'
import { Section } from './section'

interface Webhook {
  id: string
  name: string
  place: string
  shape: 'json' | 'slack'
  rule: NotifyRule
  createdBy: string
  createdAt: number
}

const SHAPES = [
  { value: 'json', says: 'JSON' },
  { value: 'slack', says: 'Slack' },
] as const

/** Whom to tell when a running session needs somebody, and what they were told. */
export function Webhooks() {
  const client = useQueryClient()
  const changed = () => Promise.all([client.invalidateQueries({ queryKey: ['webhooks'] }), client.invalidateQueries({ queryKey: ['deliveries'] })])
  const { data, error } = useQuery({
    queryKey: ['webhooks'],
    queryFn: ({ signal }) => getJson<{ webhooks: Webhook[]; privateAllowed: boolean }>('/api/v1/webhooks', signal),
  })
  const [name, setName] = useState('')
  const [url, setUrl] = useState('')
  const [shape, setShape] = useState<Webhook['shape']>('json')
  const rule = useRule()
  const make = useMutation({
    mutationFn: () => postJson<{ secret: string }>('/api/v1/webhooks', { name, url, shape, rule: rule.value }),
    onSuccess: () => {
      setName('')
      setUrl('')
      void changed()
    },
  })
  const remove = useMutation({ mutationFn: (id: string) => send('DELETE', `/api/v1/webhooks/${id}`), onSuccess: changed })
  const test = useMutation({ mutationFn: (id: string) => postJson<Delivery>(`/api/v1/webhooks/${id}/test`, {}), onSettled: changed })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  const problem = error ?? make.error ?? remove.error ?? test.error
  return (
    <Section
      title="Webhooks"
      says={`Backseat tells an address of yours when a rule is met: as JSON, or as Slack and what understands Slack takes it. Titles of sessions go with it, texts do not.${
        data && !data.privateAllowed ? ' Addresses of this machine and its network are refused (BACKSEAT_WEBHOOKS_PRIVATE=on allows them).' : ''
      }`}
    >
      <form onSubmit={submit} className="space-y-3">
        <div className="flex flex-wrap items-end gap-2">
          <Field
            label="Name"
            required
            maxLength={100}
            placeholder="team channel"
            value={name}
            onChange={(event) => setName(event.target.value)}
            className="min-w-36 flex-1"
          />
          <Field
            label="Address"
            type="url"
            required
            maxLength={2000}
            placeholder="https://…"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
            className="min-w-56 flex-[2]"
          />
          <Choice label="As" value={shape} options={SHAPES} onChange={setShape} className="w-28" />
        </div>
        <div className="flex flex-wrap items-end gap-2">
          <RuleFields {...rule} />
          <Button type="submit" className="h-9" disabled={make.isPending}>
            Make a webhook
          </Button>
        </div>
      </form>
      {make.data && (
        <Once says="The secret that messages are signed with. It is shown this once; docs/webhooks.md says how to check a signature." text={make.data.secret} />
      )}
      {problem && (
        <p role="alert" className="mt-3 text-sm text-unknown">
          {problem.message}
        </p>
      )}
      <Rows empty="No webhooks yet." label="Webhooks">
        {data?.webhooks.map(({ id, name: title, place, shape: as, rule: when, createdBy }) => (
          <Row
            key={id}
            title={title}
            facts={[ruleWords(when), place, as === 'slack' ? 'as Slack takes it' : 'JSON', `by ${createdBy}`, test.variables === id && wordsOfTest(test)]}
            action={
              <span className="flex shrink-0">
                <Button look="bare" disabled={test.isPending} onClick={() => test.mutate(id)} aria-label={`Test ${title}`}>
                  Test
                </Button>
                <Button look="bare" onClick={() => remove.mutate(id)} aria-label={`Remove ${title}`}>
                  Remove
                </Button>
              </span>
            }
          />
        ))}
      </Rows>
      {data && data.webhooks.length > 0 && <Deliveries names={new Map(data.webhooks.map((webhook) => [webhook.id, webhook.name]))} />}
    </Section>
  )
}

function wordsOfTest({ isPending, data }: { isPending: boolean; data: Delivery | undefined }): string | undefined {
  if (isPending) return 'sending a test…'
  if (!data) return undefined
  return data.state === 'delivered' ? `test delivered (${data.status})` : `test failed: ${data.error ?? 'no answer'}`
}
