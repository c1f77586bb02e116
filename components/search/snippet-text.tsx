import type { ReactNode } from 'react'
import type { Snippet } from '@/lib/core/search/answer'

/** Some of a text, with what was looked for marked in it. */
export function SnippetText({ snippet }: { snippet: Snippet }) {
  const parts: ReactNode[] = []
  let at = 0
  for (const [from, to] of snippet.marks) {
    parts.push(snippet.text.slice(at, from))
    parts.push(
      <mark key={from} className="rounded-xs bg-focus/25 text-text">
        {snippet.text.slice(from, to)}
      </mark>,
    )
    at = to
  }
  parts.push(snippet.text.slice(at))
  return parts
}
