'use client'

import { ChevronDown, Search, X } from 'lucide-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { kindNoun } from '@/components/sessions/kinds'
import { Kbd } from '@/components/ui/kbd'
import type { SessionFacets } from '@/lib/live/protocol'
import { FACETS, type FacetName, type Filters, GIVEN, type GivenName, isFiltered, NO_FILTERS } from './filters'
import { SavedViews } from './saved-views'

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
  /** Whether any of the sessions in the list is made up. */
  hasSimulated: boolean
}

export function FilterBar({ filters, facets, onChange, searchRef, hasSimulated }: Props) {
  const countOf = (state: string) => facets?.state.find(({ value }) => value === state)?.count ?? 0
  return (
    <search className="flex flex-col gap-2 border-b px-4 py-2.5 sm:px-5 lg:flex-row lg:items-center">
      <div className="flex gap-2">
        <SearchField value={filters.q} onChange={(q) => onChange({ q })} fieldRef={searchRef} />
        <SavedViews filters={filters} onChoose={onChange} />
      </div>
      <div className="-m-1 flex items-center gap-2 overflow-x-auto p-1 [scrollbar-width:none]">
        <fieldset aria-label="State" className="flex h-8 shrink-0 items-center rounded-md border bg-surface p-0.5 pointer-coarse:h-auto pointer-coarse:p-0">
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
        {(hasSimulated || filters.simulated !== undefined) && (
          <Select
            title="Simulated"
            value={filters.simulated}
            options={[
              { value: 'exclude', title: 'left out' },
              { value: 'only', title: 'only' },
            ]}
            onChange={(simulated) => onChange({ simulated: simulated as Filters['simulated'] })}
          />
        )}
        {GIVEN.map((name) => {
          const value = filters[name]
          // a delegating or receiving model says already that there is a task
          if (value === undefined || (name === 'delegated' && (filters.master ?? filters.worker) !== undefined)) return null
          return <Given key={name} name={name} value={value} onRemove={() => onChange({ [name]: undefined })} />
        })}
        {isFiltered(filters) && (
          <button type="button" onClick={() => onChange(NO_FILTERS)} className="flex h-8 items-center gap-1 rounded px-2 text-xs text-quiet hover:text-text">
            <X size={13} aria-hidden /> Clear
          </button>
        )}
      </div>
    </search>
  )
}

const GIVEN_TITLES: Record<GivenName, string> = {
  master: 'Delegated by',
  worker: 'Delegated to',
  prompt: 'Prompt',
  without: 'Not known:',
  delegated: 'With',
  since: 'From',
  until: 'Before',
}
const WITHOUT_WORDS: Record<string, string> = { master: 'master model', worker: 'sub-agent model', prompt: 'prompt' }

function givenWords(name: GivenName, value: string): string {
  if (name === 'delegated') return 'delegated tasks'
  if (name === 'without')
    return value
      .split(',')
      .map((one) => WITHOUT_WORDS[one] ?? one)
      .join(', ')
  const days = /^(\d+)d$/.exec(value)?.[1]
  return days === undefined ? value : `${days} days ago`
}

/** A choice that came with the link. */
function Given({ name, value, onRemove }: { name: GivenName; value: string; onRemove: () => void }) {
  const words = givenWords(name, value)
  return (
    <span className="flex h-8 shrink-0 items-center gap-1.5 rounded-md border border-master bg-surface pl-2.5 text-xs pointer-coarse:h-auto">
      <span className="text-quiet">{GIVEN_TITLES[name]}</span>
      <span className="max-w-40 truncate font-medium">{words}</span>
      <button
        type="button"
        onClick={onRemove}
        aria-label={`Remove: ${GIVEN_TITLES[name]} ${words}`}
        className="grid h-full w-6 place-items-center text-quiet hover:text-text"
      >
        <X size={12} aria-hidden />
      </button>
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
    <label className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md border bg-surface px-2.5 focus-within:border-focus lg:w-56 lg:flex-none">
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
  const titled = options.map((option) => ({ value: option.value, title: `${name === 'kind' ? kindNoun(option.value) : option.value} (${option.count})` }))
  return (
    <Select title={TITLES[name]} value={value} options={known || value === undefined ? titled : [{ value, title: value }, ...titled]} onChange={onChange} />
  )
}

function Select({
  title,
  value,
  options,
  onChange,
}: {
  title: string
  value: string | undefined
  options: { value: string; title: string }[]
  onChange: (value: string | undefined) => void
}) {
  return (
    <label
      className={`relative flex h-8 shrink-0 items-center gap-1.5 rounded-md border bg-surface pl-2.5 text-xs hover:bg-surface-2 ${value === undefined ? '' : 'border-master'}`}
    >
      <span className="text-quiet">{title}</span>
      <select
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
        className="h-full max-w-40 cursor-pointer appearance-none truncate [field-sizing:content] rounded-r-md bg-transparent pr-6 font-medium outline-offset-0 [&>option]:bg-surface [&>option]:text-text"
      >
        <option value="">any</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </select>
      <ChevronDown size={12} className="pointer-events-none absolute right-2 text-quiet" aria-hidden />
    </label>
  )
}
