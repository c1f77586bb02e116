import type { Strip } from '@/lib/live/protocol'

const FILLS = ['var(--master)', 'var(--agent)', 'var(--tool)', 'var(--destroyed)'] as const

/** The last two minutes of a session's lanes. The figures beside it say the same in words. */
export function LaneStrip({ strip, className = '' }: { strip: Strip | undefined; className?: string }) {
  if (!strip || strip.to <= strip.from || strip.lanes < 1) return <div aria-hidden className={`rounded bg-surface-2 ${className}`} />
  const width = strip.to - strip.from
  const thin = width / 160
  const lanes = Math.max(strip.lanes, 3)
  const top = (lanes - strip.lanes) / 2
  return (
    <svg aria-hidden viewBox={`0 0 ${width} ${lanes}`} preserveAspectRatio="none" className={`rounded bg-surface-2 ${className}`}>
      {strip.bars.map(([lane, from, to, kind]) => (
        <rect
          key={`${lane} ${from} ${kind}`}
          x={from}
          width={Math.max(thin, to - from)}
          y={top + lane + (kind === 3 ? 0.08 : 0.18)}
          height={kind === 3 ? 0.84 : 0.64}
          fill={FILLS[kind] ?? 'var(--unknown)'}
          fillOpacity={kind === 3 ? 1 : 0.75}
        />
      ))}
      {strip.marks.map(([at, lane]) => (
        <rect key={`mark ${at} ${lane}`} x={at - thin / 2} width={thin * 1.4} y={0} height={lanes} fill="var(--destroyed)" />
      ))}
    </svg>
  )
}
