'use client'

import { useState } from 'react'
import { useNarrow } from '@/components/providers/use-media'
import { formatCount, formatPercent, plural } from '@/components/text/count'
import type { CompareAnswer } from '@/lib/core/metrics/compare-protocol'
import type { Contrast } from '@/lib/core/metrics/compare'
import { isEstimate, type Measured } from '@/lib/core/metrics/estimate'
import type { GroupReport } from '@/lib/core/metrics/report'
import { REPORTED, REPORTED_LABEL, type ReportedFigures } from '@/lib/core/metrics/reported'
import { ChartCard, SmallButton, type TableTwin } from './chart-card'
import { CurveChart, type CurveKind, RiskTable } from './curve-chart'
import { type Dot, DotChart } from './dot-chart'
import { rangeOf, reportedFor, seriesColor, shownOf } from './figures'
import { type CompareQuery, sessionsBehind } from './query'
import { type Slope, SlopeChart } from './slope-chart'

/** More than these and colours no longer tell groups apart; the table has them all. */
const MOST_DRAWN = 8

/** The four charts. Loaded with Recharts only where they are shown. */
export default function Charts({ answer, query, reported }: { answer: CompareAnswer; query: CompareQuery; reported: boolean }) {
  const narrow = useNarrow()
  const [kind, setKind] = useState<CurveKind>('pace')
  const groups = answer.groups.slice(0, MOST_DRAWN)
  const hrefOf = (group: GroupReport) => sessionsBehind(query, group.values)
  const base = `${plural(answer.tasks, 'task')} in ${plural(answer.sessions, 'session')}${answer.simulatedTasks > 0 ? ` (${formatCount(answer.simulatedTasks)} simulated)` : ''}`
  const rest = `overwrite below ${answer.options.theta} · parameters ${answer.parameters}`
  const endedBefore = groups.reduce((sum, group) => sum + group.endedBefore, 0)
  const early = endedBefore > 0 ? ` · ${formatCount(endedBefore)} ended before ten were watched, left out` : ''
  const dots = (of: (group: GroupReport) => Measured, published: (figures: ReportedFigures) => number, rising: boolean): Dot[] => {
    const rows = groups.map((group, i): Dot => {
      const figures = reported ? reportedFor(group) : undefined
      return {
        label: group.label,
        shown: shownOf(of(group)),
        tasks: group.tasks,
        sessions: group.sessions,
        color: seriesColor(i),
        href: hrefOf(group),
        reported: figures && published(figures),
      }
    })
    const drawn = ({ shown: { display } }: Dot) => display === 'full' || display === 'grey'
    rows.sort((a, b) => Number(drawn(b)) - Number(drawn(a)) || (rising ? 1 : -1) * (a.shown.value - b.shown.value))
    if (!reported) return rows
    const matched = new Set(groups.map((group) => reportedFor(group)?.master))
    const others = REPORTED.filter(({ master }) => !matched.has(master))
    return [
      ...rows,
      ...others.map(
        (figures): Dot => ({
          label: figures.master,
          shown: { display: 'none', value: 0, low: 0, high: 0, words: '' },
          tasks: 0,
          sessions: 0,
          color: 'var(--unknown)',
          href: undefined,
          reported: published(figures),
          onlyReported: true,
        }),
      ),
    ]
  }
  const rates = dots(
    (group) => group.overwriteRate,
    (figures) => figures.overwriteRate,
    true,
  )
  const completions = dots(
    (group) => group.completion,
    (figures) => figures.completion,
    false,
  )
  const slopes = groups.map(
    (group, i): Slope => ({
      label: group.label,
      color: seriesColor(i),
      href: hrefOf(group),
      before: shownOf(group.failedBefore),
      after: shownOf(group.failedAfter),
      pairs: isEstimate(group.failedBefore) ? group.failedBefore.n : 0,
    }),
  )
  const overlay = reported ? ` Hollow diamonds: ${REPORTED_LABEL}; they are not data of yours.` : ''
  return (
    <div className="grid lg:grid-cols-2">
      <ChartCard
        id="overwrite-rate"
        title={`Overwrite rate within the first ${answer.options.k} steps`}
        says="Share of delegated tasks that the master cut short. Lower is better delegation."
        sentences={headFirst(answer.overwrite.sentences, answer.overwrite.contrasts)}
        howToRead={`The dot is the estimate, the line its 95 % interval: were sessions like these recorded again and again, 95 of 100 such lines would hold the true rate. Only tasks that the master could have stepped into count. Overlapping lines do not mean equal; the words and the table say which differences are shown. Grey: fewer than 30 tasks.${overlay}`}
        footer={`${base} · clock: steps · of tasks the master could step into · ${rest} · ${methodOf(groups.map((group) => group.overwriteRate))}`}
        twin={shareTwin(groups, (group) => group.overwriteRate, answer.overwrite.contrasts)}
      >
        <DotChart dots={rates} narrow={narrow} />
      </ChartCard>
      <ChartCard
        id="tokens-before-interruption"
        title="Tokens before interruption"
        says={
          kind === 'pace'
            ? 'Kaplan–Meier: share not interrupted after n sub-agent tokens, if work went on. Ticks: tasks not watched to their end.'
            : 'Cumulative incidence: share of all tasks cut short by n sub-agent tokens.'
        }
        sentences={answer.pace.sentences}
        howToRead={
          kind === 'pace'
            ? 'A curve that falls fast: masters step in early. Tasks that ended otherwise leave the picture when they end, so this is the pace of interruption, not the share of tasks interrupted; that is the other view. The band is the 95 % interval at each point. A curve begins when ten tasks are watched at once and stops where fewer than ten are left.'
            : 'How many of all tasks had been cut short by then; the others completed, failed, or went on. The band is the 95 % interval at each point, clustered by session.'
        }
        footer={`${base}${early} · clock: output tokens of the sub-agent · of tasks the master could step into · ${rest} · ${kind === 'pace' ? 'Kaplan–Meier, log-log limits' : 'Aalen–Johansen, clustered by session'}`}
        twin={paceTwin(groups)}
        extra={
          <>
            <SmallButton pressed={kind === 'pace'} onClick={() => setKind('pace')}>
              Pace
            </SmallButton>
            <SmallButton pressed={kind === 'incidence'} onClick={() => setKind('incidence')}>
              Incidence
            </SmallButton>
          </>
        }
      >
        <CurveChart groups={groups} kind={kind} hrefOf={hrefOf} narrow={narrow} />
        <RiskTable report={answer} groups={groups} />
      </ChartCard>
      <ChartCard
        id="autonomous-completion"
        title="Autonomous completion"
        says="Share of tasks finished without the master having cut them short."
        sentences={headFirst(answer.completion.sentences, answer.completion.contrasts)}
        howToRead={`As above, for tasks that reached completion first. Cut short and completed do not add up to 100 %: some fail, some are stopped by people, some are still open. The table has all of them.${overlay}`}
        footer={`${base} · of tasks the master could step into · ${rest} · ${methodOf(groups.map((group) => group.completion))}`}
        twin={dispositionTwin(groups, answer.completion.contrasts)}
      >
        <DotChart dots={completions} narrow={narrow} />
      </ChartCard>
      <ChartCard
        id="rewriting"
        title="Did rewriting help?"
        says="Share failing their checks: the sub-agent’s original → the master’s rewrite, same tasks."
        sentences={answer.rewriting.sentences}
        howToRead="A rising line: rewritten work failed more often than what it replaced. Only overwritten tasks count whose same check ran before and after, so this is not a sample of all work. Whether it is more than chance is tested on the pairs (McNemar; signs of sessions flipped where tasks share sessions)."
        footer={`${base} · of overwritten tasks with the same check before and after · ${rest} · shares: Wilson, clustered; difference: paired`}
        twin={rewritingTwin(groups)}
      >
        <SlopeChart slopes={slopes} narrow={narrow} />
      </ChartCard>
    </div>
  )
}

