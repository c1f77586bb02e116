'use client'

import { useState } from 'react'
import { formatCount, formatPercent } from '@/components/text/count'
import type { Contrast } from '@/lib/core/metrics/compare'
import type { Measured } from '@/lib/core/metrics/estimate'
import { REPORTED, REPORTED_LABEL, type ReportedFigures } from '@/lib/core/metrics/reported'
import { ChartCard, SmallButton } from './charts/chart-card'
import { CurveChart, type CurveKind } from './charts/curve-chart'
import { pairLabel } from './charts/labels'
import { pointsAxis, type Row, type RowMark, RowsChart, shareAxis } from './charts/rows-chart'
import { type PartLook, StackChart, type StackRow } from './charts/stack-chart'
import { type ChartContext, methodOf, sizesOf } from './context'
import { isDrawn, reportedFor, type Shown, seriesColor, shownOf, signed } from './figures'
import { StepInsCard } from './step-ins-card'
import { completionTwin, contrastTwin, dispositionTwin, END_NAMES, ENDS, incidenceTwin, paceTwin, pOf, shareTwin } from './twins'

/** Which master lets its agents work, and how soon the others step in. */
export function WorkSection({ context, reported }: { context: ChartContext; reported: boolean }) {
  const { answer, narrow, base, rest } = context
  const { k } = answer.options
  const groups = context.groups.map(({ report }) => report)
  const [kind, setKind] = useState<CurveKind>('pace')
  const overlay = reported ? ` Hollow diamonds: ${REPORTED_LABEL}; they are not data of yours.` : ''
  const gray = context.details?.incidenceTest
  const endedBefore = groups.reduce((sum, group) => sum + group.endedBefore, 0)
  const early = endedBefore > 0 ? ` · ${formatCount(endedBefore)} ended before ten were watched, left out` : ''
  const rates = rowsOf(
    context,
    reported,
    true,
    (group) => [
      { shape: 'dot', shown: shownOf(group.overwriteRate) },
      { shape: 'ring', shown: shownOf(group.overwriteRateAny), what: context.narrow ? 'any phase' : 'in any phase' },
    ],
    (figures) => figures.overwriteRate,
  )
  const completions = rowsOf(
    context,
    reported,
    false,
    (group) => [{ shape: 'dot', shown: shownOf(group.completion) }],
    (figures) => figures.completion,
  )
  const pooled = context.details && shownOf(context.details.pooled.overwriteRate)
  return (
    <>
      <ChartCard
        id="overwrite-rate"
        title={`Overwrite rate within the first ${k} steps`}
        says="Share of delegated tasks that the master cut short: filled, before they were complete; hollow, in any phase. Lower is better delegation."
        sentences={headFirst(answer.overwrite.sentences, answer.overwrite.contrasts)}
        howToRead={`The dot is the estimate, the line its 95 % interval: were sessions like these recorded again and again, 95 of 100 such lines would hold the true rate. Only tasks that the master could have stepped into count; where a call blocks the master there are none, and the filled figure is not measurable. The hollow one goes on counting until the work is accepted. Overlapping lines do not mean equal; the words and the table say which differences are shown. Grey: fewer than 30 tasks.${overlay}`}
        footer={`${base} · clock: steps; in any phase: the master’s opportunities · of tasks the master could step into · ${rest} · ${methodOf(groups.flatMap((group) => [group.overwriteRate, group.overwriteRateAny]))}`}
        twin={shareTwin(groups, answer.overwrite.contrasts)}
      >
        <RowsChart
          rows={rates}
          axis={shareAxis(rates)}
          narrow={narrow}
          height={290}
          reference={pooled && isDrawn(pooled) && groups.length > 1 ? { at: pooled.value, words: `all ${pooled.words}` } : undefined}
        />
      </ChartCard>
      <ChartCard
        id="tokens-before-interruption"
        title="Tokens before interruption"
        says={
          kind === 'pace'
            ? 'Kaplan–Meier: share not interrupted after n sub-agent tokens, if work went on. Ticks: tasks not watched to their end.'
            : 'Cumulative incidence: share of all tasks cut short by n sub-agent tokens.'
        }
        sentences={kind === 'pace' || !gray ? headFirst(answer.pace.sentences, []) : [gray.says, ...groups.map(saysIncidence)]}
        howToRead={
          kind === 'pace'
            ? 'A curve that falls fast: masters step in early. Tasks that ended otherwise leave the picture when they end, so this is the pace of interruption, not the share of tasks interrupted; that is the other view. The band is the 95 % interval at each point. A curve begins when ten tasks are watched at once and stops where fewer than ten are left; a median that is not reached by then is only known to be greater. Numbers at risk can rise along the axis: a task comes under watch when its master first has a turn, which can be after its first tokens. Below the axis, at each time: tasks at risk (cut short so far · end not known).'
            : 'How many of all tasks had been cut short by then; the others completed, failed, or went on. Gray’s test says whether the curves as wholes differ by more than chance: it is in the sentence, pair by pair in the table and under “More” below. It looks at all times at once, so curves that cross can pass it. The band is the 95 % interval at each point, clustered by session. Below the axis, at each time: tasks at risk (cut short so far · end not known).'
        }
        footer={`${base}${early} · clock: output tokens of the sub-agent · of tasks the master could step into · ${rest} · ${kind === 'pace' ? 'Kaplan–Meier, log-log limits' : `Aalen–Johansen, clustered by session${gray ? `; Gray’s test on ${gray.curves} curves${gray.from > 0 ? ` from ${formatCount(gray.from)} tokens on` : ''}` : ''}`}`}
        twin={kind === 'pace' ? paceTwin(groups, answer.pace.riskTable) : incidenceTwin(groups, answer.pace.riskTable, gray)}
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
        <CurveChart groups={groups} kind={kind} riskTable={answer.pace.riskTable} hrefOf={context.hrefOf} narrow={narrow} />
      </ChartCard>
      <ChartCard
        id="autonomous-completion"
        title="Autonomous completion"
        says="Share of tasks finished without the master having cut them short."
        sentences={headFirst(answer.completion.sentences, answer.completion.contrasts)}
        howToRead={`As above, for tasks that reached completion first. Cut short and completed do not add up to 100 %: some fail, some are stopped by people, some are still open; the chart beside has all of them.${overlay}`}
        footer={`${base} · of tasks the master could step into · ${rest} · ${methodOf(groups.map((group) => group.completion))}`}
        twin={completionTwin(groups, answer.completion.contrasts)}
      >
        <RowsChart rows={completions} axis={shareAxis(completions)} narrow={narrow} height={250} />
      </ChartCard>
      <Dispositions context={context} />
      <StepInsCard context={context} />
      {answer.overwrite.contrasts.length > 0 && <Differences context={context} />}
    </>
  )
}

