import { formatCount, formatMoney, formatPercent, formatShort } from '@/components/text/count'
import type { Contrast } from '@/lib/core/metrics/compare'
import type { GroupDetails, Point } from '@/lib/core/metrics/details'
import { isEstimate, type Measured, type NotMeasurable } from '@/lib/core/metrics/estimate'
import type { IncidenceTest } from '@/lib/core/metrics/incidence-test'
import type { PromptEffect } from '@/lib/core/metrics/prompt-effect'
import type { GroupReport, RiskColumn } from '@/lib/core/metrics/report'
import { isDrawn, rangeOf, shownOf, signed } from './figures'
import type { TableTwin } from './plain-table'

/** The tables that say what the charts show. */

export function shareTwin(groups: readonly GroupReport[], contrasts: readonly Contrast[]): TableTwin {
  return {
    heads: [
      'Group',
      'Before completion',
      '95 % interval',
      'Events',
      'At risk',
      'In any phase',
      '95 % interval, any',
      'Tasks',
      'Sessions',
      'Shown to differ from (Holm < .05)',
    ],
    rows: groups.map((group) => {
      const measured = group.overwriteRate
      const [shown, any] = [shownOf(measured), shownOf(group.overwriteRateAny)]
      return [
        group.label,
        shown.words,
        rangeOf(shown),
        isEstimate(measured) ? String(measured.events ?? '–') : '–',
        isEstimate(measured) ? String(measured.n) : '–',
        any.words,
        rangeOf(any),
        formatCount(group.tasks),
        formatCount(group.sessions),
        apartFrom(group.label, contrasts),
      ]
    }),
  }
}

export function completionTwin(groups: readonly GroupReport[], contrasts: readonly Contrast[]): TableTwin {
  return {
    heads: ['Group', 'Completed', '95 % interval', 'Tasks', 'Sessions', 'Shown to differ from (Holm < .05)'],
    rows: groups.map((group) => {
      const shown = shownOf(group.completion)
      return [group.label, shown.words, rangeOf(shown), formatCount(group.tasks), formatCount(group.sessions), apartFrom(group.label, contrasts)]
    }),
  }
}

function apartFrom(label: string, contrasts: readonly Pick<Contrast, 'first' | 'second' | 'holm'>[]): string {
  const others = contrasts.filter(({ first, second, holm }) => holm < 0.05 && (first === label || second === label))
  return others.map(({ first, second }) => (first === label ? second : first)).join(', ') || 'none'
}

export function contrastTwin(contrasts: readonly Contrast[]): TableTwin {
  return {
    heads: ['Pair', 'Difference, points', '95 % interval (Newcombe)', 'p', 'p (Holm)', 'q (BH)', 'Test', 'Detectable, points'],
    rows: contrasts.map(({ first, second, difference, low, high, p, holm, q, test, detectable }) => [
      `${first} − ${second}`,
      signed(difference),
      `${signed(low)} to ${signed(high)}`,
      pOf(p),
      pOf(holm),
      pOf(q),
      test,
      detectable === undefined || detectable === null ? '–' : String(Math.round(detectable * 100)),
    ]),
  }
}

export function pOf(p: number): string {
  return p < 0.001 ? '<.001' : p.toFixed(3).replace(/^0/, '')
}

export function paceTwin(groups: readonly GroupReport[], riskTable: readonly RiskColumn[]): TableTwin {
  return {
    heads: [
      'Group',
      'Median tokens',
      '95 % interval',
      'Restricted mean',
      'up to',
      'watched from',
      'ended before',
      'Tasks',
      'Sessions',
      ...riskTable.map(({ t }) => `At risk at ${formatCount(t)} (cut short · not known)`),
    ],
    rows: groups.map(({ label, pace, restricted, tasks, sessions, watchedFrom, endedBefore }, i) => {
      const median = 'reason' in pace ? undefined : pace.median
      const known = isEstimate(restricted)
      return [
        label,
        medianOf(pace),
        median ? `${median.low ?? '–'} to ${median.high ?? 'not reached'}` : '–',
        known ? `${formatCount(Math.round(restricted.value))} (${Math.round(restricted.low ?? 0)}–${Math.round(restricted.high ?? 0)})` : '–',
        restricted.tau ? formatCount(Math.round(restricted.tau)) : '–',
        formatCount(watchedFrom),
        formatCount(endedBefore),
        formatCount(tasks),
        formatCount(sessions),
        ...riskTable.map(({ groups: cells }) => riskOf(cells[i])),
      ]
    }),
  }
}