/** What can be told apart is worth more than one group's figure: it comes first. */
function headFirst(sentences: string[], contrasts: Contrast[]): string[] {
  if (contrasts.length === 0) return sentences
  const head = sentences.findIndex((sentence) => / above .* by /.test(sentence) || sentence.startsWith('At this n'))
  return head <= 0 ? sentences : [sentences[head] as string, ...sentences.filter((_, i) => i !== head)]
}

function methodOf(measured: Measured[]): string {
  return measured.find(isEstimate)?.method ?? 'nothing measurable'
}

function shareTwin(groups: GroupReport[], of: (group: GroupReport) => Measured, contrasts: Contrast[]): TableTwin {
  return {
    heads: ['Group', 'Rate', '95 % interval', 'Events', 'At risk', 'Tasks', 'Sessions', 'Shown to differ from (Holm < .05)'],
    rows: groups.map((group) => {
      const measured = of(group)
      const shown = shownOf(measured)
      return [
        group.label,
        shown.words,
        rangeOf(shown),
        isEstimate(measured) ? String(measured.events ?? '–') : '–',
        isEstimate(measured) ? String(measured.n) : '–',
        formatCount(group.tasks),
        formatCount(group.sessions),
        apartFrom(group.label, contrasts),
      ]
    }),
  }
}

