import { eventRate } from '../stats/poisson'
import { ratioOfTotals } from '../stats/ratio'
import { studentQuantile } from '../stats/distributions'
import { type MeanCumulative, meanCumulative } from '../stats/recurrent'
import { displayOf, type EstimateOptions, type Measured, type NotMeasurable } from './estimate'
import { COUNTED_KINDS } from '../interventions'
import type { Clock, TaskRecord } from './task-record'
import type { TaskList } from './tasks'
import { CUT_SHORT, unwatched, watch } from './watch'

/** Cuts per so many units of exposure. Needs no completion; a task counts for as long as it is watched. */
function cutsPer(list: TaskList, clock: Clock, per: number, unit: string, { level = 0.95, scope = 'sessions' }: EstimateOptions): Measured {
  const watched = watch(list, { clock, phases: 'before' })
  const nothing = unwatched(watched)
  if (nothing) return nothing
  const { data } = watched
  const bySession = new Map<number, { cuts: number; exposure: number }>()
  let cuts = 0
  let exposure = 0
  for (let i = 0; i < data.n; i++) {
    const from = Math.max(0, data.entry[i] as number)
    const spent = Math.max(0, (data.time[i] as number) - from)
    const cut = data.cause[i] === CUT_SHORT ? 1 : 0
    cuts += cut
    exposure += spent
    const own = bySession.get(data.cluster[i] as number) ?? { cuts: 0, exposure: 0 }
    own.cuts += cut
    own.exposure += spent
    bySession.set(data.cluster[i] as number, own)
  }
  if (exposure <= 0) return { code: 'nobody_at_risk', reason: `No ${unit} passed while a task could have been cut short.` }
  const poisson = eventRate(cuts, exposure / per, level)
  const base = { value: poisson.rate, level, n: data.n, clusters: data.clusters, events: cuts, display: displayOf(data.n, data.clusters, scope) }
  if (scope === 'sessions' && data.clusters < 2) return { ...base, method: `cuts per ${per} ${unit}`, note: 'one session: no telling what others do' }
  const sums = [...bySession.values()]
  const { variance } = ratioOfTotals(
    sums.map((own) => own.cuts),
    sums.map((own) => own.exposure / per),
  )
  // sessions differ by more than chance: widen the exact limits on the logarithm
  const own = scope === 'sessions' && cuts > 0 && variance !== undefined ? Math.sqrt(variance) / poisson.rate : 0
  const chance = cuts > 0 ? 1 / Math.sqrt(cuts) : Number.POSITIVE_INFINITY
  if (own > chance) {
    const spread = studentQuantile(1 - (1 - level) / 2, data.clusters - 1) * own
    return {
      ...base,
      low: poisson.rate * Math.exp(-spread),
      high: poisson.rate * Math.exp(spread),
      method: `cuts per ${per} ${unit}, clustered by session (t on the logarithm)`,
    }
  }
  return { ...base, low: poisson.low, high: poisson.high, method: `cuts per ${per} ${unit}, exact Poisson (Garwood)` }
}

/** Per 1,000 output tokens of the assignee while at risk. */
export function cutsPerThousandTokens(list: TaskList, options: EstimateOptions = {}): Measured {
  return cutsPer(list, 'tokens', 1000, 'tokens', options)
}

/** Per opportunity: comparable between harnesses that let their masters look more or less often. */
export function cutsPerOpportunity(list: TaskList, options: EstimateOptions = {}): Measured {
  return cutsPer(list, 'opportunity', 1, 'opportunities', options)
}

/** Mean number of unsolicited interventions a task by each moment of a clock; events may come again. Errors are summed per session. */
export function interventionsPerTask(records: readonly TaskRecord[], clock: Clock = 'step'): MeanCumulative[] | NotMeasurable {
  const units = records
    .filter(({ started, tokensKnown }) => started && (clock !== 'tokens' || tokensKnown))
    .map(({ interventions, fate, sessionId }) => {
      const events = interventions
        .filter(({ kind, flags }) => COUNTED_KINDS.has(kind) && !flags.includes('requested') && !flags.includes('race'))
        .map(({ clocks }) => clocks[clock])
      // watched at least as long as something still happened
      return { events, end: Math.max(fate.clocks[clock], ...events), cluster: sessionId }
    })
  return units.length === 0 ? { code: 'no_tasks', reason: 'No task has been worked on yet.' } : meanCumulative(units)
}
