'use client'

import { CartesianGrid, ResponsiveContainer, Scatter, ScatterChart, usePlotArea, useXAxisScale, XAxis, YAxis } from 'recharts'
import { useFinger } from '@/components/providers/use-media'
import { isDrawn, type Shown } from '../figures'
import { shortened } from './labels'
import { Mark, TICK } from './mark'

/** One figure of a row: filled, hollow, or a triangle that says which way is meant. */
export interface RowMark {
  shape: 'dot' | 'ring' | 'down' | 'up'
  shown: Shown
  /** What the figure is, where a row has several: "in any phase". */
  what?: string
}

export interface Row {
  label: string
  color: string
  href: string | undefined
  marks: RowMark[]
  /** At the right: "n 120 · 40 sess." */
  size: string
  /** The same for a narrow screen. */
  sizeShort: string
  words: string
  /** A figure published elsewhere: a hollow diamond, never an estimate. */
  reported?: number
  /** A row for a published figure alone. */
  onlyReported?: boolean
}

export interface RowsAxis {
  low: number
  high: number
  ticks: number[]
  print: (value: number) => string
  log?: boolean
}

interface Props {
  rows: Row[]
  axis: RowsAxis
  narrow: boolean
  /** Least height, px: what stands beside it. */
  height?: number
  /** A vertical line: zero, or what all groups together come to. */
  reference?: { at: number; words: string }
  /** Shaded: differences that make none. */
  band?: { low: number; high: number }
  /** Room for labels at the left and figures at the right, px. */
  left?: number
  right?: number
}

const ROW = 34
const PAIR = 46
/** What is pressed is two less. */
const FINGER = 46

/** Dot and interval, one row a group, never a bar; every mark is a link to the sessions behind it. */
export function RowsChart({ rows, axis, narrow, height = 0, reference, band, left = narrow ? 112 : 172, right = narrow ? 66 : 122 }: Props) {
  const row = useFinger() ? FINGER : ROW
  const least = rows.reduce((sum, { marks }) => sum + (marks.filter(({ shown }) => isDrawn(shown)).length > 1 ? PAIR : row), 0)
  const top = reference ? 16 : 4
  const drawn = rows.some(({ marks, reported }) => reported !== undefined || marks.some(({ shown }) => isDrawn(shown)))
  const full = Math.max(least + 34 + top, drawn ? Math.min(height, rows.length * 84 + 34 + top) : 0)
  return (
    <ResponsiveContainer width="100%" height={full}>
      <ScatterChart margin={{ top, right, bottom: 4, left }} accessibilityLayer={false}>
        <CartesianGrid horizontal={false} stroke="var(--grid)" />
        <XAxis
          type="number"
          dataKey="x"
          scale={axis.log ? 'log' : 'linear'}
          domain={[axis.low, axis.high]}
          allowDataOverflow
          ticks={!drawn ? [] : narrow ? axis.ticks.filter((_, i) => i % 2 === 0) : axis.ticks}
          tickFormatter={axis.print}
          tick={TICK}
          stroke="var(--grid)"
          tickLine={false}
        />
        <YAxis type="number" dataKey="y" domain={[0, rows.length]} hide />
        <Scatter data={[{ x: axis.low, y: 0 }]} shape={() => <g />} isAnimationActive={false} />
        <Rows rows={rows} axis={axis} left={left} right={right} narrow={narrow} reference={reference} band={band} />
      </ScatterChart>
    </ResponsiveContainer>
  )
}

type RowsProps = Required<Pick<Props, 'rows' | 'axis' | 'left' | 'right' | 'narrow'>> & Pick<Props, 'reference' | 'band'>

function Rows({ rows, axis, left, right, narrow, reference, band }: RowsProps) {
  const scale = useXAxisScale()
  const plot = usePlotArea()
  if (!scale || !plot) return null
  const at = (value: number) => Number(scale(Math.min(axis.high, Math.max(axis.low, value))) ?? 0)
  const each = plot.height / Math.max(1, rows.length)
  return (
    <g fontSize={12}>
      {band && <rect x={at(band.low)} width={at(band.high) - at(band.low)} y={plot.y} height={plot.height} fill="var(--text-quiet)" fillOpacity={0.1} />}
      {reference && (
        <g>
          <line x1={at(reference.at)} x2={at(reference.at)} y1={plot.y} y2={plot.y + plot.height} stroke="var(--text-quiet)" strokeDasharray="3 3" />
          <text x={at(reference.at)} y={plot.y - 5} textAnchor="middle" fontSize={10.5} fill="var(--text-quiet)">
            {reference.words}
          </text>
        </g>
      )}
      {rows.map((row, i) => (
        <OneRow key={row.label} row={row} y={plot.y + each * (i + 0.5)} half={each / 2} at={at} plot={plot} left={left} right={right} narrow={narrow} />
      ))}
    </g>
  )
}

interface OneRowProps {
  row: Row
  y: number
  half: number
  at: (value: number) => number
  plot: { x: number; y: number; width: number; height: number }
  left: number
  right: number
  narrow: boolean
}