function rowsOf(
  { groups, answer }: ChartContext,
  reported: boolean,
  rising: boolean,
  marksOf: (group: ChartContext['groups'][number]['report']) => RowMark[],
  published: (figures: ReportedFigures) => number,
): Row[] {
  const rows = groups.map(({ report, color, href }) => {
    const figures = reported ? reportedFor(report) : undefined
    const marks = marksOf(report)
    return { label: report.label, color, href, marks, ...sizesOf(report), reported: figures && published(figures), words: wordsOf(report.label, marks, report) }
  })
  // of those that say nothing the largest first, as they came; those without a name last
  const nameless = new Set(
    groups.filter(({ report }) => report.values.some((value) => value === undefined || value === null)).map(({ report }) => report.label),
  )
  rows.sort((a, b) => rankOf(b) - rankOf(a) || (rising ? 1 : -1) * (leadOf(a) - leadOf(b)) || Number(nameless.has(a.label)) - Number(nameless.has(b.label)))
  if (!reported) return rows
  const matched = new Set(answer.groups.map((group) => reportedFor(group)?.master))
  const others = REPORTED.filter(({ master }) => !matched.has(master)).map(
    (figures): Row => ({
      label: figures.master,
      color: 'var(--unknown)',
      href: undefined,
      marks: [],
      size: 'reported, no n',
      sizeShort: 'no n',
      words: `${figures.master}: ${formatPercent(published(figures))}, ${REPORTED_LABEL}`,
      reported: published(figures),
      onlyReported: true,
    }),
  )
  return [...rows, ...others]
}

