'use client'

import Link from 'next/link'
import { formatCount, formatMoney } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import type { CompareAnswer } from '@/lib/core/metrics/compare-protocol'
import { rangeOf, type Shown, seriesColor, shownOf } from './figures'
import { ScrolledTable } from './scrolled-table'
import { type CompareQuery, GROUPINGS, sessionsBehind } from './query'

/** Every group in one row; differences are to the largest one. */
export function SummaryTable({ answer, query, linked }: { answer: CompareAnswer; query: CompareQuery; linked: boolean }) {
  const baseline = answer.groups[0]
  const { contrasts } = answer.overwrite
  const name = query.second ? `${GROUPINGS[query.by]} · ${GROUPINGS[query.second]}` : GROUPINGS[query.by]
  const heads = [
    'Tasks',
    'Sessions',
    `Overwrite ≤${answer.options.k}`,
    '95 % CI',
    'vs largest',
    'p (Holm)',
    'Any phase',
    'Median tokens',
    'Autonomous',
    'Discarded tokens',
    'Cost of discarded',
  ]
  return (
    <ScrolledTable label="Summary">
      <table className="w-full text-sm whitespace-nowrap">
        <thead className="text-xs text-quiet">
          <tr className="border-b">
            <th scope="col" className="px-4 py-2 text-left font-normal sm:px-5">
              {name}
            </th>
            {heads.map((head) => (
              <th key={head} scope="col" className="px-3 py-2 text-right font-normal last:pr-5">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.groups.map((group, i) => {
            const rate = shownOf(group.overwriteRate)
            const contrast = contrasts.find(({ first, second }) => first === baseline?.label && second === group.label)
            const href = linked ? sessionsBehind(query, group.values, answer.simulatedLeftOut > 0) : undefined
            const { pace, destroyedCost } = group
            const cells = [
              formatCount(group.tasks),
              formatCount(group.sessions),
              short(rate),
              rangeOf(rate),
              i === 0 ? 'baseline' : contrast ? `${points(-contrast.difference)} pts` : '–',
              contrast ? pOf(contrast.holm) : '–',
              short(shownOf(group.overwriteRateAny)),
              'reason' in pace
                ? '–'
                : (pace.median.value ?? undefined) === undefined
                  ? `> ${formatCount(Math.round(pace.watchedUntil))}`
                  : formatCount(Math.round(pace.median.value ?? 0)),
              short(shownOf(group.completion)),
              short(shownOf(group.destroyedShare)),
              'reason' in destroyedCost
                ? '–'
                : `${formatMoney(destroyedCost.usd)}${destroyedCost.known < destroyedCost.of ? ` (${destroyedCost.known} of ${destroyedCost.of})` : ''}`,
            ]
            return (
              <tr key={group.label} className="border-b hover:bg-surface">
                <th scope="row" className="px-4 py-2.5 text-left font-normal sm:px-5">
                  <span className="flex items-center gap-2">
                    <span aria-hidden className="size-2 rounded-full" style={{ background: seriesColor(i) }} />
                    {href ? (
                      <Link href={href} className="finger rounded underline-offset-2 hover:underline pointer-coarse:inline-flex pointer-coarse:items-center">
                        {group.label}
                      </Link>
                    ) : (
                      group.label
                    )}
                    {group.simulatedTasks > 0 && (
                      <Badge title={`${group.simulatedTasks} of ${group.tasks} tasks are made up for demonstration`}>
                        {group.simulatedTasks === group.tasks ? 'simulated' : `${group.simulatedTasks} simulated`}
                      </Badge>
                    )}
                  </span>
                </th>
                {cells.map((cell, c) => (
                  <td key={heads[c]} className={`px-3 py-2.5 text-right font-mono text-xs last:pr-5 ${c === 3 || cell === 'baseline' ? 'text-quiet' : ''}`}>
                    {cell}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
      {answer.leftOut.groups > 0 && (
        <p className="px-5 py-2 text-xs text-quiet">
          {formatCount(answer.leftOut.groups)} groups with {formatCount(answer.leftOut.tasks)} tasks are not shown: too small, or beyond the 24 largest.
        </p>
      )}
    </ScrolledTable>
  )
}

/** Where there are too few for a rate the counts alone: the head of the column says what of. */
function short({ display, words }: Shown): string {
  if (display === 'none') return 'n/a'
  return display === 'counts' ? (/^\d+ of \d+/.exec(words)?.[0] ?? 'too few') : words
}

function points(share: number): string {
  const value = Math.round(share * 100)
  return value < 0 ? `−${-value}` : `+${value}`
}

function pOf(p: number): string {
  return p < 0.001 ? '<.001' : p.toFixed(3).replace(/^0/, '')
}
