'use client'

import { Area, CartesianGrid, ComposedChart, Line, ResponsiveContainer, usePlotArea, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts'
import { formatCount, formatPercent } from '@/components/text/count'
import { drawnFunnelLimits } from '@/lib/core/stats/funnel'
import { shortened, spread, ticksUpTo } from './labels'
import { Mark, TICK } from './mark'

export interface FunnelPoint {
  label: string
  color: string
  href: string | undefined
  /** Independent tasks that its n amounts to. */
  n: number
  rate: number
  words: string
}

const GRID = 40
/** A name beside a point only where there are few. */
const MOST_NAMED = 14

/** Every group against what chance alone allows groups of its size: no league table. */
export function FunnelChart({ points, pooled, narrow, height = 260 }: { points: FunnelPoint[]; pooled: number; narrow: boolean; height?: number }) {
  const most = Math.max(20, ...points.map(({ n }) => n)) * 1.12
  const sizes = Array.from({ length: GRID }, (_, i) => Math.max(2, Math.round((most * (i + 1) ** 1.6) / GRID ** 1.6))).filter((n, i, all) => n !== all[i - 1])
  const rows = sizes.map((n) => {
    const [inner, outer] = [drawnFunnelLimits(pooled, n, 0.95), drawnFunnelLimits(pooled, n, 0.998)]
    return { x: n, inner: [inner.low, inner.high], outer: [outer.low, outer.high], pooled }
  })
  return (
    <ResponsiveContainer width="100%" height={height}>
      <ComposedChart data={rows} margin={{ top: 8, right: narrow ? 20 : 60, bottom: 18, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis
          type="number"
          dataKey="x"
          domain={[0, most]}
          ticks={ticksUpTo(most, narrow ? 3 : 6)}
          tickFormatter={(n: number) => formatCount(n)}
          tick={TICK}
          stroke="var(--grid)"
          tickLine={false}
          label={{ value: 'tasks that its n amounts to', position: 'insideBottom', offset: -12, fontSize: 11, fill: 'var(--text-quiet)' }}
        />
        <YAxis
          domain={[0, 1]}
          ticks={[0, 0.25, 0.5, 0.75, 1]}
          width={44}
          tickFormatter={(value: number) => `${Math.round(value * 100)}%`}
          tick={TICK}
          stroke="transparent"
          tickLine={false}
        />
        <Area
          type="monotone"
          dataKey="outer"
          stroke="var(--text-quiet)"
          strokeOpacity={0.5}
          strokeDasharray="2 4"
          fill="var(--text-quiet)"
          fillOpacity={0.05}
          isAnimationActive={false}
        />
        <Area
          type="monotone"
          dataKey="inner"
          stroke="var(--text-quiet)"
          strokeOpacity={0.5}
          fill="var(--text-quiet)"
          fillOpacity={0.07}
          isAnimationActive={false}
        />
        <Line type="linear" dataKey="pooled" stroke="var(--text-quiet)" strokeDasharray="4 3" dot={false} isAnimationActive={false} />
        <Points points={points} pooled={pooled} narrow={narrow} />
      </ComposedChart>
    </ResponsiveContainer>
  )
}

/** Least distance of two names. */
const NAME = 12

function Points({ points, pooled, narrow }: { points: FunnelPoint[]; pooled: number; narrow: boolean }) {
  const x = useXAxisScale()
  const y = useYAxisScale()
  const plot = usePlotArea()
  if (!x || !y || !plot) return null
  const toLeftOf = (left: number) => left > plot.x + plot.width * 0.6
  // names on one side keep clear of each other
  const heights = new Map<string, number>()
  for (const side of [true, false]) {
    const own = points.filter(({ n }) => toLeftOf(Number(x(n))) === side)
    const wanted = own.map(({ rate }) => Number(y(rate)))
    spread(wanted, NAME, plot.y + 4, plot.y + plot.height - 4).forEach((height, i) => heights.set(own[i]?.label ?? '', height))
  }
  return (
    <g fontSize={11}>
      <text x={plot.x + plot.width + 4} y={Number(y(pooled))} dominantBaseline="central" fontSize={10.5} fill="var(--text-quiet)">
        {narrow ? '' : `all ${formatPercent(pooled)}`}
      </text>
      {points.map(({ label, color, href, n, rate, words }) => {
        const [left, top] = [Number(x(n)), Number(y(rate))]
        const toLeft = toLeftOf(left)
        return (
          <Mark key={label} href={href} words={words}>
            <circle cx={left} cy={top} r={5.5} fill={color} stroke="var(--bg)" strokeWidth={1.5} />
            {points.length <= MOST_NAMED && (
              <text
                x={left + (toLeft ? -9 : 9)}
                y={heights.get(label) ?? top}
                textAnchor={toLeft ? 'end' : 'start'}
                dominantBaseline="central"
                fill="var(--text)"
              >
                {shortened(label, narrow ? 12 : 24)}
              </text>
            )}
          </Mark>
        )
      })}
    </g>
  )
}

/** Whether a group lies outside of what chance allows at its size, in words. */
export function funnelPlace(rate: number, n: number, pooled: number): 'as chance allows' | 'outside 95 %' | 'outside 99.8 %' {
  const outside = (level: number) => {
    const { low, high } = drawnFunnelLimits(pooled, Math.max(1, Math.round(n)), level)
    return rate < low || rate > high
  }
  return outside(0.998) ? 'outside 99.8 %' : outside(0.95) ? 'outside 95 %' : 'as chance allows'
}
