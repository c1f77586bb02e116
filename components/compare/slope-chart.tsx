'use client'

import { CartesianGrid, Line, LineChart, ResponsiveContainer, usePlotArea, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts'
import { formatPercent } from '@/components/text/count'
import { Mark } from './curve-chart'
import { rangeOf, type Shown } from './figures'
import { spread } from './labels'

export interface Slope {
  label: string
  color: string
  href: string | undefined
  before: Shown
  after: Shown
  pairs: number
}

/** Share failing its checks, as the sub-agent left it and as the master left it: the same tasks. */
export function SlopeChart({ slopes, narrow }: { slopes: Slope[]; narrow: boolean }) {
  const drawn = slopes.filter(({ before, after }) => isDrawn(before) && isDrawn(after))
  if (drawn.length === 0)
    return (
      <p className="py-16 text-center text-sm text-quiet">
        No group has ten rewrites in five sessions whose checks ran before and after. The words below say what there is.
      </p>
    )
  const most = Math.max(...drawn.flatMap(({ before, after }) => [before.high, after.high]))
  const end = Math.min(1, Math.ceil(most * 10) / 10)
  const rows = [0, 1].map((x) => ({ x, ...Object.fromEntries(drawn.map((slope, i) => [`s${i}`, x === 0 ? slope.before.value : slope.after.value])) }))
  const right = narrow ? 120 : 210
  return (
    <ResponsiveContainer width="100%" height={250}>
      <LineChart data={rows} margin={{ top: 8, right, bottom: 4, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis
          type="number"
          dataKey="x"
          domain={[-0.12, 1.05]}
          ticks={[0, 1]}
          tickFormatter={(x: number) => (x === 0 ? 'original' : 'rewrite')}
          tick={{ fontSize: 11, fill: 'var(--text-quiet)' }}
          stroke="var(--grid)"
          tickLine={false}
        />
        <YAxis
          domain={[0, end]}
          width={44}
          tickFormatter={(value: number) => `${Math.round(value * 100)}%`}
          tick={{ fontSize: 11, fill: 'var(--text-quiet)' }}
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

function isDrawn({ display }: Shown): boolean {
  return display === 'full' || display === 'grey'
}

function inkOf({ after, color }: Slope): string {
  return after.display === 'grey' ? 'var(--unknown)' : color
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
  const longest = narrow ? 9 : 20
  return (
    <g>
      {slopes.map((slope, i) => {
        const { label, before, after, pairs } = slope
        // side by side, or the intervals would cover one another
        const shift = (i - (slopes.length - 1) / 2) * 4
        const ink = inkOf(slope)
        return (
          <Mark
            key={label}
            href={slope.href}
            words={`${label}: ${formatPercent(before.value)} (${rangeOf(before)}) failed before, ${formatPercent(after.value)} (${rangeOf(after)}) after; ${pairs} rewritten tasks`}
          >
            {[before, after].map((shown, side) => {
              const left = Number(x(side)) + shift
              return (
                <g key={side === 0 ? 'before' : 'after'}>
                  <line x1={left} x2={left} y1={at(shown.low)} y2={at(shown.high)} stroke={ink} strokeWidth={1.4} strokeOpacity={0.55} />
                  <circle cx={left} cy={at(shown.value)} r={4.5} fill={ink} stroke="var(--bg)" strokeWidth={1.2} />
                </g>
              )
            })}
            <text x={plot.x + plot.width + 6} y={places[i]} dominantBaseline="central" fontSize={11} fill={ink}>
              {label.length > longest ? `${label.slice(0, longest - 1)}…` : label} {Math.round(before.value * 100)}→{Math.round(after.value * 100)}%
              {narrow ? '' : ` n ${pairs}`}
            </text>
          </Mark>
        )
      })}
    </g>
  )
}
