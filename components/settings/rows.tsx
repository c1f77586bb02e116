import type { ReactNode } from 'react'

export function Rows({ empty, label, children }: { empty: string; label: string; children: ReactNode[] | undefined }) {
  if (!children) return null
  if (children.length === 0) return <p className="mt-3 text-sm text-quiet">{empty}</p>
  return (
    <ul aria-label={label} className="mt-4 divide-y rounded-md border bg-surface">
      {children}
    </ul>
  )
}

/** `wide`: what can be done takes a line of its own on a phone. */
export function Row({
  title,
  facts,
  action,
  faded = false,
  wide = false,
}: {
  title: ReactNode
  facts: (string | false | undefined)[]
  action?: ReactNode
  faded?: boolean
  wide?: boolean
}) {
  return (
    <li className={`flex min-h-12 items-center gap-3 px-3.5 py-2 ${wide ? 'flex-wrap sm:flex-nowrap' : ''}`}>
      <div className={`min-w-0 flex-1 ${wide ? 'max-sm:basis-full' : ''}`}>
        <p className={`truncate text-sm font-medium ${faded ? 'text-quiet line-through' : ''}`}>{title}</p>
        <p className="text-xs break-words text-quiet">{facts.filter(Boolean).join(' · ')}</p>
      </div>
      {action}
    </li>
  )
}
