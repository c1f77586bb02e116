import { incidenceAt, incidenceSpreads } from '../stats/aalen-johansen'
import { normalAbove, studentAbove, studentQuantile, zOf } from '../stats/distributions'
import { restrictedMean, survivalLimits, timeQuantile, type TimeQuantile } from '../stats/kaplan-meier'
import { type LogRank, stratifiedLogRank } from '../stats/log-rank'
import { riskAt, type SurvivalData } from '../stats/survival-data'
import type { Estimate, EstimateOptions, Measured, NotMeasurable } from './estimate'
import { displayOf } from './estimate'
import { groupTasks } from './groups'
import type { Clock } from './task-record'
import { type TaskList, type Tasks, tasksIn } from './tasks'
import { CAUSES, COMPLETED, CUT_SHORT, FAILED, FEWEST_AT_RISK, incidenceLimits, unwatched, watch, type Watch } from './watch'

/**
 * How much a sub-agent had written when its master stepped in. Never the mean over interrupted tasks:
 * that is a function of how long tasks are, not of how soon masters step in (docs/metrics.md).
 */
export interface InterruptionCurve {
  clock: Clock
  n: number
  sessions: number
  /** Steps: shares cut short, completed, failed by `t`, and still going; they sum to 1. */
  points: { t: number; cutShort: number; completed: number; failed: number; open: number }[]
  /** Pointwise limits of `cutShort` on a grid of at most `GRID` times. */
  band: { t: number; low: number | undefined; high: number | undefined }[]
  /** Distinct times at which a task stopped being watched without an end: ticks on the curve. */
  censored: number[]
  riskTable: { t: number; atRisk: number; cutShort: number; completed: number; failed: number; censored: number }[]
  /** Beyond it fewer than ten tasks are watched: drawn faint or not at all. */
  trustedUntil: number | undefined
}

const GRID = 40

/** Cumulative incidence on the token clock (or another): the headline picture. `most`: of its points. */
export function interruptionCurve(
  list: TaskList,
  {
    clock = 'tokens',
    population = 'D1',
    rows = 6,
    most = Number.POSITIVE_INFINITY,
    ...options
  }: EstimateOptions & { clock?: Clock; population?: 'D0' | 'D1'; rows?: number; most?: number } = {},
): InterruptionCurve | NotMeasurable {
  const watched = watch(list, { clock, phases: 'before', population })
  const nothing = unwatched(watched)
  if (nothing) return nothing
  const { data, curve, n } = watched
  const points = thinned(curve.times.length + 1, most)
    .map((k) => (k === 0 ? 0 : (curve.times[k - 1] as number)))
    .map((t) => ({
      t,
      cutShort: incidenceAt(curve, CUT_SHORT, t),
      completed: incidenceAt(curve, COMPLETED, t),
      failed: incidenceAt(curve, FAILED, t),
      open: incidenceAt(curve, 0, t),
    }))
  const end = latestOf(data)
  const every = Math.max(1, Math.ceil(curve.times.length / GRID))
  const at = Array.from(curve.times).filter((_, k) => k % every === 0 || k === curve.times.length - 1)
  const spreads = incidenceSpreads(curve, data, CUT_SHORT, at)
  const band = at.map((t, i) => {
    const { low, high } = incidenceLimits(watched, CUT_SHORT, t, options, spreads[i])
    return { t, low, high }
  })
  const grid = Array.from({ length: rows }, (_, i) => roundedStep(end, rows) * i)
  return {
    clock,
    n,
    sessions: data.clusters,
    points,
    band,
    censored: [...new Set(data.time.filter((_, i) => data.cause[i] === 0))].sort((a, b) => a - b),
    riskTable: riskAt(data, grid, CAUSES).map(({ t, atRisk, events: [cutShort = 0, completed = 0, failed = 0], censored }) => ({
      t,
      atRisk,
      cutShort,
      completed,
      failed,
      censored,
    })),
    trustedUntil: watched.trustedUntil,
  }
}

/** Numbers of at most so many of n points, evenly spaced, first and last among them. */
function thinned(n: number, most: number): number[] {
  return Array.from({ length: Math.min(n, most) }, (_, i) => (n <= most ? i : Math.round((i * (n - 1)) / (most - 1))))
}

function latestOf({ time }: SurvivalData): number {
  let latest = 0
  for (const t of time) if (t > latest) latest = t
  return latest
}

/** A round distance between the columns of a table. */
function roundedStep(end: number, columns: number): number {
  const rough = Math.max(1, end) / Math.max(1, columns - 1)
  const unit = 10 ** Math.floor(Math.log10(rough))
  return (([1, 2, 2.5, 5, 10].find((m) => m * unit >= rough) ?? 10) as number) * unit
}

export interface PaceCurve {
  /** Share not interrupted by t if the work went on; log-log limits, Greenwood. */
  points: { t: number; survival: number; low: number | undefined; high: number | undefined; atRisk: number; events: number }[]
  /** "Not reached" where undefined. */
  median: TimeQuantile
  /** What a median that is not reached is greater than: as far as ten tasks are watched, where the curve ends; of fewer tasks, the longest. */
  watchedUntil: number
}

