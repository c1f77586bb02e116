import type { ReactNode } from 'react'
import { CopyButton } from '@/components/ui/copy-button'
import type { Source } from '@/lib/core/event'

export interface Fact {
  name: string
  /** Undefined: not known, and then not shown. */
  value: ReactNode
}

/** "step 3   kept 18%   interrupted after 47 tokens": names quiet, values not. */
export function FactLine({ facts }: { facts: Fact[] }) {
  const known = facts.filter(({ value }) => value !== undefined && value !== false && value !== null)
  if (known.length === 0) return null
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 text-xs">
      {known.map(({ name, value }) => (
        <div key={name} className="flex gap-1.5">
          <dt className="text-quiet">{name}</dt>
          <dd className="font-medium">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export function FactTable({ facts }: { facts: Fact[] }) {
  const known = facts.filter(({ value }) => value !== undefined && value !== false && value !== null)
  return (
    <dl className="mb-5 grid grid-cols-[minmax(6rem,max-content)_minmax(0,1fr)] gap-x-5 gap-y-1.5 text-sm">
      {known.map(({ name, value }) => (
        <div key={name} className="contents">
          <dt className="text-quiet">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const PLACES: [keyof Source, string][] = [
  ['path', 'file'],
  ['line', 'line'],
  ['uuid', 'uuid'],
  ['toolUseId', 'tool_use_id'],
  ['messageId', 'message id'],
  ['spanId', 'span id'],
  ['traceId', 'trace id'],
]

/** What the foreign file calls the place, so that anyone can check it there. */
export function SourcePlace({ source }: { source: Source | undefined }) {
  const places = PLACES.flatMap(([key, name]) => {
    const value = source?.[key]
    return value === undefined ? [] : [{ name, value: String(value) }]
  })
  if (places.length === 0) return <span className="text-quiet">the source names no place</span>
  return (
    <ul className="space-y-0.5">
      {places.map(({ name, value }) => (
        <li key={name} className="flex min-w-0 items-center gap-2">
          <span className="shrink-0 text-quiet">{name}</span>
          <code className="min-w-0 truncate text-xs [direction:rtl]" title={value}>
            <bdi>{value}</bdi>
          </code>
          <CopyButton text={value} label={`Copy the ${name}`} />
        </li>
      ))}
    </ul>
  )
}
