'use client'

import { Area, CartesianGrid, ComposedChart, Line, ResponsiveContainer, usePlotArea, useXAxisScale, XAxis, YAxis, useYAxisScale } from 'recharts'
import { formatCount, formatPercent, formatShort } from '@/components/text/count'
import type { CompareReport, GroupReport } from '@/lib/core/metrics/report'
import { seriesColor } from './figures'
import { spread } from './labels'

export type CurveKind = 'pace' | 'incidence'

interface Series {
  label: string
  color: string
  href: string | undefined
  dash: string | undefined
  points: { t: number; value: number; low: number | undefined; high: number | undefined }[]
  ticks: number[]
  until: number
  words: string
}

/** `pace`: share not interrupted if work went on. `incidence`: share cut short, other ends taken for what they are. */
export function CurveChart({
  groups,
  kind,
  hrefOf,
  narrow,
}: {
  groups: GroupReport[]
  kind: CurveKind
  hrefOf: (group: GroupReport) => string | undefined
  narrow: boolean
}) {
  const series = groups.flatMap((group, i) => seriesOf(group, i, kind, hrefOf(group)))
  if (series.length === 0) return <p className="py-16 text-center text-sm text-quiet">Too few tasks are watched at once for a curve: it takes ten.</p>
  const end = Math.max(...series.map(({ until }) => until))
  const times = [...new Set(series.flatMap(({ points, until }) => [...points.map(({ t }) => t), until]).filter((t) => t >= 0))].sort((a, b) => a - b)
  const rows = times.map((t) => {
    const row: Record<string, number | [number, number] | undefined> = { t }
    series.forEach(({ points, until }, i) => {
      if (t > until) return
      const point = points.findLast((one) => one.t <= t)
      if (!point) return
      row[`s${i}`] = point.value
      if (point.low !== undefined && point.high !== undefined) row[`b${i}`] = [point.low, point.high]
    })
    return row
  })
  const right = narrow ? 92 : 132
  return (
    <ResponsiveContainer width="100%" height={250}>
      <ComposedChart data={rows} margin={{ top: 8, right, bottom: 4, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis
          type="number"
          dataKey="t"
          domain={[0, end]}
          ticks={ticksUpTo(end, narrow ? 3 : 5)}
          tickFormatter={formatShort}
          tick={{ fontSize: 11, fill: 'var(--text-quiet)' }}
          stroke="var(--grid)"
          tickLine={false}
        />
        <YAxis
          domain={[0, 1]}
          ticks={[0, 0.25, 0.5, 0.75, 1]}
          width={44}
          tickFormatter={(value: number) => `${Math.round(value * 100)}%`}
          tick={{ fontSize: 11, fill: 'var(--text-quiet)' }}
          stroke="transparent"
          tickLine={false}
        />
        {series.map((one, i) => (
          <Area
            key={`b${one.label}`}
            type="stepAfter"
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
            type="stepAfter"
            dataKey={`s${i}`}
            stroke={one.color}
            strokeWidth={1.8}
            strokeDasharray={one.dash}
            dot={false}
            isAnimationActive={false}
          />
        ))}
        <Ends series={series} right={right} narrow={narrow} />
      </ComposedChart>
    </ResponsiveContainer>
  )
}

function ticksUpTo(end: number, most: number): number[] {
  const rough = Math.max(1, end) / most
  const unit = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5, 10].find((m) => m * unit >= rough) ?? 10) * unit
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step)
}

const DASHES = [undefined, '6 3', '2 3', '8 3 2 3', '4 2', '1 2']

