'use client'

import { ChevronDown, Search, X } from 'lucide-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { kindNoun } from '@/components/sessions/kinds'
import { Kbd } from '@/components/ui/kbd'
import type { SessionFacets } from '@/lib/live/protocol'
import { FACETS, type FacetName, type Filters, isFiltered, NO_FILTERS } from './filters'

const TITLES: Record<FacetName, string> = { framework: 'Framework', model: 'Master model', workflow: 'Workflow', kind: 'Intervention', tag: 'Tag' }
const STATES = [
  { value: undefined, title: 'All' },
  { value: 'running', title: 'Running' },
  { value: 'ended', title: 'Ended' },
] as const

interface Props {
  filters: Filters
  facets: SessionFacets | undefined
  onChange: (patch: Partial<Filters>) => void
  searchRef: RefObject<HTMLInputElement | null>
}

export function FilterBar({ filters, facets, onChange, searchRef }: Props) {
  const countOf = (state: string) => facets?.state.find(({ value }) => value === state)?.count ?? 0
  return (
    <search className="flex flex-col gap-2 border-b px-4 py-2.5 sm:px-5 lg:flex-row lg:items-center">
      <SearchField value={filters.q} onChange={(q) => onChange({ q })} fieldRef={searchRef} />
      <div className="-m-1 flex items-center gap-2 overflow-x-auto p-1 [scrollbar-width:none]">
        <fieldset aria-label="State" className="flex h-8 shrink-0 items-center rounded-md border bg-surface p-0.5">
          {STATES.map(({ value, title }) => (
            <button
              key={title}
              type="button"
              aria-pressed={filters.state === value}
              onClick={() => onChange({ state: value })}
              className={`h-full rounded px-2.5 text-xs ${filters.state === value ? 'bg-surface-2 font-medium text-text' : 'text-quiet hover:text-text'}`}
            >
              {title} {value && facets && <span className="font-mono text-quiet">{countOf(value)}</span>}
            </button>
          ))}
        </fieldset>
        {FACETS.map((name) => (
          <FacetSelect key={name} name={name} value={filters[name]} options={facets?.[name] ?? []} onChange={(value) => onChange({ [name]: value })} />
        ))}
        {filters.prompt && <Given title="Prompt" value={filters.prompt} />}
        {filters.worker && <Given title="Sub-agent model" value={filters.worker} />}
        {isFiltered(filters) && (
          <button type="button" onClick={() => onChange(NO_FILTERS)} className="flex h-8 items-center gap-1 rounded px-2 text-xs text-quiet hover:text-text">
            <X size={13} aria-hidden /> Clear
          </button>
        )}
      </div>
    </search>
  )
}

/** A choice that came with the link; only clearing takes it away. */
function Given({ title, value }: { title: string; value: string }) {
  return (
    <span className="flex h-8 shrink-0 items-center gap-1.5 rounded-md border border-master bg-surface px-2.5 text-xs">
      <span className="text-quiet">{title}</span>
      <span className="max-w-40 truncate font-medium">{value}</span>
    </span>
  )
}

function SearchField({ value, onChange, fieldRef }: { value: string; onChange: (value: string) => void; fieldRef: RefObject<HTMLInputElement | null> }) {
  const [text, setText] = useState(value)
  const sent = useRef(value)
  // Back and forward change the address from outside.
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value
      setText(value)
    }
  }, [value])
  useEffect(() => {
    if (text === sent.current) return
    const timer = setTimeout(() => {
      sent.current = text
      onChange(text)
    }, 200)
    return () => clearTimeout(timer)
  })
  return (
    <label className="flex h-8 w-full shrink-0 items-center gap-2 rounded-md border bg-surface px-2.5 focus-within:border-focus lg:w-64">
      <Search size={14} className="shrink-0 text-quiet" aria-hidden />
      <span className="sr-only">Search sessions by title or id</span>
      <input
        ref={fieldRef}
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') text === '' ? event.currentTarget.blur() : setText('')
        }}
        placeholder="Search sessions"
        className="min-w-0 flex-1 bg-transparent text-sm outline-none placeholder:text-quiet [&::-webkit-search-cancel-button]:hidden"
      />
      <Kbd>/</Kbd>
    </label>
  )
}

function FacetSelect({
  name,
  value,
  options,
  onChange,
}: {
  name: FacetName
  value: string | undefined
  options: { value: string; count: number }[]
  onChange: (value: string | undefined) => void
}) {
  if (options.length === 0 && value === undefined) return null
  const known = value === undefined || options.some((option) => option.value === value)
  return (
    <label
      className={`relative flex h-8 shrink-0 items-center gap-1.5 rounded-md border bg-surface pl-2.5 text-xs hover:bg-surface-2 ${value === undefined ? '' : 'border-master'}`}
    >
      <span className="text-quiet">{TITLES[name]}</span>
      <select
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
        className="h-full max-w-40 cursor-pointer appearance-none truncate [field-sizing:content] rounded-r-md bg-transparent pr-6 font-medium outline-offset-0 [&>option]:bg-surface [&>option]:text-text"
      >
        <option value="">any</option>
        {!known && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {name === 'kind' ? kindNoun(option.value) : option.value} ({option.count})
          </option>
        ))}
      </select>
      <ChevronDown size={12} className="pointer-events-none absolute right-2 text-quiet" aria-hidden />
    </label>
  )
}