function apartFrom(label: string, contrasts: Contrast[]): string {
  const others = contrasts.filter(({ first, second, holm }) => holm < 0.05 && (first === label || second === label))
  return others.map(({ first, second }) => (first === label ? second : first)).join(', ') || 'none'
}

function paceTwin(groups: GroupReport[]): TableTwin {
  return {
    heads: ['Group', 'Median tokens', '95 % interval', 'Restricted mean', 'up to', 'watched from', 'ended before', 'Tasks', 'Sessions'],
    rows: groups.map(({ label, pace, restricted, tasks, sessions, watchedFrom, endedBefore }) => {
      const median = 'reason' in pace ? undefined : pace.median
      const known = isEstimate(restricted)
      return [
        label,
        'reason' in pace
          ? 'not measurable here'
          : (median?.value ?? undefined) === undefined
            ? `> ${formatCount(Math.round(pace.watchedUntil))}`
            : formatCount(Math.round(median?.value ?? 0)),
        median ? `${median.low ?? '–'} to ${median.high ?? 'not reached'}` : '–',
        known ? `${formatCount(Math.round(restricted.value))} (${Math.round(restricted.low ?? 0)}–${Math.round(restricted.high ?? 0)})` : '–',
        restricted.tau ? formatCount(Math.round(restricted.tau)) : '–',
        formatCount(watchedFrom),
        formatCount(endedBefore),
        formatCount(tasks),
        formatCount(sessions),
      ]
    }),
  }
}

function dispositionTwin(groups: GroupReport[], contrasts: Contrast[]): TableTwin {
  return {
    heads: ['Group', 'Completed', '95 % interval', 'Begun', 'cut short', 'completed', 'failed', 'open', 'stopped', 'Shown to differ from (Holm < .05)'],
    rows: groups.map((group) => {
      const shown = shownOf(group.completion)
      const { n, cutShort, completed, failed, open, stopped } = group.disposition
      const share = (count: number) => (n === 0 ? '–' : n < 10 ? String(count) : `${count} (${formatPercent(count / n)})`)
      return [
        group.label,
        shown.words,
        rangeOf(shown),
        String(n),
        ...[cutShort, completed, failed, open, stopped].map(share),
        apartFrom(group.label, contrasts),
      ]
    }),
  }
}

function rewritingTwin(groups: GroupReport[]): TableTwin {
  return {
    heads: ['Group', 'Failed before', 'Failed after', 'Pairs', 'Harmed', 'Repaired', 'Net value', '95 % interval', 'p', 'Known of rewrites'],
    rows: groups.map(({ label, rewriting, failedBefore, failedAfter }) => {
      if ('reason' in rewriting) return [label, rewriting.reason, '', '', '', '', '', '', '', '']
      const { net, harmed, repaired, p, coverage } = rewriting
      const tested = net.display !== 'counts' && typeof net.low === 'number' && typeof net.high === 'number'
      return [
        label,
        shownOf(failedBefore).words,
        shownOf(failedAfter).words,
        String(net.n),
        String(harmed),
        String(repaired),
        tested ? `${signed(net.value)} pts` : '–',
        tested ? `${signed(net.low ?? 0)} to ${signed(net.high ?? 0)}` : 'too few',
        tested ? p.toFixed(3) : '–',
        `${coverage.known} of ${coverage.rewrites}`,
      ]
    }),
  }
}

function signed(share: number): string {
  const value = Math.round(share * 100)
  return value < 0 ? `−${-value}` : `+${value}`
}
