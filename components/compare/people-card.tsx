'use client'

import { formatCount, plural } from '@/components/text/count'
import type { Appropriateness } from '@/lib/core/metrics/appropriateness'
import { isEstimate } from '@/lib/core/metrics/estimate'
import { ChartCard } from './charts/chart-card'
import { type Row, RowsChart, shareAxis } from './charts/rows-chart'
import type { ChartContext } from './context'
import { isDrawn, rangeOf, shownOf } from './figures'
import type { TableTwin } from './plain-table'

/** Whether anybody has said anything of an intervention in these groups. */
export function anyoneJudged({ groups }: ChartContext): boolean {
  return groups.some(({ details }) => details !== undefined && saidOf(details.appropriate) > 0)
}

/** What people said of the interventions, where checks cannot tell, and beside what checks tell: levels are never mixed into one rate. */
export function PeopleCard({ context }: { context: ChartContext }) {
  const { groups, narrow, base, rest } = context
  const judged = groups.flatMap(({ report, details, color, href }) =>
    details && saidOf(details.appropriate) > 0 ? [{ label: report.label, said: details.appropriate, color, href }] : [],
  )
  const rows = judged.map(({ label, said, color, href }): Row => {
    const shown = shownOf(said.justified)
    return {
      label,
      color,
      href,
      marks: [
        { shape: 'dot', shown: isDrawn(shown) ? shown : { ...shown, words: isEstimate(said.justified) ? shown.words : 'no two agree, or nobody could tell' } },
      ],
      size: `${said.judged} judged`,
      sizeShort: `n ${said.judged}`,
      words: wordsOf(label, said),
    }
  })
  return (
    <ChartCard
      id="people"
      title="Was it right, by people’s word?"
      says="Of the interventions that people judged one way or the other: the share they called justified. The rest did harm by their word."
      sentences={rows.map(({ words }) => `${words}.`)}
      howToRead="On the page Review people see both texts in random order and without names, and say which is better; in a session they judge with J, U and N. Where several judged, it counts only if those who could tell agree: what is disputed counts for neither side, and “can’t tell” is no verdict. These are the interventions that somebody judged, not a sample of all unless Review was worked through from its beginning."
      footer={`${base} · of headline interventions that were judged · ${rest} · Wilson, clustered by session`}
      twin={twinOf(judged)}
      wide
    >
      <RowsChart rows={rows} axis={shareAxis(rows)} narrow={narrow} height={120} />
    </ChartCard>
  )
}

function saidOf({ judged, disagreed, unsure }: Appropriateness): number {
  return judged + disagreed + unsure
}

function wordsOf(label: string, { justified, judged, disagreed, unsure, unjudged }: Appropriateness): string {
  const shown = shownOf(justified)
  const right = isEstimate(justified) ? (justified.events ?? Math.round(justified.value * justified.n)) : 0
  const rest = [
    ...(disagreed > 0 ? [`${formatCount(disagreed)} disputed`] : []),
    ...(unsure > 0 ? [`${formatCount(unsure)} nobody could tell`] : []),
    ...(unjudged > 0 ? [`${formatCount(unjudged)} not judged`] : []),
  ]
  const head =
    judged === 0
      ? `${label}: nothing is decided`
      : `${label}: ${formatCount(right)} of ${plural(judged, 'intervention')} justified, ${formatCount(judged - right)} not`
  return `${head}${isDrawn(shown) ? ` (${shown.words}, ${rangeOf(shown)} %)` : ''}${rest.length > 0 ? `; ${rest.join(', ')}` : ''}`
}

function twinOf(rows: readonly { label: string; said: Appropriateness }[]): TableTwin {
  return {
    heads: ['Group', 'Justified', '95 % interval', 'Judged one way', 'Disputed', 'Nobody could tell', 'Not judged'],
    rows: rows.map(({ label, said }) => {
      const shown = shownOf(said.justified)
      return [
        label,
        isEstimate(said.justified) ? shown.words : '–',
        isDrawn(shown) ? rangeOf(shown) : '–',
        ...[said.judged, said.disagreed, said.unsure, said.unjudged].map(formatCount),
      ]
    }),
  }
}
