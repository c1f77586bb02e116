'use client'

import { useState } from 'react'
import { formatPercent } from '@/components/text/count'
import { jointDifferences } from '@/lib/core/metrics/joint-differences'
import type { JointRates, JointSweep } from '@/lib/core/metrics/joint-sweep'
import { UNCERTAIN_THRESHOLDS } from '@/lib/core/metrics/threshold'
import { ChartCard, SmallButton } from './charts/chart-card'
import { type HeatCell, HeatChart, type HeatPanel, STRONGEST } from './charts/heat-chart'
import type { ChartContext } from './context'
import type { Change } from './controls'
import { seriesColor, signed } from './figures'
import type { TableTwin } from './plain-table'

type Kind = 'rates' | 'differences'
type Cells = JointRates['rates']

/** The headline at every choice of k and of the threshold at once: one at a time hides what they do together. */
export function JointCard({ context, change }: { context: ChartContext; change: Change | undefined }) {
  const { details, answer, base, narrow } = context
  const [asked, setAsked] = useState<Kind>('rates')
  if (!details) return null
  const { joint } = details
  const known = joint.groups.flatMap((group, i) => (group ? [{ ...group, color: seriesColor(i) }] : []))
  const [first, ...others] = known
  if (!first) return null
  const comparable = others.length > 0 && !answer.overlapping
  const kind = comparable ? asked : 'rates'
  const { k, theta } = answer.options
  const cellsOf = (group: JointRates): Cells => (kind === 'rates' ? group.rates : jointDifferences(group, first))
  const shown = kind === 'rates' ? known : others
  const places = { ks: joint.ks, thetas: joint.thetas }
  const panels = shown.map(
    (group): HeatPanel => ({
      label: kind === 'rates' ? group.label : `${group.label} − ${first.label}`,
      color: group.color,
      cells: cellsOf(group).map((row, r) =>
        row.map((cell, c) => cell && heatCell(cell, kind, group, first, `k = ${joint.ks[c]}, below ${percentOf(joint.thetas[r])}`)),
      ),
      words: sayOf(joint, group.label),
    }),
  )
  return (
    <ChartCard
      id="by-k-and-threshold"
      title="Both choices at once"
      says={
        kind === 'rates'
          ? 'Share cut short before completion, for every k and every threshold below which a change is an overwrite. Framed: what the rest of the page shows.'
          : `Points of difference to ${first.label}, the largest group. Coloured: the 95 % interval of the difference is clear of zero, in the colour of the group above.`
      }
      sentences={joint.says}
      howToRead="Read a panel like a map: to the right tasks are followed for more steps, downwards more kinds of change count as an overwrite. If the numbers hardly move downwards, the threshold does not matter; the bar beside 60 to 80 % marks where a finding that changes is a finding about the threshold. In the differences, a group that is above another at every cell is so whatever is chosen; a map of two colours says that the ranking is made by the choice. Intervals of cells are not adjusted for how many there are, and the cells are of the same tasks: read the map as a whole, and do not pick the cell that you like."
      footer={`${base} · clock: steps · of tasks the master could step into · overwrite below ${Math.round((joint.thetas[0] ?? 0) * 100)} to ${Math.round((joint.thetas.at(-1) ?? 0) * 100)} % · parameters ${answer.parameters} · Aalen–Johansen; Wilson at the effective size, clustered by session${kind === 'differences' ? '; differences by Newcombe’s square-and-add, unadjusted' : ''}`}
      twin={twinOf(panels, shown.map(cellsOf), places, kind)}
      extra={
        comparable && (
          <>
            <SmallButton pressed={kind === 'rates'} onClick={() => setAsked('rates')}>
              Rates
            </SmallButton>
            <SmallButton pressed={kind === 'differences'} onClick={() => setAsked('differences')}>
              Differences
            </SmallButton>
          </>
        )
      }
      wide
    >
      <HeatChart
        panels={panels}
        columns={{ title: 'steps k →', names: joint.ks.map(String), chosen: joint.ks.indexOf(k) }}
        rows={{
          title: 'overwrite if less than … survives ↓',
          names: joint.thetas.map((value) => percentOf(value)),
          chosen: joint.thetas.indexOf(theta),
          uncertain: [joint.thetas.indexOf(UNCERTAIN_THRESHOLDS.low), joint.thetas.indexOf(UNCERTAIN_THRESHOLDS.high)],
        }}
        narrow={narrow}
        choose={change && ((column, row) => change({ k: joint.ks[column], theta: joint.thetas[row] }))}
      />
    </ChartCard>
  )
}

type Cell = { value: number; low: number; high: number }

function heatCell(cell: Cell, kind: Kind, group: { label: string; color: string }, first: { label: string; color: string }, where: string): HeatCell {
  const { value, low, high } = cell
  if (kind === 'rates')
    return {
      text: String(Math.round(value * 100)),
      fill: 'var(--destroyed)',
      strength: STRONGEST * value,
      quiet: false,
      words: `${group.label}, ${where}: ${formatPercent(value)}, ${Math.round(low * 100)} to ${Math.round(high * 100)} %`,
    }
  const clear = low > 0 || high < 0
  return {
    text: Math.round(value * 100) === 0 ? '0' : signed(value),
    fill: value > 0 ? group.color : first.color,
    strength: clear ? STRONGEST * 0.8 : 0,
    quiet: !clear,
    words: `${group.label} less ${first.label}, ${where}: ${signed(value)} points, ${signed(low)} to ${signed(high)}${clear ? '' : ': can be chance'}`,
  }
}

function sayOf({ says }: JointSweep, label: string): string {
  return says.find((sentence) => sentence.startsWith(`${label}:`)) ?? label
}

function percentOf(share: number | undefined): string {
  return `${Math.round((share ?? 0) * 100)}%`
}

function twinOf(panels: readonly HeatPanel[], cells: readonly Cells[], { ks, thetas }: { ks: number[]; thetas: number[] }, kind: Kind): TableTwin {
  return {
    heads: [kind === 'rates' ? 'Group' : 'Difference', 'Overwrite below', ...ks.map((k) => `k = ${k}`)],
    rows: panels.flatMap(({ label }, p) =>
      (cells[p] ?? []).map((row, r) => [
        label,
        percentOf(thetas[r]),
        ...row.map((cell) => {
          if (!cell) return '–'
          if (kind === 'rates') return `${Math.round(cell.value * 100)} (${Math.round(cell.low * 100)}–${Math.round(cell.high * 100)})`
          return `${signed(cell.value)} (${signed(cell.low)} to ${signed(cell.high)})`
        }),
      ]),
    ),
  }
}
