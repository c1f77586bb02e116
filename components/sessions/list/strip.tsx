import type { Strip } from '@/lib/live/protocol'

const FILLS = ['var(--master)', 'var(--agent)', 'var(--tool)', 'var(--destroyed)'] as const

/** Tools lie under the turns that call them, and destroyed work over everything. */
const ON_TOP = [1, 2, 0, 3] as const
const byLoudness = (a: Strip['bars'][number], b: Strip['bars'][number]) => (ON_TOP[a[3]] ?? 0) - (ON_TOP[b[3]] ?? 0)

/** Never less than ten seconds: a moment blown up looks like an hour. */
const LEAST_MS = 10_000

/** How long a session's strip goes back, ms. */
export function stripSpan({ from, to }: Pick<Strip, 'from' | 'to'>, since: number | undefined): number {
  const whole = to - from
  return since === undefined ? whole : Math.min(whole, Math.max(LEAST_MS, to - since))
}

/**
 * The last two minutes of a session's lanes, or its whole life while that is shorter. `ahead`: ms since something
 * last came; `span`: ms that it shows, where several strips stand on one scale. The figures beside it say the same in words.
 */
export function LaneStrip({
  strip,
  since,
  ahead = 0,
  span,
  className = '',
}: {
  strip: Strip | undefined
  since: number | undefined
  ahead?: number
  span?: number
  className?: string
}) {
  if (!strip || strip.to <= strip.from || strip.lanes < 1) return <div aria-hidden className={`rounded bg-surface-2 ${className}`} />
  const whole = strip.to - strip.from
  const width = Math.min(whole, span ?? stripSpan(strip, since))
  const begin = whole - width
  const thin = width / 180
  const lanes = Math.max(strip.lanes, 3)
  const top = (lanes - strip.lanes) / 2
  return (
    <svg
      aria-hidden
      viewBox={`${begin + Math.min(ahead, whole)} -0.15 ${width} ${lanes + 0.3}`}
      preserveAspectRatio="none"
      className={`rounded bg-surface-2 ${className}`}
    >
      {[...strip.bars].sort(byLoudness).map(([lane, from, to, kind]) => (
        <rect
          key={`${lane} ${from} ${to} ${kind}`}
          // A moment at the strip's very end is drawn within it.
          x={Math.min(from, whole - thin)}
          width={Math.max(thin, to - from - thin / 3)}
          y={top + lane + 0.14}
          height={0.72}
          fill={FILLS[kind] ?? 'var(--unknown)'}
          fillOpacity={kind === 3 ? 1 : 0.8}
        />
      ))}
      {strip.marks.map(([at, lane]) => (
        <rect
          key={`mark ${at} ${lane}`}
          x={Math.min(at - thin * 0.6, whole - thin * 1.2)}
          width={thin * 1.2}
          y={top + lane - 0.12}
          height={1.24}
          fill="var(--destroyed)"
        />
      ))}
    </svg>
  )
}
