'use client'

import { CartesianGrid, Line, LineChart, ResponsiveContainer, usePlotArea, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts'
import { formatPercent } from '@/components/text/count'
import { isDrawn, rangeOf, type Shown } from '../figures'
import { shortened, spread } from './labels'
import { Mark, TICK } from './mark'

export interface Slope {
  label: string
  color: string
  href: string | undefined
  before: Shown
  after: Shown
  /** "n 71", "n 60 and 58". */
  size: string
  words: string
}

/** The same share at two places: as the sub-agent left it and as the master did, under one prompt and under another. */
export function SlopeChart({
  slopes,
  ends,
  narrow,
  nothing,
  height = 250,
}: {
  slopes: Slope[]
  ends: [string, string]
  narrow: boolean
  nothing: string
  height?: number
}) {
  const drawn = slopes.filter(({ before, after }) => isDrawn(before) && isDrawn(after))
  if (drawn.length === 0) return <p className="mx-auto max-w-96 py-16 text-center text-sm text-balance text-quiet">{nothing}</p>
  const highest = Math.max(...drawn.flatMap(({ before, after }) => [before.high, after.high]))
  const end = Math.min(1, Math.ceil(highest * 10) / 10)
  const rows = [0, 1].map((x) => ({ x, ...Object.fromEntries(drawn.map((slope, i) => [`s${i}`, x === 0 ? slope.before.value : slope.after.value])) }))
  const right = narrow ? 132 : 226
  return (
    <ResponsiveContainer width="100%" height={height}>
      <LineChart data={rows} margin={{ top: 8, right, bottom: 4, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis
          type="number"
          dataKey="x"
          domain={[-0.14, 1.06]}
          ticks={[0, 1]}
          tickFormatter={(x: number) => shortened(ends[x === 0 ? 0 : 1], narrow ? 12 : 24)}
          tick={TICK}
          stroke="var(--grid)"
          tickLine={false}
        />
        <YAxis
          domain={[0, end]}
          width={44}
          tickFormatter={(value: number) => `${Math.round(value * 100)}%`}
          tick={TICK}
          stroke="transparent"
          tickLine={false}
        />
        {drawn.map((slope, i) => (
          <Line key={slope.label} type="linear" dataKey={`s${i}`} stroke={inkOf(slope)} strokeWidth={1.8} dot={false} isAnimationActive={false} />
        ))}
        <Ends slopes={drawn} narrow={narrow} />
      </LineChart>
    </ResponsiveContainer>
  )
}

export function slopeWords({ label, before, after }: Pick<Slope, 'label' | 'before' | 'after'>, what: [string, string], size: string): string {
  return `${label}: ${formatPercent(before.value)} (${rangeOf(before)}) ${what[0]}, ${formatPercent(after.value)} (${rangeOf(after)}) ${what[1]}; ${size}`
}

function inkOf({ before, after, color }: Slope): string {
  return before.display === 'grey' || after.display === 'grey' ? 'var(--unknown)' : color
}

function Ends({ slopes, narrow }: { slopes: Slope[]; narrow: boolean }) {
  const x = useXAxisScale()
  const y = useYAxisScale()
  const plot = usePlotArea()
  if (!x || !y || !plot) return null
  const at = (value: number) => Number(y(value) ?? 0)
  const places = spread(
    slopes.map(({ after }) => at(after.value)),
    14,
    plot.y + 6,
    plot.y + plot.height - 4,
  )
  return (
    <g>
      {slopes.map((slope, i) => {
        const { label, before, after, size, words } = slope
        // side by side, or the intervals would cover one another
        const shift = (i - (slopes.length - 1) / 2) * 5
        const ink = inkOf(slope)
        return (
          <Mark key={label} href={slope.href} words={words}>
            {[before, after].map((shown, side) => {
              const middle = Number(x(side)) + shift
              return (
                <g key={side === 0 ? 'before' : 'after'}>
                  <line x1={middle} x2={middle} y1={at(shown.low)} y2={at(shown.high)} stroke={ink} strokeWidth={1.4} strokeOpacity={0.55} />
                  <circle cx={middle} cy={at(shown.value)} r={4.5} fill={ink} stroke="var(--bg)" strokeWidth={1.2} />
                </g>
              )
            })}
            <rect className="chart-row" x={plot.x + plot.width + 2} y={(places[i] ?? 0) - 7} width={narrow ? 126 : 220} height={14} rx={3} fill="transparent" />
            <text x={plot.x + plot.width + 6} y={places[i]} dominantBaseline="central" fontSize={11} fill={ink}>
              {shortened(label, narrow ? 10 : 18)} {Math.round(before.value * 100)}→{Math.round(after.value * 100)}%{narrow ? '' : ` ${size}`}
            </text>
          </Mark>
        )
      })}
    </g>
  )
}
