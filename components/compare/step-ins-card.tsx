'use client'

import { useState } from 'react'
import { formatCount } from '@/components/text/count'
import type { GroupDetails, StepInClock } from '@/lib/core/metrics/details'
import { ChartCard, SmallButton } from './charts/chart-card'
import { ticksUpTo } from './charts/labels'
import { DASHES, LinesChart, type Series } from './charts/lines-chart'
import type { ChartContext } from './context'
import { seriesColor } from './figures'
import type { TableTwin } from './plain-table'

const UNITS: Record<StepInClock, string> = { step: 'steps', opportunity: 'opportunities' }

/** How often masters step in at all: events that come again, where the other charts stop at the first. */
export function StepInsCard({ context }: { context: ChartContext }) {
  const { details, base, rest, narrow, hrefOf } = context
  const [clock, setClock] = useState<StepInClock>('step')
  if (!details) return null
  const unit = UNITS[clock]
  const series = details.groups.flatMap((group, i) => seriesOf(group, i, clock, hrefOf(group)))
  const without = details.groups.reduce((sum, { stepIns: { [clock]: found } }) => sum + ('reason' in found ? 0 : found.withoutChance), 0)
  const end = Math.max(1, ...series.map(({ until }) => until))
  const highest = Math.max(0.1, ...series.flatMap(({ points }) => points.map(({ value, high = value }) => Math.min(high, 2 * value + 0.1))))
  const ticks = valueTicks(highest)
  return (
    <ChartCard
      id="interventions-per-task"
      title="Interventions a task, as it goes on"
      says="Mean number of times that a master stepped in without being asked, counted again and again: rewrites, interrupts, takeovers, repeats and new orders."
      sentences={details.stepIns[clock].sentences}
      howToRead={`The mean cumulative function: at each place, how many interventions a task had had by then, on average over all tasks that were begun and that a master could have stepped into. Other charts count a task once; here a master that rewrites the same task three times counts three. A steep beginning: masters step in early. A line that flattens: they let be what they let be so far. A task that was accepted or failed stays in the average and has no more. The band is the 95 % interval, clustered by session; the line ends where fewer than ten tasks are under watch.${clock === 'opportunity' ? ' The clock is the master’s own turns in which it could have stepped in: comparable where harnesses let their masters look more or less often.' : ''}`}
      footer={`${base}${without > 0 ? ` · ${formatCount(without)} could not be stepped into, left out` : ''} · clock: ${unit} · ${rest} · mean cumulative function with ends (Ghosh–Lin); limits on the logarithm, clustered by session (t)`}
      twin={twinOf(details.groups, clock, unit)}
      extra={
        <>
          <SmallButton pressed={clock === 'step'} onClick={() => setClock('step')}>
            Steps
          </SmallButton>
          <SmallButton pressed={clock === 'opportunity'} onClick={() => setClock('opportunity')}>
            Opportunities
          </SmallButton>
        </>
      }
      wide
    >
      {series.length === 0 ? (
        <p className="py-16 text-center text-sm text-quiet">No group has ten tasks in five sessions in which a master could have stepped in.</p>
      ) : (
        <LinesChart
          series={series}
          axis={{ low: 0, high: end, ticks: ticksUpTo(end, Math.min(end, narrow ? 3 : 8)).filter(Number.isInteger), print: String, says: unit }}
          values={{ ticks, print: (value) => value.toFixed(highest < 0.4 ? 2 : 1), fine: (value) => value.toFixed(2) }}
          most={ticks.at(-1)}
          narrow={narrow}
          steps
          height={230}
        />
      )}
    </ChartCard>
  )
}

function seriesOf({ label, stepIns }: GroupDetails, at: number, clock: StepInClock, href: string | undefined): Series[] {
  const found = stepIns[clock]
  if ('reason' in found || found.points.length < 2) return []
  const last = found.points.at(-1)
  const some = (last?.mean ?? 0) > 0
  return [
    {
      label,
      color: seriesColor(at),
      dash: DASHES[at % DASHES.length],
      href,
      ticks: [],
      until: found.until,
      // before the first intervention the upper limit is only how few sessions there are: bands of all groups would lie upon each other
      points: found.points.map(({ t, mean, low, high }) =>
        some && mean === 0 ? { x: t, value: 0, low: undefined, high: undefined } : { x: t, value: mean, low, high },
      ),
      words: `${label}: ${(last?.mean ?? 0).toFixed(2)} interventions a task within ${last?.t ?? 0} ${UNITS[clock]}; ${formatCount(found.tasks)} tasks in ${formatCount(found.sessions)} sessions`,
    },
  ]
}

/** Round steps from 0 to beyond `highest`. */
function valueTicks(highest: number): number[] {
  const unit = 10 ** Math.floor(Math.log10(highest))
  const step = ([0.2, 0.25, 0.5, 1, 2].find((m) => m * unit * 5 >= highest) ?? 2) * unit
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, i) => i * step)
}

const COLUMNS = 6

function twinOf(groups: readonly GroupDetails[], clock: StepInClock, unit: string): TableTwin {
  const known = groups.map(({ stepIns }) => stepIns[clock])
  const end = Math.max(0, ...known.map((found) => ('reason' in found ? 0 : found.until)))
  const places = ticksUpTo(end, Math.max(1, Math.min(end, COLUMNS)))
    .slice(1)
    .filter(Number.isInteger)
  return {
    heads: ['Group', ...places.map((t) => `By ${t} ${unit} (95 %; under watch)`), 'Interventions', 'Tasks', 'Sessions', 'Left out'],
    rows: groups.map(({ label }, i) => {
      const found = known[i]
      if (!found || 'reason' in found) return [label, ...places.map(() => '–'), '–', '–', '–', '–']
      return [
        label,
        ...places.map((t) => {
          const point = found.points.findLast((one) => one.t <= t)
          if (!point || t > found.until) return '–'
          const limits = typeof point.low === 'number' && typeof point.high === 'number' ? `${point.low.toFixed(2)}–${point.high.toFixed(2)}; ` : ''
          return `${point.mean.toFixed(2)} (${limits}${formatCount(point.atRisk)})`
        }),
        formatCount(found.events),
        formatCount(found.tasks),
        formatCount(found.sessions),
        formatCount(found.withoutChance),
      ]
    }),
  }
}
