import type { ReactNode } from 'react'

/** A mark of a chart: it says its figure to whoever points at it, steps to it by keyboard, or cannot see it; and leads to the sessions behind it. */
export function Mark({ href, words, children }: { href: string | undefined; words: string; children: ReactNode }) {
  if (href)
    return (
      <a href={href} aria-label={`${words}. Show the sessions.`} className="chart-mark">
        <title>{words}</title>
        {children}
      </a>
    )
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: each mark says its figure to whoever cannot see it
    <g tabIndex={0} role="img" aria-label={words} className="chart-mark">
      <title>{words}</title>
      {children}
    </g>
  )
}

/** Axis texts of all charts. */
export const TICK = { fontSize: 11, fill: 'var(--text-quiet)' }
