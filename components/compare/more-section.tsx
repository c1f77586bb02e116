'use client'

import { useState } from 'react'
import { formatCount } from '@/components/text/count'
import { ChartCard } from './charts/chart-card'
import { pairLabel } from './charts/labels'
import { type Row, type RowsAxis, RowsChart } from './charts/rows-chart'
import type { ChartContext } from './context'
import { isDrawn, type Shown, seriesColor } from './figures'
import { PlainTable } from './plain-table'
import { TrendCard } from './trend-card'
import { pOf } from './twins'

/** Over time for everybody; what only a statistician asks for is folded. */
export function MoreSection({ context }: { context: ChartContext }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <TrendCard context={context} />
      <details className="min-w-0 border-b text-xs lg:col-span-2" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className="max-w-full rounded px-4 py-3 font-semibold sm:px-5">
          More: pace and curves compared pair by pair, and how alike tasks of one session are
        </summary>
        {open && (
          <div className="border-t">
            <Paces context={context} />
            <CurvePairs context={context} />
            <Likeness context={context} />
          </div>
        )}
      </details>
    </>
  )
}

const MOST_PAIRS = 12

function Paces({ context }: { context: ChartContext }) {
  const { answer, details, narrow, base, rest } = context
  const all = [...(details?.paces ?? [])].sort((a, b) => (a.holm ?? 1) - (b.holm ?? 1))
  if (all.length === 0)
    return (
      <p className="border-b px-4 py-3 text-quiet sm:px-5">
        {answer.overlapping
          ? 'Groups by tag share tasks: their pace is not compared.'
          : 'Pace is compared where two groups each have ten tasks watched at once, in two sessions or more. There are none here.'}
      </p>
    )
  const rows = all.slice(0, MOST_PAIRS).map(({ first, second, difference, low, high, holm, says }): Row => {
    const known = typeof low === 'number' && typeof high === 'number'
    const shown: Shown = {
      display: known ? ((holm ?? 1) < 0.05 ? 'full' : 'grey') : 'counts',
      value: difference,
      low: low ?? 0,
      high: high ?? 0,
      words: tokens(difference),
    }
    return {
      label: pairLabel(first, second, narrow),
      color: seriesColor(answer.groups.findIndex(({ label }) => label === (difference > 0 ? first : second))),
      href: undefined,
      marks: [{ shape: 'dot', shown }],
      size: `p ${pOf(holm ?? 1)} (Holm)`,
      sizeShort: `p ${pOf(holm ?? 1)}`,
      words: says,
    }
  })
  return (
    <ChartCard
      id="pace-differences"
      title="Whose sub-agents get to write more"
      says="First minus second: tokens a sub-agent gets to write before it is interrupted, counting nobody beyond the longest that ten tasks of both are watched. Grey: can be chance."
      sentences={rows.map(({ words }) => words)}
      howToRead="A difference of restricted means: the area between two curves of “Tokens before interruption”, in tokens. It needs no assumption about the curves’ shape. The table adds the log-rank test within workflows, which weighs the whole curve and takes tasks as independent: where the two disagree, the curves cross or sessions differ much."
      footer={`${base}${all.length > MOST_PAIRS ? ` · ${MOST_PAIRS} clearest of ${all.length} pairs` : ''} · clock: output tokens of the sub-agent · ${rest} · restricted means, errors summed per session (t); Holm over all pairs`}
      twin={{
        heads: ['Pair', 'Tokens', '95 % interval', 'Up to', 'p (Holm)', 'p (log-rank)'],
        rows: all.map(({ first, second, difference, low, high, tau, holm, logRank }) => [
          `${first} − ${second}`,
          tokens(difference),
          typeof low === 'number' && typeof high === 'number' ? `${tokens(low)} to ${tokens(high)}` : '–',
          formatCount(Math.round(tau)),
          holm === undefined ? '–' : pOf(holm),
          typeof logRank === 'number' ? pOf(logRank) : '–',
        ]),
      }}
      wide
    >
      <RowsChart
        rows={rows}
        axis={tokensAxis(rows)}
        narrow={narrow}
        reference={{ at: 0, words: 'no difference' }}
        left={narrow ? 128 : 330}
        right={narrow ? 66 : 122}
      />
    </ChartCard>
  )
}

