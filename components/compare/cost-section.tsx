'use client'

import { formatMoney, formatPercent, formatShort, plural } from '@/components/text/count'
import { isEstimate, type Measured } from '@/lib/core/metrics/estimate'
import { ChartCard } from './charts/chart-card'
import { type Row, type RowsAxis, RowsChart, shareAxis } from './charts/rows-chart'
import { type PartLook, StackChart, type StackRow } from './charts/stack-chart'
import { type ChartContext, methodOf, sizesOf } from './context'
import { fine, isDrawn, shownOf } from './figures'
import { multiplierTwin, wasteTwin } from './twins'

const LOOKS: PartLook[] = [
  { name: 'destroyed by a master', fill: 'var(--destroyed)', ink: 'var(--bg)' },
  { name: 'cancelled', fill: 'var(--destroyed)', ink: 'var(--text)', striped: true },
  { name: 'made again', fill: 'var(--unknown)', ink: 'var(--text)', striped: true },
  { name: 'everything else', fill: 'var(--surface-2)', ink: 'var(--text-quiet)' },
  { name: 'still there at the end', fill: 'var(--accepted)', ink: 'var(--bg)' },
]

/** Tokens and money: what was for nothing, what is left, and what a success costs. */
export function CostSection({ context }: { context: ChartContext }) {
  const { groups, narrow, base, rest, details } = context
  if (!details) return null
  const spent = groups.map(({ details: own }) => own)
  const multipliers = groups.map(({ report, details: own, color, href }) =>
    row(report, own?.multiplier, color, href, formatTimes, 'the tokens that one agent alone takes for the same workflow'),
  )
  const compared = multipliers.some(({ marks }) => marks.some(({ shown }) => isDrawn(shown)))
  const yields = groups.map(({ report, details: own, color, href }) =>
    row(report, own?.yield, color, href, fine, 'of all tokens are sub-agents’ tokens still there at the end'),
  )
  const shares = groups.map(({ report, color, href }) =>
    row(report, report.destroyedShare, color, href, formatPercent, 'of sub-agents’ output tokens went into what a master destroyed'),
  )
  const money = groups.some(({ details: own }) => own && isEstimate(own.costPerSuccess))
  const success = groups.map(({ report, details: own, color, href }) =>
    row(
      report,
      money ? own?.costPerSuccess : own?.tokensPerSuccess,
      color,
      href,
      money ? formatMoney : (value) => formatShort(Math.round(value)),
      money ? 'for each session that succeeded' : 'tokens for each session that succeeded',
    ),
  )
  return (
    <>
      <ChartCard
        id="waste"
        title="Where the tokens went"
        says="All tokens of the sessions, in and out: from the left what was for nothing, from the right what is left of it."
        sentences={groups.map(({ report, details: own }) => `${report.label}: ${wasteSays(own)}`)}
        howToRead="Destroyed: the sub-agent’s output in proportion to what a master destroyed of it. Cancelled: turns cut off that left nothing. Made again: master turns that repeated a sub-agent’s call. The master’s own rewriting is not in it. Everything else is not “useful”, only not known to be wasted: reading, planning, talking. Brackets: 95 % intervals of the waste (from the left) and of the yield (from the right)."
        footer={`${base} · whole sessions, by the master that delegates most of their tasks · ${rest} · ratios of totals over sessions; Wilson at the effective size`}
        twin={wasteTwin(groups)}
      >
        <StackChart rows={groups.map(stripOf)} looks={LOOKS} narrow={narrow} height={240} />
      </ChartCard>
      <ChartCard
        id="destroyed-share"
        title="Sub-agents’ output that was destroyed"
        says="Share of the sub-agents’ own output tokens that went into what a master destroyed."
        sentences={shares.map(({ words }) => `${words}.`)}
        howToRead="What delegating bought and the master threw away, in tokens of the sub-agents alone: masters and reading are not in the denominator, so it is larger than the waste beside it. The table has what it cost where costs are known."
        footer={`${base} · of tasks with token counts · ${rest} · ${methodOf(groups.map(({ report }) => report.destroyedShare))}`}
        twin={wasteTwin(groups)}
      >
        <RowsChart rows={shares} axis={shareAxis(shares)} narrow={narrow} height={250} />
      </ChartCard>
      <ChartCard
        id="yield"
        title="Delegation yield"
        says="Sub-agents’ tokens that are there at the end, of all tokens spent, in and out. No weights; higher is better."
        sentences={yields.map(({ words }) => `${words}.`)}
        howToRead="If one number must be had, this is it: it has no weights to argue about. It is small by nature, because models read far more than they write. Read d′ and the net value beside it: a yield is also high where nobody looks."
        footer={`${base} · sessions with token counts and ownership of every token · ${rest} · ${methodOf(spent.flatMap((own) => own?.yield ?? []))}`}
        twin={wasteTwin(groups)}
      >
        <RowsChart rows={yields} axis={yieldAxis(yields)} narrow={narrow} height={230} />
      </ChartCard>
      <ChartCard
        id="cost-per-success"
        title={money ? 'Cost of a success' : 'Tokens for a success'}
        says={
          money
            ? 'What all sessions cost over how many of them ended as completed, in US dollars.'
            : 'All tokens over how many sessions ended as completed: the source gives no costs.'
        }
        sentences={success.map(({ words }) => `${words}.`)}
        howToRead="Failed sessions cost too: their money is in the numerator, so a cheap master that fails often is not cheap. Whether delegating costs more than one agent alone takes the same workflows done without it: the multiplier."
        footer={`${base} · ended sessions of known cost and outcome · ${rest} · ${methodOf(spent.flatMap((own) => (own ? [money ? own.costPerSuccess : own.tokensPerSuccess] : [])))}`}
        twin={wasteTwin(groups)}
      >
        <RowsChart rows={success} axis={amountAxis(success, money ? formatMoney : (value) => formatShort(value))} narrow={narrow} height={230} />
      </ChartCard>
      {compared ? (
        <ChartCard
          id="multiplier"
          title="Delegation multiplier"
          says="How many times the tokens that one agent alone takes for the same work. Left of 1× delegating was cheaper."
          sentences={multipliers.map(({ words }) => `${words}.`)}
          howToRead="The same work: the same workflow done by the same model, in sessions that have ended, with and without delegating. More tokens may have bought better work, which this does not see: read the cost of a success beside it. The axis is a logarithm, so that twice and half lie equally far from 1×."
          footer={`${base} · ended sessions with a workflow and token counts · ${rest} · ${methodOf(spent.flatMap((own) => own?.multiplier ?? []))}`}
          twin={multiplierTwin(groups)}
          wide
        >
          <RowsChart rows={multipliers} axis={timesAxis(multipliers)} narrow={narrow} height={200} reference={{ at: 1, words: 'as one agent alone' }} />
        </ChartCard>
      ) : (
        <p className="border-b px-4 py-3 text-xs text-quiet sm:px-5 lg:col-span-2">
          Delegation multiplier: {multiplierMissing(spent.flatMap((own) => own?.multiplier ?? []))}
        </p>
      )}
    </>
  )
}