/** Cause-specific Kaplan-Meier: pace of interruption with other ends taken as censoring. */
export function paceOfInterruption(
  list: TaskList,
  { clock = 'tokens', level = 0.95, most = Number.POSITIVE_INFINITY }: { clock?: Clock; level?: number; most?: number } = {},
): PaceCurve | NotMeasurable {
  const watched = watch(list, { clock, phases: 'before' })
  const nothing = unwatched(watched)
  if (nothing) return nothing
  const curve = watched.pace
  return {
    points: thinned(curve.times.length, most).map((k) => {
      const t = curve.times[k] as number
      const survival = curve.survival[k] as number
      const limits = survivalLimits(survival, curve.se[k] as number, 'log-log', level)
      return { t, survival, low: limits?.low, high: limits?.high, atRisk: curve.atRisk[k] as number, events: curve.anyEvent[k] as number }
    }),
    median: timeQuantile(curve, 0.5, 'log-log', level),
    watchedUntil: watched.trustedUntil ?? latestOf(watched.data),
  }
}

/**
 * Mean tokens before interruption, counting nobody beyond tau: a number in tokens that needs no
 * proportional hazards. tau: the caller's (fixed beforehand in an experiment), else how far ten tasks
 * are watched.
 */
export function restrictedTokens(
  list: TaskList,
  { clock = 'tokens', tau, level = 0.95, scope = 'sessions' }: EstimateOptions & { clock?: Clock; tau?: number } = {},
): Measured & { tau?: number } {
  const watched = watch(list, { clock, phases: 'before' })
  const nothing = unwatched(watched)
  if (nothing) return nothing
  const until = tau ?? watched.trustedUntil
  if (until === undefined) return { code: 'nobody_at_risk', reason: `Fewer than ${FEWEST_AT_RISK} tasks are watched at any one time: too few for a mean.` }
  return { ...restrictedEstimate(watched, until, level, scope), tau: until }
}

function restrictedEstimate({ data, n, pace }: Watch, tau: number, level: number, scope: 'session' | 'sessions'): Estimate {
  const { value, se, clusteredSe } = restrictedMean(data, tau, pace)
  const clustered = scope === 'sessions' && data.clustered
  const base = { value, level, n, clusters: data.clusters, display: displayOf(n, data.clusters, scope) }
  if (scope === 'sessions' && data.clusters < 2) return { ...base, method: 'restricted mean', note: 'one session: no telling what others do' }
  const spread = clustered ? studentQuantile(1 - (1 - level) / 2, data.clusters - 1) * Math.max(se, clusteredSe ?? 0) : zOf(level) * se
  return {
    ...base,
    low: Math.max(0, value - spread),
    high: Math.min(tau, value + spread),
    method: `restricted mean up to ${tau}${clustered ? ', clustered by session (t)' : ''}`,
  }
}

export interface PaceComparison {
  /** First minus second, in units of the clock. */
  difference: number
  low: number | undefined
  high: number | undefined
  /** Of the difference of restricted means, errors summed per session. */
  p: number | undefined
  tau: number
  /** Of the cause-specific hazards, within workflows. Takes tasks as independent: supplement. */
  logRank: LogRank | undefined
}

/** Two groups. tau: the smaller of how far ten tasks of each are watched. The log-rank test is within workflows, so that like is held against like. */
export function comparePace(
  first: TaskList,
  second: TaskList,
  { clock = 'tokens', tau, level = 0.95 }: { clock?: Clock; tau?: number; level?: number } = {},
): PaceComparison | NotMeasurable {
  const a = watch(first, { clock, phases: 'before' })
  const b = watch(second, { clock, phases: 'before' })
  const nothing = unwatched(a) ?? unwatched(b)
  if (nothing) return nothing
  const reached = [a.trustedUntil, b.trustedUntil]
  const until = tau ?? (reached[0] === undefined || reached[1] === undefined ? undefined : Math.min(reached[0], reached[1]))
  if (until === undefined) return { code: 'nobody_at_risk', reason: `One of the groups has fewer than ${FEWEST_AT_RISK} tasks watched at any one time.` }
  const [one, two] = [restrictedMean(a.data, until, a.pace), restrictedMean(b.data, until, b.pace)]
  const difference = one.value - two.value
  const se = Math.hypot(errorOf(a.data, one), errorOf(b.data, two))
  const df = a.data.clustered || b.data.clustered ? Math.min(a.data.clusters, b.data.clusters) - 1 : Number.POSITIVE_INFINITY
  const spread = df >= 1 ? studentQuantile(1 - (1 - level) / 2, df) * se : undefined
  return {
    difference,
    low: spread === undefined ? undefined : difference - spread,
    high: spread === undefined ? undefined : difference + spread,
    p:
      df < 1 || se === 0
        ? undefined
        : Math.min(1, 2 * (df === Number.POSITIVE_INFINITY ? normalAbove(Math.abs(difference) / se) : studentAbove(Math.abs(difference) / se, df))),
    tau: until,
    logRank: stratifiedLogRank(byWorkflow(tasksIn(first), tasksIn(second), clock)),
  }
}

function errorOf(data: SurvivalData, { se, clusteredSe }: { se: number; clusteredSe: number | undefined }): number {
  return data.clustered ? Math.max(se, clusteredSe ?? 0) : se
}

function byWorkflow(first: Tasks, second: Tasks, clock: Clock): [SurvivalData, SurvivalData][] {
  const parts = (tasks: Tasks) =>
    new Map(groupTasks(tasks, ['workflow']).map(({ label, members }) => [label, watch(members, { clock, phases: 'before' }).data]))
  const [a, b] = [parts(first), parts(second)]
  return [...a].flatMap(([label, data]): [SurvivalData, SurvivalData][] => {
    const other = b.get(label)
    return other ? [[data, other]] : []
  })
}
