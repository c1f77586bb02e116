'use client'

import { isKind, kindNoun, rankKinds } from '@/components/sessions/kinds'
import { formatShort } from '@/components/text/count'
import { Glyph } from '@/components/ui/glyph'
import type { Intervention } from '@/lib/core/interventions'
import type { SetAside } from '@/lib/core/set-aside'
import { HIDEABLE, type Hideable } from '@/lib/view/view'

interface Props {
  findings: ReadonlyMap<string, Intervention>
  aside: ReadonlyMap<string, SetAside>
  hidden: readonly Hideable[]
  onHidden: (hidden: readonly Hideable[]) => void
}

/** The legend of the signs, each a switch: what is off is neither on the timeline nor in the list. Only kinds that the session has. */
export function KindFilter({ findings, aside, hidden, onHidden }: Props) {
  const counts: Record<string, number> = {}
  let standing = 0
  for (const { id, kind } of findings.values()) {
    if (aside.has(id)) continue
    standing++
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  const set = findings.size - standing
  const kinds = rankKinds(counts).flatMap(({ kind, count }) => (isKind(kind) ? [{ kind, count }] : []))
  if (kinds.length + (set > 0 ? 1 : 0) === 0) return null
  const toggle = (name: Hideable) => {
    const off = new Set(hidden)
    if (!off.delete(name)) off.add(name)
    onHidden(HIDEABLE.filter((one) => off.has(one)))
  }
  const chip = (name: Hideable, title: string, count: number) => {
    const on = !hidden.includes(name)
    return (
      <button
        key={name}
        type="button"
        aria-pressed={on}
        title={`${on ? 'Hide' : 'Show'}: ${title}`}
        onClick={() => toggle(name)}
        className={`flex h-6 shrink-0 items-center gap-1.5 rounded-full border px-2 text-2xs ${on ? 'bg-surface text-text' : 'border-dashed text-quiet line-through'}`}
      >
        {name === 'set_aside' ? <StruckSign /> : <Glyph kind={name} size={11} quiet={!on} />}
        {title}
        <span className="font-mono text-quiet">{formatShort(count)}</span>
      </button>
    )
  }
  return (
    <fieldset className="flex min-w-0 shrink-0 gap-1 overflow-x-auto border-b px-5 py-1.5 [scrollbar-width:thin]">
      <legend className="sr-only">Kinds shown on the timeline and in the list</legend>
      {kinds.map(({ kind, count }) => chip(kind, kindNoun(kind), count))}
      {set > 0 && chip('set_aside', 'set aside', set)}
      {hidden.length > 0 && (
        <button type="button" onClick={() => onHidden([])} className="h-6 rounded px-1.5 text-2xs text-quiet underline underline-offset-2 hover:text-text">
          show all
        </button>
      )}
    </fieldset>
  )
}

function StruckSign() {
  return (
    <svg
      aria-hidden
      width={11}
      height={11}
      viewBox="0 0 12 12"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.7}
      strokeLinecap="round"
      className="shrink-0 text-quiet"
    >
      <path d="M6 2.2a3.8 3.8 0 1 1 0 7.6a3.8 3.8 0 1 1 0-7.6ZM.8 6h10.4" />
    </svg>
  )
}