function OneRow({ row, y, half, at, plot, left, right, narrow }: OneRowProps) {
  const { label, color, href, marks, words, reported, onlyReported } = row
  const size = narrow ? row.sizeShort : row.size
  const drawn = marks.filter(({ shown }) => isDrawn(shown))
  const end = plot.x + plot.width
  const gap = Math.min(20, Math.max(13, half * 0.5))
  // figures that cannot be drawn say so in their place, and once is enough: counts before nothing at all
  const said =
    drawn.length > 0
      ? marks.filter(({ shown, shape }) => shape !== 'ring' || isDrawn(shown))
      : [marks.find(({ shown }) => shown.display === 'counts') ?? marks[0]].filter((mark) => mark !== undefined)
  const first = y - ((said.length - 1) * gap) / 2
  const diamond = drawn.length > 0 ? first - 10 : y
  return (
    <Mark href={href} words={words}>
      <rect
        className="chart-row"
        x={plot.x - left + 4}
        y={y - half + 1}
        width={plot.width + left + right - 8}
        height={half * 2 - 2}
        rx={4}
        fill="transparent"
      />
      <text x={plot.x - left + 12} y={y} dominantBaseline="central" fill={onlyReported ? 'var(--text-quiet)' : 'var(--text)'}>
        {shortened(label, narrow ? 15 : Math.floor((left - 20) / 6.6))}
      </text>
      {said.map((mark, i) => (
        <OneMark
          key={mark.what ?? mark.shape}
          mark={mark}
          color={color}
          y={first + i * gap}
          at={at}
          start={plot.x}
          end={end}
          most={end + right - size.length * 6.2 - 16}
        />
      ))}
      {reported !== undefined && <path d={`M${at(reported)} ${diamond - 5} l5 5 l-5 5 l-5 -5 z`} fill="none" stroke="var(--series-3)" strokeWidth={1.4} />}
      <text x={end + right - 8} y={y} textAnchor="end" dominantBaseline="central" fill="var(--text-quiet)" fontSize={11}>
        {size}
      </text>
    </Mark>
  )
}

interface OneMarkProps {
  mark: RowMark
  color: string
  y: number
  at: (value: number) => number
  start: number
  end: number
  /** How far right a figure may reach. */
  most: number
}

function OneMark({ mark: { shape, shown, what }, color, y, at, start, most }: OneMarkProps) {
  const quiet = shape === 'ring'
  if (!isDrawn(shown))
    return (
      <text x={start + 6} y={y} dominantBaseline="central" fill="var(--text-quiet)" fontSize={11.5}>
        {what && shown.display === 'counts' ? shown.words.replace(':', ` ${what}:`) : shown.words}
      </text>
    )
  const ink = shown.display === 'grey' ? 'var(--unknown)' : color
  const x = at(shown.value)
  const text = what && quiet ? `${shown.words} ${what}` : shown.words
  const wide = text.length * 6.3
  const fits = at(shown.high) + 8 + wide <= most
  // neither beside nor before it: under the line, at its beginning
  const under = !fits && at(shown.low) - 8 - wide < start
  return (
    <g>
      <line
        x1={at(shown.low)}
        x2={at(shown.high)}
        y1={y}
        y2={y}
        stroke={ink}
        strokeWidth={quiet ? 1.4 : 2.5}
        strokeLinecap="round"
        strokeOpacity={quiet ? 0.8 : 1}
      />
      {shape === 'dot' && <circle cx={x} cy={y} r={5.5} fill={ink} stroke="var(--bg)" strokeWidth={1.5} />}
      {shape === 'ring' && <circle cx={x} cy={y} r={3.6} fill="var(--bg)" stroke={ink} strokeWidth={1.6} />}
      {(shape === 'down' || shape === 'up') && (
        <path
          d={shape === 'down' ? `M${x - 6} ${y - 4.5} h12 l-6 10 z` : `M${x - 6} ${y + 4.5} h12 l-6 -10 z`}
          fill={shape === 'down' ? ink : 'var(--bg)'}
          stroke={ink}
          strokeWidth={1.4}
        />
      )}
      <text
        x={under ? start + 6 : fits ? at(shown.high) + 8 : at(shown.low) - 8}
        y={under ? y + 11 : y}
        textAnchor={fits || under ? 'start' : 'end'}
        dominantBaseline="central"
        fill={quiet ? 'var(--text-quiet)' : 'var(--text)'}
        fontSize={quiet ? 11 : 11.5}
      >
        {text}
      </text>
    </g>
  )
}

/** 0 to as much as is needed, as per cent. */
export function shareAxis(rows: readonly Row[]): RowsAxis {
  const most = Math.max(0.1, ...rows.flatMap(({ marks, reported = 0 }) => [reported, ...marks.map(({ shown }) => (isDrawn(shown) ? shown.high : 0))]))
  const high = most > 0.6 ? 1 : most > 0.3 ? 0.6 : most > 0.1 ? 0.3 : 0.1
  return { low: 0, high, ticks: [0, 1, 2, 3, 4, 5].map((i) => (i * high) / 5), print: (value) => `${Math.round(value * 100)}%` }
}

/** Either side of zero, in points. */
export function pointsAxis(rows: readonly Row[], least = 0.1): RowsAxis {
  const most = Math.max(
    least,
    ...rows.flatMap(({ marks }) => marks.flatMap(({ shown }) => (isDrawn(shown) ? [Math.abs(shown.low), Math.abs(shown.high)] : []))),
  )
  const step = most > 0.6 ? 0.25 : most > 0.3 ? 0.2 : most > 0.15 ? 0.1 : 0.05
  const high = Math.min(1, Math.ceil(most / step - 1e-9) * step)
  const count = Math.round(high / step)
  const ticks = Array.from({ length: 2 * count + 1 }, (_, i) => (i - count) * step)
  return { low: -high, high, ticks, print: (value) => (Math.abs(value) < 1e-9 ? '0' : `${value < 0 ? '−' : '+'}${Math.round(Math.abs(value) * 100)}`) }
}
