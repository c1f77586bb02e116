'use client'

import { formatPercent } from '@/components/text/count'
import type { GroupDetails, Point } from '@/lib/core/metrics/details'
import type { NotMeasurable } from '@/lib/core/metrics/estimate'
import { UNCERTAIN_THRESHOLDS } from '@/lib/core/metrics/threshold'
import { seriesColor } from '../figures'
import { DASHES, LinesChart, type Series } from './lines-chart'

type HrefOf = (group: { values: readonly (string | undefined | null)[] }) => string | undefined

/** How a rate depends on a choice of ours: the same figure for every k, or for every threshold. */
export function SweepChart({
  groups,
  over,
  chosen,
  hrefOf,
  narrow,
}: {
  groups: GroupDetails[]
  over: 'k' | 'kAny' | 'theta'
  chosen: number
  hrefOf: HrefOf
  narrow: boolean
}) {
  const what = over === 'theta' ? `below ${chosen}` : `k = ${chosen}`
  const series = groups.flatMap((group, i): Series[] => {
    const points = pointsOf(group, over)
    const last = Array.isArray(points) ? points.at(-1) : undefined
    if (!Array.isArray(points) || !last || !hasLimits(points)) return []
    const here = points.findLast(({ at }) => at <= chosen)
    return [
      {
        label: group.label,
        color: seriesColor(i),
        dash: DASHES[i % DASHES.length],
        href: hrefOf(group),
        ticks: [],
        until: last.at,
        points: points.map(({ at, value, low, high }) => ({ x: at, value, low: low ?? undefined, high: high ?? undefined })),
        words: `${group.label}: ${here ? formatPercent(here.value) : 'not known'} at ${what}`,
      },
    ]
  })
  if (series.length === 0)
    return <p className="py-16 text-center text-sm text-quiet">No group has ten tasks in five sessions in which a master could have stepped in.</p>
  const highest = Math.max(...series.flatMap(({ points }) => points.map(({ high, value }) => high ?? value)))
  const most = highest > 0.6 ? 1 : highest > 0.25 ? 0.6 : 0.25
  if (over === 'theta')
    return (
      <LinesChart
        series={series}
        axis={{
          low: 0.3,
          high: 0.95,
          ticks: narrow ? [0.3, 0.5, 0.7, 0.9] : [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
          print: (x) => `${Math.round(x * 100)}%`,
          says: 'surviving or less is overwritten',
        }}
        narrow={narrow}
        steps={false}
        most={most}
        shade={{ from: UNCERTAIN_THRESHOLDS.low, to: UNCERTAIN_THRESHOLDS.high }}
        chosen={{ at: chosen, words: what }}
      />
    )
  return (
    <LinesChart
      series={series}
      axis={{ low: 1, high: 20, ticks: narrow ? [1, 5, 10, 20] : [1, 3, 5, 10, 15, 20], print: String, says: over === 'k' ? 'steps' : 'opportunities' }}
      narrow={narrow}
      steps
      most={most}
      chosen={chosen <= 20 ? { at: chosen, words: what } : undefined}
    />
  )
}

/** Whether any of it may be drawn: never a rate without its interval. */
export function hasLimits(points: Point[] | NotMeasurable): boolean {
  return Array.isArray(points) && points.some(({ low }) => typeof low === 'number')
}

export function pointsOf(group: GroupDetails, over: 'k' | 'kAny' | 'theta'): Point[] | NotMeasurable {
  return over === 'k' ? group.byK : over === 'kAny' ? group.byKAny : group.byTheta
}
