'use client'

import { useMutation } from '@tanstack/react-query'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { postJson, sessionPath } from '@/components/providers/api'
import { Button } from '@/components/ui/button'
import type { Comment, CommentOn } from '@/lib/core/comment'
import type { Person } from './person'
import { Quote } from './quote'

const MOST_BODY = 4_000
const MOST_OFFERED = 6

interface Props {
  sessionId: string
  on: CommentOn
  people: readonly Person[]
  /** What is selected in the panel. */
  selected: string | undefined
  onSaid: (comment: Comment) => void
}

/** A place to write; after an @ it offers names. */
export function Composer({ sessionId, on, people, selected, onSaid }: Props) {
  const id = useId()
  const box = useRef<HTMLTextAreaElement>(null)
  const [body, setBody] = useState('')
  const [quote, setQuote] = useState<string>()
  const [naming, setNaming] = useState<{ from: number; typed: string }>()
  const [at, setAt] = useState(0)
  const say = useMutation({
    mutationFn: () => postJson<Comment>(`${sessionPath(sessionId)}/comments`, { on, body, ...(quote === undefined ? {} : { quote }) }),
    onSuccess: (comment) => {
      setBody('')
      setQuote(undefined)
      onSaid(comment)
    },
  })
  const offered = naming ? people.filter(({ name }) => name.toLowerCase().startsWith(naming.typed.toLowerCase())).slice(0, MOST_OFFERED) : []
  const chosen = offered[Math.min(at, offered.length - 1)]
  const change = (text: string, caret: number) => {
    setBody(text)
    setAt(0)
    const [, typed] = /(?:^|[^\p{L}\p{N}._%+-])@([\p{L}\p{N} ._-]{0,40})$/u.exec(text.slice(0, caret)) ?? []
    setNaming(typed === undefined ? undefined : { from: caret - typed.length, typed })
  }
  const name = ({ name: named }: Person) => {
    if (!naming) return
    const text = `${body.slice(0, naming.from)}${named} ${body.slice(naming.from + naming.typed.length)}`
    setBody(text)
    setNaming(undefined)
    const caret = naming.from + named.length + 1
    requestAnimationFrame(() => {
      box.current?.focus()
      box.current?.setSelectionRange(caret, caret)
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (chosen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault()
      setAt((at + (event.key === 'ArrowDown' ? 1 : offered.length - 1)) % offered.length)
    } else if (chosen && (event.key === 'Enter' || event.key === 'Tab') && !event.metaKey && !event.ctrlKey) {
      event.preventDefault()
      name(chosen)
    } else if (event.key === 'Escape' && naming) {
      event.preventDefault()
      setNaming(undefined)
    } else if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && body.trim() !== '') {
      event.preventDefault()
      say.mutate()
    }
  }
  return (
    <form
      className="mt-3"
      onSubmit={(event) => {
        event.preventDefault()
        say.mutate()
      }}
    >
      {quote !== undefined && (
        <div className="mb-2 flex items-start gap-2">
          <Quote text={quote} />
          <Button look="bare" onClick={() => setQuote(undefined)} aria-label="Do not quote these words">
            ×
          </Button>
        </div>
      )}
      {selected !== undefined && selected !== quote && (
        <Button
          className="mb-2"
          // Before the click the selection would be gone.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            setQuote(selected)
            box.current?.focus()
          }}
        >
          Comment on the selected words
        </Button>
      )}
      <label htmlFor={id} className="sr-only">
        Your comment
      </label>
      <textarea
        id={id}
        ref={box}
        rows={2}
        maxLength={MOST_BODY}
        value={body}
        placeholder={people.length > 0 ? 'Say something; @ names somebody' : 'Say something'}
        onChange={(event) => change(event.target.value, event.target.selectionStart)}
        onKeyDown={onKeyDown}
        onBlur={() => setTimeout(() => setNaming(undefined), 150)}
        aria-autocomplete="list"
        aria-controls={chosen ? `${id}-names` : undefined}
        aria-activedescendant={chosen ? `${id}-${chosen.id}` : undefined}
        className="block w-full resize-y rounded-md border bg-surface px-2.5 py-1.5 text-sm [field-sizing:content] outline-offset-0"
      />
      {chosen && (
        <div
          id={`${id}-names`}
          role="listbox"
          aria-label="People"
          className="mt-1 max-w-72 overflow-hidden rounded-md border bg-surface shadow-[var(--shadow)]"
        >
          {offered.map((person) => (
            <div
              key={person.id}
              id={`${id}-${person.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={person === chosen}
              onMouseDown={(event) => {
                event.preventDefault()
                name(person)
              }}
              className={`cursor-pointer truncate px-3 py-1.5 text-sm ${person === chosen ? 'bg-surface-2' : ''}`}
            >
              {person.name}
            </div>
          ))}
        </div>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-3">
        <Button type="submit" disabled={body.trim() === '' || say.isPending}>
          Comment
        </Button>
        {say.error && (
          <p role="alert" className="text-sm text-unknown">
            Nothing was sent. {say.error.message}
          </p>
        )}
      </div>
    </form>
  )
}