/** 3: its first figure can be drawn; 2: another; 1: there are counts; 0: nothing. */
function rankOf({ marks }: Row): number {
  const first = marks.findIndex(({ shown }) => isDrawn(shown))
  return first === 0 ? 3 : first > 0 ? 2 : marks.some(({ shown }) => shown.display === 'counts') ? 1 : 0
}

function leadOf({ marks }: Row): number {
  return marks.find(({ shown }) => isDrawn(shown))?.shown.value ?? 0
}

function wordsOf(label: string, marks: readonly RowMark[], { tasks, sessions }: { tasks: number; sessions: number }): string {
  const say = ({ shown, what }: RowMark) =>
    `${shown.words}${isDrawn(shown) ? `, ${Math.round(shown.low * 100)} to ${Math.round(shown.high * 100)} %` : ''}${what ? ` ${what}` : ''}`
  return `${label}: ${marks.map(say).join('; ')}; ${formatCount(tasks)} tasks in ${formatCount(sessions)} sessions`
}

function saysIncidence(group: ChartContext['groups'][number]['report']): string {
  const { label, incidence, incidenceBand, trustedUntil, tasks, endedBefore } = group
  if ('reason' in incidence) return `${label}: ${incidence.reason}`
  if (typeof trustedUntil !== 'number') return `${label}: fewer than ten tasks are watched at once.`
  const last = incidence.findLast(({ t }) => t <= trustedUntil)
  const band = incidenceBand.findLast(({ t }) => t <= trustedUntil)
  const limits = typeof band?.low === 'number' && typeof band.high === 'number' ? `, ${Math.round(band.low * 100)} to ${Math.round(band.high * 100)} %` : ''
  return `${label}: ${formatPercent(last?.cutShort ?? 0)} of ${formatCount(tasks - endedBefore)} tasks cut short by ${formatCount(Math.round(trustedUntil))} tokens${limits}.`
}

/** What can be told apart is worth more than one group's figure: it comes first. */
function headFirst(sentences: string[], contrasts: Contrast[]): string[] {
  const head = sentences.findIndex((sentence) =>
    contrasts.length > 0 ? / above .* by /.test(sentence) || sentence.startsWith('At this n') : / of \d|\d %|\d tokens/.test(sentence),
  )
  return head <= 0 ? sentences : [sentences[head] as string, ...sentences.filter((_, i) => i !== head)]
}

const LOOKS: Record<(typeof ENDS)[number], Omit<PartLook, 'name'>> = {
  cutShort: { fill: 'var(--destroyed)', ink: 'var(--bg)' },
  failed: { fill: 'var(--text)', ink: 'var(--bg)' },
  stopped: { fill: 'var(--unknown)', ink: 'var(--bg)', striped: true },
  open: { fill: 'var(--unknown)', ink: 'var(--bg)' },
  completed: { fill: 'var(--accepted)', ink: 'var(--bg)' },
}