export function incidenceTwin(groups: readonly GroupReport[], riskTable: readonly RiskColumn[], gray: IncidenceTest | undefined): TableTwin {
  return {
    heads: [
      'Group',
      ...riskTable.map(({ t }) => `Cut short by ${formatCount(t)} tokens`),
      ...riskTable.map(({ t }) => `At risk at ${formatCount(t)}`),
      'Tasks',
      'Sessions',
      'Curve shown to differ from (Gray, Holm < .05)',
    ],
    rows: groups.map(({ label, incidence, incidenceBand, trustedUntil, tasks, sessions }, i) => [
      label,
      ...riskTable.map(({ t }) => {
        if ('reason' in incidence || typeof trustedUntil !== 'number' || t > trustedUntil) return '–'
        const band = incidenceBand.findLast((one) => one.t <= t)
        const share = formatPercent(incidence.findLast((one) => one.t <= t)?.cutShort ?? 0)
        return typeof band?.low === 'number' && typeof band.high === 'number'
          ? `${share} (${Math.round(band.low * 100)}–${Math.round(band.high * 100)})`
          : share
      }),
      ...riskTable.map(({ groups: cells }) => riskOf(cells[i])),
      formatCount(tasks),
      formatCount(sessions),
      gray ? apartFrom(label, gray.pairs) : '–',
    ]),
  }
}

export function riskOf(cell: RiskColumn['groups'][number] | undefined): string {
  return cell ? `${cell.atRisk} (${cell.cutShort}·${cell.censored})` : '–'
}

/** The median, "> 412" where it is not reached, or why there is none. */
export function medianOf(pace: GroupReport['pace']): string {
  if ('reason' in pace) return 'not measurable here'
  const { value } = pace.median
  return value === undefined || value === null ? `> ${formatCount(Math.round(pace.watchedUntil))}` : formatCount(Math.round(value))
}

export const ENDS = ['cutShort', 'failed', 'stopped', 'open', 'completed'] as const
export const END_NAMES: Record<(typeof ENDS)[number], string> = {
  cutShort: 'cut short by a master',
  failed: 'failed',
  stopped: 'stopped by others',
  open: 'left open',
  completed: 'completed',
}

export function dispositionTwin(groups: readonly { report: GroupReport; details: GroupDetails | undefined }[]): TableTwin {
  return {
    heads: ['Group', 'Begun', ...ENDS.map((end) => END_NAMES[end]), 'Never begun', 'What cut them', 'Set off by'],
    rows: groups.map(({ report, details }) => {
      const { n, notStarted } = report.disposition
      return [
        report.label,
        String(n),
        ...ENDS.map((end) => {
          const count = report.disposition[end]
          const share = details && shownOf(details.disposition[end])
          return share && isDrawn(share) ? `${count} · ${share.words} (${rangeOf(share)})` : String(count)
        }),
        String(notStarted),
        details ? countsOf(details.kinds) : '–',
        details ? countsOf(details.triggers) : '–',
      ]
    }),
  }
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts).sort((a, b) => b[1] - a[1])
  return all.map(([name, count]) => `${name.replaceAll('_', ' ')} ${count}`).join(', ') || 'none'
}

export function sweepTwin(groups: readonly GroupDetails[], of: (group: GroupDetails) => Point[] | NotMeasurable, print: (at: number) => string): TableTwin {
  const places = [...new Set(groups.flatMap((group) => [of(group)].flatMap((points) => (Array.isArray(points) ? points.map(({ at }) => at) : []))))].sort(
    (a, b) => a - b,
  )
  return {
    heads: ['Group', ...places.map(print)],
    rows: groups.map((group) => {
      const points = of(group)
      if (!Array.isArray(points)) return [group.label, ...places.map(() => '–')]
      return [
        group.label,
        ...places.map((place) => {
          const point = points.find(({ at }) => at === place)
          if (!point) return '–'
          const known = typeof point.low === 'number' && typeof point.high === 'number'
          return known ? `${formatPercent(point.value)} (${Math.round((point.low ?? 0) * 100)}–${Math.round((point.high ?? 0) * 100)})` : 'too few'
        }),
      ]
    }),
  }
}

export function promptTwin({ rows, baseline, k }: PromptEffect): TableTwin {
  return {
    heads: [
      'Master',
      'Variant',
      `Cut short ≤${k}, ${baseline ?? 'baseline'}`,
      'variant',
      'Difference, points',
      '90 % interval',
      'p (equivalent, Holm)',
      'p (different)',
      'Verdict',
    ],
    rows: rows.map(({ master, variant, baseline: before, changed, test }) => {
      const both = [before, changed].map((measured) => {
        const shown = shownOf(measured)
        return isDrawn(shown) ? `${shown.words} (${rangeOf(shown)})` : shown.words
      })
      if (!test) return [master ?? 'all, each with itself', variant, ...both, '–', '–', '–', '–', 'too few']
      return [
        master ?? 'all, each with itself',
        variant,
        ...both,
        signed(test.difference),
        `${signed(test.interval.low)} to ${signed(test.interval.high)}`,
        pOf(test.holm),
        pOf(test.pDifference),
        test.verdictAdjusted.replaceAll('_', ' '),
      ]
    }),
  }
}