function row(
  report: ChartContext['groups'][number]['report'],
  measured: Measured | undefined,
  color: string,
  href: string | undefined,
  print: (value: number) => string,
  what: string,
): Row {
  const shown = measured ? shownOf(measured, print) : { display: 'none' as const, value: 0, low: 0, high: 0, words: 'not known' }
  const said =
    measured && isEstimate(measured) && shown.display === 'counts'
      ? { ...shown, words: `${print(measured.value)} in ${plural(measured.clusters, 'session')}: too few for an interval` }
      : shown
  const words =
    measured && !isEstimate(measured)
      ? measured.reason.replace(/\.$/, '')
      : `${said.words}${isDrawn(said) ? ` (${print(said.low)} to ${print(said.high)})` : ''} ${what}`
  return { label: report.label, color, href, marks: [{ shape: 'dot', shown: said }], ...sizesOf(report), words: `${report.label}: ${words}` }
}

function formatTimes(times: number): string {
  return `${times >= 10 ? Math.round(times) : times.toPrecision(2)}×`
}

/** On a logarithm, with 1 always on it. */
function timesAxis(rows: readonly Row[]): RowsAxis {
  const drawn = rows.flatMap(({ marks }) => marks.flatMap(({ shown }) => (isDrawn(shown) ? [shown] : [])))
  const from = Math.floor(Math.log2(Math.min(0.5, ...drawn.map(({ low }) => low))))
  const to = Math.ceil(Math.log2(Math.max(2, ...drawn.map(({ high }) => high))))
  const every = Math.max(1, Math.ceil((to - from) / 8))
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i)).filter((_, i) => (from + i) % every === 0)
  return { low: 2 ** from, high: 2 ** to, ticks, print: formatTimes, log: true }
}

