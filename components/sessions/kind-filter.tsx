'use client'

import { groupOf, isKind, kindNoun, rankKinds } from '@/components/sessions/kinds'
import { formatShort } from '@/components/text/count'
import { Glyph } from '@/components/ui/glyph'
import { FINDING_GROUPS, type FindingGroup, type Intervention, type InterventionKind } from '@/lib/core/interventions'
import type { SetAside } from '@/lib/core/set-aside'
import { HIDEABLE, type Hideable } from '@/lib/view/view'

interface Props {
  findings: ReadonlyMap<string, Intervention>
  aside: ReadonlyMap<string, SetAside>
  hidden: readonly Hideable[]
  onHidden: (hidden: readonly Hideable[]) => void
}

const TITLES: Record<FindingGroup, string> = { intervention: 'interventions', noted: 'also noted', accepted: 'accepted' }

/**
 * The legend of the signs, each a switch: what is off is neither on the timeline nor in the list. Only
 * kinds that the session has, in groups that are switches, too: what counts as an intervention, what is
 * noted beside it, and work that was taken as it is.
 */
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
  const show = (names: readonly Hideable[], shown: boolean) => {
    const off = new Set(hidden)
    for (const name of names) {
      if (shown) off.delete(name)
      else off.add(name)
    }
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
        onClick={() => show([name], !on)}
        className={`flex h-6 shrink-0 items-center gap-1.5 rounded-full border px-2 text-2xs ${on ? 'bg-surface text-text' : 'border-dashed text-quiet line-through'}`}
      >
        {name === 'set_aside' ? <StruckSign /> : <Glyph kind={name} size={11} quiet={!on} />}
        {title}
        <span className="font-mono text-quiet">{formatShort(count)}</span>
      </button>
    )
  }
  const group = (of: FindingGroup) => {
    const own = kinds.filter(({ kind }) => groupOf(kind) === of)
    if (own.length === 0) return null
    // one kind needs no heading, but for what is only noted
    if (of === 'accepted') return own.map(({ kind, count }) => chip(kind, TITLES[of], count))
    if (of === 'intervention' && own.length === 1) return own.map(({ kind, count }) => chip(kind, kindNoun(kind), count))
    const names: InterventionKind[] = own.map(({ kind }) => kind)
    const on = names.some((name) => !hidden.includes(name))
    return (
      <fieldset key={of} className="relative flex shrink-0 items-center gap-1">
        <legend className="sr-only">{TITLES[of]}</legend>
        <button
          type="button"
          aria-pressed={on}
          title={`${on ? 'Hide' : 'Show'} all: ${TITLES[of]}`}
          onClick={() => show(names, !on)}
          className={`h-6 rounded px-1 text-2xs hover:text-text ${on ? 'text-quiet' : 'text-quiet line-through'}`}
        >
          {formatShort(own.reduce((sum, { count }) => sum + count, 0))} {TITLES[of]}
        </button>
        {own.map(({ kind, count }) => chip(kind, kindNoun(kind), count))}
      </fieldset>
    )
  }
  return (
    <fieldset className="relative flex min-w-0 shrink-0 gap-1 overflow-x-auto border-b px-5 py-1.5 [scrollbar-width:thin]">
      <legend className="sr-only">Kinds shown on the timeline and in the list</legend>
      {FINDING_GROUPS.map(group)}
      {set > 0 && chip('set_aside', 'set aside', set)}
      {hidden.length > 0 && (
        <button
          type="button"
          onClick={() => onHidden([])}
          className="h-6 shrink-0 rounded px-1.5 text-2xs text-quiet underline underline-offset-2 hover:text-text"
        >
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
