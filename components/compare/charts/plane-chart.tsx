'use client'

import { CartesianGrid, ResponsiveContainer, Scatter, ScatterChart, usePlotArea, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts'
import { normalBelow, normalQuantile } from '@/lib/core/stats/distributions'
import { shortened, spread } from './labels'
import { Mark, TICK } from './mark'

export interface PlanePoint {
  label: string
  color: string
  href: string | undefined
  /** Steps in on good work, and on bad: shares with their limits. */
  falseAlarm: { value: number; low: number; high: number }
  hit: { value: number; low: number; high: number }
  words: string
}

const PRINT = (value: number) => `${Math.round(value * 100)}%`
const QUARTERS = [0, 0.25, 0.5, 0.75, 1]

/** Meddling against blindness: how often a master steps in on good work (across) and on bad (up). */
export function PlaneChart({ points, narrow, height = 300 }: { points: PlanePoint[]; narrow: boolean; height?: number }) {
  if (points.length === 0)
    return (
      <p className="mx-auto max-w-96 py-16 text-center text-sm text-balance text-quiet">
        No group has both good and bad work, ten tasks in five sessions, checked before a master touched it.
      </p>
    )
  return (
    <ResponsiveContainer width="100%" height={height}>
      <ScatterChart margin={{ top: 8, right: narrow ? 96 : 150, bottom: 18, left: 4 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--grid)" />
        <XAxis
          type="number"
          dataKey="x"
          domain={[0, 1]}
          ticks={QUARTERS}
          tickFormatter={PRINT}
          tick={TICK}
          stroke="var(--grid)"
          tickLine={false}
          label={{ value: 'steps in on good work', position: 'insideBottom', offset: -12, fontSize: 11, fill: 'var(--text-quiet)' }}
        />
        <YAxis
          type="number"
          dataKey="y"
          domain={[0, 1]}
          ticks={QUARTERS}
          tickFormatter={PRINT}
          tick={TICK}
          stroke="transparent"
          tickLine={false}
          width={58}
          label={{
            value: 'steps in on bad work',
            angle: -90,
            position: 'insideLeft',
            offset: 8,
            style: { textAnchor: 'middle' },
            fontSize: 11,
            fill: 'var(--text-quiet)',
          }}
        />
        <Scatter data={[{ x: 0, y: 0 }]} shape={() => <g />} isAnimationActive={false} />
        <Points points={points} narrow={narrow} />
      </ScatterChart>
    </ResponsiveContainer>
  )
}

function Points({ points, narrow }: { points: PlanePoint[]; narrow: boolean }) {
  const x = useXAxisScale()
  const y = useYAxisScale()
  const plot = usePlotArea()
  if (!x || !y || !plot) return null
  const across = (value: number) => Number(x(value) ?? 0)
  const up = (value: number) => Number(y(value) ?? 0)
  const places = spread(
    points.map(({ hit }) => up(hit.value)),
    14,
    plot.y + 6,
    plot.y + plot.height - 4,
  )
  return (
    <g fontSize={11}>
      <path d={`M${across(0)} ${up(0)} L${across(1)} ${up(1)}`} stroke="var(--text-quiet)" strokeOpacity={0.7} />
      {[1, 2].map((sensitivity) => (
        <path key={sensitivity} d={curveOf(sensitivity, across, up)} fill="none" stroke="var(--text-quiet)" strokeOpacity={0.6} strokeDasharray="3 4" />
      ))}
      <text x={across(0.62)} y={up(0.56)} fontSize={10} fill="var(--text-quiet)">
        guessing
      </text>
      {[1, 2].map((sensitivity) => {
        const at = sensitivity === 1 ? 0.42 : 0.2
        return (
          <text key={sensitivity} x={across(at) + 4} y={up(normalBelow(normalQuantile(at) + sensitivity)) + 12} fontSize={10} fill="var(--text-quiet)">
            d′ {sensitivity}
          </text>
        )
      })}
      <text x={across(0.015)} y={up(0.965)} fontSize={10} fill="var(--text-quiet)">
        knows when
      </text>
      <text x={across(0.985)} y={up(0.03)} textAnchor="end" fontSize={10} fill="var(--text-quiet)">
        touches the good only
      </text>
      {points.map(({ label, color, href, falseAlarm, hit, words }, i) => (
        <Mark key={label} href={href} words={words}>
          <line
            x1={across(falseAlarm.low)}
            x2={across(falseAlarm.high)}
            y1={up(hit.value)}
            y2={up(hit.value)}
            stroke={color}
            strokeWidth={1.4}
            strokeOpacity={0.65}
          />
          <line
            x1={across(falseAlarm.value)}
            x2={across(falseAlarm.value)}
            y1={up(hit.low)}
            y2={up(hit.high)}
            stroke={color}
            strokeWidth={1.4}
            strokeOpacity={0.65}
          />
          <circle cx={across(falseAlarm.value)} cy={up(hit.value)} r={5.5} fill={color} stroke="var(--bg)" strokeWidth={1.5} />
          <path
            d={`M${across(Math.min(1, falseAlarm.high))} ${up(hit.value)} L${plot.x + plot.width + 6} ${places[i]}`}
            stroke={color}
            strokeWidth={0.7}
            strokeOpacity={0.4}
            fill="none"
          />
          <rect className="chart-row" x={plot.x + plot.width + 4} y={(places[i] ?? 0) - 7} width={narrow ? 90 : 142} height={14} rx={3} fill="transparent" />
          <text x={plot.x + plot.width + 9} y={places[i]} dominantBaseline="central" fill={color}>
            {shortened(label, narrow ? 13 : 21)}
          </text>
        </Mark>
      ))}
    </g>
  )
}

/** All pairs of shares that tell bad from good equally well. */
function curveOf(sensitivity: number, across: (value: number) => number, up: (value: number) => number): string {
  const steps = Array.from({ length: 49 }, (_, i) => 0.005 + (i / 48) * 0.99)
  return `M${steps.map((p) => `${across(p).toFixed(1)} ${up(normalBelow(normalQuantile(p) + sensitivity)).toFixed(1)}`).join('L')}`
}
