'use client'

import { formatPercent } from '@/components/text/count'
import type { Estimate } from '@/lib/core/metrics/estimate'
import { ChartCard } from './charts/chart-card'
import { Note } from './note'
import { PlaneChart, type PlanePoint } from './charts/plane-chart'
import { pointsAxis, type Row, RowsChart, shareAxis } from './charts/rows-chart'
import { type Slope, SlopeChart, slopeWords } from './charts/slope-chart'
import type { ChartContext } from './context'
import { isDrawn, rangeOf, shownOf, signed } from './figures'
import { anyoneJudged, PeopleCard } from './people-card'
import { discriminationTwin, rewritingTwin } from './twins'

/** Does rewriting help or hurt, and does the master step in where it should? */
export function RewritingSection({ context }: { context: ChartContext }) {
  const { answer, groups, narrow, base, rest, details } = context
  const reports = groups.map(({ report }) => report)
  const footer = `${base} · of overwritten tasks with the same check before and after · ${rest}`
  const slopes = groups.map(({ report, color, href }): Slope => {
    const [before, after] = [shownOf(report.failedBefore), shownOf(report.failedAfter)]
    const pairs = 'value' in report.failedBefore ? report.failedBefore.n : 0
    const { label } = report
    return {
      label,
      color,
      href,
      before,
      after,
      size: `n ${pairs}`,
      words: slopeWords({ label, before, after }, ['failed before', 'after'], `${pairs} rewritten tasks`),
    }
  })
  const nets = groups.flatMap(({ report, color, href }): Row[] => {
    const { rewriting, label } = report
    if ('reason' in rewriting) return []
    const { net, harmed, repaired, coverage } = rewriting
    const shown = shownOf(net, (value) => signed(value))
    const drawn = isDrawn(shown)
    return [
      {
        label,
        color,
        href,
        marks: [{ shape: 'dot', shown: drawn ? shown : { ...shown, words: `${harmed} broken, ${repaired} mended: too few` } }],
        size: `${coverage.known} of ${coverage.rewrites} known`,
        sizeShort: `${coverage.known}/${coverage.rewrites}`,
        words: `${label}: net ${signed(net.value)} points${drawn ? `, ${signed(net.low ?? 0)} to ${signed(net.high ?? 0)}` : ', too few for an interval'}; ${harmed} broken, ${repaired} mended; outcome known for ${coverage.known} of ${coverage.rewrites} rewrites`,
      },
    ]
  })
  const parts = groups.flatMap(({ report, color, href }): Row[] => {
    const { rewriting, label } = report
    if ('reason' in rewriting) return []
    const { harm, repair, harmed, kept, repaired, stillBad } = rewriting
    const [down, up] = [shownOf(harm), shownOf(repair)]
    const say = (what: string, shown: typeof down, x: number, n: number) => `${what} ${x} of ${n}${isDrawn(shown) ? ` (${rangeOf(shown)} %)` : ''}`
    return [
      {
        label,
        color,
        href,
        marks: [
          { shape: 'down', shown: isDrawn(down) ? down : { ...down, words: `broke ${harmed} of ${kept + harmed}: too few` } },
          { shape: 'up', shown: isDrawn(up) ? up : { ...up, words: `mended ${repaired} of ${repaired + stillBad}: too few` } },
        ],
        size: `${kept + harmed} good · ${repaired + stillBad} bad`,
        sizeShort: `${kept + harmed} · ${repaired + stillBad}`,
        words: `${label}: ${say('broke', down, harmed, kept + harmed)} that worked, ${say('mended', up, repaired, repaired + stillBad)} that did not`,
      },
    ]
  })
  const people = anyoneJudged(context) && <PeopleCard context={context} />
  if (reports.every(({ rewriting }) => 'reason' in rewriting) && planeOf(context).length === 0)
    return (
      <>
        <Note>
          {answer.rewriting.sentences.some((sentence) => !sentence.endsWith('Nothing was overwritten.'))
            ? 'Work was overwritten, but no overwritten task was checked by the same command before and after, so nothing can be said about what rewriting did.'
            : 'Nothing was overwritten in this choice, so there is nothing to judge.'}{' '}
          Where tests, builds, type checks or linters run before and after a rewrite, this place shows how often it broke what worked, how often it mended what
          did not, and whether masters step in where the work is bad.
        </Note>
        {people}
      </>
    )
  const none = (
    <p className="mx-auto max-w-96 py-16 text-center text-sm text-balance text-quiet">No overwritten task was checked by the same command before and after.</p>
  )
  return (
    <>
      <ChartCard
        id="rewriting"
        title="Did rewriting help?"
        says="Share failing their checks: the sub-agent’s original → the master’s rewrite, same tasks."
        sentences={answer.rewriting.sentences}
        howToRead="A rising line: rewritten work failed more often than what it replaced. Only overwritten tasks count whose same check ran before and after, so this is not a sample of all work. Whether it is more than chance is tested on the pairs (McNemar; signs of sessions flipped where tasks share sessions). “Fails its tests” is not “has bugs”: it says what the checks say."
        footer={`${footer} · shares: Wilson, clustered; difference: paired`}
        twin={rewritingTwin(reports)}
      >
        <SlopeChart
          slopes={slopes}
          ends={['original', 'rewrite']}
          narrow={narrow}
          nothing="No group has ten rewrites in five sessions whose checks ran before and after. The words below say what there is."
        />
      </ChartCard>
      <ChartCard
        id="net-value"
        title="Net value of rewriting"
        says="Rewrites that mended less rewrites that broke, in points of all whose outcome is known. Left of zero it does harm."
        sentences={nets.length > 0 ? nets.map(({ words }) => `${words}.`) : ['No overwritten task was checked by the same command before and after.']}
        howToRead="+10 would say: for every hundred rewrites ten more were mended than broken. The interval is paired and widened where tasks share sessions. Rewrites whose outcome is not known could change the picture: the table says how far, at worst and at best."
        footer={`${footer} · Newcombe, paired, widened by the design effect of sessions`}
        twin={rewritingTwin(reports)}
      >
        {nets.length > 0 ? <RowsChart rows={nets} axis={pointsAxis(nets)} narrow={narrow} height={250} reference={{ at: 0, words: 'neither' }} /> : none}
      </ChartCard>
      <ChartCard
        id="harm-repair"
        title="What it broke, what it mended"
        says="▼ of good work that was rewritten, the share that failed after; △ of bad work, the share that passed after."
        sentences={parts.length > 0 ? parts.map(({ words }) => `${words}.`) : ['No overwritten task was checked by the same command before and after.']}
        howToRead="Good work can only be broken and bad work only be mended, so the two have denominators of their own, printed at the right. A master that rewrites at random breaks as often as its own work fails."
        footer={`${footer} · Wilson, clustered by session`}
        twin={rewritingTwin(reports)}
      >
        {parts.length > 0 ? <RowsChart rows={parts} axis={shareAxis(parts)} narrow={narrow} height={270} /> : none}
      </ChartCard>
      {details && (
        <ChartCard
          id="discrimination"
          title="Does it step in where the work is bad?"
          says="Across: share of good work it stepped in on. Up: share of bad work. The diagonal is guessing."
          sentences={details.discrimination.sentences}
          howToRead="Two complaints, two directions. To the right: it meddles, whatever the work (c below 0). Near the diagonal: it cannot tell good from bad (d′ near 0). The upper left corner catches the bad and leaves the good alone. Crosses are 95 % intervals of the two shares; dashed curves join points that tell good from bad equally well. Good and bad by checks of the work before a master touched it."
          footer={`${base} · of tasks checked before a master touched them · ${rest} · shares: Wilson, clustered; d′ and c: signal detection, log-linear, session jackknife`}
          twin={discriminationTwin(details.groups)}
        >
          <PlaneChart points={planeOf(context)} narrow={narrow} />
        </ChartCard>
      )}
      {people}
    </>
  )
}

function planeOf({ groups }: ChartContext): PlanePoint[] {
  return groups.flatMap(({ report, details, color, href }) => {
    const found = details?.discrimination
    if (!found || 'reason' in found || found.sensitivity.display === 'counts') return []
    const [caught, respected] = [shownOf(found.caught), shownOf(found.respected)]
    if (!isDrawn(caught) || !isDrawn(respected)) return []
    const { badTouched, bad, goodTouched, good, sensitivity, bias } = found
    return [
      {
        label: report.label,
        color: found.sensitivity.display === 'grey' ? 'var(--unknown)' : color,
        href,
        hit: caught,
        falseAlarm: { value: 1 - respected.value, low: 1 - respected.high, high: 1 - respected.low },
        words: `${report.label}: stepped in on ${badTouched} of ${bad} bad (${formatPercent(caught.value)}) and ${goodTouched} of ${good} good (${formatPercent(1 - respected.value)}); d′ ${withLimits(sensitivity)}, c ${withLimits(bias)}`,
      },
    ]
  })
}

function withLimits({ value, low, high }: Estimate): string {
  return `${value.toFixed(2)}${typeof low === 'number' && typeof high === 'number' ? ` (${low.toFixed(2)} to ${high.toFixed(2)})` : ''}`
}
