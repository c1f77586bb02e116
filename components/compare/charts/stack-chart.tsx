'use client'

import { ResponsiveContainer, Scatter, ScatterChart, usePlotArea, useXAxisScale, XAxis, YAxis } from 'recharts'
import { useFinger } from '@/components/providers/use-media'
import { formatPercent } from '@/components/text/count'
import { shortened } from './labels'
import { Mark, TICK } from './mark'

export interface Part {
  name: string
  /** Share of the row; the parts of a row sum to 1. */
  share: number
  /** A count or a sum that goes with it. */
  says: string
}

export interface StackRow {
  label: string
  href: string | undefined
  parts: Part[]
  size: string
  sizeShort: string
  /** Limits of the first part, from the left; and of the last, from the right. */
  first?: { low: number; high: number }
  last?: { low: number; high: number }
  /** Written beside the outer parts, where they are too thin to hold a figure. */
  firstSays?: string
  lastSays?: string
  /** Instead of a strip: too few, or nothing known. */
  instead?: string
  words: string
}

export interface PartLook {
  name: string
  fill: string
  /** Text on the fill. */
  ink: string
  /** Stripes: also told apart without colour. */
  striped?: boolean
}

const ROW = 38
/** What is pressed is two less. */
const FINGER = 46
const BAR = 18

/** Everything that became of something, each row 100 %; the outermost parts carry their intervals. */
export function StackChart({ rows, looks, narrow, height = 0 }: { rows: StackRow[]; looks: PartLook[]; narrow: boolean; height?: number }) {
  const left = narrow ? 112 : 172
  const right = narrow ? 60 : 110
  const full = Math.max(rows.length * (useFinger() ? FINGER : ROW) + 34, Math.min(height, rows.length * 74 + 34))
  return (
    <>
      <ul data-key className="mb-1 flex flex-wrap gap-x-3 gap-y-0.5 pl-3 text-2xs text-quiet" aria-label="Parts, from left to right">
        {looks.map((look) => (
          <li key={look.name} className="flex items-center gap-1.5">
            <svg aria-hidden viewBox="0 0 10 10" className="size-2.5 rounded-[2px]">
              <rect width="10" height="10" fill={look.fill} />
              {look.striped && <path d="M-1 8 L8 -1 M2 11 L11 2" stroke="var(--bg)" strokeWidth={1.6} />}
            </svg>
            {look.name}
          </li>
        ))}
      </ul>
      <ResponsiveContainer width="100%" height={full}>
        <ScatterChart margin={{ top: 2, right, bottom: 4, left }} accessibilityLayer={false}>
          <XAxis
            type="number"
            dataKey="x"
            domain={[0, 1]}
            ticks={narrow ? [0, 0.5, 1] : [0, 0.2, 0.4, 0.6, 0.8, 1]}
            tickFormatter={(value: number) => `${Math.round(value * 100)}%`}
            tick={TICK}
            stroke="var(--grid)"
            tickLine={false}
          />
          <YAxis type="number" dataKey="y" domain={[0, rows.length]} hide />
          <Scatter data={[{ x: 0, y: 0 }]} shape={() => <g />} isAnimationActive={false} />
          <Rows rows={rows} looks={looks} narrow={narrow} left={left} right={right} />
        </ScatterChart>
      </ResponsiveContainer>
    </>
  )
}

function Rows({ rows, looks, narrow, left, right }: { rows: StackRow[]; looks: PartLook[]; narrow: boolean; left: number; right: number }) {
  const scale = useXAxisScale()
  const plot = usePlotArea()
  if (!scale || !plot) return null
  const at = (value: number) => Number(scale(value) ?? 0)
  const each = plot.height / Math.max(1, rows.length)
  return (
    <g fontSize={12}>
      <defs>
        <pattern id="compare-stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="6" stroke="var(--bg)" strokeWidth="3" strokeOpacity="0.75" />
        </pattern>
      </defs>
      {rows.map((row, i) => {
        const y = plot.y + each * (i + 0.5)
        let from = 0
        return (
          <Mark key={row.label} href={row.href} words={row.words}>
            <rect
              className="chart-row"
              x={plot.x - left + 4}
              y={y - each / 2 + 1}
              width={plot.width + left + right - 8}
              height={each - 2}
              rx={4}
              fill="transparent"
            />
            <text x={plot.x - left + 12} y={y} dominantBaseline="central" fill="var(--text)">
              {shortened(row.label, narrow ? 15 : 21)}
            </text>
            {row.instead !== undefined ? (
              <text x={plot.x + 6} y={y} dominantBaseline="central" fontSize={11.5} fill="var(--text-quiet)">
                {row.instead}
              </text>
            ) : (
              row.parts.map((part, p) => {
                const look = looks[p]
                const begin = from
                from += part.share
                if (!look || part.share <= 0) return null
                const width = Math.max(0.6, at(begin + part.share) - at(begin) - 1)
                const text = formatPercent(part.share)
                return (
                  <g key={part.name}>
                    <rect x={at(begin)} y={y - BAR / 2} width={width} height={BAR} fill={look.fill} />
                    {look.striped && <rect x={at(begin)} y={y - BAR / 2} width={width} height={BAR} fill="url(#compare-stripes)" />}
                    {width > text.length * 7 + 14 && !look.striped && row.firstSays === undefined && (
                      <text x={at(begin) + width / 2} y={y} textAnchor="middle" dominantBaseline="central" fontSize={10.5} fill={look.ink}>
                        {text}
                      </text>
                    )}
                  </g>
                )
              })
            )}
            {row.instead === undefined && row.firstSays && (
              <text x={at(startOfRest(row)) + 6} y={y} dominantBaseline="central" fontSize={10.5} fill="var(--text)">
                {row.firstSays}
              </text>
            )}
            {row.instead === undefined && row.lastSays && (
              <text x={at(1 - (row.parts.at(-1)?.share ?? 0)) - 6} y={y} textAnchor="end" dominantBaseline="central" fontSize={10.5} fill="var(--text)">
                {row.lastSays}
              </text>
            )}
            {row.instead === undefined && row.first && <Whisker low={at(row.first.low)} high={at(row.first.high)} y={y - BAR / 2 - 4} />}
            {row.instead === undefined && row.last && <Whisker low={at(1 - row.last.high)} high={at(1 - row.last.low)} y={y + BAR / 2 + 4} />}
            <text x={plot.x + plot.width + right - 8} y={y} textAnchor="end" dominantBaseline="central" fill="var(--text-quiet)" fontSize={11}>
              {narrow ? row.sizeShort : row.size}
            </text>
          </Mark>
        )
      })}
    </g>
  )
}

/** Where the part before the last one begins. */
function startOfRest({ parts }: StackRow): number {
  return 1 - parts.slice(-2).reduce((sum, { share }) => sum + share, 0)
}

function Whisker({ low, high, y }: { low: number; high: number; y: number }) {
  return <path d={`M${low} ${y - 2.5} v5 M${low} ${y} H${high} M${high} ${y - 2.5} v5`} stroke="var(--text)" strokeWidth={1.2} fill="none" />
}