/** A test has no interval, so it is a table and no picture. */
function CurvePairs({ context: { details } }: { context: ChartContext }) {
  const gray = details?.incidenceTest
  if (!gray) return null
  const all = [...gray.pairs].sort((a, b) => a.p - b.p)
  const inside = typeof gray.withinWorkflows === 'number' ? ` Within workflows, like held against like: p ${pOf(gray.withinWorkflows)}.` : ''
  return (
    <TableSection
      id="curve-pairs"
      title="Curves of tasks cut short, pair by pair"
      says={`${gray.says}${inside} With every task for itself: χ² ${gray.chi2.toFixed(2)} on ${gray.df} degrees of freedom, p ${pOf(gray.independent)}. Gray’s test compares whole curves of “Tokens before interruption”, view “Incidence”; p is the larger of the clustered and the unclustered one.`}
      heads={['Pair', 'p', 'p (Holm)', 'p, tasks as independent']}
      rows={all.map(({ first, second, p, holm, independent }) => [`${first} and ${second}`, pOf(p), pOf(holm), pOf(independent)])}
    />
  )
}

/** A correlation has no interval here, so it is a table and no picture. */
function Likeness({ context: { groups } }: { context: ChartContext }) {
  const known = groups.flatMap(({ report, details }) => (details?.likeness ? [{ label: report.label, likeness: details.likeness }] : []))
  if (known.length === 0) return null
  return (
    <TableSection
      id="likeness"
      title="How alike tasks of one session are"
      says="In whether they were cut short: 0 no more than tasks of different sessions, 1 all the same. Why every interval here is clustered by session, and what a plan has to multiply its number of tasks by."
      heads={['Group', 'Tasks begun a session', 'Intraclass correlation', 'Design effect']}
      rows={known.map(({ label, likeness: { perSession, correlation, designEffect } }) => [
        label,
        perSession.toFixed(1),
        correlation?.toFixed(2).replace('-', '−') ?? 'not known',
        designEffect?.toFixed(2) ?? 'not known',
      ])}
    />
  )
}

function TableSection({ id, title, says, heads, rows }: { id: string; title: string; says: string; heads: string[]; rows: string[][] }) {
  return (
    <section aria-labelledby={`${id}-title`} className="border-b px-4 py-4 last:border-b-0 sm:px-5">
      <h3 id={`${id}-title`} className="text-base font-semibold">
        {title}
      </h3>
      <p className="max-w-[46rem] text-quiet">{says}</p>
      <div className="mt-2">
        <PlainTable label={title} heads={heads} rows={rows} className="w-full max-w-3xl" />
      </div>
    </section>
  )
}

/** −1,200, +35, with a true minus. */
function tokens(value: number): string {
  const rounded = Math.round(value)
  return `${rounded < 0 ? '−' : '+'}${formatCount(Math.abs(rounded))}`
}

function tokensAxis(rows: readonly Row[]): RowsAxis {
  const most = Math.max(1, ...rows.flatMap(({ marks }) => marks.flatMap(({ shown }) => (isDrawn(shown) ? [Math.abs(shown.low), Math.abs(shown.high)] : []))))
  const unit = 10 ** Math.floor(Math.log10(most))
  const step = ([0.25, 0.5, 1, 2.5].find((m) => m * unit * 4 >= most) ?? 2.5) * unit
  const count = Math.ceil(most / step)
  return {
    low: -count * step,
    high: count * step,
    ticks: Array.from({ length: 2 * count + 1 }, (_, i) => (i - count) * step),
    print: (value) => (value === 0 ? '0' : tokens(value)),
  }
}