function seriesOf(group: GroupReport, at: number, kind: CurveKind, href: string | undefined): Series[] {
  const until = group.trustedUntil
  if (until === undefined || until === null) return []
  const n = `${formatCount(group.tasks - group.endedBefore)} tasks, drawn while at least ten are watched`
  const common = { label: group.label, color: seriesColor(at), dash: DASHES[at % DASHES.length], href, ticks: group.censored.filter((t) => t <= until), until }
  if (kind === 'pace') {
    if ('reason' in group.pace) return []
    const points = [
      { t: 0, value: 1, low: 1, high: 1 },
      ...group.pace.points.map(({ t, survival, low, high }) => ({ t, value: survival, low: low ?? undefined, high: high ?? undefined })),
    ]
    const last = points.findLast(({ t }) => t <= until)
    return [
      { ...common, points, words: `${group.label}: ${formatPercent(last?.value ?? 1)} not interrupted by ${formatCount(Math.round(until))} tokens; ${n}` },
    ]
  }
  if ('reason' in group.incidence) return []
  const points = group.incidence
    .filter(({ t }) => t === 0 || t >= group.watchedFrom)
    .map(({ t: at, cutShort }) => {
      const t = Math.max(at, group.watchedFrom)
      const band = t === 0 ? undefined : group.incidenceBand.findLast((one) => one.t <= t)
      return { t, value: cutShort, low: band?.low ?? undefined, high: band?.high ?? undefined }
    })
  const last = points.findLast(({ t }) => t <= until)
  return [{ ...common, points, words: `${group.label}: ${formatPercent(last?.value ?? 0)} cut short by ${formatCount(Math.round(until))} tokens; ${n}` }]
}

function Ends({ series, right, narrow }: { series: Series[]; right: number; narrow: boolean }) {
  const x = useXAxisScale()
  const y = useYAxisScale()
  const plot = usePlotArea()
  if (!x || !y || !plot) return null
  const valueAt = (one: Series, t: number) => one.points.findLast((point) => point.t <= t)?.value ?? 0
  const ends = series.map((one) => Number(y(valueAt(one, one.until)) ?? 0))
  const places = spread(ends, 14, plot.y + 6, plot.y + plot.height - 2)
  const longest = narrow ? 12 : 18
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
            <rect x={plot.x + plot.width + 4} y={(places[i] ?? 0) - 7} width={right - 6} height={14} fill="transparent" />
            <text x={plot.x + plot.width + 9} y={places[i]} dominantBaseline="central" fontSize={11} fill={one.color}>
              {one.label.length > longest ? `${one.label.slice(0, longest - 1)}…` : one.label}
            </text>
          </Mark>
        </g>
      ))}
    </g>
  )
}

export function Mark({ href, words, children }: { href: string | undefined; words: string; children: React.ReactNode }) {
  if (href)
    return (
      <a href={href} aria-label={`${words}. Show the sessions.`}>
        <title>{words}</title>
        {children}
      </a>
    )
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: each mark says its figure to whoever cannot see it
    <g tabIndex={0} role="img" aria-label={words}>
      <title>{words}</title>
      {children}
    </g>
  )
}

/** At risk, cut short so far, not known so far: what a curve is worth at each time. */
export function RiskTable({ report, groups }: { report: CompareReport; groups: GroupReport[] }) {
  const { riskTable } = report.pace
  if (riskTable.length === 0) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard too
    <section className="mt-1 overflow-x-auto" aria-label="Tasks watched at each time" tabIndex={0}>
      <table className="w-full text-2xs whitespace-nowrap">
        <thead className="text-quiet">
          <tr>
            <th scope="col" className="pr-3 text-left font-normal">
              at risk (cut short · not known)
            </th>
            {riskTable.map(({ t }) => (
              <th key={t} scope="col" className="pr-3 text-right font-mono font-normal">
                {formatShort(t)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group, i) => (
            <tr key={group.label}>
              <th scope="row" className="max-w-40 truncate pr-3 text-left font-normal" style={{ color: seriesColor(i) }}>
                {group.label}
              </th>
              {riskTable.map((column) => {
                const cell = column.groups[i]
                return (
                  <td key={column.t} className="pr-3 text-right font-mono text-quiet">
                    <span className="text-text">{cell?.atRisk}</span> ({cell?.cutShort}·{cell?.censored})
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
