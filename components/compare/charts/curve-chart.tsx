'use client'

import { formatCount, formatPercent, formatShort } from '@/components/text/count'
import type { GroupReport, RiskColumn } from '@/lib/core/metrics/report'
import { seriesColor } from '../figures'
import { riskOf } from '../twins'
import { ticksUpTo } from './labels'
import { DASHES, LinesChart, type Series } from './lines-chart'

export type CurveKind = 'pace' | 'incidence'

/** `pace`: share not interrupted if work went on. `incidence`: share cut short, other ends taken for what they are. */
export function CurveChart({
  groups,
  kind,
  riskTable,
  hrefOf,
  narrow,
}: {
  groups: GroupReport[]
  kind: CurveKind
  riskTable: RiskColumn[]
  hrefOf: (group: GroupReport) => string | undefined
  narrow: boolean
}) {
  const series = groups.flatMap((group, i) =>
    seriesOf(group, i, kind, hrefOf(group)).map((one) => ({
      ...one,
      below: riskTable.map(({ t, groups: cells }) => ({ x: t, text: narrow ? String(cells[i]?.atRisk ?? 0) : riskOf(cells[i]) })),
    })),
  )
  if (series.length === 0) return <p className="py-16 text-center text-sm text-quiet">Too few tasks are watched at once for a curve: it takes ten.</p>
  const end = Math.max(...series.map(({ until }) => until))
  return (
    <LinesChart
      series={series}
      axis={{
        low: 0,
        high: end,
        ticks: riskTable.length > 1 ? [0, ...riskTable.map(({ t }) => t)] : ticksUpTo(end, narrow ? 3 : 5),
        print: formatShort,
        says: 'sub-agent tokens',
      }}
      narrow={narrow}
      steps
      below={narrow ? 'at risk' : 'at risk (cut short · not known)'}
    />
  )
}

function seriesOf(group: GroupReport, at: number, kind: CurveKind, href: string | undefined): Series[] {
  const until = group.trustedUntil
  if (until === undefined || until === null) return []
  const n = `${formatCount(group.tasks - group.endedBefore)} tasks, drawn while at least ten are watched`
  const common = { label: group.label, color: seriesColor(at), dash: DASHES[at % DASHES.length], href, ticks: group.censored.filter((t) => t <= until), until }
  if (kind === 'pace') {
    if ('reason' in group.pace) return []
    const points = [
      { x: 0, value: 1, low: 1, high: 1 },
      ...group.pace.points.map(({ t, survival, low, high }) => ({ x: t, value: survival, low: low ?? undefined, high: high ?? undefined })),
    ]
    const last = points.findLast(({ x }) => x <= until)
    return [
      { ...common, points, words: `${group.label}: ${formatPercent(last?.value ?? 1)} not interrupted by ${formatCount(Math.round(until))} tokens; ${n}` },
    ]
  }
  if ('reason' in group.incidence) return []
  const points = group.incidence
    .filter(({ t }) => t === 0 || t >= group.watchedFrom)
    .map(({ t: time, cutShort }) => {
      const x = Math.max(time, group.watchedFrom)
      const band = x === 0 ? undefined : group.incidenceBand.findLast((one) => one.t <= x)
      return { x, value: cutShort, low: band?.low ?? undefined, high: band?.high ?? undefined }
    })
  const last = points.findLast(({ x }) => x <= until)
  return [{ ...common, points, words: `${group.label}: ${formatPercent(last?.value ?? 0)} cut short by ${formatCount(Math.round(until))} tokens; ${n}` }]
}
