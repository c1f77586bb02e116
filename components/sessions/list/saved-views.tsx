'use client'

import { Bookmark, X } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { type Filters, isFiltered, parseFilters, printFilters } from './filters'
import { LONGEST_NAME, useViews } from './views-store'

/** Choices of sessions under a name: one click brings them back, the address says them to others. */
export function SavedViews({ filters, onChoose }: { filters: Filters; onChoose: (filters: Filters) => void }) {
  const { views, save, remove } = useViews()
  const [open, setOpen] = useState(false)
  const [failed, setFailed] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const here = printFilters(filters)
  const current = views.find(({ query }) => query === here)
  useEffect(() => {
    if (!open) return
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false)
    }
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      setOpen(false)
      button.current?.focus()
    }
    addEventListener('pointerdown', outside)
    addEventListener('keydown', key)
    return () => {
      removeEventListener('pointerdown', outside)
      removeEventListener('keydown', key)
    }
  }, [open])

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const name = String(new FormData(form).get('name') ?? '').trim()
    if (name === '') return
    setFailed(!save({ name, query: here }))
    form.reset()
  }

  return (
    <div ref={box} className="relative shrink-0">
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-haspopup="dialog"
        onClick={() => setOpen(!open)}
        className={`flex h-8 max-w-44 items-center gap-1.5 rounded-md border bg-surface px-2.5 text-xs hover:bg-surface-2 ${current ? 'border-master' : ''}`}
      >
        <Bookmark size={13} className="shrink-0 text-quiet" aria-hidden />
        <span className="truncate">{current?.name ?? 'Views'}</span>
      </button>
      {open && (
        <div
          role="dialog"
          aria-label="Saved views"
          className="absolute top-9 right-0 z-30 w-72 rounded-md border bg-surface p-2 shadow-[var(--shadow)] lg:right-auto lg:left-0"
        >
          {views.length === 0 ? (
            <p className="px-2 py-1.5 text-xs text-quiet">Choose sessions by search and filters, then keep the choice here under a name.</p>
          ) : (
            <ul>
              {views.map((view) => (
                <li key={view.name} className="flex items-center rounded hover:bg-surface-2">
                  <button
                    type="button"
                    aria-current={view.query === here || undefined}
                    onClick={() => {
                      onChoose(parseFilters(new URLSearchParams(view.query)))
                      setOpen(false)
                    }}
                    className="min-w-0 flex-1 rounded px-2 py-1.5 text-left text-sm"
                  >
                    <span className={`block truncate ${view.query === here ? 'font-medium text-master' : ''}`}>{view.name}</span>
                    <span className="block truncate text-2xs text-quiet">{view.query === '' ? 'all sessions' : wordsOf(view.query)}</span>
                  </button>
                  <button
                    type="button"
                    aria-label={`Forget the view ${view.name}`}
                    onClick={() => remove(view.name)}
                    className="grid size-7 shrink-0 place-items-center rounded text-quiet hover:text-text"
                  >
                    <X size={13} aria-hidden />
                  </button>
                </li>
              ))}
            </ul>
          )}
          {isFiltered(filters) && !current && (
            <form onSubmit={submit} className="mt-2 flex gap-1.5 border-t pt-2">
              <input
                name="name"
                aria-label="Name of this view"
                placeholder="Name of this view"
                maxLength={LONGEST_NAME}
                autoComplete="off"
                className="h-7 min-w-0 flex-1 rounded border bg-bg px-2 text-xs"
              />
              <button type="submit" className="h-7 rounded border bg-surface-2 px-2.5 text-xs font-medium">
                Save
              </button>
            </form>
          )}
          {failed && (
            <p role="alert" className="px-2 pt-1.5 text-xs">
              This browser keeps nothing for this page. The address says the same: bookmark it.
            </p>
          )}
        </div>
      )}
    </div>
  )
}

function wordsOf(query: string): string {
  return [...new URLSearchParams(query)].map(([name, value]) => `${name} ${value}`).join(' · ')
}
