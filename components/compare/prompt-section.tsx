'use client'

import { useState } from 'react'
import { formatCount, plural } from '@/components/text/count'
import { MARGIN, RELEASE_MARGIN } from '@/lib/core/metrics/compare'
import { isEstimate } from '@/lib/core/metrics/estimate'
import type { PromptRow } from '@/lib/core/metrics/prompt-effect'
import { ChartCard, SmallButton } from './charts/chart-card'
import { pointsAxis, type Row, RowsChart } from './charts/rows-chart'
import { type Slope, SlopeChart, slopeWords } from './charts/slope-chart'
import type { ChartContext } from './context'
import type { Change } from './controls'
import { type Shown, seriesColor, shownOf, signed } from './figures'
import { Note } from './note'
import { promptTwin } from './twins'

const VERDICTS = { equivalent: 'no effect', different: 'differs', different_but_small: 'differs a little', undecided: 'undecided' } as const
const ALL = 'all masters'

/** Whether the prompt changes anything: shown to, shown not to, or not known. */
export function PromptSection({ context, change }: { context: ChartContext; change: Change | undefined }) {
  const { details, narrow, base, rest, answer, query } = context
  const [chosen, setChosen] = useState<string>()
  if (!details) return null
  const { prompt } = details
  if (prompt.baseline === undefined) return <NoPrompts names={prompt.variants.map(({ name }) => name)} />
  const compared = [...new Set(prompt.rows.map(({ variant }) => variant))]
  const variant = compared.find((name) => name === chosen) ?? compared[0] ?? ''
  const what = `cut short within ${prompt.k} ${prompt.phases === 'any' ? 'opportunities, in any phase' : 'steps'}`
  const points = Math.round(prompt.margin * 100)
  const colorOf = (master: string | undefined) =>
    master === undefined ? 'var(--text)' : seriesColor(answer.groups.findIndex(({ values }) => values[0] === master))
  const rows = prompt.rows.map((row, i) =>
    differenceRow(row, compared.length > 1, context.query.by === 'masterModel' ? colorOf(row.master) : 'var(--text)', prompt.sentences[i] ?? ''),
  )
  const slopes = prompt.rows
    .filter((row) => row.variant === variant)
    .map((row): Slope => {
      const [before, after] = [shownOf(row.baseline), shownOf(row.changed)]
      const size = `n ${sizeOf(row.baseline)}, ${sizeOf(row.changed)}`
      const label = row.master ?? ALL
      return {
        label,
        color: query.by === 'masterModel' ? colorOf(row.master) : 'var(--text)',
        href: undefined,
        before,
        after,
        size,
        words: slopeWords({ label, before, after }, [`with ${prompt.baseline}`, `with ${variant}`], size),
      }
    })
  const footer = `${base}${prompt.unnamed > 0 ? ` · ${formatCount(prompt.unnamed)} tasks without a named prompt left out` : ''} · ${rest}`
  return (
    <>
      <ChartCard
        id="prompt-effect"
        title={`What the prompt changes, against ${prompt.baseline}`}
        says={`Points more or fewer of tasks ${what}. Shaded: differences under ${points} points, which count as none.`}
        sentences={prompt.sentences}
        howToRead={`“Not significant” is not “no effect”. The line is a 90 % interval: wholly inside the shade, the prompt makes no difference worth ${points} points (two one-sided tests at 5 %); clear of zero, it makes one; neither, it is undecided and more sessions are needed. “All masters” compares each master with itself, so that a prompt tried more with one master is not mistaken for that master. Verdicts of single masters are adjusted for their number (Holm). Set the margin before looking: ten points to say “no effect”, five for a release.`}
        footer={`${footer} · two one-sided tests, clustered by session; margin ±${points}`}
        twin={promptTwin(prompt)}
        extra={
          change &&
          [MARGIN, RELEASE_MARGIN].map((margin) => (
            <SmallButton key={margin} pressed={prompt.margin === margin} label={`Margin of ${margin * 100} points`} onClick={() => change({ margin })}>
              ±{margin * 100}
            </SmallButton>
          ))
        }
      >
        <RowsChart
          rows={rows}
          axis={pointsAxis(rows, prompt.margin * 1.5)}
          narrow={narrow}
          height={240}
          reference={{ at: 0, words: 'no change' }}
          band={{ low: -prompt.margin, high: prompt.margin }}
        />
      </ChartCard>
      <ChartCard
        id="prompt-slopes"
        title={`From ${prompt.baseline} to ${variant}`}
        says={`Share of tasks ${what}, under one prompt and the other.`}
        sentences={slopes.map(({ words }) => `${words}.`)}
        howToRead="A falling line: with the second prompt fewer tasks are cut short. Upright lines are 95 % intervals, set side by side. Sessions are not paired here: what is compared is two sets of sessions, and only assigning prompts at random makes the prompt the only difference between them."
        footer={`${footer} · intervals: Wilson at the effective size, clustered by session`}
        twin={promptTwin({ ...prompt, rows: prompt.rows.filter((row) => row.variant === variant) })}
        extra={
          compared.length > 1 &&
          compared.map((name) => (
            <SmallButton key={name} pressed={name === variant} onClick={() => setChosen(name)}>
              {name}
            </SmallButton>
          ))
        }
      >
        <SlopeChart
          slopes={slopes}
          ends={[prompt.baseline, variant]}
          narrow={narrow}
          nothing="No master has ten tasks in five sessions under both prompts. The table says what there is."
        />
      </ChartCard>
    </>
  )
}

function sizeOf(measured: PromptRow['baseline']): string {
  return isEstimate(measured) ? formatCount(measured.n) : '0'
}

function differenceRow({ variant, master, baseline, changed, test }: PromptRow, several: boolean, color: string, words: string): Row {
  const shown: Shown = test
    ? {
        display: test.verdictAdjusted === 'undecided' ? 'grey' : 'full',
        value: test.difference,
        low: test.interval.low,
        high: test.interval.high,
        words: signed(test.difference),
      }
    : { display: 'counts', value: 0, low: 0, high: 0, words: 'too few' }
  return {
    label: `${several ? `${variant} · ` : ''}${master ?? ALL}`,
    color,
    href: undefined,
    marks: [{ shape: 'dot', shown }],
    size: test ? VERDICTS[test.verdictAdjusted] : `n ${sizeOf(baseline)}, ${sizeOf(changed)}`,
    sizeShort: test ? VERDICTS[test.verdictAdjusted].replace('differs a little', 'little') : 'few',
    words: words.replace(/\.$/, ''),
  }
}

function NoPrompts({ names }: { names: string[] }) {
  const [only] = names
  return (
    <Note>
      {only === undefined
        ? 'No session in this choice names its prompt. '
        : `${plural(names.length, 'prompt variant')} in this choice: “${only}”. It takes two to compare. `}
      Send <code className="text-text">promptVariant</code> with <code className="text-text">session.started</code> (or import with it), record some sessions
      under each, and this place says whether the prompt changes what the master does, shows that it does not, or says that it is too early to tell.
    </Note>
  )
}
