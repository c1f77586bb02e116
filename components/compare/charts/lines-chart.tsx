'use client'

import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  usePlotArea,
  useXAxisScale,
  useYAxisScale,
  XAxis,
  YAxis,
} from 'recharts'
import { formatPercent } from '@/components/text/count'
import { shortened, spread } from './labels'
import { Mark, TICK } from './mark'

export interface Series {
  label: string
  color: string
  href: string | undefined
  dash: string | undefined
  points: { x: number; value: number; low: number | undefined; high: number | undefined }[]
  /** Small strokes on the line: tasks whose end is not known. */
  ticks: number[]
  /** Where the line ends. */
  until: number
  words: string
  /** Counts under the axis, one column a place. */
  below?: { x: number; text: string }[]
}

export const DASHES = [undefined, '6 3', '2 3', '8 3 2 3', '4 2', '1 2', '10 3', '3 2']

interface Props {
  series: Series[]
  axis: { low: number; high: number; ticks: number[]; print: (x: number) => string; says: string }
  narrow: boolean
  /** Steps hold their value until the next point. */
  steps: boolean
  height?: number
  /** Of the vertical axis; 1 if left out. */
  most?: number
  /** Of the vertical axis where it is no share; `fine`: as under the pointer. */
  values?: { ticks: number[]; print: (value: number) => string; fine: (value: number) => string }
  shade?: { from: number; to: number }
  /** The choice that the rest of the page makes. */
  chosen?: { at: number; words: string }
  /** What the counts under the axis are. */
  below?: string
}

const LINE = 15

