'use client'

import { ResponsiveContainer, Scatter, ScatterChart, usePlotArea, useXAxisScale, XAxis, YAxis, CartesianGrid } from 'recharts'
import { formatCount, formatPercent } from '@/components/text/count'
import { REPORTED_LABEL } from '@/lib/core/metrics/reported'
import type { Shown } from './figures'

export interface Dot {
  label: string
  shown: Shown
  tasks: number
  sessions: number
  color: string
  href: string | undefined
  /** Published elsewhere for the same master. */
  reported: number | undefined
  /** A row of its own for a published figure. */
  onlyReported?: boolean
}

const ROW = 34

/** Dot and interval a group, never a bar; every mark is a link to the sessions behind it. */
export function DotChart({ dots, narrow }: { dots: Dot[]; narrow: boolean }) {
  const left = narrow ? 112 : 168
  const right = narrow ? 62 : 120
  const most = Math.max(0.1, ...dots.flatMap(({ shown, reported }) => [shown.display === 'full' || shown.display === 'grey' ? shown.high : 0, reported ?? 0]))
  const end = most > 0.5 ? 1 : most > 0.25 ? 0.6 : 0.3
  const ticks = [0, 1, 2, 3, 4, 5].map((i) => (i * end) / 5).filter((_, i) => !narrow || i % 2 === 0 || end === 0.6)
  return (
    <ResponsiveContainer width="100%" height={dots.length * ROW + 34}>
      <ScatterChart margin={{ top: 4, right, bottom: 4, left }} accessibilityLayer={false}>
        <CartesianGrid horizontal={false} stroke="var(--grid)" />
        <XAxis
          type="number"
          dataKey="x"
          domain={[0, end]}
          ticks={ticks}
          tickFormatter={(value: number) => `${Math.round(value * 100)}%`}
          tick={{ fontSize: 11, fill: 'var(--text-quiet)' }}
          stroke="var(--grid)"
          tickLine={false}
        />
        <YAxis type="number" dataKey="y" domain={[0, dots.length]} hide />
        <Scatter data={[{ x: 0, y: 0 }]} shape={() => <g />} isAnimationActive={false} />
        <Rows dots={dots} left={left} right={right} narrow={narrow} />
      </ScatterChart>
    </ResponsiveContainer>
  )
}

function Rows({ dots, left, right, narrow }: { dots: Dot[]; left: number; right: number; narrow: boolean }) {
  const scale = useXAxisScale()
  const plot = usePlotArea()
  if (!scale || !plot) return null
  const at = (value: number) => Number(scale(value) ?? 0)
  const longest = narrow ? 15 : 23
  return (
    <g fontSize={12}>
      {dots.map((dot, i) => {
        const { shown, color, label, reported } = dot
        const y = plot.y + (plot.height / dots.length) * (i + 0.5)
        const drawn = shown.display === 'full' || shown.display === 'grey'
        const ink = shown.display === 'grey' ? 'var(--unknown)' : color
        const interval = drawn ? `${Math.round(shown.low * 100)} to ${Math.round(shown.high * 100)} %` : ''
        const words = dot.onlyReported
          ? `${label}: ${formatPercent(reported ?? 0)}, ${REPORTED_LABEL}`
          : `${label}: ${shown.words}${interval && `, ${interval}`}; ${formatCount(dot.tasks)} tasks in ${formatCount(dot.sessions)} sessions`
        const body = (
          <>
            <title>{words}</title>
            <rect x={plot.x - left + 4} y={y - ROW / 2 + 2} width={plot.width + left + right - 8} height={ROW - 4} fill="transparent" />
            <text x={plot.x - left + 12} y={y} dominantBaseline="central" fill={dot.onlyReported ? 'var(--text-quiet)' : 'var(--text)'}>
              {label.length > longest ? `${label.slice(0, longest - 1)}…` : label}
            </text>
            {drawn && (
              <>
                <line x1={at(shown.low)} x2={at(shown.high)} y1={y} y2={y} stroke={ink} strokeWidth={2.5} strokeLinecap="round" />
                <circle cx={at(shown.value)} cy={y} r={5.5} fill={ink} stroke="var(--bg)" strokeWidth={1.5} />
                <text x={at(shown.high) + 8} y={y} dominantBaseline="central" fill="var(--text)" fontSize={11.5}>
                  {shown.words}
                </text>
              </>
            )}
            {!drawn && !dot.onlyReported && (
              <text x={plot.x + 6} y={y} dominantBaseline="central" fill="var(--text-quiet)" fontSize={11.5}>
                {shown.words}
              </text>
            )}
            {reported !== undefined && (
              <path d={`M${at(reported)} ${y - (drawn ? 15 : 5)} l5 5 l-5 5 l-5 -5 z`} fill="none" stroke="var(--series-3)" strokeWidth={1.4} />
            )}
            <text x={plot.x + plot.width + right - 8} y={y} textAnchor="end" dominantBaseline="central" fill="var(--text-quiet)" fontSize={11}>
              {dot.onlyReported
                ? narrow
                  ? 'no n'
                  : 'reported, no n'
                : narrow
                  ? `n ${formatCount(dot.tasks)}`
                  : `n ${formatCount(dot.tasks)} · ${formatCount(dot.sessions)} s.`}
            </text>
          </>
        )
        return dot.href ? (
          <a key={label} href={dot.href} aria-label={`${words}. Show the sessions.`}>
            {body}
          </a>
        ) : (
          // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: each mark says its figure to whoever cannot see it
          <g key={label} tabIndex={0} role="img" aria-label={words}>
            {body}
          </g>
        )
      })}
    </g>
  )
}
