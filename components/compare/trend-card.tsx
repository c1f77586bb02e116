'use client'

import { formatCount, formatPercent, plural } from '@/components/text/count'
import { isEstimate } from '@/lib/core/metrics/estimate'
import type { Trend } from '@/lib/core/metrics/trend'
import { ChartCard } from './charts/chart-card'
import { LinesChart, type Series } from './charts/lines-chart'
import type { ChartContext } from './context'
import { isDrawn, rangeOf, shownOf } from './figures'

/** Is it getting better? The rate over time against what chance alone allows. */
export function TrendCard({ context }: { context: ChartContext }) {
  const { details, narrow, base, rest, answer } = context
  if (!details || 'reason' in details.trend) return null
  const { trend } = details
  const known = trend.periods.filter(({ limits }) => limits)
  if (known.length < 2) return null
  const [first, last] = [known[0]?.from ?? 0, known.at(-1)?.from ?? 0]
  const points = known.map(({ from, measured }) => {
    const shown = shownOf(measured)
    return { x: from, value: shown.value, low: shown.low, high: shown.high }
  })
  const newest = points.at(-1)?.value ?? 0
  const common = { href: undefined, ticks: [], until: last }
  const series: Series[] = [
    {
      ...common,
      label: 'chance alone',
      color: 'var(--text-quiet)',
      dash: '3 3',
      points: known.map(({ from, limits }) => ({ x: from, value: trend.pooled.value, low: limits?.low, high: limits?.high })),
      words: `All ${trend.unit}s together: ${formatPercent(trend.pooled.value)}; the band is where 99.8 of 100 ${trend.unit}s would lie if nothing had changed`,
    },
    {
      ...common,
      label: `each ${trend.unit}`,
      color: 'var(--series-1)',
      dash: undefined,
      points,
      words: `The newest ${trend.unit}, from ${dayOf(last)}: ${formatPercent(newest)}`,
    },
  ]
  const highest = Math.max(...series.flatMap(({ points: own }) => own.map(({ high = 0 }) => high)))
  const count = Math.min(known.length, narrow ? 3 : 6)
  const ticks = Array.from({ length: count }, (_, i) => known[Math.round((i * (known.length - 1)) / (count - 1))]?.from ?? first)
  return (
    <ChartCard
      id="trend"
      title={`The rate, ${trend.unit} by ${trend.unit}`}
      says={`Share cut short ${trend.any ? 'in any phase' : 'before completion'} within ${answer.options.k} steps, of all tasks of this choice, by when their sessions began.`}
      sentences={[saysTrend(trend), ...trend.periods.map((period) => `From ${dayOf(period.from)}: ${placeOf(period)}.`)]}
      howToRead={`The solid line is each ${trend.unit}’s rate with its 95 % interval. The dashed one is the rate of all of them, and its band is where 99.8 of 100 ${trend.unit}s of that size would lie if nothing had changed. A point outside the band is a change worth a look at what was new then; a point inside is not, however far it jumped. Narrow the choice above to one master to follow it alone. ${trend.unit.replace(/^./, (one) => one.toUpperCase())}s with fewer than ten tasks or five sessions have no point.`}
      footer={`${base} · ${trend.unit}s in UTC · ${rest} · p-chart at effective sizes; binomial limits under 30 tasks, normal from there; intervals clustered by session`}
      twin={{
        heads: ['From', 'Tasks', 'Sessions', 'Rate', '95 % interval', 'If nothing changed', 'Place'],
        rows: trend.periods.map((period) => {
          const shown = shownOf(period.measured)
          const { limits } = period
          return [
            dayOf(period.from),
            formatCount(period.tasks),
            formatCount(period.sessions),
            shown.words,
            rangeOf(shown),
            limits ? `${Math.round(limits.low * 100)}–${Math.round(limits.high * 100)}` : '–',
            limits ? (period.beyond ? 'outside' : 'as chance allows') : '–',
          ]
        }),
      }}
      wide
    >
      <LinesChart
        series={series}
        axis={{ low: first, high: last, ticks, print: dayOf, says: '' }}
        narrow={narrow}
        steps={false}
        most={highest > 0.6 ? 1 : highest > 0.25 ? 0.6 : 0.25}
        height={220}
      />
    </ChartCard>
  )
}

function saysTrend({ unit, periods, pooled }: Trend): string {
  const known = periods.filter(({ limits }) => limits)
  const beyond = known.filter((period) => period.beyond)
  if (beyond.length === 0) return `None of ${plural(known.length, unit)} lies outside what chance allows around ${formatPercent(pooled.value)}.`
  return `${beyond.length} of ${plural(known.length, unit)} ${beyond.length === 1 ? 'lies' : 'lie'} outside what chance allows around ${formatPercent(pooled.value)}: ${beyond
    .slice(-4)
    .map(({ from, measured }) => `${dayOf(from)} (${shownOf(measured).words})`)
    .join(', ')}.`
}

function placeOf({ measured, tasks, beyond }: Trend['periods'][number]): string {
  const shown = shownOf(measured)
  if (!isEstimate(measured) || !isDrawn(shown)) return `${plural(tasks, 'task')}, ${shown.words}`
  return `${shown.words} of ${plural(tasks, 'task')}, ${Math.round(shown.low * 100)} to ${Math.round(shown.high * 100)} %${beyond ? ', outside what chance allows' : ''}`
}

const DATE = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', year: '2-digit', timeZone: 'UTC' })

function dayOf(at: number): string {
  return DATE.format(at)
}
