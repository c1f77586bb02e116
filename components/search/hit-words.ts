import { isKind, kindNoun } from '@/components/sessions/kinds'
import type { SearchHit } from '@/lib/core/search/answer'
import type { Selection } from '@/lib/view/view'

/** What a hit is, in a word. */
export function hitNoun(kind: string): string {
  return kind === 'result' ? 'answer' : kindNoun(kind)
}

/** What the hit's link selects on the session's page; nothing for the session itself. */
export function selectionOfHit({ kind, ref }: SearchHit): Selection | undefined {
  if (isKind(kind)) return { kind: 'intervention', id: ref }
  switch (kind) {
    case 'session':
      return undefined
    case 'result':
      return { kind: 'call', id: ref }
    case 'task':
    case 'turn':
    case 'call':
    case 'write':
    case 'message':
      return { kind, id: ref }
    default: {
      const impossible: never = kind
      throw new Error(`a kind of hit that nobody knows: ${String(impossible)}`)
    }
  }
}

/** Whose, with what, where; without what is not known. */
export function hitPlace({ agent, tool, path, model }: SearchHit): string {
  return [agent, tool, path, model].filter(Boolean).join(' · ')
}