function Dispositions({ context }: { context: ChartContext }) {
  const { groups, narrow, base, rest } = context
  const rows = groups.map(({ report, details, href }): StackRow => {
    const { disposition: ends, label, disposed } = report
    const { n } = ends
    const said = ENDS.filter((end) => ends[end] > 0).map((end) => `${ends[end]} ${END_NAMES[end]}`)
    return {
      label,
      href,
      parts: ENDS.map((end) => ({ name: END_NAMES[end], share: n > 0 ? ends[end] / n : 0, says: String(ends[end]) })),
      size: `n ${formatCount(n)} begun`,
      sizeShort: `n ${formatCount(n)}`,
      first: details && limitsOf(details.disposition.cutShort),
      last: details && limitsOf(details.disposition.completed),
      instead: n < 10 ? (n === 0 ? 'none was begun' : said.join(', ')) : undefined,
      words: `${label}: ${disposed}`,
    }
  })
  const cutOf = ({ parts, instead }: StackRow) => (instead === undefined ? (parts[0]?.share ?? 0) : 2)
  rows.sort((a, b) => cutOf(a) - cutOf(b))
  return (
    <ChartCard
      id="dispositions"
      title="What became of the tasks"
      says="Every task that was begun, by what ended it first: each strip is 100 %."
      sentences={groups.map(({ report }) => `${report.label}: ${report.disposed}`)}
      howToRead="From the left, what a master cut short; from the right, what was completed without it. The brackets are the 95 % intervals of these two. Unlike the rates above, the strip holds all tasks that were begun, also those that no master could have stepped into. With fewer than ten tasks there are counts and no strip."
      footer={`${base} · of all tasks that were begun · ${rest} · intervals: Wilson, clustered by session`}
      twin={dispositionTwin(groups)}
    >
      <StackChart rows={rows} looks={ENDS.map((end) => ({ name: END_NAMES[end], ...LOOKS[end] }))} narrow={narrow} height={230} />
    </ChartCard>
  )
}

function limitsOf(measured: Measured): { low: number; high: number } | undefined {
  const shown = shownOf(measured)
  return isDrawn(shown) ? { low: shown.low, high: shown.high } : undefined
}

const MOST_PAIRS = 12

/** All pairs, the clearest first: what replaces a matrix of stars. */
function Differences({ context }: { context: ChartContext }) {
  const { answer, narrow, base, rest } = context
  const all = [...answer.overwrite.contrasts].sort((a, b) => a.p - b.p)
  const rows = all.slice(0, MOST_PAIRS).map((contrast): Row => {
    const { first, second, difference, low, high, holm, q } = contrast
    const shown: Shown = { display: holm < 0.05 ? 'full' : 'grey', value: difference, low, high, words: signed(difference) }
    const at = answer.groups.findIndex(({ label }) => label === (difference > 0 ? first : second))
    return {
      label: pairLabel(first, second, narrow),
      color: seriesColor(at),
      href: undefined,
      marks: [{ shape: 'dot', shown }],
      size: `p ${pOf(holm)} (Holm)`,
      sizeShort: `p ${pOf(holm)}`,
      words: `${first} minus ${second}: ${signed(difference)} points, ${signed(low)} to ${signed(high)}; p ${pOf(holm)} after Holm, q ${pOf(q)}`,
    }
  })
  const shownToDiffer = all.filter(({ holm }) => holm < 0.05)
  const sentence =
    shownToDiffer.length === 0
      ? `None of ${all.length} pairs differs by more than chance allows.`
      : `${shownToDiffer.length} of ${all.length} ${all.length === 1 ? 'pair differs' : 'pairs differ'} by more than chance: ${shownToDiffer
          .slice(0, 4)
          .map(({ first, second, difference }) => `${first} − ${second} ${signed(difference)} points`)
          .join('; ')}.`
  return (
    <ChartCard
      id="differences"
      title="Which differences are shown"
      says={`First minus second, in points of the overwrite rate within ${answer.options.k} steps. Grey: can be chance.`}
      sentences={[sentence, ...rows.map(({ words }) => `${words}.`)]}
      howToRead="A line that stays clear of zero and is not grey: the two differ, after every pair on this page has been counted (Holm). The interval is each pair’s own, so it can clear zero while the adjusted test does not. The table adds q (Benjamini–Hochberg) for looking around, and the smallest difference that these numbers could have shown."
      footer={`${base}${all.length > MOST_PAIRS ? ` · ${MOST_PAIRS} clearest of ${all.length} pairs` : ''} · ${rest} · Newcombe intervals from clustered limits; ${all[0]?.test ?? ''}`}
      twin={contrastTwin(all)}
      wide
    >
      <RowsChart
        rows={rows}
        axis={pointsAxis(rows)}
        narrow={narrow}
        reference={{ at: 0, words: 'no difference' }}
        left={narrow ? 128 : 330}
        right={narrow ? 66 : 122}
      />
    </ChartCard>
  )
}
