'use client'

import { useState } from 'react'
import { formatPercent } from '@/components/text/count'
import { isEstimate, type Measured } from '@/lib/core/metrics/estimate'
import { saysShare } from '@/lib/core/metrics/sentences'
import { Note } from './note'
import { ChartCard, SmallButton } from './charts/chart-card'
import { FunnelChart, type FunnelPoint, funnelPlace } from './charts/funnel-chart'
import { hasLimits, pointsOf, SweepChart } from './charts/sweep-chart'
import type { ChartContext } from './context'
import type { Change } from './controls'
import { isDrawn, seriesColor, shownOf } from './figures'
import { JointCard } from './joint-card'
import { sweepTwin } from './twins'

/** Would another k, another threshold, another size say the same? */
export function ChoicesSection({ context, change }: { context: ChartContext; change: Change | undefined }) {
  const { details, answer, narrow, base, rest, hrefOf } = context
  const [any, setAny] = useState(false)
  if (!details) return null
  const { k, theta } = answer.options
  const over = any ? 'kAny' : 'k'
  if (details.groups.every((group) => [group.byK, group.byKAny, group.byTheta].every((points) => !hasLimits(points))))
    return (
      <Note>
        No group has ten tasks in five sessions in which its master could have stepped in. With them, this place shows the rate at every k and at every
        threshold, and whether a group differs by more than its size explains.
      </Note>
    )
  const funnel = funnelOf(context)
  return (
    <>
      <ChartCard
        id="by-k"
        title="The rate, step by step"
        says={any ? 'Share cut short in any phase within the master’s first k opportunities.' : 'Share cut short before completion within the first k steps.'}
        sentences={answer.groups
          .slice(0, details.groups.length)
          .map(({ label, overwriteRate, overwriteRateAny }) => saysShare(label, any ? overwriteRateAny : overwriteRate, `cut short by k = ${k}`))}
        howToRead="k = 5 is a choice, and this is what other choices would say. Lines that keep their order tell the same story at any k; lines that cross tell another one. The band is the 95 % interval at each k. k is set in the line of figures above and kept in the link."
        footer={`${base} · clock: ${any ? 'the master’s opportunities' : 'steps'} · of tasks the master could step into · ${rest} · Aalen–Johansen; Wilson at the effective size, clustered by session`}
        twin={sweepTwin(
          details.groups,
          (group) => pointsOf(group, over),
          (at) => `k = ${at}`,
        )}
        extra={
          <>
            <SmallButton pressed={!any} onClick={() => setAny(false)}>
              Before completion
            </SmallButton>
            <SmallButton pressed={any} onClick={() => setAny(true)}>
              Any phase
            </SmallButton>
          </>
        }
      >
        <SweepChart groups={details.groups} over={over} chosen={k} hrefOf={hrefOf} narrow={narrow} />
      </ChartCard>
      <ChartCard
        id="by-threshold"
        title="The rate, by what “overwritten” means"
        says={`Within ${k} steps, with a change counting as an overwrite if less than this share of the sub-agent’s tokens survives.`}
        sentences={details.thresholds.sentences}
        howToRead="Survival is stored with every change, so any threshold can be asked for. A finding that changes inside the shade, 60 to 80 %, is a finding about the threshold. Interrupts and takeovers have none and count at each."
        footer={`${base} · of tasks the master could step into · ${rest} · Aalen–Johansen; Wilson at the effective size, clustered by session`}
        twin={sweepTwin(
          details.groups,
          ({ byTheta }) => byTheta,
          (at) => `< ${Math.round(at * 100)} %`,
        )}
      >
        <SweepChart groups={details.groups} over="theta" chosen={theta} hrefOf={hrefOf} narrow={narrow} />
      </ChartCard>
      <JointCard context={context} change={change} />
      {funnel && (
        <ChartCard
          id="funnel"
          title="More than their size explains?"
          says={`Every group’s rate against its size. Inside the funnel chance alone can put a group (95 %, dashed 99.8 %) if all had the same rate${funnel.any ? ', here in any phase' : ''}.`}
          sentences={[funnel.sentence, ...funnel.points.map(({ words }) => `${words}.`)]}
          howToRead="Small groups scatter widely by chance; a league table would call the luckiest one best. Only a point outside the funnel differs from the others by more than its size explains. A size is the number of independent tasks that its n amounts to when tasks share sessions."
          footer={`${base} · ${rest} · limits: binomial under 30 tasks, normal from there (Spiegelhalter 2005)`}
          twin={{
            heads: ['Group', 'Rate', 'Tasks that its n amounts to', 'Place'],
            rows: funnel.points.map((point) => [point.label, formatPercent(point.rate), point.n.toFixed(0), funnelPlace(point.rate, point.n, funnel.pooled)]),
          }}
          wide
        >
          <FunnelChart points={funnel.points} pooled={funnel.pooled} narrow={narrow} />
        </ChartCard>
      )}
    </>
  )
}

function funnelOf({ answer, details, hrefOf }: ChartContext): { points: FunnelPoint[]; pooled: number; any: boolean; sentence: string } | undefined {
  if (!details) return undefined
  const early = shownOf(details.pooled.overwriteRate)
  const any = !isDrawn(early)
  const pooled = any ? details.pooled.overwriteRateAny : details.pooled.overwriteRate
  if (!isEstimate(pooled) || !isDrawn(shownOf(pooled))) return undefined
  const points = answer.groups.flatMap((group, i): FunnelPoint[] => {
    const measured: Measured = any ? group.overwriteRateAny : group.overwriteRate
    if (!isEstimate(measured) || !measured.effectiveN || !isDrawn(shownOf(measured))) return []
    const n = Math.min(measured.n, measured.effectiveN)
    const place = funnelPlace(measured.value, n, pooled.value)
    return [
      {
        label: group.label,
        color: seriesColor(i),
        href: hrefOf(group),
        n,
        rate: measured.value,
        words: `${group.label}: ${formatPercent(measured.value)} at a size of ${n.toFixed(0)}, ${place}`,
      },
    ]
  })
  if (points.length < 3) return undefined
  const outside = points.filter(({ rate, n }) => funnelPlace(rate, n, pooled.value) !== 'as chance allows')
  const sentence =
    outside.length === 0
      ? `All ${points.length} groups lie where chance alone can put them around ${formatPercent(pooled.value)}.`
      : `${outside.length} of ${points.length} groups differ from ${formatPercent(pooled.value)} by more than their size explains: ${outside.map(({ label }) => label).join(', ')}.`
  return { points, pooled: pooled.value, any, sentence }
}