/** Lines with bands, named at their ends; values at any place under the pointer. */
export function LinesChart({ series, axis, narrow, steps, height = 250, most = 1, values, shade, chosen, below }: Props) {
  const type = steps ? 'stepAfter' : 'linear'
  const xs = [...new Set(series.flatMap(({ points, until }) => [...points.map(({ x }) => x), until]))].filter((x) => x >= axis.low).sort((a, b) => a - b)
  const rows = xs.map((x) => {
    const row: Record<string, number | [number, number] | undefined> = { x }
    series.forEach(({ points, until }, i) => {
      if (x > until) return
      const point = steps ? points.findLast((one) => one.x <= x) : points.find((one) => one.x === x)
      if (!point) return
      row[`s${i}`] = point.value
      if (point.low !== undefined && point.high !== undefined) row[`b${i}`] = [point.low, point.high]
    })
    return row
  })
  const right = narrow ? 92 : 140
  const quarter = most > 0.6 ? 0.25 : most > 0.25 ? 0.1 : 0.05
  const yTicks = values?.ticks ?? Array.from({ length: Math.round(most / quarter) + 1 }, (_, i) => i * quarter)
  const under = below === undefined ? 0 : (series.length + 1) * LINE + 4
  return (
    <ResponsiveContainer width="100%" height={height + under}>
      <ComposedChart data={rows} margin={{ top: chosen ? 18 : 8, right, bottom: 4 + under, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        {shade && <ReferenceArea x1={shade.from} x2={shade.to} fill="var(--text-quiet)" fillOpacity={0.1} ifOverflow="hidden" />}
        <XAxis
          type="number"
          dataKey="x"
          domain={[axis.low, axis.high]}
          ticks={axis.ticks}
          tickFormatter={axis.print}
          tick={TICK}
          stroke="var(--grid)"
          tickLine={false}
        />
        <YAxis
          domain={[0, most]}
          ticks={yTicks}
          width={44}
          tickFormatter={values?.print ?? ((value: number) => `${Math.round(value * 100)}%`)}
          allowDataOverflow
          tick={TICK}
          stroke="transparent"
          tickLine={false}
        />
        {chosen && (
          <ReferenceLine
            x={chosen.at}
            stroke="var(--text-quiet)"
            strokeDasharray="3 3"
            label={{ value: chosen.words, position: 'top', fontSize: 10.5, fill: 'var(--text-quiet)' }}
          />
        )}
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--text-quiet)', strokeOpacity: 0.5 }}
          content={({ active, label }) =>
            active && typeof label === 'number' ? (
              <Values series={series} x={label} steps={steps} says={`${axis.print(label)} ${axis.says}`} print={values?.fine} />
            ) : null
          }
        />
        {series.map((one, i) => (
          <Area
            key={`b${one.label}`}
            type={type}
            dataKey={`b${i}`}
            stroke="none"
            fill={one.color}
            fillOpacity={0.11}
            isAnimationActive={false}
            activeDot={false}
          />
        ))}
        {series.map((one, i) => (
          <Line
            key={`s${one.label}`}
            type={type}
            dataKey={`s${i}`}
            stroke={one.color}
            strokeWidth={1.8}
            strokeDasharray={one.dash}
            dot={false}
            activeDot={{ r: 3, fill: one.color, strokeWidth: 0 }}
            isAnimationActive={false}
          />
        ))}
        <Ends series={series} right={right} narrow={narrow} />
        {below !== undefined && <Below series={series} says={below} narrow={narrow} />}
      </ComposedChart>
    </ResponsiveContainer>
  )
}

function pointAt({ points, until }: Series, x: number, steps: boolean) {
  if (x > until) return undefined
  return steps ? points.findLast((one) => one.x <= x) : points.find((one) => one.x === x)
}

function Values({
  series,
  x,
  steps,
  says,
  print,
}: {
  series: Series[]
  x: number
  steps: boolean
  says: string
  print: ((value: number) => string) | undefined
}) {
  const lines = series
    .flatMap((one) => {
      const point = pointAt(one, x, steps)
      return point ? [{ one, point }] : []
    })
    .sort((a, b) => b.point.value - a.point.value)
  return (
    <div className="rounded-md border bg-surface-2 px-2.5 py-1.5 text-2xs shadow-[var(--shadow)]">
      <p className="text-quiet">{says}</p>
      {lines.map(({ one, point }) => (
        <p key={one.label} className="flex items-center gap-1.5">
          <span aria-hidden className="h-0.5 w-2.5" style={{ background: one.color }} />
          <span className="max-w-40 truncate">{one.label}</span>
          <span className="ml-auto pl-3 font-mono">
            {print ? print(point.value) : formatPercent(point.value)}
            {point.low !== undefined && point.high !== undefined && (
              <span className="text-quiet">
                {' '}
                {print ? print(point.low) : Math.round(point.low * 100)}–{print ? print(point.high) : Math.round(point.high * 100)}
              </span>
            )}
          </span>
        </p>
      ))}
    </div>
  )
}

/** Counts in line with the axis: what a curve is worth at each place. */
function Below({ series, says, narrow }: { series: Series[]; says: string; narrow: boolean }) {
  const x = useXAxisScale()
  const plot = usePlotArea()
  if (!x || !plot) return null
  const top = plot.y + plot.height + 30
  return (
    <g fontSize={10.5}>
      <text x={plot.x} y={top + 10} fill="var(--text-quiet)">
        {says}
      </text>
      {series.map(({ label, color, below = [] }, i) => {
        const y = top + 10 + (i + 1) * LINE
        return (
          <g key={label}>
            {below.map((cell) => {
              // while the axis is being laid out it does not know all places
              const at = x(cell.x)
              return (
                at !== undefined && (
                  <text key={cell.x} x={at} y={y} textAnchor="middle" fill="var(--text-quiet)">
                    {cell.text}
                  </text>
                )
              )
            })}
            <text x={plot.x + plot.width + 9} y={y} fill={color}>
              {shortened(label, narrow ? 12 : 19)}
            </text>
          </g>
        )
      })}
    </g>
  )
}

function Ends({ series, right, narrow }: { series: Series[]; right: number; narrow: boolean }) {
  const x = useXAxisScale()
  const y = useYAxisScale()
  const plot = usePlotArea()
  if (!x || !y || !plot) return null
  const valueAt = (one: Series, at: number) => one.points.findLast((point) => point.x <= at)?.value ?? 0
  const ends = series.map((one) => Number(y(valueAt(one, one.until)) ?? 0))
  const places = spread(ends, 14, plot.y + 6, plot.y + plot.height - 2)
  const longest = narrow ? 12 : 19
  return (
    <g>
      {series.map((one, i) => (
        <g key={one.label}>
          {one.ticks.map((t) => {
            const top = Number(y(valueAt(one, t)) ?? 0)
            return <line key={t} x1={Number(x(t))} x2={Number(x(t))} y1={top - 3.5} y2={top + 3.5} stroke={one.color} strokeWidth={1} />
          })}
          <line x1={Number(x(one.until))} y1={ends[i]} x2={plot.x + plot.width + 6} y2={places[i]} stroke={one.color} strokeWidth={0.7} strokeOpacity={0.6} />
          <Mark href={one.href} words={one.words}>
            <rect className="chart-row" x={plot.x + plot.width + 4} y={(places[i] ?? 0) - 7} width={right - 6} height={14} rx={3} fill="transparent" />
            <text x={plot.x + plot.width + 9} y={places[i]} dominantBaseline="central" fontSize={11} fill={one.color}>
              {shortened(one.label, longest)}
            </text>
          </Mark>
        </g>
      ))}
    </g>
  )
}
