'use client'

import { useId, useState } from 'react'
import { ApiError, postJson, sessionPath } from '@/components/providers/api'
import { useSharedSource } from '@/components/providers/session-source'
import { formatExact } from '@/components/text/clock'
import { Button } from '@/components/ui/button'
import { SET_ASIDE_REASONS, type SetAside, type SetAsideReason } from '@/lib/core/set-aside'

export const REASON_WORDS: Record<SetAsideReason, string> = {
  not_delegated: 'This work was not delegated',
  asked_for: 'Somebody had asked for it',
  integration: 'Putting the parts together was the plan',
  wrong_owner: 'Somebody else wrote what is gone',
  survives: 'The work lives on, here or elsewhere',
  generated: 'A tool made it: formatter, generator, lock file',
  other: 'Something else',
}

/**
 * "Not an overwrite": a person sets the finding aside, or takes that back. Both are events of the log;
 * the page follows when they come back over the live connection, so nothing is shown that is not kept.
 */
export function SetAsideControl({
  sessionId,
  interventionId,
  noun,
  aside,
}: {
  sessionId: string
  interventionId: string
  noun: string
  aside: SetAside | undefined
}) {
  const shared = useSharedSource() !== undefined
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState<SetAsideReason>('asked_for')
  const [note, setNote] = useState('')
  const [sending, setSending] = useState(false)
  const [failed, setFailed] = useState<string | undefined>()
  const group = useId()

  const send = async (body: object) => {
    setSending(true)
    setFailed(undefined)
    try {
      await postJson(`${sessionPath(sessionId)}/set-aside`, { interventionId, ...body })
      setOpen(false)
      setNote('')
    } catch (error) {
      setFailed(error instanceof ApiError ? error.message : 'It could not be sent.')
    } finally {
      setSending(false)
    }
  }

  const problem = failed !== undefined && (
    <p role="alert" className="mt-2 text-sm">
      Nothing was changed. {failed}
    </p>
  )

  if (aside) {
    return (
      <section aria-label="Set aside" className="mx-5 mb-3 rounded-md border border-dashed px-4 py-3 text-sm">
        <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <p className="min-w-0 flex-1">
            <strong className="font-semibold">Set aside: not {article(noun)}.</strong> {REASON_WORDS[aside.reason]}.
            {aside.note && <span className="block text-quiet">“{aside.note}”</span>}
            <span className="mt-0.5 block text-xs text-quiet">
              Set aside{aside.by !== undefined && !shared ? ` by ${aside.by}` : ''}, {formatExact(aside.at)}. Counted in no rate since; kept in the log.
            </span>
          </p>
          {!shared && (
            <Button onClick={() => void send({ restore: true })} disabled={sending}>
              {sending ? 'Restoring…' : 'Count it again'}
            </Button>
          )}
        </div>
        {problem}
      </section>
    )
  }
  // A link is to look at.
  if (shared) return null
  if (!open) {
    return (
      <div className="px-5 pb-3">
        <Button onClick={() => setOpen(true)} aria-expanded={false}>
          Not {article(noun)}
        </Button>
      </div>
    )
  }
  return (
    <form
      aria-label={`Not ${article(noun)}`}
      className="mx-5 mb-3 rounded-md border px-4 py-3 text-sm"
      onSubmit={(event) => {
        event.preventDefault()
        void send({ reason, note: note.trim() === '' ? undefined : note })
      }}
    >
      <fieldset>
        <legend className="mb-2 font-semibold">Why is this not {article(noun)}?</legend>
        <div className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
          {SET_ASIDE_REASONS.map((key) => (
            <label key={key} className="flex min-h-6 items-center gap-2">
              <input type="radio" name={group} value={key} checked={reason === key} onChange={() => setReason(key)} className="accent-text" />
              {REASON_WORDS[key]}
            </label>
          ))}
        </div>
      </fieldset>
      <label className="mt-3 block">
        <span className="text-xs text-quiet">A note, if you like</span>
        <textarea
          value={note}
          onChange={(event) => setNote(event.target.value)}
          maxLength={2000}
          rows={2}
          className="mt-1 block w-full rounded-md border bg-bg px-2.5 py-1.5"
        />
      </label>
      <p className="mt-2 text-xs text-quiet">It stays in the list, struck through, and is counted nowhere. You can take this back at any time.</p>
      <div className="mt-3 flex gap-2">
        <Button type="submit" look="strong" disabled={sending}>
          {sending ? 'Setting aside…' : 'Set aside'}
        </Button>
        <Button look="bare" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
      {problem}
    </form>
  )
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}
