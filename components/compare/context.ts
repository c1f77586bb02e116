import { formatCount, plural } from '@/components/text/count'
import type { CompareAnswer } from '@/lib/core/metrics/compare-protocol'
import type { CompareDetails, GroupDetails } from '@/lib/core/metrics/details'
import { isEstimate, type Measured } from '@/lib/core/metrics/estimate'
import type { GroupReport } from '@/lib/core/metrics/report'
import { MOST_DRAWN, seriesColor } from './figures'
import { type CompareQuery, sessionsBehind } from './query'

/** What every chart of the page needs to know. */
export interface ChartContext {
  answer: CompareAnswer
  /** Undefined: on its way. */
  details: CompareDetails | undefined
  query: CompareQuery
  narrow: boolean
  /** Those that are drawn, in the order of their colours. */
  groups: { report: GroupReport; details: GroupDetails | undefined; color: string; href: string | undefined }[]
  hrefOf(group: { values: readonly (string | undefined | null)[] }): string | undefined
  /** Of the footers: what was counted, and with which parameters. */
  base: string
  rest: string
}

/** `linked`: marks lead to the sessions behind them; a link's page has none. */
export function chartContext(
  answer: CompareAnswer,
  details: CompareDetails | undefined,
  query: CompareQuery,
  { narrow, linked }: { narrow: boolean; linked: boolean },
): ChartContext {
  const hrefOf = ({ values }: { values: readonly (string | undefined | null)[] }) =>
    linked ? sessionsBehind(query, values, answer.simulatedLeftOut > 0) : undefined
  const { theta } = answer.options
  return {
    answer,
    details,
    query,
    narrow,
    groups: answer.groups.slice(0, MOST_DRAWN).map((report, i) => ({
      report,
      details: details?.groups.find(({ label }) => label === report.label),
      color: seriesColor(i),
      href: hrefOf(report),
    })),
    hrefOf,
    base: `${plural(answer.tasks, 'task')} in ${plural(answer.sessions, 'session')}${answer.simulatedTasks > 0 ? ` (${formatCount(answer.simulatedTasks)} simulated)` : ''}`,
    rest: `overwrite below ${theta} · parameters ${answer.parameters}`,
  }
}

export function methodOf(measured: readonly Measured[]): string {
  return measured.find(isEstimate)?.method ?? 'nothing measurable'
}

/** "n 120 · 40 sess.", and shorter. */
export function sizesOf({ tasks, sessions }: Pick<GroupReport, 'tasks' | 'sessions'>): { size: string; sizeShort: string } {
  return { size: `n ${formatCount(tasks)} · ${formatCount(sessions)} sess.`, sizeShort: `n ${formatCount(tasks)}` }
}