export function rewritingTwin(groups: readonly GroupReport[]): TableTwin {
  return {
    heads: [
      'Group',
      'Failed before',
      'Failed after',
      'Pairs',
      'Harm',
      'Repair',
      'Net value, points',
      '95 % interval',
      'p',
      'Test',
      'Known of rewrites',
      'Net if the unknown were worst, best',
    ],
    rows: groups.map(({ label, rewriting, failedBefore, failedAfter }) => {
      if ('reason' in rewriting) return [label, rewriting.reason, ...Array.from({ length: 10 }, () => '')]
      const { net, harm, repair, harmed, kept, repaired, stillBad, p, test, coverage } = rewriting
      const tested = isDrawn(shownOf(net))
      const part = (measured: Measured, x: number, n: number) => {
        const shown = shownOf(measured)
        return `${x} of ${n}${isDrawn(shown) ? ` · ${shown.words} (${rangeOf(shown)})` : ''}`
      }
      return [
        label,
        shownOf(failedBefore).words,
        shownOf(failedAfter).words,
        String(net.n),
        part(harm, harmed, kept + harmed),
        part(repair, repaired, repaired + stillBad),
        tested ? signed(net.value) : '–',
        tested ? `${signed(net.low ?? 0)} to ${signed(net.high ?? 0)}` : 'too few',
        tested ? pOf(p) : '–',
        test,
        `${coverage.known} of ${coverage.rewrites}`,
        `${signed(coverage.worst)}, ${signed(coverage.best)}`,
      ]
    }),
  }
}

export function discriminationTwin(groups: readonly GroupDetails[]): TableTwin {
  return {
    heads: [
      'Group',
      'Stepped in on bad',
      'Stepped in on good',
      'd′',
      '95 % interval',
      'c',
      '95 % interval of c',
      'Judged by',
      'Interventions people called justified',
    ],
    rows: groups.map(({ label, discrimination: found, appropriate }) => {
      const judged = shownOf(appropriate.justified)
      const people = isEstimate(appropriate.justified) ? judged.words : 'none judged'
      if ('reason' in found) return [label, '–', '–', '–', '–', '–', '–', 'no outcomes', people]
      const { badTouched, bad, goodTouched, good, sensitivity, bias, level } = found
      const limits = ({ low, high }: { low?: number; high?: number }) =>
        typeof low === 'number' && typeof high === 'number' ? `${low.toFixed(2)} to ${high.toFixed(2)}` : '–'
      return [
        label,
        `${badTouched} of ${bad}`,
        `${goodTouched} of ${good}`,
        sensitivity.display === 'counts' ? 'too few' : sensitivity.value.toFixed(2),
        sensitivity.display === 'counts' ? '–' : limits(sensitivity),
        bias.display === 'counts' ? 'too few' : bias.value.toFixed(2),
        bias.display === 'counts' ? '–' : limits(bias),
        level,
        people,
      ]
    }),
  }
}

export function wasteTwin(groups: readonly { report: GroupReport; details: GroupDetails | undefined }[]): TableTwin {
  return {
    heads: [
      'Group',
      'All tokens',
      'Destroyed',
      'Cancelled',
      'Made again',
      'Wasted',
      '95 % interval',
      'Yield',
      '95 % interval',
      'Cost of destroyed',
      'Cost per success',
    ],
    rows: groups.map(({ report, details }) => {
      const { destroyedCost } = report
      const money =
        'reason' in destroyedCost
          ? '–'
          : `${formatMoney(destroyedCost.usd)}${destroyedCost.known < destroyedCost.of ? `, known of ${destroyedCost.known} of ${destroyedCost.of} tasks` : ''}`
      const success = details && isEstimate(details.costPerSuccess) ? formatMoney(details.costPerSuccess.value) : '–'
      const kept = details && shownOf(details.yield)
      const waste = details?.waste
      if (!waste || 'reason' in waste) return [report.label, '–', '–', '–', '–', '–', '–', kept?.words ?? '–', '–', money, success]
      const share = shownOf(waste.share)
      const all = [waste.total, waste.destroyed, waste.cancelled, waste.redone].map((tokens) => formatShort(Math.round(tokens)))
      return [report.label, ...all, share.words, rangeOf(share), kept?.words ?? '–', kept ? rangeOf(kept) : '–', money, success]
    }),
  }
}

export function multiplierTwin(groups: readonly { report: GroupReport; details: GroupDetails | undefined }[]): TableTwin {
  return {
    heads: ['Group', 'Times one agent alone', '95 % interval', 'Sessions'],
    rows: groups.map(({ report, details }) => {
      const measured = details?.multiplier
      if (!measured || !isEstimate(measured)) return [report.label, '–', '–', measured ? 'no baseline' : '–']
      const { value, low, high, note = '' } = measured
      const limits =
        typeof low === 'number' && typeof high === 'number' && measured.display !== 'counts' ? `${low.toPrecision(3)} to ${high.toPrecision(3)}` : '–'
      return [report.label, measured.display === 'counts' ? 'too few' : value.toPrecision(3), limits, note]
    }),
  }
}