function multiplierMissing(found: readonly Measured[]): string {
  const counts = found.find(isEstimate)
  if (counts) return `${plural(counts.n, 'session')} of the same workflow by the same model, with and without delegating: too few for an interval.`
  const [first] = found
  return first && !isEstimate(first) ? first.reason.replace(/^N/, 'n') : 'not measurable here.'
}

function yieldAxis(rows: readonly Row[]): RowsAxis {
  const axis = shareAxis(rows)
  const most = Math.max(0.005, ...rows.flatMap(({ marks }) => marks.map(({ shown }) => (isDrawn(shown) ? shown.high : 0))))
  if (most > 0.1) return axis
  const high = [0.01, 0.02, 0.05, 0.1].find((one) => one >= most) ?? 0.1
  return { low: 0, high, ticks: [0, 1, 2, 3, 4, 5].map((i) => (i * high) / 5), print: (value) => `${Number((value * 100).toFixed(1))}%` }
}

/** Amounts from zero; on a logarithm where they differ more than tenfold. */
function amountAxis(rows: readonly Row[], print: (value: number) => string): RowsAxis {
  const drawn = rows.flatMap(({ marks }) => marks.flatMap(({ shown }) => (isDrawn(shown) ? [shown] : [])))
  const high = Math.max(0.001, ...drawn.map((shown) => shown.high))
  const low = Math.min(high, ...drawn.map((shown) => shown.low).filter((value) => value > 0))
  if (high / low <= 10) {
    const unit = 10 ** Math.floor(Math.log10(high))
    const step = ([0.2, 0.5, 1, 2, 5].find((m) => m * unit * 6 >= high) ?? 5) * unit
    const count = Math.ceil(high / step)
    return { low: 0, high: count * step, ticks: Array.from({ length: count + 1 }, (_, i) => i * step), print }
  }
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  return { low: 10 ** from, high: 10 ** to, ticks: Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i)), print, log: true }
}

function wasteSays(own: ChartContext['groups'][number]['details']): string {
  if (!own) return 'not known.'
  if ('reason' in own.waste) return own.waste.reason
  const { total, destroyed, cancelled, redone, rest, share, atLeast } = own.waste
  const shown = shownOf(share)
  const parts = [
    [destroyed, 'destroyed'],
    [cancelled, 'cancelled'],
    [redone, 'made again'],
  ] as const
  const said = parts.filter(([tokens]) => tokens > 0).map(([tokens, what]) => `${formatShort(Math.round(tokens))} ${what}`)
  const range = isDrawn(shown) ? `, ${fine(shown.low)} to ${fine(shown.high)}` : ''
  return `${atLeast > 0 ? 'at least ' : ''}${fine((total - rest) / total)} of ${formatShort(total)} tokens for nothing${range}${said.length > 0 ? ` (${said.join(', ')})` : ''}.`
}

function stripOf({ report, details, href }: ChartContext['groups'][number]): StackRow {
  const { label } = report
  const waste = details?.waste
  const sizes = sizesOf(report)
  if (!details || !waste || 'reason' in waste)
    return {
      label,
      href,
      parts: [],
      ...sizes,
      instead: 'not measurable here',
      words: `${label}: ${waste && 'reason' in waste ? waste.reason.replace(/\.$/, '') : 'not known'}`,
    }
  const kept = shownOf(details.yield)
  const share = shownOf(waste.share)
  const known = isEstimate(details.yield) ? details.yield.value : 0
  const of = (tokens: number) => tokens / waste.total
  const wasted = of(waste.total - waste.rest)
  const left = Math.min(known, 1 - wasted)
  const values = [of(waste.destroyed), of(waste.cancelled), of(waste.redone), Math.max(0, 1 - wasted - left), left]
  return {
    label,
    href,
    parts: LOOKS.map(({ name }, i) => ({ name, share: values[i] ?? 0, says: formatShort(Math.round((values[i] ?? 0) * waste.total)) })),
    size: `${formatShort(waste.total)} tokens`,
    sizeShort: formatShort(waste.total),
    first: isDrawn(share) ? share : undefined,
    last: isDrawn(kept) ? kept : undefined,
    firstSays: `${fine(wasted)} wasted`,
    lastSays: isEstimate(details.yield) ? `${fine(known)} left` : undefined,
    words: `${label}: ${wasteSays(details).replace(/\.$/, '')}`,
  }
}
